"""Papers as references: BibTeX, RIS, CSV and Markdown, each for a file or a code block. Pure.

Formats: BibTeX as arXiv's own export writes it (``@misc`` with ``eprint``, ``archivePrefix`` and
``primaryClass``), RIS as in the specification of Research Information Systems, CSV as RFC 4180.
Paper text is hostile: no field can end its entry, and no cell can start a formula.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from pylatexenc.latexencode import UnicodeToLatexEncoder

from bot.arxiv_ids import canonical_id
from bot.domain import Paper
from bot.paper_ids import abstract_url
from bot.text.plain import readable

_SMALL_WORDS = frozenset({"a", "an", "the", "on", "of", "for", "to", "in", "and", "with", "is"})
_ACRONYM = re.compile(r"\S*(?:\w[A-Z]|[A-Z]{2}|\d)\S*")
"""A word whose capitals or digits a bibliography style must leave as they are."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run (OWASP, CSV Injection)."""


class Format(StrEnum):
    """How a list of papers is written down."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSV = "csv"
    MARKDOWN = "markdown"


FILE_ENDINGS: Mapping[Format, str] = {
    Format.BIBTEX: "bib",
    Format.RIS: "ris",
    Format.CSV: "csv",
    Format.MARKDOWN: "md",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper to be written down, and a person's own note on it."""

    paper: Paper
    note: str = ""


def written(references: Sequence[Reference], form: Format) -> str:
    """Return references in a format, in their order; an empty list has its header, if any."""
    return _WRITERS[form](references)


def bibtex(references: Iterable[Reference]) -> str:
    """Return BibTeX entries; keys are made distinct with letters."""
    entries = []
    taken: dict[str, int] = {}
    for each in references:
        key = _key(each.paper)
        count = taken[key] = taken.get(key, 0) + 1
        entries.append(_entry(each, key if count == 1 else f"{key}{_suffix(count)}"))
    return "\n".join(entries)


def _entry(reference: Reference, key: str) -> str:
    paper = reference.paper
    day = _day(paper)
    fields = {
        "title": _protected(_line(paper.title)),
        "author": " and ".join(map(_author, _names(paper))),
        "year": str(day.year) if day else "",
        "month": f"{day:%b}".lower() if day else "",
        "howpublished": _latex(paper.journal_ref or ""),
        **({"doi": _verbatim(paper.doi)} if paper.doi else {}),
        **_eprint(paper),
        "url": abstract_url(paper.id),
        "note": _latex(reference.note),
    }
    lines = (
        # BibTeX has its months as macros, in no braces.
        f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}"
        for name, value in fields.items()
        if value
    )
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _eprint(paper: Paper) -> dict[str, str]:
    """Return by what a paper is known: an arXiv number and class, or a preprint's DOI."""
    try:
        canonical_id(paper.id)
    except ValueError:
        is_doi = paper.id.startswith("10.") and not paper.doi
        return {"doi": _verbatim(paper.id)} if is_doi else {}
    primary = _latex(paper.primary_category or "")
    return {"eprint": paper.id, "archivePrefix": "arXiv", "primaryClass": primary}


def _key(paper: Paper) -> str:
    """Return ``quill2025lanterns``: a last name, the year, the first word that says something."""
    name = next((_ascii(name.split()[-1]) for name in _names(paper)), "")
    words = filter(None, map(_ascii, _line(paper.title).split()))
    word = next((each for each in words if each not in _SMALL_WORDS), "")
    day = _day(paper)
    return f"{name}{day.year if day else ''}{word}" or "paper"


def _suffix(count: int) -> str:
    """Return b for the second of a key, then c; after z the number."""
    return chr(ord("a") + count - 1) if count <= 26 else f"-{count}"  # noqa: PLR2004 - the alphabet


def _protected(title: str) -> str:
    """Return a title with braces around words that a style must not write small."""
    words = title.split(" ")
    return " ".join(
        f"{{{_latex(word)}}}" if _ACRONYM.fullmatch(word) else _latex(word) for word in words
    )


def _verbatim(identifier: str) -> str:
    """Return a DOI as it is, for biblatex reads it so; without what could end the field."""
    return re.sub(r"[\s{}\\]", "", identifier)


def _author(name: str) -> str:
    """Return a name that BibTeX takes for one: in braces if it holds the word "and"."""
    told = _latex(name)
    return f"{{{told}}}" if re.search(r"\band\b|,", name, re.IGNORECASE) else told


def ris(references: Iterable[Reference]) -> str:
    """Return RIS records."""
    return "".join(f"{tag}  - {value}\r\n" for each in references for tag, value in _ris(each))


def _ris(reference: Reference) -> list[tuple[str, str]]:
    paper = reference.paper
    day = _day(paper)
    return [
        ("TY", "GEN"),
        ("TI", _line(paper.title)),
        *(("AU", _surname_first(name)) for name in _names(paper)),
        *([("PY", str(day.year)), ("DA", f"{day:%Y/%m/%d}")] if day else []),
        ("AB", _line(paper.abstract)),
        *(("KW", _line(each)) for each in paper.categories),
        ("AN", _line(paper.id)),
        *([("DO", _line(paper.doi))] if paper.doi else []),
        *([("T2", _line(paper.journal_ref))] if paper.journal_ref else []),
        ("UR", abstract_url(paper.id)),
        *([("N1", _line(reference.note))] if reference.note.strip() else []),
        ("ER", ""),
    ]


def comma_separated(references: Iterable[Reference]) -> str:
    """Return a table with a header row."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["id", "title", "authors", "published", "categories", "url", "note"])
    for each in references:
        paper, day = each.paper, _day(each.paper)
        cells = [
            paper.id,
            _line(paper.title),
            "; ".join(_names(paper)),
            day.isoformat() if day else "",
            " ".join(paper.categories),
            abstract_url(paper.id),
            _line(each.note),
        ]
        table.writerow(map(_inert_cell, cells))
    return out.getvalue()


def markdown(references: Iterable[Reference]) -> str:
    """Return a list of links, each with authors and year, and a note below."""
    lines = []
    for each in references:
        paper, day = each.paper, _day(each.paper)
        authors = _names(paper)
        names = ", ".join(map(_escaped, authors[:3]))
        names += " et al." if len(authors) > 3 else ""  # noqa: PLR2004 - as usual
        told = ", ".join(filter(None, (names, str(day.year) if day else "")))
        line = f"- [{_escaped(paper.title)}]({abstract_url(paper.id)})"
        lines.append(f"{line}. {told}." if told else line)
        if each.note.strip():
            lines.append(f"  {_escaped(each.note)}")
    return "".join(f"{line}\n" for line in lines)


_WRITERS: Mapping[Format, Callable[[Sequence[Reference]], str]] = {
    Format.BIBTEX: bibtex,
    Format.RIS: ris,
    Format.CSV: comma_separated,
    Format.MARKDOWN: markdown,
}


def _surname_first(name: str) -> str:
    """Return ``Quill, Ada``, which RIS wants; a name of one word as it is."""
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else last


def _names(paper: Paper) -> list[str]:
    """Return the authors' names on a line each; a source may give blank ones."""
    return [name for name in map(_line, paper.authors) if name]


def _day(paper: Paper) -> date | None:
    return paper.published.date() if paper.published else paper.announced_on


def _line(text: str) -> str:
    """Return readable text on one line: a line break would end a RIS field."""
    return " ".join(readable(text).split())


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _line(text))


def _inert_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _ascii(word: str) -> str:
    """Return the ASCII letters and digits of a word, small."""
    flat = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", flat.lower())


def _latex(text: str) -> str:
    encoded: str = _encoder().unicode_to_latex(_line(text))
    return encoded


@cache
def _encoder() -> UnicodeToLatexEncoder:
    # Letters that it does not know stay: biber and BibTeX since 2010 read UTF-8.
    return UnicodeToLatexEncoder(
        unknown_char_policy="keep",
        unknown_char_warning=False,
        replacement_latex_protection="braces-all",
    )
