"""Whether a process that runs for minutes stays as it is. Pure: samples in, what grows out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import linear_regression, mean

MEGABYTE = 1_000_000
GROWTH = 0.05
"""Of memory, from the first third after the warm-up to the last, at most."""
KILOBYTES_A_MINUTE = 1_000
"""Of memory, by least squares after the warm-up, at most."""
FILES = 2
"""Open files in the last third beyond the most in the first two, at most."""
LOG_BYTES = 64 * MEGABYTE
"""Of the write-ahead log, which goes to the file at 32 MB, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A process at a moment, and what was done since the sample before.

    Sizes are in bytes, times in seconds; ``at`` is since the start.
    """

    at: float
    memory: int
    files: int
    threads: int
    database: int
    log: int
    """The size of the write-ahead log."""
    processor: float
    """Share of one core."""
    requests: float
    """A second, of all kinds, to Discord."""
    messages: float
    """A second, posted."""
    asked: int
    """Commands and buttons that were answered."""
    unanswered: int
    answered_in: float
    """The slowest but one in twenty."""
    lag: float
    """Age of the oldest paper that is owed at once and not there."""


def slope(samples: Sequence[Sample]) -> float:
    """Return how memory grows by least squares, in kilobytes a minute."""
    times = [sample.at / 60 for sample in samples]
    return linear_regression(times, [sample.memory / 1000 for sample in samples]).slope


def growth(samples: Sequence[Sample]) -> float:
    """Return by which share memory grows from the first third of samples to the last."""
    first, _, last = _thirds(samples)
    before = mean(sample.memory for sample in first)
    return mean(sample.memory for sample in last) / before - 1


def files(samples: Sequence[Sample]) -> tuple[int, int]:
    """Return the most open files in the first two thirds, and in the last."""
    first, second, last = _thirds(samples)
    return _most([*first, *second], lambda it: it.files), _most(last, lambda it: it.files)


def not_flat(samples: Sequence[Sample]) -> list[str]:
    """Return what grows, in lines; `samples` are those after the warm-up, six or more."""
    found = []
    if (grown := growth(samples)) > GROWTH:
        found.append(f"memory grew by {grown:.1%}, more than {GROWTH:.0%}")
    if (rate := slope(samples)) > KILOBYTES_A_MINUTE:
        found.append(f"memory grows by {rate:,.0f} kB a minute, over {KILOBYTES_A_MINUTE:,}")
    before, after = files(samples)
    if after > before + FILES:
        found.append(f"open files grew from {before} to {after}")
    if (log := _most(samples, lambda it: it.log)) > LOG_BYTES:
        found.append(f"the write-ahead log came to {log / MEGABYTE:.0f} MB")
    return found


def _thirds(
    samples: Sequence[Sample],
) -> tuple[Sequence[Sample], Sequence[Sample], Sequence[Sample]]:
    third = len(samples) // 3
    return samples[:third], samples[third:-third], samples[-third:]


def _most(samples: Sequence[Sample], what: Callable[[Sample], int]) -> int:
    return max(map(what, samples))
