"""Tells a message that fails for what it is from an outage. Pure but for what it remembers.

Discord answers 500 to some messages each time (discord-api-docs issue 8554). In an outage every
message fails, however long; only what fails while others are sent is at fault itself.
"""

from datetime import datetime

from bot.domain import PostId

MOST_FAILURES = 12
"""While others are sent; at the longest wait between two attempts, an hour."""


class Failing:
    """The failures of messages, as far as others were sent in between. A restart forgets them."""

    def __init__(self) -> None:
        self._sent_at: datetime | None = None
        self._failures: dict[PostId, tuple[int, datetime]] = {}

    def sent(self, post: PostId, now: datetime) -> None:
        """Note that a message was sent, or will be tried no more."""
        self._sent_at = now
        self._failures.pop(post, None)

    def failed(self, post: PostId, now: datetime) -> None:
        """Note that an attempt failed; it counts if another message was sent since the last."""
        count, last = self._failures.get(post, (0, now))
        others_pass = self._sent_at is not None and last <= self._sent_at
        self._failures[post] = (count + others_pass, now)

    def count(self, post: PostId) -> int:
        """Return how often a message failed while others were sent."""
        return self._failures.get(post, (0, None))[0]
