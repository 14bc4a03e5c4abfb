"""A server's set-up as a file, and the lists of keywords that people have elsewhere. Pure.

Reads what is foreign and hostile: sizes are bounded, YAML is read without tags, and nothing of a
file is more than a query that the parser then takes or refuses.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import UserError

MOST_BYTES = 256 * 1024
MOST_QUERIES = 500
"""Of one file, as a channel has at most."""
_MOST_NODES = 20_000
"""Of a YAML document, aliases counted each time: it cannot grow when it is read."""
_MAIL = re.compile(r"(add|del)\s+([a-z][\w.-]{1,30})", re.IGNORECASE)
"""A line of a mail to arXiv's listing service (help/subscribe)."""
_HEADERS = ("query", "keyword", "keywords", "term", "topic", "search")
_CATEGORY_KEYS = ("categor", "subject", "archive", "arxiv_cat")
_KEYWORD_KEYS = ("keyword", "term", "topic", "quer", "interest", "search", "phrase")
_AUTHOR_KEYS = ("author",)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SubscriptionSetup(_Strict):
    """A subscription, by its canonical query."""

    query: str = Field(max_length=4_000)
    when: Literal["now", "daily"] = "now"


class DigestSetup(_Strict):
    """A digest's schedule; days are ISO weekdays."""

    hour: int = Field(ge=0, le=23)
    timezone: str = Field(max_length=64)
    days: tuple[int, ...] = Field(min_length=1, max_length=7)
    empty: bool = False


class ChannelSetup(_Strict):
    """A channel, known by its id and, in another server, by its name."""

    id: str = Field(max_length=20)
    name: str = Field(default="", max_length=100)
    subscriptions: tuple[SubscriptionSetup, ...] = Field(default=(), max_length=MOST_QUERIES)
    digest: DigestSetup | None = None
    catch_up_days: int = Field(default=7, ge=1, le=365)


class ServerSetup(_Strict):
    """Everything that a server has set up; `paperwire` is the version of the format."""

    paperwire: Literal[1] = 1
    channels: tuple[ChannelSetup, ...] = Field(max_length=500)


@dataclass(frozen=True, slots=True)
class Listed:
    """The queries that a list holds, each once, in its order."""

    queries: tuple[str, ...]


def read(raw: bytes, filename: str) -> ServerSetup | Listed:
    """Return what a file holds: a server's set-up, or a list of queries.

    Takes Paperwire's own JSON; CSV with a column named query or keyword, or the first one; mails to
    arXiv's listing service (``add cs.CL``); YAML with categories, keywords and authors as digest
    tools have them; plain lines. Raises UserError, which says what is wrong.
    """
    if len(raw) > MOST_BYTES:
        raise UserError(f"The file is larger than {MOST_BYTES // 1024} KB: split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("The file is not text in UTF-8. Save it as that, and try again.") from None
    ending = filename.rpartition(".")[2].lower()
    if ending == "json" or text.lstrip().startswith('{"paperwire"'):
        return _server(text)
    found = tuple(dict.fromkeys(filter(None, map(str.strip, _queries(text, ending)))))
    if not found:
        raise UserError("I find no keyword in the file. A line each is enough.")
    if len(found) > MOST_QUERIES:
        raise UserError(f"The file has more than {MOST_QUERIES} keywords: take fewer.")
    return Listed(found)


def written(setup: ServerSetup) -> str:
    """Return a server's set-up as the text of a file."""
    return setup.model_dump_json(indent=2, exclude_none=True) + "\n"


def keywords_table(setup: ServerSetup) -> str:
    """Return the queries of a server as CSV: channel, query, when."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["channel", "query", "when"])
    for channel in setup.channels:
        for each in channel.subscriptions:
            # A query that begins as a formula would be one in a spreadsheet; a blank means nothing.
            query = f" {each.query}" if each.query.startswith(("=", "+", "-", "@")) else each.query
            table.writerow([channel.name or channel.id, query, each.when])
    return out.getvalue()


def _server(text: str) -> ServerSetup:
    try:
        return ServerSetup.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "the beginning"
        raise UserError(
            f"This is no set-up that `/export` wrote: look at {where[:80]!r}. Nothing was changed."
        ) from None


def _queries(text: str, ending: str) -> Iterator[str]:
    if ending in {"yaml", "yml"}:
        return _from_yaml(text)
    if ending == "csv":
        return _from_table(text)
    return _from_lines(text)


def _from_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        bare = line.strip()
        if ordered := _MAIL.fullmatch(bare):
            if ordered[1].lower() == "add":
                yield f"cat:{ordered[2]}"
        elif bare and not bare.startswith(("#", "subscribe ")):
            yield bare


def _from_table(text: str) -> Iterator[str]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise UserError(f"The table cannot be read: {error}.") from None
    if not rows:
        return
    header = [cell.strip().lower() for cell in rows[0]]
    column = next((header.index(name) for name in _HEADERS if name in header), None)
    for row in rows if column is None else rows[1:]:
        place = column or 0
        if place < len(row):
            yield row[place]


def _from_yaml(text: str) -> Iterator[str]:
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise UserError("The YAML cannot be read. Check its indentation.") from None
    categories: list[str] = []
    words: list[str] = []
    nodes = [0]
    for key, value in _leaves(document, "", nodes):
        if any(part in key for part in _CATEGORY_KEYS):
            categories.append(value)
        elif any(part in key for part in _AUTHOR_KEYS):
            words.append(f'author:"{value.replace(chr(34), " ")}"')
        elif not key or any(part in key for part in _KEYWORD_KEYS):
            words.append(value)
    if words and categories:
        filed = ", ".join(f"cat:{each}" for each in categories)
        # What such tools mean: these keywords, in these categories.
        return iter([f"({filed}) ({each})" for each in words])
    return iter(words or [f"cat:{each}" for each in categories])


def _leaves(node: Any, key: str, nodes: list[int]) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever YAML holds
    """Yield the texts of a document with the nearest key above each, small."""
    nodes[0] += 1
    if nodes[0] > _MOST_NODES:
        raise UserError("The YAML is too large.")
    if isinstance(node, Mapping):
        for name, below in node.items():
            yield from _leaves(below, str(name).lower(), nodes)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for below in node:
            yield from _leaves(below, key, nodes)
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield key, str(node)
