"""Random input for the query parser: a tree or a QueryError, never anything else, never slow.

`make fuzz-parser` draws it by chance, `make fuzz` lets atheris look for new paths.
"""

import random
import sys
import time
from importlib import import_module
from typing import Any

from bot.errors import QueryError
from bot.matching.parser import parse

SLOWEST = 0.020
"""Seconds of processor time that one input may take."""
_PIECES = (
    *(
        "AND",
        "OR",
        "NOT",
        " AND ",
        " OR ",
        " NOT ",
        "-",
        "(",
        ")",
        '"',
        "“",
        "”",
        "«",
        "»",
        ",",
        "\n",
    ),
    *("title:", "abs:", "author:", "cat:cs.CL", "id:", "type:", "has:code", "nofield:", ":", "::"),
    *("upvotes", "stars>=", "comments<3", ">=", "=", "<", "99999999999999999999", "~", "~5", '"~'),
    *(
        "*",
        "splat*",
        "a*b",
        "RAG",
        "RAGs",
        "GPT-4",
        "pre-training",
        "C++",
        "C#",
        "2.5D",
        "'s",
        "’s",  # noqa: RUF001 - people type it
    ),
    *(
        "diffusion model",
        "mesh",
        " ",
        "  ",
        "\t",
        "\0",
        "\u200b",
        "\ufeff",
        "é",
        "ß",
        "İ",
        "ﬁ",
        "ª",
    ),
    *("ة", "漢字", "🜚", "\ud800", "\u0301", "-" * 40, "(" * 40, "(a " * 9, '"a" ' * 30, "a-" * 60),
)


def typed(chance: random.Random) -> str:
    """Return random input: pieces of the grammar, any characters, or both, up to 700 characters."""
    kind = chance.random()
    if kind < 0.1:
        return "".join(
            chr(chance.randrange(sys.maxunicode + 1)) for _ in range(chance.randrange(99))
        )
    pieces = chance.choices(_PIECES, k=chance.randrange(1, 1 + chance.choice((5, 20, 120))))
    if kind < 0.4:
        pieces = [f"{piece} " for piece in pieces]
    if kind > 0.9:
        pieces.insert(0, chr(chance.randrange(0x3000)))
    return "".join(pieces)[:700]


def check(text: str) -> float:
    """Parse one input and return the seconds it took; what is understood reads back as itself.

    Raises AssertionError where it does not, and lets through whatever is no QueryError.
    """
    start = time.thread_time()
    try:
        query = parse(text)
    except QueryError as error:
        seconds = time.thread_time() - start
        if not (0 <= error.offset <= len(error.query) and error.hint):
            raise AssertionError(f"the caret is outside of the query: {text!r}") from error
        return seconds
    seconds = time.thread_time() - start
    if parse(str(query), typed=False) != query:
        raise AssertionError(f"it reads back as something else: {text!r}")
    return seconds


def fuzz_parser(count: int, seed: int) -> int:
    """Parse so much random input and print what it came to; 1 if any of it was slow."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    slowest, which = 0.0, ""
    for number in range(count):
        text = typed(chance)
        try:
            seconds = check(text)
        except Exception:
            print(f"Input {number} of seed {seed}: {text!r}", file=sys.stderr)
            raise
        if seconds > SLOWEST:
            # Whatever else ran on the machine is not the parser's fault.
            seconds = min(seconds, *(check(text) for _ in range(3)))
        if seconds > slowest:
            slowest, which = seconds, text
    print(f"{count:,} inputs, seed {seed}: the slowest took {slowest * 1e3:.2f} ms: {which[:60]!r}")
    return int(slowest > SLOWEST)


def atheris_main() -> None:
    """Let atheris look for input that breaks the parser, until it is stopped."""
    atheris: Any = import_module("atheris")
    atheris.instrument_all()

    def one(content: bytes) -> None:
        check(content.decode("utf-8", "replace"))

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    atheris_main()
