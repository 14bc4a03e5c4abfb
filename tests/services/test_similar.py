"""What is near a paper, a description or a query that nothing matches; relevance."""

from dataclasses import dataclass

import pytest

from bot import embedding
from bot.domain import Paper, PaperId, Sort
from bot.errors import NotFound, UserError
from bot.services.embeddings import Embeddings
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest
from bot.services.similar import Neighbours, Similar
from bot.storage.database import Database
from tests.samples import paper
from tests.services.meaning import TopicModel
from tests.services.parts import Clock, announce

SEALS = paper("2511.00001", title="Diets of grey seals", abstract="Seals eat fish near a coast.")
PUPS = paper("2511.00002", title="Grey pups", abstract="Young seals and what they eat: fish.")
WALRUS = paper("2511.00003", title="A walrus", abstract="This pinniped dives for clams.")
STARS = paper("2511.00004", title="Galaxies merge", abstract="A galaxy eats another one.")
PRIMES = paper("2511.00005", title="Primes", abstract="Each prime is an integer.")
SHELF = (SEALS, PUPS, WALRUS, STARS, PRIMES)


@dataclass
class Desk:
    """The services that answer, over a few papers."""

    similar: Similar
    lookups: Lookups
    library: dict[str, Paper]


async def desk_of(database: Database, embeddings: Embeddings | None) -> Desk:
    """Return the services over the papers of the shelf."""
    await announce(database, *SHELF)
    library: dict[str, Paper] = {}

    async def fetch(id_: PaperId) -> Paper | None:
        return library.get(id_)

    nearest = Nearest(database, embeddings)
    lookups = Lookups(database, fetch, Clock(), nearest)
    return Desk(Similar(database, lookups, nearest), lookups, library)


@pytest.fixture
async def by_words(database: Database) -> Desk:
    """Return the services without the extra `semantic`."""
    return await desk_of(database, None)


@pytest.fixture
async def by_meaning(database: Database) -> Desk:
    """Return the services with a model, all papers embedded."""
    pytest.importorskip("numpy")
    clock = Clock()
    embeddings = Embeddings(database, TopicModel(), embedding.index_of, clock)
    desk = await desk_of(database, embeddings)
    while await embeddings.next_tick_at() is not None:
        await embeddings.tick(clock.now)
    return desk


def ids(found: Neighbours | None) -> list[str]:
    """Return the last digits of the papers found."""
    return [entry.paper.id[-1] for entry in found.entries] if found else []


@pytest.mark.parametrize(
    "reference",
    ["2511.00001", "https://arxiv.org/abs/2511.00001v2", "diets of GREY seals!"],
    ids=["id", "link", "title"],
)
async def test_a_paper_is_not_similar_to_itself(by_words: Desk, reference: str) -> None:
    """Named in any way, a paper is told by its title, and others are shown."""
    found = await by_words.similar.to(reference)
    assert found.of == "Diets of grey seals"
    assert ids(found)[0] == "2"
    assert "1" not in ids(found)
    assert not found.by_meaning


async def test_meaning_finds_what_uses_other_words(by_words: Desk, by_meaning: Desk) -> None:
    """With vectors, a paper that shares no telling word is near if it is about the same."""
    assert "3" not in ids(await by_words.similar.to("2511.00001"))
    found = await by_meaning.similar.to("2511.00001")
    assert found.by_meaning
    assert ids(found)[:2] == ["2", "3"]


async def test_a_description_finds_papers(by_meaning: Desk) -> None:
    """A sentence in anybody's own words is answered with what is near to it."""
    found = await by_meaning.similar.to("What do walruses dive for? I think of pinnipeds.")
    assert found.of.startswith("What do walruses")
    assert ids(found)[0] == "3"


async def test_a_paper_that_was_not_seen_yet_is_fetched(by_words: Desk) -> None:
    """An id that is not stored is asked of the source first."""
    by_words.library["2510.00009"] = paper("2510.00009", title="Seals", abstract="Fish and seals.")
    found = await by_words.similar.to("2510.00009")
    assert ids(found)[0] in {"1", "2"}
    with pytest.raises(NotFound):
        await by_words.similar.to("2510.00008")


@pytest.mark.parametrize("text", ["", "?!", "…"])
async def test_a_text_without_words_says_what_to_give(by_words: Desk, text: str) -> None:
    """Nothing is near to nothing."""
    with pytest.raises(UserError, match="what it is about"):
        await by_words.similar.to(text)


async def test_nothing_known_finds_nothing(by_words: Desk) -> None:
    """Words that no paper has are near to none."""
    assert ids(await by_words.similar.to("xylophone")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("seals eating fish", True, id="words"),
        pytest.param("seals eating fish -coast", False, id="NOT"),
        pytest.param("seals eating fish cat:cs.CV", False, id="a category"),
        pytest.param("xylophone", False, id="unknown"),
    ],
)
async def test_what_is_near_to_a_query_without_matches(
    by_words: Desk,
    query: str,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    """For words alone something near is offered; what else was asked for is not bent."""
    found = await by_words.similar.instead_of(query)
    assert (found is not None) is expected


async def test_titles_as_they_are_typed(by_words: Desk) -> None:
    """Papers are offered whose titles have the words so far, the last one begun."""
    assert await by_words.similar.titles("grey s", 25) == [("2511.00001", "Diets of grey seals")]
    assert await by_words.similar.titles("Grey", 1) == [("2511.00002", "Grey pups")]
    assert await by_words.similar.titles("…", 25) == []


async def test_relevance_orders_and_selects_nothing(by_words: Desk, by_meaning: Desk) -> None:
    """Vectors change the order of what a query selects, never which papers that is."""
    query = "eat, eats, dive, integer"
    for desk in (by_words, by_meaning):
        newest = await desk.lookups.search(query)
        relevant = await desk.lookups.search(query, Sort.RELEVANT)
        assert {entry.paper.id for entry in relevant.entries} == {
            entry.paper.id for entry in newest.entries
        }
        assert len(relevant.entries) == len(SHELF)


async def test_pages_by_relevance_go_on_where_one_ended(by_meaning: Desk) -> None:
    """No paper stands on two pages, and none is missing."""
    pages = [
        await by_meaning.lookups.search("eat, dive, integer", Sort.RELEVANT, page=page, size=2)
        for page in (1, 2, 3)
    ]
    found = [entry.paper.id for page in pages for entry in page.entries]
    assert len(found) == len(set(found)) == len(SHELF)
    assert [page.has_more for page in pages] == [True, True, False]
