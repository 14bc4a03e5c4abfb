"""Time zones while somebody types."""

from datetime import UTC, datetime

import pytest

from bot.services.digests import known_timezone, timezones
from cogs.zones import COMMON, label, meant, ranked

ZONES = timezones()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "UTC"),
        ("berl", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("new_york", "America/New_York"),
        ("YORK", "America/New_York"),
        ("europe/", "Europe/London"),
        ("asia to", "Asia/Tokyo"),
        ("germ", "Europe/Berlin"),
        ("boston", "America/New_York"),
        ("buenos", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("Zürich", "Europe/Zurich"),
        ("são p", "America/Sao_Paulo"),
        ("Munich", "Europe/Berlin"),
        ("nyc", "America/New_York"),
        ("CEST", "Europe/Berlin"),
        ("IST", "Asia/Kolkata"),
    ],
)
def test_the_likeliest_zone_comes_first(typed: str, first: str) -> None:
    """Any part of a name, any case, and places that have no zone of their own."""
    assert ranked(typed, ZONES, 25)[0] == first


def test_nothing_fits_nonsense() -> None:
    """What is in no name offers nothing."""
    assert ranked("atlantis", ZONES, 25) == []


def test_no_more_are_offered_than_fit() -> None:
    """Discord shows 25 choices, the common ones when nothing is typed."""
    assert ranked("", ZONES, 25) == list(COMMON)
    assert len(ranked("a", ZONES, 25)) == 25


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("los angeles", "America/Los_Angeles"),
        ("Bengaluru", "Asia/Kolkata"),
        ("gmt", "UTC"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
    ],
)
def test_a_place_typed_whole_is_its_zone(typed: str, zone: str) -> None:
    """Nobody has to pick from the list."""
    assert known_timezone(meant(typed, ZONES)) == zone


def test_a_label_shows_the_time_there() -> None:
    """The clock tells people whether it is their zone, in summer time too."""
    assert label("Europe/Berlin", datetime(2026, 7, 1, 12, tzinfo=UTC)) == "Europe/Berlin (14:00)"


def test_every_zone_that_is_offered_by_itself_exists() -> None:
    """The lists in the code hold no invented zone."""
    places = ("boston", "cet", "tel aviv", "korea", "montreal")
    assert {*COMMON, *(meant(place, ZONES) for place in places)} <= set(ZONES)
