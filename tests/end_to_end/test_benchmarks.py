"""Short runs of the benchmarks that run the bot as a process: what they count holds, how fast not.

The long ones are targets of the Makefile.
"""

from pathlib import Path

from bot.sandbox.bench_delivery import delivered
from bot.sandbox.bench_latency import latency
from bot.sandbox.bench_politeness import politeness
from bot.sandbox.corpus import corpus


async def test_many_owed_messages_break_no_limit(tmp_path: Path) -> None:
    """Each owed paper comes once, Discord refuses nothing, and a late channel has its message."""
    found = await delivered(tmp_path, messages=40, channels=20, quiet=1)
    assert (found.messages, found.refused, found.wrong) == (41, 0, 0)
    assert max(found.each_second, default=0) <= 50


async def test_a_published_batch_is_posted(tmp_path: Path) -> None:
    """The first post comes after the last listing of the round was asked for."""
    found = await latency(tmp_path, corpus(20, 40), spacing=0.0, channels=4, poll_seconds=0.5)
    assert found.own > 0
    assert found.whole >= found.own


async def test_arxiv_is_asked_politely_through_a_kill(tmp_path: Path) -> None:
    """Look-ups, listings and a restart keep the spacing, over one connection at a time."""
    found = await politeness(tmp_path, seconds=2.0, spacing=0.1, restarts=1, channels=10)
    assert found.is_polite(0.1)
    assert found.requests["listings"] > 0
