"""How Discord says no: a status, a JSON code, a message and, for a form, an error per field.

Decides nothing; codes and texts are those of Discord's page "Opcodes and Status Codes".
"""

from typing import Any

Json = dict[str, Any]
"""A JSON object as Discord and its clients exchange it."""

BLANK = "BASE_TYPE_REQUIRED"


class Refusal(Exception):  # noqa: N818 - reads as what happened
    """An answer of 400 or more. ``body`` is the JSON object that goes with ``status``."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


def unauthorized() -> Refusal:
    """Return the answer to a missing or wrong token."""
    return Refusal(401, 0, "401: Unauthorized")


def unknown_route() -> Refusal:
    """Return the answer to a path that Discord does not have."""
    return Refusal(404, 0, "404: Not Found")


def unknown_channel() -> Refusal:
    """Return the answer about a channel that is gone or never was."""
    return Refusal(404, 10003, "Unknown Channel")


def unknown_guild() -> Refusal:
    """Return the answer about a guild that the bot is not in."""
    return Refusal(404, 10004, "Unknown Guild")


def unknown_message() -> Refusal:
    """Return the answer about a message that is gone or never was."""
    return Refusal(404, 10008, "Unknown Message")


def unknown_interaction() -> Refusal:
    """Return the answer to a first response that comes after its three seconds."""
    return Refusal(404, 10062, "Unknown interaction")


def unknown_webhook() -> Refusal:
    """Return the answer to an interaction token that was never given out."""
    return Refusal(404, 10015, "Unknown Webhook")


def expired_token() -> Refusal:
    """Return the answer to an interaction token older than fifteen minutes."""
    return Refusal(401, 50027, "Invalid Webhook Token")


def already_acknowledged() -> Refusal:
    """Return the answer to a second first response."""
    return Refusal(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> Refusal:
    """Return the answer about a channel that the bot cannot see."""
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    """Return the answer to an act for which the bot lacks a permission."""
    return Refusal(403, 50013, "Missing Permissions")


def not_yours() -> Refusal:
    """Return the answer to an edit of somebody else's message."""
    return Refusal(403, 50005, "Cannot edit a message authored by another user")


def not_a_text_channel() -> Refusal:
    """Return the answer to a message to a channel that holds none of its own."""
    return Refusal(400, 50008, "Cannot send messages in a non-text channel")


def wrong_channel_type() -> Refusal:
    """Return the answer to a thread where there can be none."""
    return Refusal(400, 50024, "Cannot execute action on this channel type")


def archived_thread() -> Refusal:
    """Return the answer to an act in an archived thread."""
    return Refusal(400, 50083, "Thread is archived")


def locked_thread() -> Refusal:
    """Return the answer to a message to a locked thread."""
    return Refusal(400, 160005, "Thread is locked")


def thread_exists() -> Refusal:
    """Return the answer to a second thread from a message."""
    return Refusal(400, 160004, "A thread has already been created for this message")


def too_many_threads() -> Refusal:
    """Return the answer to a thread beyond those that a guild can have active."""
    return Refusal(400, 160006, "Maximum number of active threads reached")


def tag_required() -> Refusal:
    """Return the answer to a forum post without a tag where one is required."""
    return Refusal(400, 40067, "A tag is required to create a forum post in this channel")


def unknown_tag() -> Refusal:
    """Return the answer about a tag that the forum does not have."""
    return Refusal(404, 10087, "Unknown tag")


def empty_message() -> Refusal:
    """Return the answer to a message with nothing in it."""
    return Refusal(400, 50006, "Cannot send an empty message")


def broken_json() -> Refusal:
    """Return the answer to a body that is no JSON object."""
    return Refusal(400, 50109, "The request body contains invalid JSON.")


def server_error() -> Refusal:
    """Return the answer that Discord gives when it fails itself."""
    return Refusal(500, 0, "500: Internal Server Error")


class FormErrors:
    """Collects what is wrong with a form, so that one answer names every field.

    A path is dotted, with indexes: ``embeds.0.title``.
    """

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Note one error; Discord's clients expect objects here, never bare strings."""
        node = self._tree
        for part in path.split("."):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, text: object, low: int, high: int) -> None:
        """Note a text that is not of ``low`` to ``high`` code points."""
        if not isinstance(text, str):
            self.add(path, "BASE_TYPE_BAD_TYPE", "Must be a string.")
        elif not text and low:
            self.add(path, BLANK, "This field is required")
        elif not low <= len(text) <= high:
            word = "BASE_TYPE_BAD_LENGTH" if low else "BASE_TYPE_MAX_LENGTH"
            limits = f"between {low} and {high}" if low else f"{high} or fewer"
            self.add(path, word, f"Must be {limits} in length.")

    def count(self, path: str, items: object, low: int, high: int) -> list[Json]:
        """Note a list that has not ``low`` to ``high`` entries; return its objects."""
        if not isinstance(items, list):
            self.add(path, "BASE_TYPE_BAD_TYPE", "Must be a list.")
            return []
        if not low <= len(items) <= high:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                self.add(f"{path}.{index}", "MODEL_TYPE_CONVERT", "Must be an object.")
        return [item for item in items if isinstance(item, dict)]

    def raise_if_any(self) -> None:
        """Raise `Refusal` 50035 if anything was noted."""
        if self._tree:
            raise self._refusal()

    def _refusal(self) -> Refusal:
        return Refusal(400, 50035, "Invalid Form Body", self._tree)

    @classmethod
    def single(cls, path: str, code: str, message: str) -> Refusal:
        """Return the answer to a form with one error."""
        errors = cls()
        errors.add(path, code, message)
        return errors._refusal()
