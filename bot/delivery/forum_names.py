"""What a forum post is called, and which of a forum's tags it gets. Pure."""

from collections.abc import Iterable, Sequence

from bot.delivery.escape import name_within
from bot.domain import Paper, PaperMatch
from bot.text.plain import readable

LONGEST_NAME = 100
"""Characters of a thread's name (Start Thread in Forum or Media Channel)."""
MOST_TAGS = 5
"""That a post may have (the same)."""


def name_of(paper: Paper) -> str:
    """Return a paper's title as the name of a forum post, its id without a title to be seen."""
    return post_name(readable(paper.title)) or post_name(paper.id) or "Untitled"


def post_name(text: str) -> str:
    """Return a text as the name of a forum post; empty if nothing is to be seen."""
    return name_within(text, LONGEST_NAME)


def topics_of(entries: Iterable[PaperMatch]) -> tuple[str, ...]:
    """Return what tags a post could have, the likeliest first.

    The categories of its papers, primary ones first, then the archives (``cs`` of ``cs.CV``), then
    the queries that selected them.
    """
    listed = list(entries)
    categories = [each for entry in listed for each in entry.paper.categories]
    primary = [entry.paper.categories[0] for entry in listed if entry.paper.categories]
    archives = [each.partition(".")[0] for each in [*primary, *categories]]
    queries = [each for entry in listed for each in entry.queries]
    return tuple(dict.fromkeys([*primary, *categories, *archives, *queries]))


def fitting(tags: Sequence[str], topics: Sequence[str], *, must_have_one: bool) -> list[int]:
    """Return which of a forum's tags, by number, name a topic: at most five, the likeliest first.

    The first tag of all where none does and the forum wants one.
    """
    numbers = {tag.strip().casefold(): number for number, tag in reversed(list(enumerate(tags)))}
    named = [numbers[it.casefold()] for it in topics if it.casefold() in numbers]
    found = list(dict.fromkeys(named))[:MOST_TAGS]
    return found or ([0] if must_have_one and tags else [])
