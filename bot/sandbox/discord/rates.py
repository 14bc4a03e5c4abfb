"""Discord's limits: a bucket per route and channel, 50 a second, a ban for invalid requests.

Decides and counts; answers nothing itself. Times are seconds of the clock it is given.
Source: Discord's documents, topics/rate-limits. The figures per route are not documented: clients
must learn them from the headers, so a test may set any.
"""

import hashlib
import math
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.sandbox.discord.refusals import Json


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds, counted from the first one.

    ``shared`` with other bots: a refusal is not counted against this one.
    """

    requests: int
    seconds: float
    shared: bool = False


@dataclass(slots=True)
class _Window:
    """Requests counted until ``ends``."""

    ends: float
    used: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and the headers and body that say so."""

    passes: bool
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: Json | None = None


GLOBAL = Limit(50, 1.0)
"""In any second, wherever it begins: Discord does not say when its own begin."""
INVALID = Limit(10_000, 600.0)
"""Requests answered with 401, 403 or 429; above, the address is banned."""
USUAL = Limit(50, 1.0)
POST_MESSAGE = ("POST", "/channels/{channel_id}/messages")
ROUTES: Mapping[tuple[str, str], Limit] = MappingProxyType(
    {
        POST_MESSAGE: Limit(5, 5.0),
        ("PATCH", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 5.0),
        ("DELETE", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 1.0),
        ("POST", "/webhooks/{application_id}/{token}"): Limit(5, 2.0),
        ("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}"): Limit(5, 2.0),
    }
)


class Rates:
    """Counts requests against the limits; with ``enabled`` false, everything passes unmarked."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        enabled: bool = True,
        routes: Mapping[tuple[str, str], Limit] = ROUTES,
        overall: Limit = GLOBAL,
        invalid: Limit = INVALID,
    ) -> None:
        self.enabled = enabled
        self.routes = dict(routes)
        self.overall = overall
        self.refused: Counter[str] = Counter()
        """How many requests were refused, by scope: ``global``, ``user``, ``shared``, ``ban``."""
        self._invalid_limit = invalid
        self._invalid: deque[float] = deque()
        self._latest: deque[float] = deque()
        self._clock = clock
        self._windows: dict[tuple[str, str], _Window] = {}

    def judge(self, method: str, route: str, major: str) -> Verdict:
        """Count a request of a route template; ``major`` is its channel, guild or webhook id."""
        if not self.enabled:
            return Verdict(passes=True)
        if len(self._recent(self._invalid, self._invalid_limit)) >= self._invalid_limit.requests:
            return self._ban()
        if not _is_interaction(route):
            latest = self._recent(self._latest, self.overall)
            if len(latest) >= self.overall.requests:
                left = latest[0] + self.overall.seconds - self._clock()
                return self._refusal(left, {"X-RateLimit-Global": "true"}, "global")
            latest.append(self._clock())
        limit = self.routes.get((method, route), USUAL)
        bucket = bucket_of(method, route)
        window = self._window((bucket, "" if limit.shared else major), limit)
        passes = window.used < limit.requests
        window.used += passes
        headers = self._headers(window, limit, bucket)
        if passes:
            return Verdict(passes=True, headers=headers)
        left = window.ends - self._clock()
        return self._refusal(left, headers, "shared" if limit.shared else "user")

    def count_invalid(self) -> None:
        """Count an answer of 401, 403 or 429, but for one whose scope is ``shared``."""
        self._invalid.append(self._clock())

    def _recent(self, times: deque[float], limit: Limit) -> deque[float]:
        while times and times[0] <= self._clock() - limit.seconds:
            times.popleft()
        return times

    def _ban(self) -> Verdict:
        self.refused["ban"] += 1
        left = self._invalid[0] + self._invalid_limit.seconds - self._clock()
        return Verdict(passes=False, headers=refusal_headers(left, "user", via=False))

    def _window(self, key: tuple[str, str], limit: Limit) -> _Window:
        now = self._clock()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            self._forget(now)
            window = self._windows[key] = _Window(now + limit.seconds, 0)
        return window

    def _forget(self, now: float) -> None:
        if len(self._windows) > 1000:
            self._windows = {key: each for key, each in self._windows.items() if each.ends > now}

    def _headers(self, window: _Window, limit: Limit, bucket: str) -> dict[str, str]:
        left = _rounded(window.ends - self._clock())
        return {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(limit.requests - window.used),
            "X-RateLimit-Reset": f"{self._clock() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": bucket,
        }

    def _refusal(self, left: float, headers: Mapping[str, str], scope: str) -> Verdict:
        self.refused[scope] += 1
        left = max(0.001, _rounded(left))
        body = too_many(left, is_global=scope == "global")
        return Verdict(passes=False, headers={**headers, **refusal_headers(left, scope)}, body=body)


def _rounded(seconds: float) -> float:
    # Up, so that a client that waits as told does not come a moment early.
    return math.ceil(max(0.0, seconds) * 1000) / 1000


def too_many(seconds: float, *, is_global: bool) -> Json:
    """Return the body of a 429."""
    return {
        "message": "You are being rate limited.",
        "retry_after": seconds,
        "global": is_global,
    }


def refusal_headers(seconds: float, scope: str, *, via: bool = True) -> dict[str, str]:
    """Return the headers of a 429; one without Via comes from Cloudflare, a ban."""
    headers = {"Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope}
    return {**headers, "Via": "1.1 google"} if via else headers


def bucket_of(method: str, route: str) -> str:
    """Return the opaque name of a route's bucket, as X-RateLimit-Bucket gives it."""
    return hashlib.blake2b(f"{method} {route}".encode(), digest_size=16).hexdigest()


def _is_interaction(route: str) -> bool:
    # "Interaction endpoints are not bound to the bot's Global Rate Limit."
    return route.startswith(("/interactions/", "/webhooks/"))
