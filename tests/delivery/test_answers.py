"""What an error says to the person."""

import pytest
from discord import app_commands

from bot.delivery.answers import (
    BROKEN,
    BUSY,
    NO_SERVER,
    NOT_HERE,
    ODD_OPTION,
    AnsweringModal,
    caret_block,
    explanation,
)
from bot.errors import DatabaseBusy, NotAllowed, NotFound, QueryError, UserError


class _Odd(app_commands.TransformerError):
    """An option that discord.py could not read, built without its parts."""

    def __init__(self) -> None:
        Exception.__init__(self, "odd")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UserError("Do this."), "Do this."),
        (NotFound("Look there."), "Look there."),
        (NotAllowed("Ask them."), "Ask them."),
        (DatabaseBusy("/var/lib/secret/paperwire.db is locked"), BUSY),
        (app_commands.NoPrivateMessage(), NO_SERVER),
        (app_commands.CheckFailure("internal"), NOT_HERE),
        (_Odd(), ODD_OPTION),
        (RuntimeError("token=abc"), BROKEN),
    ],
    ids=["user", "not found", "not allowed", "storage", "direct", "check", "option", "bug"],
)
def test_each_kind_of_error_has_its_sentence(error: Exception, said: str) -> None:
    """Errors of the person are told in full, all others without what they know."""
    assert explanation(error) == said


@pytest.mark.parametrize(
    ("query", "offset", "lines"),
    [
        ("mesh AND", 8, ("mesh AND", "        ^")),
        ("(mesh", 0, ("(mesh", "^")),
        ("", 0, ("", "^")),
        ("a\tb\nc (", 6, ("a b c (", "      ^")),
        ("``` x (", 6, ("''' x (", "      ^")),
        ("\u202ex (", 3, ("�x (", "   ^")),
        ("漢字 (", 3, ("漢字 (", "     ^")),
        ("e\u0301 (", 3, ("e\u0301 (", "  ^")),
        ("a" * 60 + "(" + "b" * 60, 60, ("…" + "a" * 48 + "(" + "b" * 47 + "…", " " * 49 + "^")),
    ],
    ids=["end", "start", "empty", "blanks", "fence", "bidi", "wide", "combining", "long"],
)
def test_the_caret_stands_under_the_place(query: str, offset: int, lines: tuple[str, str]) -> None:
    """As columns are counted on a screen, around the trouble, and inside the code block."""
    block = caret_block(QueryError(query, offset, "hint"))
    assert block == f"```\n{lines[0]}\n{lines[1]}\n```"


def test_a_wall_of_marks_is_cut() -> None:
    """Letters without a width cannot make the answer too long for Discord."""
    query = "\u0301" * 5000 + "("
    assert len(explanation(QueryError(query, 5000, "hint"))) < 500


def test_an_empty_query_shows_no_empty_code() -> None:
    """Where nothing was typed there is nothing to point at."""
    assert explanation(QueryError(" ", 0, "Type something.")) == "Type something."


class _Form(AnsweringModal, title="Form"):
    """A form."""


async def test_a_form_that_is_never_sent_is_forgotten() -> None:
    """discord.py keeps a form no longer than the token of its interaction would do."""
    assert _Form().timeout == 15 * 60
