"""Who may speak to the page: nobody but this machine's browser, from the page itself."""

import pytest

from bot.sandbox.web.guard import HEADERS, TOKEN_HEADER, Guard

GUARD = Guard(8123)
OWN = {
    "Host": "127.0.0.1:8123",
    "Origin": "http://127.0.0.1:8123",
    "Sec-Fetch-Site": "same-origin",
    TOKEN_HEADER: GUARD.token,
}


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost:8123"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_page_itself_may(host: str, method: str) -> None:
    """A request of the page passes, under either name of loopback."""
    assert GUARD.refusal(method, {**OWN, "Host": host, "Origin": f"http://{host}"}) is None


def test_a_link_that_is_followed_may() -> None:
    """Opening the page from elsewhere is harmless."""
    followed = {"Host": OWN["Host"], "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert GUARD.refusal("GET", followed) is None


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Host": "evil.example:8123"}),
        ("GET", {"Host": "127.0.0.1"}),
        ("GET", {"Host": ""}),
        ("GET", {"Origin": "http://evil.example"}),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
        ("POST", {"Origin": "null"}),
        ("POST", {"Origin": "http://127.0.0.1:9999"}),
        ("POST", {TOKEN_HEADER: "wrong"}),
        ("POST", {TOKEN_HEADER: ""}),
    ],
)
def test_nobody_else_may(method: str, headers: dict[str, str]) -> None:
    """A rebound name, another site and a request without the page's token are refused."""
    assert GUARD.refusal(method, {**OWN, **headers})


@pytest.mark.parametrize("missing", ["Host", "Origin", TOKEN_HEADER])
def test_an_act_needs_all_of_it(missing: str) -> None:
    """An act without its host, its origin or the token is refused."""
    assert GUARD.refusal("POST", {name: OWN[name] for name in OWN if name != missing})


def test_the_page_may_load_nothing_foreign() -> None:
    """The policy names no origin but the page's own, and no code in the page's text."""
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
