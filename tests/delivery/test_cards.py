"""Papers become messages that Discord takes and people like to read."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.arxiv_ids import abstract_url
from bot.delivery import cards
from bot.delivery.message import Card, Choices, LinkButton, Message, Row, Text
from bot.domain import AnnounceType, Paper, PaperId, PaperMatch
from tests import recorded
from tests.delivery.papers import PAPER, any_match, numbered
from tests.delivery.reader import read
from tests.effort import examples

GROWN = replace(PAPER, abstract="We propose " + "*snail* " * 90, title="Diffusion model " * 30)
DAY = date(2026, 11, 24)
KEYWORDS = (
    "diffusion model, segmentation",
    '"large language model"',
    "RAG OR reasoning*",
    "cat:cs",
)


def texts_of(message: Message) -> list[str]:
    """Return what a message displays, one string a text display."""
    return [part.content for part in message.parts() if isinstance(part, Text)]


def check_limits(message: Message) -> None:
    """Fail unless the message is within Discord's limits, counted here anew."""
    parts = list(message.parts())
    rows = [part for part in parts if isinstance(part, Row)]
    texts = texts_of(message)
    buttons = [button for row in rows for button in row.buttons]
    menus = [part for part in parts if isinstance(part, Choices)]
    assert len(parts) + len(buttons) + len(menus) <= 40
    for menu in menus:
        assert 1 <= len(menu.papers) <= 25
        assert len({id_ for _, id_ in menu.papers}) == len(menu.papers)
        assert all(1 <= len(label) <= 100 for label, _ in menu.papers)
        assert all(1 <= len(id_) <= 100 for _, id_ in menu.papers)
    assert all(text.strip() for text in texts)
    assert sum(max(len(text), len(text.encode("utf-16-le")) // 2) for text in texts) <= 4000
    carried = [
        button.url if isinstance(button, LinkButton) else button.custom_id for button in buttons
    ]
    sent = texts + carried + [button.label for button in buttons]
    assert sum(map(len, map(str.encode, sent))) + 12 * len(texts) <= 10_000
    assert all(1 <= len(row.buttons) <= 5 for row in rows)
    for button in buttons:
        assert 1 <= len(button.label) <= 80
        if isinstance(button, LinkButton):
            assert len(button.url) <= 512
            assert button.url.startswith(("http://", "https://"))
        else:
            assert len(button.custom_id) <= 100


def check_inert(message: Message) -> None:
    """Fail if anything but our own markdown takes effect."""
    ours = {"heading", "subtext", "link", "bold", "italic", "code", "url", "picture"}
    for text in texts_of(message):
        for effect in read(text).effects:
            kinds = {each.kind for each in effect.walk()}
            assert kinds <= ours
            assert effect.kind != "italic" or effect.shown == "et al."
        links = [each for effect in read(text).effects for each in effect.walk()]
        targets = {each.target for each in links if each.kind == "link"}
        assert all(target.startswith("https://arxiv.org/") or "](" in text for target in targets)


@settings(examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_match, min_size=1, max_size=4))
def test_any_papers_fit(entries: list[PaperMatch]) -> None:
    """Whatever the papers hold, messages stay within Discord's limits and nothing takes effect."""
    message, taken = cards.fill(entries)
    assert 1 <= taken <= len(entries)
    everything = [message, cards.post(entries), cards.paper(entries[0])]
    everything += [
        *cards.digest(entries, DAY),
        cards.results(entries, heading=entries[0].paper.title),
    ]
    for each in everything:
        assert each.fits()
        check_limits(each)
        check_inert(each)


@recorded.needs_papers
def test_real_papers_fit(request: pytest.FixtureRequest) -> None:
    """Hundreds of real papers are posted, each once, in messages within the limits."""
    wanted: int = request.config.getoption("--papers")
    entries = [PaperMatch(paper, KEYWORDS) for paper in recorded.papers(wanted, every=20)]
    links = [abstract_url(entry.paper.id) for entry in entries]
    posted: list[str] = []
    while len(posted) < len(entries):
        message, _ = cards.fill(entries[len(posted) : len(posted) + 25])
        check_limits(message)
        posted += message.links
    assert posted == links
    for entry in entries[::10]:
        check_inert(cards.paper(entry))


def test_a_card() -> None:
    """A card has the title as a link, authors, a summary, categories and the keywords that hit."""
    queries = ("snail AND NOT tortoise", "diffusion model, nerf")
    message, taken = cards.fill([PaperMatch(PAPER, queries)])
    assert taken == 1
    (text,) = texts_of(message)
    assert text == (
        "### [Slow **Diffusion Models** for Fast **Snails**](https://arxiv.org/abs/2411.00001)\n"
        "-# Ann Lee, Bo Chen, Cy Diaz, *et al.*\n"
        "We propose a **diffusion model** that is slower still.\n"
        "-# cs.CV · Computer Vision · also cs.LG\n"
        "-# [PDF](https://arxiv.org/pdf/2411.00001) · Matched: `snail` · `diffusion model`"
    )
    (card,) = message.blocks
    assert isinstance(card, Card)
    assert [button.label for button in card.buttons] == ["Abstract", "Save", "👍", "👎", "More…"]


def test_an_id_with_no_room_in_a_button_has_none() -> None:
    """A button's own id has 100 characters; a paper's id that is longer leaves the links alone."""
    message = cards.paper(PaperMatch(replace(PAPER, id=PaperId("9" * 81))))
    check_limits(message)
    (card,) = message.blocks
    assert isinstance(card, Card)
    assert [button.label for button in card.buttons] == ["Abstract", "PDF"]


def test_papers_of_a_batch_share_messages() -> None:
    """A message takes as many papers as it can hold; the rest make further ones."""
    entries = numbered(20)
    posted: list[int] = []
    while sum(posted) < 20:
        message, taken = cards.fill(entries[sum(posted) :])
        assert len(message.links) == taken
        posted.append(taken)
    assert posted == [5, 5, 5, 5]


def test_a_post_keeps_its_papers() -> None:
    """Papers that were bound to one message stay in one, though their texts have grown since."""
    taken = cards.fill(numbered(25))[1]
    grown = numbered(taken, GROWN)
    message = cards.post(grown)
    assert len(message.links) == taken > cards.fill(grown)[1]
    check_limits(message)
    check_limits(cards.post(numbered(38)))


def test_no_papers_make_no_message() -> None:
    """Asking for a message of nothing is a mistake of the caller."""
    with pytest.raises(ValueError, match="without papers"):
        cards.post([])


def test_the_first_page_of_a_digest_says_what_it_is() -> None:
    """Only the first page has the heading; with more than one, each says which it is."""
    pages = cards.digest(numbered(60), DAY)
    assert [len(page.links) for page in pages] == list(cards.digest_pages(numbered(60)))
    assert sum(len(page.links) for page in pages) == 60
    assert texts_of(pages[0])[0] == "## 60 papers for Tuesday 24 November"
    for number, page in enumerate(pages, start=1):
        check_limits(page)
        assert texts_of(page)[-1] == f"-# Page {number} of {len(pages)}"
        assert sum("##" in text for text in texts_of(page)) == (number == 1)


def test_a_digest_of_one() -> None:
    """One paper makes one page, and its grammar."""
    (page,) = cards.digest(numbered(1), DAY)
    heading, text = texts_of(page)
    assert heading == "## 1 paper for Tuesday 24 November"
    assert text == (
        "[Slow **Diffusion Models** for Fast **Snails**](https://arxiv.org/abs/2411.00001)\n"
        "We propose a **diffusion model** that is slower still.\n"
        "-# Ann Lee, Bo Chen, Cy Diaz, *et al.* · cs.CV · cs.LG · "
        "[PDF](https://arxiv.org/pdf/2411.00001)\n"
        "-# Matched: `diffusion model` · `snail`"
    )


def test_an_empty_digest_has_no_pages() -> None:
    """Nothing is posted on an empty day."""
    assert cards.digest_pages([]) == ()
    assert cards.digest([], DAY) == ()


def test_a_page_holds_papers_that_have_grown() -> None:
    """A page's papers stay on it, shortened, when their texts have grown since."""
    size = cards.digest_pages(numbered(60))[0]
    grown = numbered(size, GROWN)
    page = cards.digest_page(grown, DAY, page=1, pages=4, total=60)
    assert len(page.links) == size
    check_limits(page)


def test_results_say_what_is_left_out() -> None:
    """A list of results shows what fits and how many were found; its heading is foreign text."""
    message = cards.results(numbered(50), heading="Results for *x*", total=123)
    texts = texts_of(message)
    assert texts[0] == r"## Results for \*x\*"
    assert texts[-1] == f"-# Showing {len(message.links)} of 123."
    assert 5 <= len(message.links) < 50
    check_limits(message)
    assert "Showing" not in str(cards.results(numbered(3), heading="Three", total=3))
    assert texts_of(cards.results([], heading="")) == ["## Papers"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("snail", "Slow Diffusion Models for Fast **Snails**"),
        ("complained", "tested and tested on forty snails, of whom none **complained**."),
        ("cat:cs.LG", "We propose a diffusion model that is slower still."),
    ],
    ids=["in the title", "in the abstract", "nowhere"],
)
def test_a_result_shows_why_it_was_found(query: str, told: str) -> None:
    """The words around a hit take the summary's place, where nothing else shows or names it.

    A digest, which names what matched, keeps the summary.
    """
    proposed, tested = "We propose a diffusion model that is slower still.", "tested and " * 20
    abstract = f"{proposed} It was {tested}tested on forty snails, of whom none complained."
    found = PaperMatch(replace(PAPER, abstract=abstract), (query,))
    (_, text) = texts_of(cards.results([found], heading="Found", keywords=False))
    assert told in text
    assert proposed in str(cards.digest([found], DAY))


def test_a_paper_in_full() -> None:
    """The full card has the whole abstract and all that is known."""
    known = replace(
        PAPER,
        authors=tuple(f"Author {number}" for number in range(1, 52)),
        announce_type=AnnounceType.REPLACE_CROSS,
        version=3,
        sources=("arxiv", "huggingface"),
        upvotes=1,
        stars=1200,
        code_url="https://git.example/snail",
        author_comment="9 pages, *accepted*",
    )
    message = cards.paper(PaperMatch(known))
    (text,) = texts_of(message)
    title, authors, abstract, facts, history = text.split("\n")
    assert title == "### [Slow Diffusion Models for Fast Snails](https://arxiv.org/abs/2411.00001)"
    assert authors.endswith("Author 30, *et al.* (21 more)")
    assert abstract == PAPER.abstract
    assert facts == (
        "-# cs.CV · Computer Vision · also cs.LG · updated to v3 · cross-list"
        " · Hugging Face Daily Papers, 1 upvote"
    )
    assert history == (r"-# Submitted 23 November 2026 · 1,200 stars · 9 pages, \*accepted\*")
    (card,) = message.blocks
    assert isinstance(card, Card)
    labels = [button.label for button in card.buttons]
    assert labels[:3] == ["Abstract", "PDF", "Code (git.example)"]
    assert labels[3:] == ["Save", "👍", "👎", "Similar", "More…"]


def test_a_paper_without_anything() -> None:
    """No abstract, authors or categories leave no empty lines; an empty title shows the id."""
    bare = Paper(id=PaperId("2411.00001"), title=" ", abstract="")
    assert texts_of(cards.paper(PaperMatch(bare))) == [
        "### [2411.00001](https://arxiv.org/abs/2411.00001)"
    ]
