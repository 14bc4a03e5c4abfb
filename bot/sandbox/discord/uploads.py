"""Files that the bot sent along with messages: kept for whoever looks at them, up to a size."""

from collections.abc import Callable

from bot.sandbox.discord.refusals import Json

MOST_BYTES = 32 * 1024 * 1024
"""Of all files together; the oldest go first."""


class Uploads:
    """The latest files. ``new_id`` gives ids that nothing else has."""

    def __init__(self, new_id: Callable[[], int]) -> None:
        self._new_id = new_id
        self._files: dict[int, bytes] = {}

    def keep(self, filename: str, content: bytes) -> Json:
        """Keep a file, and return the attachment object that stands for it."""
        number = self._new_id()
        self._files[number] = content
        while sum(map(len, self._files.values())) > MOST_BYTES:
            del self._files[next(iter(self._files))]
        url = f"https://cdn.discordapp.com/attachments/{number}/{filename}"
        return {
            "id": str(number),
            "filename": filename,
            "size": len(content),
            "url": url,
            "proxy_url": url,
        }

    def content(self, number: int) -> bytes | None:
        """Return a file by its id; None if it is not kept any more."""
        return self._files.get(number)
