"""What the bot's database says of a run, and what is changed there while no time can pass.

Reads and writes rows as they are: the bot's own functions are what is judged.
"""

from collections.abc import Mapping

from bot.sandbox.account import Key
from bot.storage.database import Reader, Writer

Said = Mapping[Key, tuple[str | None, int | None]]
"""The state and the message that the database has of each paper owed."""


async def said(reader: Reader) -> Said:
    """Return what became of each paper owed to each channel."""
    rows = await reader.all(
        "SELECT d.channel_id, papers.id, p.state, p.message_id FROM deliveries d"
        " JOIN papers ON papers.key = d.paper_key LEFT JOIN posts p ON p.id = d.post_id"
    )
    return {(channel, paper): (state, message) for channel, paper, state, message in rows}


async def unfinished(reader: Reader) -> int:
    """Return how many papers owed to channels are in no message that is known to be there."""
    return int(
        await reader.value(
            "SELECT COUNT(*) FROM deliveries d LEFT JOIN posts p ON p.id = d.post_id"
            " WHERE p.sent_at IS NULL"
        )
    )


async def papers(reader: Reader) -> int:
    """Return how many papers were taken in."""
    return int(await reader.value("SELECT COUNT(*) FROM papers"))


async def age(tx: Writer, seconds: float) -> None:
    """Make all that is not sent so much older, as if so much time had passed."""
    ms = int(seconds * 1000)
    await tx.run(
        "UPDATE posts SET first_attempt_at = first_attempt_at - ?,"
        " next_attempt_at = next_attempt_at - ? WHERE sent_at IS NULL",
        (ms, ms),
    )


async def make_digests_due(tx: Writer) -> None:
    """Let a day pass for each digest."""
    await tx.run("UPDATE digests SET next_at = 0, last_day = NULL WHERE next_at IS NOT NULL")
