"""What threads and forums have in Discord's API besides what any channel has. Pure.

Source: Discord's documents, resources/channel ("Channel Object", "Thread Metadata Object").
"""

from datetime import UTC, datetime

from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.threads import Forum, Thread

REQUIRE_TAG = 1 << 4
"""Of a forum (Channel Flags)."""


def forum_fields(which: Forum) -> Json:
    """Return what a forum has besides what any channel has."""
    return {
        "flags": REQUIRE_TAG if which.requires_tag else 0,
        "available_tags": [
            {
                "id": str(tag.id),
                "name": tag.name,
                "moderated": tag.moderated,
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in which.tags
        ],
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
        "default_thread_rate_limit_per_user": 0,
    }


def thread_fields(which: Thread) -> Json:
    """Return what a thread has besides its id, its type and its last message."""
    written = sum(each.id != which.id for each in which.messages)
    return {
        "guild_id": str(which.guild_id),
        "name": which.name,
        "parent_id": str(which.parent.id) if which.parent else None,
        "owner_id": str(which.owner.id),
        "flags": 0,
        "rate_limit_per_user": 0,
        "message_count": written,
        "total_message_sent": written,
        "member_count": 1,
        "applied_tags": [str(each) for each in which.tags],
        "thread_metadata": {
            "archived": which.archived,
            "locked": which.locked,
            "auto_archive_duration": which.duration,
            "archive_timestamp": _text(which.archive_changed_at),
            "create_timestamp": _text(which.created_at),
        },
    }


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
