"""What a process holds at a moment, from /proc (Linux: proc(5)), and the sizes of its database."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Vitals:
    """Sizes in bytes; ``processor`` in seconds since the process began."""

    memory: int
    files: int
    threads: int
    processor: float
    database: int
    log: int


def vitals(pid: int, database: Path) -> Vitals:
    """Look at a process that runs and at its database."""
    about = Path(f"/proc/{pid}")
    status = dict(
        line.split(":", 1) for line in (about / "status").read_text(encoding="ascii").splitlines()
    )
    # The name of the program, in brackets, may hold spaces.
    times = (about / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return Vitals(
        memory=int(status["VmRSS"].split()[0]) * 1024,
        files=len(list((about / "fd").iterdir())),
        threads=int(status["Threads"]),
        processor=sum(map(int, times)) / _TICKS,
        database=database.stat().st_size,
        log=_size(database.with_name(f"{database.name}-wal")),
    )


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
