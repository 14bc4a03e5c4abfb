"""All errors of Paperwire.

PaperwireError
├── UserError                 somebody asked for what cannot be; the text is shown to them
│   ├── QueryError            a query does not parse: where (a caret) and what to type instead
│   ├── NotFound              no such paper, subscription or digest
│   └── NotAllowed            a permission is missing: the person's or the bot's
└── OperationalError          the world is not as it should be; `retry_after` says when to try again
    ├── ConfigError           a setting is missing or malformed
    ├── SourceError           a source did not answer, or answered something unusable
    ├── ModelError            so did a language model
    │   └── ModelRefusal      it does not sum this paper up; others it may
    ├── StorageError
    │   ├── NotOurDatabase    the file belongs to something else
    │   ├── DatabaseTooNew    written by a later Paperwire
    │   ├── DatabaseBusy      locked by another process
    │   └── DiskFull          nothing was changed
    └── DeliveryError
        ├── Unreachable       the channel is closed to the bot: pause it
        │   └── Gone          it is not there any more
        ├── Refused           Discord will never take this message: never send it again
        ├── AlreadyDeleted    it was delivered, then deleted by somebody
        ├── ThreadClosed      it cannot be edited until somebody opens the thread that holds it
        ├── NotNow            not now; whether an attempt before it arrived is not known
        └── Unanswered        it may have been delivered: same nonce, or read the history back

Third-party exceptions are translated where they arise, never above.
"""


class PaperwireError(Exception):
    """Base of all errors that Paperwire raises on purpose."""


class UserError(PaperwireError):
    """Somebody asked for what cannot be; ``str(error)`` is shown to them and says what to do."""


class QueryError(UserError):
    """A query does not parse.

    ``query`` is the text that was read, ``offset`` (code points) where in it the trouble starts,
    ``hint`` one line that says what to type instead.
    """

    def __init__(self, query: str, offset: int, hint: str) -> None:
        self.query = query
        self.offset = offset
        self.hint = hint
        super().__init__(hint)

    def caret(self) -> str:
        """Return two lines: the query on one line, and a caret under the place."""
        line = "".join(" " if letter.isspace() else letter for letter in self.query)
        return f"{line}\n{' ' * self.offset}^"


class NotFound(UserError):  # noqa: N818 - reads as what happened
    """No such paper, subscription or digest."""


class NotAllowed(UserError):  # noqa: N818 - reads as what happened
    """A permission is missing: the person's or the bot's."""


class OperationalError(PaperwireError):
    """The world is not as it should be. ``retry_after`` is in seconds, None where unknown."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConfigError(OperationalError):
    """A setting is missing or malformed; the message is one line that names it."""


class SourceError(OperationalError):
    """A source did not answer, or answered something unusable."""


class ModelError(OperationalError):
    """A language model did not answer, or answered something unusable."""


class ModelRefusal(ModelError):  # noqa: N818 - reads as what happened
    """A language model does not sum this paper up, for what the paper is; others it may."""


class StorageError(OperationalError):
    """The database cannot be used."""


class NotOurDatabase(StorageError):  # noqa: N818 - reads as what happened
    """The file belongs to something else; it was not touched."""


class DatabaseTooNew(StorageError):  # noqa: N818 - reads as what happened
    """The database was written by a later Paperwire; it was not touched."""


class DatabaseBusy(StorageError):  # noqa: N818 - reads as what happened
    """Another process holds the database's lock."""


class DiskFull(StorageError):  # noqa: N818 - reads as what happened
    """There is no room to write; the transaction was rolled back."""


class DeliveryError(OperationalError):
    """A message was not confirmed by Discord."""


class Unreachable(DeliveryError):  # noqa: N818 - reads as what happened
    """The channel is gone or closed to the bot; the message says which."""


class Gone(Unreachable):
    """The channel or thread was deleted, or the bot was thrown out."""


class Refused(DeliveryError):  # noqa: N818 - reads as what happened
    """Discord will never take this message (400)."""


class AlreadyDeleted(DeliveryError):  # noqa: N818 - reads as what happened
    """The message with this nonce was delivered, then deleted (404 Unknown Message)."""


class NotNow(DeliveryError):  # noqa: N818 - reads as what happened
    """Not now (429), perhaps later; an attempt that discord.py made before may have arrived."""


class ThreadClosed(DeliveryError):  # noqa: N818 - reads as what happened
    """A message cannot be edited while the thread that holds it is closed; others can."""


class Unanswered(DeliveryError):  # noqa: N818 - reads as what happened
    """Discord may have stored the message without our seeing the answer."""
