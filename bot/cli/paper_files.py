"""Commands over files of papers: `match`, `clean`, `summarize` and `import`.

Streams: one paper at a time, whatever the size of the file. A line that cannot be used is told on
standard error with its number, the rest is still done, and the exit status is 2.
"""

import argparse
import codecs
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bot.cli.common import ENVIRONMENT_FILE, MISUSED, Commands
from bot.config import load_database_settings
from bot.domain import Paper
from bot.errors import ConfigError
from bot.services.batch_matching import BatchMatching, NamedQuery
from bot.services.importing import PAPERS_A_TRANSACTION, Imported, import_papers
from bot.sources.paper_lines import LineError, PaperLine, read_line
from bot.storage.database import Database
from bot.text.plain import readable
from bot.text.summary import extract

_PAPERS = (
    "JSON Lines with id, title, abstract and optionally authors, categories, published, version, "
    "source, announce_type, upvotes, stars, comments, code_url; - is standard input"
)


def add_commands(commands: Commands) -> None:
    """Add the commands to the parser."""
    matching = commands.add_parser(
        "match",
        help="print which queries select each paper of a file",
        description="Print one JSON object for each paper, in order: its id, and the ids of the "
        "queries that select it, in the order of their file. Judges as live delivery does.",
    )
    matching.add_argument(
        "--queries",
        required=True,
        metavar="FILE",
        help="a query a line, or its id, a tab and the query; - is standard input",
    )
    matching.add_argument("--papers", required=True, metavar="FILE", help=_PAPERS)
    matching.set_defaults(command=_match)
    cleaning = commands.add_parser(
        "clean",
        help="print titles and abstracts of a file as plain Unicode",
        description="Print one JSON object for each paper, in order: its id, and its title and "
        "abstract as people see them. TeX and HTML become Unicode, lines are joined.",
    )
    cleaning.add_argument("--papers", required=True, metavar="FILE", help=_PAPERS)
    cleaning.set_defaults(command=_clean)
    summarizing = commands.add_parser(
        "summarize",
        help="print a summary of each paper of a file",
        description="Print one JSON object for each paper, in order: its id, and the one sentence "
        "of its abstract that sums it up, as cards show it. Asks no language model.",
    )
    summarizing.add_argument("--papers", required=True, metavar="FILE", help=_PAPERS)
    summarizing.set_defaults(command=_summarize)
    importing = commands.add_parser(
        "import",
        help="store papers of a file as history",
        description="Store papers in the configured database for look-ups, searches and "
        "look-backs, announced on the day they were published, or now. They are history: nobody "
        "is owed them, whatever is subscribed.",
    )
    importing.add_argument("--papers", required=True, metavar="FILE", help=_PAPERS)
    importing.set_defaults(command=_import)


async def _match(options: argparse.Namespace) -> int:
    if options.queries == options.papers == "-":
        raise ConfigError("Queries and papers cannot both come from standard input.")
    with tempfile.TemporaryDirectory(prefix="paperwire-") as folder:
        async with Database.open(Path(folder) / "match.db") as database:
            matching = BatchMatching(database)
            wrong = 0
            with _opened(options.queries) as lines:
                for query, error in await matching.file(_queries(lines)):
                    wrong += 1
                    _complain(f"{_place(query)}: {error}\n{error.caret()}")
            with _opened(options.papers) as lines:
                papers = _Papers(lines)
                for line in papers:
                    found = await matching.selecting(line.paper)
                    print(json.dumps({"paper": line.given_id, "queries": found}))
    sys.stdout.flush()
    return MISUSED if wrong or papers.wrong else 0


async def _clean(options: argparse.Namespace) -> int:
    def told(paper: Paper) -> dict[str, str]:
        return {"title": readable(paper.title), "abstract": readable(paper.abstract)}

    return _tell_each(options.papers, told)


async def _summarize(options: argparse.Namespace) -> int:
    return _tell_each(
        options.papers, lambda paper: {"summary": extract(paper.title, paper.abstract)}
    )


def _tell_each(name: str, told: Callable[[Paper], dict[str, str]]) -> int:
    """Print the id of each paper of a file and what is told of it; return the exit status."""
    # The same object either way; escapes are only for terminals that could not print the letters.
    escaped = codecs.lookup(sys.stdout.encoding).name != "utf-8"
    with _opened(name) as lines:
        papers = _Papers(lines)
        for line in papers:
            print(json.dumps({"id": line.given_id, **told(line.paper)}, ensure_ascii=escaped))
    sys.stdout.flush()
    return MISUSED if papers.wrong else 0


async def _import(options: argparse.Namespace) -> int:
    settings = load_database_settings(ENVIRONMENT_FILE)
    total = Imported()
    async with Database.open(settings.database_path) as database:
        with _opened(options.papers) as lines:
            papers = _Papers(lines)
            while some := [line.paper for line in islice(papers, PAPERS_A_TRANSACTION)]:
                total += await import_papers(database, some, datetime.now(UTC))
    print(f"{total.new} papers imported, {total.known} known before, {papers.wrong} lines refused.")
    return MISUSED if papers.wrong else 0


class _Papers:
    """The papers of a file, one by one; counts the lines that are none."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._papers = self._read(lines)
        self.wrong = 0

    def __iter__(self) -> Iterator[PaperLine]:
        return self._papers

    def _read(self, lines: Iterable[bytes]) -> Iterator[PaperLine]:
        for number, line in _numbered(lines):
            try:
                yield read_line(line)
            except LineError as error:
                self.wrong += 1
                _complain(f"papers, line {number}: {error}")


def _queries(lines: Iterable[bytes]) -> Iterator[NamedQuery]:
    """Yield the queries of a file; an id that comes twice is told, and both queries count."""
    first_lines: dict[str | int, int] = {}
    for number, line in _numbered(lines):
        text = line.decode(errors="replace").rstrip("\r\n")
        name, tab, typed = text.partition("\t")
        if tab and name.strip():
            query = NamedQuery(_name(name.strip()), typed, number)
        else:
            query = NamedQuery(number, typed if tab else text, number)
        first = first_lines.setdefault(query.name, number)
        if first != number:
            _complain(f"queries, line {number}: line {first} has the id {query.name} too.")
        yield query


def _place(query: NamedQuery) -> str:
    name = "" if query.name == query.line else f" (id {query.name})"
    return f"queries, line {query.line}{name}"


def _name(text: str) -> str | int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(2**63))
    return int(text) if is_number and str(int(text)) == text else text


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        bare = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if bare.strip():
            yield number, bare


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - an error in the block is not one of opening
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def _complain(text: str) -> None:
    print(text, file=sys.stderr)
