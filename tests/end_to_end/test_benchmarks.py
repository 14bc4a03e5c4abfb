"""Short runs of the benchmarks that run the bot as a process: what they count holds, how fast not.

The long ones are targets of the Makefile.
"""

from pathlib import Path

from bot.sandbox.bench_delivery import delivered


async def test_many_owed_messages_break_no_limit(tmp_path: Path) -> None:
    """Each owed paper comes once, Discord refuses nothing, and a late channel has its message."""
    found = await delivered(tmp_path, messages=40, channels=20, quiet=1)
    assert (found.messages, found.refused, found.wrong) == (41, 0, 0)
    assert max(found.each_second, default=0) <= 50
