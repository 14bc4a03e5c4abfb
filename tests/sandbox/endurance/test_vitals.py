"""What is seen of a process."""

import os
import sys
from pathlib import Path

import pytest

from bot.sandbox.endurance.vitals import vitals


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_is_looked_at(tmp_path: Path) -> None:
    """A file more that is open shows, and so do memory, threads and the database's sizes."""
    database = tmp_path / "some.db"
    database.write_bytes(b"x" * 1_000)
    before = vitals(os.getpid(), database)
    Path(f"{database}-wal").write_bytes(b"x" * 10)
    with database.open("rb"):
        after = vitals(os.getpid(), database)
    assert after.files == before.files + 1
    assert after.memory > 10_000_000
    assert after.threads >= 1
    assert after.processor >= before.processor > 0
    assert (after.database, before.log, after.log) == (1_000, 0, 10)
