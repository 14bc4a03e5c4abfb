"""Invented papers for the demo and the end-to-end tests; `papers.toml` holds their text."""

import tomllib
from importlib.resources import files
from typing import Any

from bot.domain import AnnounceType, Paper, PaperId


def demo_batch() -> tuple[Paper, ...]:
    """Return the papers of one announcement, hostile ones and a replacement among them."""
    return _batch("demo")


def late_batch() -> tuple[Paper, ...]:
    """Return the papers of the next day: new ones, and version 2 of one of the day before."""
    return _batch("late")


def preprints() -> tuple[Paper, ...]:
    """Return preprints as bioRxiv posts them, with the marks that its typesetting leaves."""
    return _batch("preprints")


def _batch(name: str) -> tuple[Paper, ...]:
    text = files("bot.sandbox").joinpath("papers.toml").read_text(encoding="utf-8")
    return tuple(map(_paper, tomllib.loads(text)[name]))


def _paper(row: dict[str, Any]) -> Paper:
    kind = row.get("announce_type")
    exact = {
        "id": PaperId(row["id"]),
        "abstract": row["abstract"].strip(),
        "authors": tuple(row["authors"]),
        "categories": tuple(row["categories"]),
        "version": row.get("version", 1),
        "announce_type": AnnounceType(kind) if kind else None,
    }
    return Paper(**{**row, **exact})
