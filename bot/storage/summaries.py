"""Summaries that a language model wrote, once each, and what it may cost and did on each day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain import Paper, PaperId
from bot.storage.columns import to_ms
from bot.storage.database import Reader, Writer


class Outcome(StrEnum):
    """What came of asking for a summary."""

    WRITTEN = "written"
    UNFAITHFUL = "unfaithful"
    """It says what its paper does not."""
    REFUSED = "refused"
    FAILED = "failed"
    """No answer, or an unusable one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDay:
    """What a model was asked on a day (UTC), and how often each outcome came."""

    requests: int = 0
    tokens: int = 0
    written: int = 0
    unfaithful: int = 0
    refused: int = 0
    failed: int = 0


def version_of(paper: Paper) -> int:
    """Return the version that summaries of a paper are kept under; 0 where it is not known."""
    return paper.version or 0


async def told(
    reader: Reader, papers: Iterable[Paper], language: str, model: str
) -> dict[PaperId, str | None]:
    """Return what is kept for those of the papers, in their versions, that a model was asked about.

    None for a paper whose summary may not be shown.
    """
    versions = {paper.id: version_of(paper) for paper in papers}
    # The condition on the ids first: where_in puts its list in the place of the braces.
    rows = await reader.where_in(
        "SELECT paper_id, version, language, model, text FROM summaries WHERE paper_id IN ({})",
        versions,
    )
    return {
        paper: text
        for paper, version, in_language, by, text in rows
        if (version, in_language, by) == (versions[paper], language, model)
    }


async def keep(
    tx: Writer, paper: Paper, language: str, model: str, text: str | None, now: datetime
) -> None:
    """Keep what a model wrote about a version of a paper; None for what may not be shown."""
    await tx.run(
        "INSERT INTO summaries (paper_id, version, language, model, text, told_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (paper_id, version, language, model)"
        " DO UPDATE SET text = excluded.text, told_at = excluded.told_at",
        (paper.id, version_of(paper), language, model, text, to_ms(now)),
    )


async def spend(
    tx: Writer, day: date, tokens: int, *, most_requests: int, most_tokens: int
) -> bool:
    """Count a request that may take so many tokens; False, with nothing counted, if none is left.

    Of the day before, nothing is left over.
    """
    changed = await tx.run(
        "INSERT INTO model_days (day, requests, tokens) VALUES (?, 1, ?) ON CONFLICT (day)"
        " DO UPDATE SET requests = requests + 1, tokens = tokens + excluded.tokens"
        " WHERE requests < ? AND tokens + excluded.tokens <= ?",
        (day.isoformat(), tokens, most_requests, most_tokens),
    )
    return changed > 0


async def count(tx: Writer, day: date, outcome: Outcome, tokens: int = 0) -> None:
    """Count an outcome, and tokens that it took more (or less) than were spent."""
    await tx.run(
        f"INSERT INTO model_days (day, {outcome}, tokens) VALUES (?, 1, MAX(0, ?))"
        f" ON CONFLICT (day) DO UPDATE SET {outcome} = {outcome} + 1,"
        " tokens = MAX(0, tokens + ?)",
        (day.isoformat(), tokens, tokens),
    )


async def on_day(reader: Reader, day: date) -> ModelDay:
    """Return what a model was asked on a day."""
    row = await reader.one(
        "SELECT requests, tokens, written, unfaithful, refused, failed FROM model_days"
        " WHERE day = ?",
        (day.isoformat(),),
    )
    if row is None:
        return ModelDay()
    requests, tokens, written, unfaithful, refused, failed = row
    return ModelDay(
        requests=requests,
        tokens=tokens,
        written=written,
        unfaithful=unfaithful,
        refused=refused,
        failed=failed,
    )
