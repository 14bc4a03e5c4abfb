"""What /new and /author ask in the query language, and what stands above the answers. Pure."""

import re

from discord import app_commands

from bot.delivery.lines import SOURCES
from bot.domain import Sort
from bot.matching.facts import category_name
from bot.matching.parser import parse
from bot.text.categories import NAMES, in_words

_MOST_CHOICES = 25
_HEADINGS = {
    Sort.NEWEST: "Newest papers",
    Sort.RELEVANT: "Most relevant papers",
    Sort.UPVOTES: "Most upvoted papers",
}

EVERYTHING = (
    f"({', '.join(f'source:{name}' for name in SOURCES)}) -type:replace -type:replace-cross"
)
"""The query of /new without a category: all but replacements."""
EVERYTHING_READ = str(parse(EVERYTHING))
_CATEGORY = re.compile(r"[a-z.-]+")
_ONE_NAME = re.compile(r'[\w.-]+|"[\w .-]+"')


def heading_of(query: str, sort: Sort) -> str:
    """Return what stands above the papers that a canonical query finds."""
    field, _, value = query.partition(":")
    if query == EVERYTHING_READ:
        return _HEADINGS[sort]
    if field == "cat" and _CATEGORY.fullmatch(value):
        return f"{_HEADINGS[sort]} in {in_words(category_name(value))}"
    if field == "author" and _ONE_NAME.fullmatch(value):
        return f"{_HEADINGS[sort]} by {value.strip(chr(34)).title()}"
    return f"{_HEADINGS[sort]} for “{query}”"


def category_choices(typed: str) -> list[app_commands.Choice[str]]:
    """Return the categories whose code or name holds what was typed; all if none does."""
    wanted = typed.casefold().strip()
    labels = {code: f"{code} · {name}" for code, name in NAMES.items()}
    fitting = [code for code, label in labels.items() if wanted in label.casefold()]
    # Codes that begin so come before names that hold it somewhere.
    fitting.sort(key=lambda code: not code.casefold().startswith(wanted))
    return [
        app_commands.Choice(name=labels[code], value=code)
        for code in (fitting or list(labels))[:_MOST_CHOICES]
    ]


def quoted(words: str) -> str:
    """Return words as one value of a field, whatever signs they hold."""
    return f'"{words.replace(chr(34), " ").strip()}"'
