"""The nonce that makes Discord drop a resend. Pure; remembers nothing."""

from hashlib import blake2b


def nonce_of(post_id: int, channel_id: int, part: int = 0, *, salt: str) -> str:
    """Return 24 hex digits, the same for the same post, channel and part, also after a restart.

    `salt` is the random id of this database: Discord compares nonces by author only, and two
    databases of one bot count their posts alike. At most 25 characters are allowed (Create Message,
    ``nonce``).
    """
    named = f"{salt}|{post_id}|{channel_id}|{part}"
    return blake2b(named.encode(), digest_size=12).hexdigest()
