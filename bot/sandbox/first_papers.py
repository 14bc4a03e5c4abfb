"""A process that takes papers in from standard input: how soon the first, and at what memory.

Prints a line after the first paper, and at the end the peak of its memory in bytes.
"""

import asyncio
import sys
from pathlib import Path

from bot.sandbox.corpus import NOW
from bot.services.intake import take_in
from bot.sources.paper_lines import read_line
from bot.storage.database import Database


async def _main(path: Path) -> None:
    async with Database.open(path) as database:
        for line in sys.stdin.buffer:
            async with database.transaction() as tx:
                await take_in(tx, [read_line(line).paper], NOW)
            print("taken in", flush=True)
            break
        some = [read_line(line).paper for line in sys.stdin.buffer]
        async with database.transaction() as tx:
            await take_in(tx, some, NOW)


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
    print(_peak())
