"""Tells a message that fails for what it is from an outage. Pure.

Discord answers 500 to some messages each time (discord-api-docs issue 8554). In an outage every
message fails, however long; only what fails while others are sent is at fault itself.
"""

from datetime import datetime

from bot.storage.posts import Post

MOST_FAILURES = 12
"""While others are sent; at the longest wait between two attempts, an hour."""
ATTEMPTS_IN_LINE = 3
"""Then the channel's next message is tried, and shows which of the two it is."""
MOST_ASIDE = 3
"""Of a channel: so many are passed, so that an outage does not put its messages out of order."""


def is_its_own(post: Post, others_sent_at: datetime | None) -> bool:
    """Whether a failure now is the message's own: another was sent since the one before."""
    failed, sent = post.failed_at, others_sent_at
    return failed is not None and sent is not None and failed <= sent


def steps_aside(post: Post) -> bool:
    """Whether a message that failed now has been attempted often enough to let others pass."""
    return post.attempts + 1 >= ATTEMPTS_IN_LINE


def is_hopeless(post: Post) -> bool:
    """Whether a message failed so often while others were sent that it is tried no more."""
    return post.failures >= MOST_FAILURES
