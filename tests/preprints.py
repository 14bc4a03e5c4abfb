"""Preprints for tests: made of their number, the version and a title."""

from datetime import date

from bot.domain import Paper, PaperId

DAY = date(2026, 11, 23)


def preprint(
    number: int = 1,
    title: str = "On tides in the gut",
    *,
    version: int = 1,
    category: str = "cancer biology",
) -> Paper:
    """Return a version of a preprint that was submitted on 20 November 2026."""
    return Paper(
        id=PaperId(f"10.64898/2026.11.20.{700_000 + number}"),
        title=title,
        abstract="We measured it for years. There was much of it.",
        authors=("A. B. Marrow", "C. Della Rocca"),
        categories=(category,),
        version=version,
    )
