"""Faults on request: which request goes wrong, and how.

Rules stand in a queue; the first that fits a request is used. Knows no HTTP: the server acts.
"""

import asyncio
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class TooMany:
    """Answer 429 and store nothing; without ``via`` as Cloudflare does it, which is a ban."""

    retry_after: float = 0.5
    via: bool = True
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Answer with a status of 500 or more and store nothing."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class Lost:
    """Do what was asked, then drop the connection without a word (by RST if ``reset``)."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Drop the connection before anything was done."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """Do what was asked, and keep the answer back so many seconds, or until it is released."""

    seconds: float | None = None


Fault = TooMany | Failure | Lost | Refused | Stalled


class Rule:
    """One fault, the requests it befalls, and how often it struck."""

    def __init__(
        self,
        fault: Fault,
        *,
        method: str,
        path: str,
        times: int | None,
        skip: int,
        probability: float,
    ) -> None:
        self.fault = fault
        self.method = method
        self.path = path
        self.times = times
        self.skip = skip
        self.probability = probability
        self.hits = 0
        self.released = asyncio.Event()

    @property
    def spent(self) -> bool:
        """Whether it has struck as often as it should."""
        return self.times is not None and self.hits >= self.times

    @property
    def holding(self) -> bool:
        """Whether it may still keep answers back."""
        return isinstance(self.fault, Stalled) and not self.released.is_set()

    def release(self) -> None:
        """Let go of answers that are kept back, and strike no more."""
        self.times = self.hits
        self.released.set()

    def strikes(self, method: str, path: str, chance: random.Random) -> bool:
        """Return whether this request goes wrong, and count it."""
        fits = self.method in {"*", method} and fnmatchcase(path, self.path)
        if self.spent or not fits:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if chance.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The queue of rules. ``seed`` makes those with a probability repeatable."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable faults, no secret
        self._rules: list[Rule] = []

    def add(self, rule: Rule) -> Rule:
        """Put a rule at the end of the queue."""
        self._rules.append(rule)
        return rule

    def striking(self, method: str, path: str) -> Rule | None:
        """Return the first rule that befalls this request; spent ones are forgotten."""
        self._rules = [rule for rule in self._rules if rule.holding or not rule.spent]
        return next(
            (rule for rule in self._rules if rule.strikes(method, path, self._chance)), None
        )

    def release_all(self) -> None:
        """Let go of every answer that is kept back, and forget all rules."""
        for rule in self._rules:
            rule.release()
        self._rules.clear()
