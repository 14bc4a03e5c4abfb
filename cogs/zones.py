"""Time zones to choose from while somebody types: found anywhere in the name, common ones first.

Pure; which zones exist is told by the caller.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from discord import app_commands

COMMON = (
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Australia/Sydney",
    "America/Chicago",
    "America/Toronto",
    "America/Denver",
    "America/Sao_Paulo",
    "Europe/Zurich",
    "Europe/Amsterdam",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Stockholm",
    "Europe/Istanbul",
    "Asia/Seoul",
    "Asia/Hong_Kong",
    "Asia/Jerusalem",
    "Asia/Dubai",
)
"""Where most readers of papers are; shown before anything is typed."""

MOST_CHOICES = 25
"""Of an option that completes itself (Application Command Option)."""

_MEANT = {
    "bangalore": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "bengaluru": "Asia/Kolkata",
    "boston": "America/New_York",
    "california": "America/Los_Angeles",
    "cambridge": "Europe/London",
    "bern": "Europe/Zurich",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "cet": "Europe/Berlin",
    "china": "Asia/Shanghai",
    "delhi": "Asia/Kolkata",
    "eastern": "America/New_York",
    "cst": "America/Chicago",
    "edt": "America/New_York",
    "est": "America/New_York",
    "france": "Europe/Paris",
    "germany": "Europe/Berlin",
    "gmt": "UTC",
    "geneva": "Europe/Zurich",
    "hamburg": "Europe/Berlin",
    "india": "Asia/Kolkata",
    "ist": "Asia/Kolkata",
    "italy": "Europe/Rome",
    "japan": "Asia/Tokyo",
    "korea": "Asia/Seoul",
    "montreal": "America/Toronto",
    "mumbai": "Asia/Kolkata",
    "munchen": "Europe/Berlin",
    "munich": "Europe/Berlin",
    "new york city": "America/New_York",
    "nyc": "America/New_York",
    "pacific": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "spain": "Europe/Madrid",
    "switzerland": "Europe/Zurich",
    "tel aviv": "Asia/Jerusalem",
    "uk": "Europe/London",
}
"""What people type that is in no zone's name."""


def ranked(typed: str, zones: Iterable[str], limit: int) -> list[str]:
    """Return at most `limit` of the zones that fit what was typed so far, the likeliest first.

    Blanks, underscores and slashes count the same; case and accents do not count.
    """
    wanted = _plain(typed)
    known_as = {zone for place, zone in _MEANT.items() if wanted and place.startswith(wanted)}
    scored = [
        (*score, zone)
        for zone in zones
        if (score := _score(zone, wanted, is_meant=zone in known_as)) is not None
    ]
    return [zone for *_, zone in sorted(scored)[:limit]]


def choices(typed: str, zones: Iterable[str], now: datetime) -> list[app_commands.Choice[str]]:
    """Return what an option that takes a zone offers, each with the time of its clocks."""
    return [
        app_commands.Choice(name=label(zone, now), value=zone)
        for zone in ranked(typed, zones, MOST_CHOICES)
    ]


def meant(typed: str, zones: Iterable[str]) -> str:
    """Return the zone of a place that was typed and not picked; what was typed if there is none."""
    wanted = _plain(typed)
    places = {_plain(zone).rpartition("/")[2]: zone for zone in zones}
    return _MEANT.get(wanted) or places.get(wanted, typed)


def label(zone: str, now: datetime) -> str:
    """Return a zone with the time that its clocks show: ``Europe/Berlin (14:05)``."""
    return f"{zone} ({now.astimezone(ZoneInfo(zone)):%H:%M})"


def _score(zone: str, wanted: str, *, is_meant: bool) -> tuple[int, int] | None:
    """Return how good a zone fits, small is good; None if it does not fit."""
    name = _plain(zone)
    familiarity = COMMON.index(zone) if zone in COMMON else len(COMMON)
    place = name.rpartition("/")[2]
    if is_meant:
        return -1, familiarity
    if wanted in {name, place}:
        return 0, familiarity
    if wanted.replace("/", " ") not in name.replace("/", " "):
        return None
    if place.startswith(wanted):
        return 1, familiarity
    return (2 if name.startswith(wanted) else 3), familiarity


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("_", " ").casefold())
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())
