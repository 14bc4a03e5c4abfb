"""What counts as growth, of a process that was watched for minutes."""

from dataclasses import replace

import pytest

from bot.sandbox.endurance.flatness import MEGABYTE, Sample, growth, not_flat, slope

FLAT = Sample(
    at=0,
    memory=150 * MEGABYTE,
    files=20,
    threads=8,
    database=30 * MEGABYTE,
    log=30 * MEGABYTE,
    processor=0.5,
    requests=50,
    messages=38,
    asked=30,
    unanswered=0,
    answered_in=0.1,
    lag=3,
)


def watched(*, a_minute: float = 0, files: int = 20, log: int = FLAT.log) -> list[Sample]:
    """Return ten minutes of samples: memory that grows, and files and a log of a size at last."""
    grown = [
        replace(FLAT, at=5.0 * n, memory=FLAT.memory + int(a_minute * n / 12)) for n in range(120)
    ]
    return [*grown[:-1], replace(grown[-1], files=files, log=log)]


def test_what_stays_as_it_is_is_flat() -> None:
    """A process with the same memory and files at the end as at the beginning is flat."""
    assert not_flat(watched()) == []
    assert not_flat(watched(files=FLAT.files + 1)) == []


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (watched(a_minute=1.1 * MEGABYTE), ["memory grows by 1,100 kB"]),
        (watched(a_minute=3 * MEGABYTE), ["memory grew by 12", "memory grows by 3,000 kB"]),
        (watched(files=30), ["open files grew from 20 to 30"]),
        (watched(log=80 * MEGABYTE), ["the write-ahead log came to 80 MB"]),
    ],
    ids=["slowly", "fast", "files", "log"],
)
def test_what_grows_is_told(samples: list[Sample], said: list[str]) -> None:
    """Memory, open files and the log of a database that grow are each a line."""
    lines = not_flat(samples)
    assert [line[: len(start)] for line, start in zip(lines, said, strict=True)] == said


def test_what_grows_is_measured() -> None:
    """Growth is a share from the first third to the last, the slope is in kilobytes a minute."""
    samples = watched(a_minute=1.5 * MEGABYTE)
    assert slope(samples) == pytest.approx(1_500, rel=0.01)
    assert growth(samples) == pytest.approx(0.066, abs=0.002)
