"""Who may speak to the page: this machine's browser, from the page itself..

Against DNS rebinding the Host must be loopback's own name; against requests forged by another
site every act needs the page's origin and its token. No answer may be framed or load anything
foreign.
"""

import hmac
import secrets
from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TOKEN_HEADER = "X-Page-Token"  # noqa: S105 - the header's name
_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Judges requests to a server on a port of loopback."""

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(24)
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    def refusal(self, method: str, headers: Mapping[str, str]) -> str | None:
        """Return why a request is refused; None where it may pass."""
        host = headers.get("Host", "")
        if host not in self._hosts:
            return "This page is there under 127.0.0.1 only."
        origin = headers.get("Origin")
        if origin is not None and origin != f"http://{host}":
            return "Another site asked for this."
        if method in _SAFE:
            return None if self._is_own(headers) else "Another site asked for this."
        if origin is None or not self._knows_token(headers):
            return "Reload the page: the sandbox was started again since."
        return None

    def _is_own(self, headers: Mapping[str, str]) -> bool:
        """Return whether a GET comes from the page or from following a link to it."""
        site = headers.get("Sec-Fetch-Site", "none")
        return site in {"same-origin", "none"} or headers.get("Sec-Fetch-Mode") == "navigate"

    def _knows_token(self, headers: Mapping[str, str]) -> bool:
        given = headers.get(TOKEN_HEADER, "").encode("utf-8", "replace")
        return hmac.compare_digest(given, self.token.encode())
