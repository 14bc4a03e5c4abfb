"""Facts about a paper in the one form in which they are compared with queries."""

import operator
import re
import unicodedata
from collections.abc import Callable, Iterator

from bot.domain import Paper
from bot.matching.query import Comparison, Count, Fact, FactName
from bot.paper_ids import canonical_id

_VERSIONS = re.compile(r"(?:(?<=\d)v\d+)+\Z")
_CODE_LETTERS = 2
_CATEGORIES = frozenset({FactName.CATEGORY, FactName.PRIMARY})
_PREFIXES = re.compile(r"\A(?:arxiv:)+")
_RELATIONS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}


def fact_value(name: FactName, text: str) -> str:
    """Return a value as it is compared: no case, no doubled blanks, an id without its version.

    An id may be a link. A category of several words may have underscores between them.
    """
    value = text
    for _ in range(2):  # small letters may have another compatibility form
        value = unicodedata.normalize("NFKC", value).lower()
    value = " ".join(value.split())
    if name is FactName.ID:
        return _number(value)
    return value.replace("_", "-") if name in _CATEGORIES else value


def _number(value: str) -> str:
    try:
        return canonical_id(value)[0].lower()
    except ValueError:
        return _VERSIONS.sub("", _PREFIXES.sub("", value))


def category_name(value: str) -> str:
    """Return a category as arXiv writes it: ``cs.CL``, ``cond-mat.mtrl-sci``, ``math``."""
    archive, dot, subject = value.partition(".")
    # arXiv's subject classes of two letters are in capitals, the longer ones are words.
    return f"{archive}{dot}{subject.upper() if len(subject) == _CODE_LETTERS else subject}"


def facts(paper: Paper) -> frozenset[str]:
    """Return all facts that hold for a paper, as ``name:value``."""
    return frozenset(f"{name}:{fact_value(name, value)}" for name, value in _facts(paper))


def is_fact(fact: Fact, known: frozenset[str]) -> bool:
    """Say whether a fact is among those of a paper (`facts`)."""
    return f"{fact.name}:{fact.value}" in known


def number(name: Count, paper: Paper) -> int | None:
    """Return a count of a paper, None where it is not known."""
    counts = {
        Count.UPVOTES: paper.upvotes,
        Count.STARS: paper.stars,
        Count.COMMENTS: paper.comments,
    }
    return counts[name]


def holds(comparison: Comparison, paper: Paper) -> bool:
    """Say whether a comparison holds; with an unknown number it does not."""
    known = number(comparison.name, paper)
    return known is not None and _RELATIONS[comparison.sign](known, comparison.number)


def _facts(paper: Paper) -> Iterator[tuple[FactName, str]]:
    yield FactName.ID, paper.id
    for place, category in enumerate(paper.categories):
        for value in _category_names(category):
            yield FactName.CATEGORY, value
            if place == 0:
                yield FactName.PRIMARY, value
    for source in paper.sources:
        yield FactName.SOURCE, source
    if paper.announce_type is not None:
        yield FactName.TYPE, paper.announce_type
    if paper.code_url:
        yield FactName.HAS, "code"


def _category_names(category: str) -> set[str]:
    """Return a category, the archive that it is in, and its words with hyphens between them."""
    return {category, category.partition(".")[0], category.replace(" ", "-")}
