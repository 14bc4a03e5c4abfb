"""Papers to messages: as many as fit in one, digests page by page, a single one in full. Pure.

Sends nothing and stores nothing; the same entries always make the same message.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot import lives
from bot.delivery import lines
from bot.delivery.emphasis import Shown, shown
from bot.delivery.escape import inert_within, label_within
from bot.delivery.excerpts import around
from bot.delivery.marked import Marked
from bot.delivery.message import Block, Button, Card, Choice, Choices, Heading, Message, Note
from bot.delivery.news import publication, standing_line, update_lines, withdrawal_line
from bot.delivery.silences import CALENDAR
from bot.domain import Event, Paper, PaperId, PaperMatch

__all__ = [
    "Message",
    "annotated_page",
    "catch_up_heading",
    "catch_up_page",
    "digest",
    "digest_heading",
    "digest_page",
    "digest_pages",
    "empty_digest",
    "fill",
    "more",
    "page_of_results",
    "paper",
    "post",
    "results",
    "update",
]

_MOST_CHOICES = 25
_LONGEST_HEADING = 200
"""Of a list of results, in UTF-16 units."""
_WHY_LATE = "Announced while I was away, or arXiv was out of reach."


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a paper is shown, in UTF-16 units (and authors); 0 leaves the line out."""

    title: int
    summary: int
    keywords: int
    authors: int


_USUAL = _Room(title=300, summary=320, keywords=240, authors=3)
_COMPACT = _Room(title=200, summary=220, keywords=160, authors=3)
_UNEXPLAINED = replace(_COMPACT, keywords=0)
_FULL = _Room(title=300, summary=2_600, keywords=600, authors=30)
_SMALLER = (_Room(200, 180, 120, 2), _Room(140, 80, 60, 1), _Room(90, 0, 30, 1))
_TITLE_ONLY = _Room(40, 0, 0, 0)
_ONE_TITLE = _Room(300, 0, 0, 0)

_VOTES = {"up": "👍", "down": "👎"}
_ON_CARDS = {"abstract": "Abstract", "save": "Save", **_VOTES, "more": "More…"}
_IN_FULL = {"save": "Save", **_VOTES, "similar": "Similar", "more": "More…"}
_MORE = {"similar": "Similar", "bibtex": "BibTeX", "why": "Why is it here?"}
"""The acts of buttons, and their labels: at most five."""

Render = Callable[[PaperMatch, _Room], Card]

CARDS_KEPT = 512
"""For the channels that ask for the same, and for what did not fit into a message any more."""


def fill(entries: Sequence[PaperMatch]) -> tuple[Message, int]:
    """Return a message of as many entries as fit, at least one, and how many that is.

    Raises ValueError without entries.
    """
    message = post(entries[:1])
    for entry in entries[1:]:
        longer = Message((*message.blocks, _card(entry, _USUAL)))
        if not longer.fits():
            break
        message = longer
    return message, len(message.blocks)


def post(entries: Sequence[PaperMatch]) -> Message:
    """Return one message that holds all of the entries, shortened as far as is needed.

    For entries that `fill` took once and whose papers changed since. Raises ValueError without
    entries, or for more than one message can name (38).
    """
    if not entries:
        raise ValueError("a message without papers")
    renderings = [(_card, room) for room in (_USUAL, *_SMALLER)]
    return _first_that_fits((), entries, [*renderings, *_lines(_COMPACT)], ())


def digest_pages(entries: Sequence[PaperMatch]) -> tuple[int, ...]:
    """Return how many entries stand on each page of a digest, in order; none without entries."""
    sizes: list[int] = []
    blocks: tuple[Block, ...] = ()
    offered: tuple[Choice, ...] = ()
    for entry in entries:
        line, offer = _line(entry, _COMPACT), _offers([entry])
        page = (*_PAGE_FRAME, *blocks, line, *_menu((*offered, *offer)))
        if sizes and Message(page).fits():
            blocks, offered = (*blocks, line), (*offered, *offer)
            sizes[-1] += 1
        else:
            blocks, offered = (line,), offer
            sizes.append(1)
    return tuple(sizes)


def digest_page(
    entries: Sequence[PaperMatch],
    day: date,
    *,
    page: int,
    pages: int,
    total: int,
    note: str | None = None,
) -> Message:
    """Return page `page` (from 1) of `pages`, with all of its entries, shortened if need be.

    `total` is the number of papers over all pages; `day` is the channel's local one; `note` stands
    on the first page.
    """
    return _page(entries, digest_heading(total, day), note or "", page, pages)


def digest_heading(total: int, day: date) -> str:
    """Return what a digest is: so many papers, for a day."""
    papers = f"{total:,} paper{'s' * (total != 1)}" if total else "No papers"
    return f"{papers} for {day:%A} {day.day} {day:%B}"


def empty_digest(day: date, why: str) -> Message:
    """Return a digest without papers: why there are none, and a link by which it can be found."""
    text = f"{why}\n-# [When arXiv announces]({CALENDAR})"
    heading = Heading(digest_heading(0, day))
    return Message((heading, Card((text,), link=CALENDAR)))


def catch_up_page(entries: Sequence[PaperMatch], *, page: int, pages: int, total: int) -> Message:
    """Return a page of what was announced while nobody could look, laid out like a digest's."""
    return _page(entries, catch_up_heading(total), _WHY_LATE, page, pages)


def catch_up_heading(total: int) -> str:
    """Return what a list of late papers is: so many of them."""
    return f"Catching up: {total:,} older paper{'s' * (total != 1)}"


def _page(entries: Sequence[PaperMatch], heading: str, note: str, page: int, pages: int) -> Message:
    above = (Heading(heading),) if page == 1 else ()
    said = (note if page == 1 else "", f"Page {page} of {pages}" if pages > 1 else "")
    told = " · ".join(filter(None, said))
    below: tuple[Block, ...] = (Note(told),) if told else ()
    return _first_that_fits(above, entries, _lines(_COMPACT), (*below, *_menu(_offers(entries))))


def _offers(entries: Sequence[PaperMatch]) -> tuple[Choice, ...]:
    """Return the papers that a menu can offer."""
    return tuple(filter(None, (lines.choice(entry.paper) for entry in entries)))


def _menu(offered: Sequence[Choice]) -> tuple[Choices, ...]:
    """Return the menu under a list, from which one paper is shown with its buttons."""
    options = tuple({id_: (label, id_) for label, id_ in offered}.values())[:_MOST_CHOICES]
    return (Choices("Abstract, save, vote… of one", options),) if options else ()


def digest(entries: Sequence[PaperMatch], day: date) -> tuple[Message, ...]:
    """Return all pages of a digest; none without entries."""
    sizes = digest_pages(entries)
    starts = (sum(sizes[:page]) for page in range(len(sizes)))
    return tuple(
        digest_page(
            entries[start : start + size], day, page=page, pages=len(sizes), total=len(entries)
        )
        for page, (start, size) in enumerate(zip(starts, sizes, strict=True), start=1)
    )


def results(
    entries: Sequence[PaperMatch],
    *,
    heading: str,
    total: int | None = None,
    keywords: bool = True,
) -> Message:
    """Return a list of the first entries, as many as fit; `heading` is any text.

    `total` is how many were found, where that is known to be more than are given. Without
    `keywords` it is not said what each matched.
    """
    room = _COMPACT if keywords else _UNEXPLAINED
    above: tuple[Block, ...] = (Heading(inert_within(heading, _LONGEST_HEADING) or "Papers"),)
    found = max(total or 0, len(entries))
    cards: tuple[Block, ...] = ()
    for entry in entries:
        longer = (*cards, _line(entry, room))
        if not Message((*above, *longer, _showing(found, found))).fits():
            break
        cards = longer
    below = (_showing(len(cards), found),) if len(cards) < found else ()
    return Message((*above, *cards, *below))


def page_of_results(
    entries: Sequence[PaperMatch], *, heading: str, note: str, keywords: bool = True
) -> Message:
    """Return a list that holds all of the entries, shortened as far as is needed.

    Without `keywords` it is not said what each matched. Raises ValueError for more than one message
    can name.
    """
    above = (Heading(inert_within(heading, _LONGEST_HEADING) or "Papers"),)
    room = _COMPACT if keywords else _UNEXPLAINED
    return _first_that_fits(above, entries, _lines(room), (Note(note),))


def annotated_page(
    entries: Sequence[PaperMatch], remarks: Mapping[PaperId, str], *, heading: str, note: str
) -> Message:
    """Return a list of all of the entries, under some a remark of any text; `note` is ours.

    Raises ValueError for more than one message can name.
    """

    def remarked(render: Render) -> Render:
        def rendered(entry: PaperMatch, room: _Room) -> Card:
            card = render(entry, room)
            remark = inert_within(remarks.get(entry.paper.id, ""), room.summary or room.title)
            return replace(card, texts=(_joined(*card.texts, _small(remark)),))

        return rendered

    above = (Heading(inert_within(heading, _LONGEST_HEADING)),)
    renderings = [(remarked(render), room) for render, room in _lines(_UNEXPLAINED)]
    return _first_that_fits(above, entries, renderings, (Note(note),))


def more(entry: PaperMatch) -> Message:
    """Return what else can be done with a paper: its title and more buttons."""
    card = _line(entry, _ONE_TITLE)
    return Message((replace(card, buttons=lines.actions(entry.paper, _MORE)),))


def update(paper: Paper, events: Sequence[Event]) -> Message:
    """Return what happened to a paper just now, for the thread of its post.

    Its link names the events, so that it is told apart from other updates in a history.
    """
    seen = shown(PaperMatch(paper), summary=0)
    happened = "-".join(event.name for event in events)
    address = f"{lines.address(paper)}#{happened}" if lines.address(paper) else ""
    title = label_within(seen.title, _USUAL.title) if address else ""
    head = f"[{title}]({address})" if title else inert_within(seen.title, _USUAL.title)
    code = lines.inline_links(paper) if any(it.name == lives.CODE for it in events) else ""
    text = _joined(head, *update_lines(paper, events), _small(code))
    return Message((Card((text,), link=address if title else None),))


def paper(entry: PaperMatch) -> Message:
    """Return one paper in full: the abstract, its first thirty authors, all that is known."""
    rooms = (_FULL, _USUAL, *_SMALLER)
    return _first_that_fits((), [entry], [(_full_card, room) for room in rooms], ())


def _first_that_fits(
    above: tuple[Block, ...],
    entries: Sequence[PaperMatch],
    renderings: Sequence[tuple[Render, _Room]],
    below: tuple[Block, ...],
) -> Message:
    for render, room in renderings:
        cards = tuple(render(entry, room) for entry in entries)
        message = Message((*above, *cards, *below))
        if message.fits():
            return message
    raise ValueError(f"{len(entries)} papers do not fit in one message")


def _lines(room: _Room) -> list[tuple[Render, _Room]]:
    """Return the compact rendering in ever less room."""
    smaller = [replace(each, keywords=min(each.keywords, room.keywords)) for each in _SMALLER]
    return [(_line, each) for each in (room, *smaller, _TITLE_ONLY)]


def _showing(some: int, found: int) -> Note:
    return Note(f"Showing {some:,} of {found:,}.")


_PAGE_FRAME = (
    Heading("1,000 papers for Wednesday 30 September"),
    Note(
        "arXiv does not answer: what was announced for Wednesday 30 September or since may follow."
        " · Page 100 of 100"
    ),
)
"""What a digest's page may need besides its entries."""


@lru_cache(maxsize=CARDS_KEPT)
def _card(entry: PaperMatch, room: _Room) -> Card:
    """Return a paper with its buttons."""
    seen = shown(entry, summary=room.summary)
    matched = lines.matched_line(seen.keywords, room.keywords)
    text = _joined(
        f"### {lines.title_link(entry.paper, seen.title, room.title)}",
        _small(lines.author_line(entry.paper, room.authors)),
        withdrawal_line(entry.paper, entry.events, room.summary),
        inert_within(seen.summary, room.summary) if room.summary else "",
        _small(" · ".join(filter(None, (lines.fact_line(entry.paper), _writer(seen))))),
        _small(standing_line(entry.paper, entry.events)),
        _small(" · ".join(filter(None, (lines.inline_links(entry.paper), matched)))),
    )
    return _card_of(entry, (text,), lines.actions(entry.paper, _ON_CARDS))


def _line(entry: PaperMatch, room: _Room) -> Card:
    """Return a paper in a list: no buttons, and all that is small on one line."""
    seen = shown(entry, summary=room.summary)
    small = (
        lines.author_line(entry.paper, room.authors),
        lines.fact_line(entry.paper, most_categories=2, in_words=False),
        lines.inline_links(entry.paper),
        _writer(seen),
        standing_line(entry.paper, entry.events),
    )
    text = _joined(
        lines.title_link(entry.paper, seen.title, room.title),
        withdrawal_line(entry.paper, entry.events, limit=0) if room.authors else "",
        inert_within(_telling(seen, room), room.summary) if room.summary else "",
        _small(" · ".join(filter(None, small))) if room.authors else "",
        _small(lines.matched_line(seen.keywords, room.keywords)),
    )
    return _card_of(entry, (text,), ())


def _telling(seen: Shown, room: _Room) -> Marked:
    """Return the summary; where no line tells what matched, the words around a hit it lacks."""
    if room.keywords or any(seen.title.bold) or any(seen.summary.bold):
        return seen.summary
    return around(seen.abstract, room.summary) or seen.summary


def _full_card(entry: PaperMatch, room: _Room) -> Card:
    """Return a paper with its whole abstract."""
    seen = shown(entry, summary=room.summary)
    text = _joined(
        f"### {lines.title_link(entry.paper, seen.title, room.title)}",
        _small(lines.author_line(entry.paper, room.authors)),
        withdrawal_line(entry.paper, entry.events, room.summary),
        inert_within(seen.abstract, room.summary) if room.summary else "",
        _small(lines.fact_line(entry.paper)),
        _small(
            " · ".join(filter(None, (lines.history_line(entry.paper), publication(entry.paper))))
        ),
        _small(lines.matched_line(seen.keywords, room.keywords)),
    )
    buttons: tuple[Button, ...] = lines.links(entry.paper)
    buttons += lines.actions(entry.paper, _IN_FULL)
    return _card_of(entry, (text,), buttons)


def _writer(seen: Shown) -> str:
    """Return who wrote the summary, unless it is the authors' own words."""
    return "AI summary" if seen.is_by_model else ""


def _card_of(entry: PaperMatch, texts: tuple[str, ...], buttons: tuple[Button, ...]) -> Card:
    return Card(texts, buttons, lines.address(entry.paper) or None)


def _small(line: str) -> str:
    return f"-# {line}" if line else ""


def _joined(*parts: str) -> str:
    return "\n".join(filter(None, parts))
