"""Papers for the tests of delivery: one that is easy to read, and any that there could be."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.domain import AnnounceType, Event, Paper, PaperId, PaperMatch
from bot.matching.parser import parse
from tests.delivery.test_escape import hostile

PAPER = Paper(
    id=PaperId("2411.00001"),
    title="Slow Diffusion Models for Fast Snails",
    abstract=(
        "Snails are slow. We propose a diffusion model that is slower still. "
        "It was tested on forty snails, of whom none complained."
    ),
    authors=("Ann Lee", "Bo Chen", "Cy Diaz", "Di Eco"),
    categories=("cs.CV", "cs.LG"),
    sources=("arxiv",),
    version=1,
    announce_type=AnnounceType.NEW,
    published=datetime(2026, 11, 23, 17, tzinfo=UTC),
)
QUERIES = tuple(
    str(parse(text))
    for text in ("diffusion model, snail", "title:slow", "cat:cs", '"a b" OR snai*')
)

texts = st.one_of(
    hostile,
    st.text(max_size=300),
    st.sampled_from(
        [
            "*_" * 400,
            "漢" * 3000,
            "https://x.example/" + "_" * 900,
            "🔥" * 2500,
            "a b " * 900,
            "snail " * 500,
            "a\\" * 999,
        ]
    ),
)
names = st.one_of(st.text(max_size=90), hostile)
any_paper = st.builds(
    Paper,
    id=st.one_of(st.just(PaperId("2411.00001")), names.map(PaperId)),
    title=texts,
    abstract=texts,
    authors=st.one_of(
        st.lists(names, max_size=5).map(tuple),
        st.just(("Ann Lee",) * 99),
        st.just(("🔥" * 99,) * 50),
    ),
    categories=st.lists(names, max_size=9).map(tuple),
    sources=st.sampled_from([(), ("arxiv",), ("huggingface", "arxiv")]),
    version=st.none() | st.integers(1, 10**6),
    announce_type=st.none() | st.sampled_from(AnnounceType),
    upvotes=st.none() | st.integers(0, 10**9),
    stars=st.none() | st.integers(0, 10**9),
    code_url=st.none() | names | st.just("https://git.example/" + "x" * 480),
    author_comment=st.none() | texts,
    journal_ref=st.none() | names,
    doi=st.none() | names.map("10.1/{}".format) | st.just("10.1103/PhysRev(B).85_115*"),
    withdrawn=st.booleans(),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)
any_query = st.one_of(st.sampled_from(QUERIES), st.text(max_size=600), hostile)
any_event = st.builds(
    Event,
    st.sampled_from(["v2", "v12", "withdrawn", "published", "featured", "code", "upvotes-100"]),
    st.datetimes(timezones=st.just(UTC)),
)
any_match = st.builds(
    PaperMatch,
    any_paper,
    st.lists(any_query, max_size=30).map(tuple),
    st.none() | texts,
    st.lists(any_event, max_size=7).map(tuple),
)


def numbered(count: int, paper: Paper = PAPER) -> list[PaperMatch]:
    """Make so many papers that differ by their ids, each found by two keywords."""
    queries = ("diffusion model", "snail")
    return [
        PaperMatch(replace(paper, id=PaperId(f"2411.{number:05}")), queries)
        for number in range(1, count + 1)
    ]
