"""Which mentions of a new message notify somebody, under its ``allowed_mentions``. Pure.

Stricter than Discord in one point: a mention inside code counts as well.
Source: Discord's documents, resources/message ("Allowed Mentions Object").
"""

import re

from bot.sandbox.discord.refusals import FormErrors, Json

_MENTION = re.compile(r"@everyone|@here|<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>")
_KINDS = ("everyone", "roles", "users")


def check_allowed(allowed: object, errors: FormErrors) -> None:
    """Note an ``allowed_mentions`` that Discord refuses: unknown kinds, over 100, both at once."""
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        errors.add("allowed_mentions", "MODEL_TYPE_CONVERT", "Must be an object.")
        return
    parse = allowed.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in _KINDS:
            path = f"allowed_mentions.parse.{index}"
            errors.add(path, "BASE_TYPE_CHOICES", f"Must be one of {_KINDS}.")
    for kind in ("users", "roles"):
        named = allowed.get(kind) or []
        if len(named) > 100:
            path = f"allowed_mentions.{kind}"
            errors.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
        if named and kind in parse:
            text = f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."
            errors.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def pinged(
    text: str,
    allowed: Json | None,
    *,
    may_mention_all: bool,
    mentionable_roles: frozenset[int] = frozenset(),
) -> frozenset[str]:
    """Return the mentions in ``text`` that notify: all of them where ``allowed`` is absent.

    ``may_mention_all`` is the author's Mention Everyone, which everyone, here and roles need.
    """
    return frozenset(
        _canonical(match)
        for match in _MENTION.finditer(text)
        if _is_allowed(match, allowed)
        and (
            match["user"]
            or may_mention_all
            or (match["role"] and int(match["role"]) in mentionable_roles)
        )
    )


def _canonical(match: re.Match[str]) -> str:
    return f"<@{match['user']}>" if match["user"] else match[0]


def _is_allowed(match: re.Match[str], allowed: Json | None) -> bool:
    if allowed is None:
        return True
    parse = allowed.get("parse") or []
    for kind, found in (("users", match["user"]), ("roles", match["role"])):
        if found:
            return kind in parse or found in map(str, allowed.get(kind) or [])
    return "everyone" in parse
