"""A look back counts exactly what the matcher selects, and says what to do about too much."""

import random
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import AnnounceType, ChannelId, Mode, Paper, PaperId, Sort
from bot.errors import NotFound, QueryError
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare
from bot.sandbox.lookup_queries import queries
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest
from bot.services.previews import BROAD, Preview, Previews
from bot.storage import deliveries
from bot.storage.database import Database
from tests import recorded
from tests.samples import paper
from tests.services.parts import MONDAY, Clock, announce, subscribe
from tests.stored import stored

SPELLED = """
diffusion model models Model GPU GPUs gpu RAG rag pre-training pretraining training mesh meshes
graph graph's networks network "quoted" 2.5D C++ C study studies Pólya language-model café the of
"""
QUERIES = (
    "diffusion model",
    "model",
    '"model"',
    '"models"',
    "GPU",
    '"GPU"',
    "rag",
    "RAG",
    "RAG model",
    "pre-training",
    "pretraining mesh",
    "mesh*",
    "stud*",
    "study*",
    "graph mesh*",
    "title:graph",
    'abstract:"graph network"',
    '"graph mesh"~3',
    "polya, cafe",
    "c++ OR 2.5d",
    "model -training",
    "(mesh OR graph) AND NOT (rag OR gpu)",
    "cat:cs model",
    "cat:cs.CL",
    "primary:cs.CV -cat:cs.CL",
    'author:"L. Lei"',
    "author:quill AND network",
    "upvotes>=10",
    "mesh -upvotes>=10",
    "has:code, rag",
    "language model AND NOT diffusion",
    "caf*, training graph",
)
NAMES = ("Ada Quill", "Lei Li", "Li Wang", "Ann-Marie Lei")


def invented(count: int) -> list[Paper]:
    """Return papers of few words, the same each time."""
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret

    def text(longest: int) -> str:
        return " ".join(chance.choices(SPELLED.split(), k=chance.randint(1, longest)))

    return [
        paper(
            f"2611.{number:05}",
            title=text(4),
            abstract=text(14),
            authors=tuple(chance.sample(NAMES, 2)),
            categories=tuple(chance.sample(["cs.CV", "cs.CL", "math.CO"], 2)),
            upvotes=chance.choice([None, 3, 30]),
            code_url=chance.choice([None, "https://git.example/x"]),
        )
        for number in range(count)
    ]


def previews(database: Database) -> Previews:
    """Return the service, on a Monday."""
    return Previews(database, Clock())


async def looked_back(database: Database, typed: str, days: int = 30) -> Preview:
    """Look back."""
    return await previews(database).of(typed, days, seconds=60)


async def found_by_search(database: Database, typed: str, sort: Sort) -> list[str]:
    """Return the ids on all pages of a search."""

    async def nothing(_: PaperId) -> Paper | None:
        raise NotFound

    lookups = Lookups(database, nothing, Clock(), Nearest(database))
    found: list[str] = []
    for page in range(1, 40):
        results = await lookups.search(typed, sort, page=page)
        found += [entry.paper.id for entry in results.entries]
        if not results.has_more:
            break
    return found


async def test_preview_search_and_delivery_agree_with_the_matcher(database: Database) -> None:
    """For each kind of query, all of them select the papers that the one judge selects."""
    stored = invented(150)
    channels = {typed: ChannelId(number) for number, typed in enumerate(QUERIES, start=1)}
    for typed, channel in channels.items():
        await subscribe(database, typed, channel)
    await announce(database, *stored)
    prepared = [prepare(each) for each in stored]
    for typed, channel in channels.items():
        query = parse(typed)
        expected = {each.paper.id for each in prepared if selects(query, each)}
        owed = await deliveries.owed(database.read, channel, Mode.NOW, 500)
        assert {each.match.paper.id for each in owed} == expected, typed
        assert (await looked_back(database, typed)).selected == len(expected), typed
        for sort in Sort:
            found = await found_by_search(database, typed, sort)
            assert set(found) == expected, (typed, sort)
            assert len(found) == len(expected), (typed, sort)


@recorded.needs_papers
async def test_real_keywords_on_real_papers_agree(database: Database) -> None:
    """Keywords that people really have, bare and quoted, find what the judge selects."""
    stored = list({each.id: each for each in recorded.papers(250, every=20)}.values())
    await announce(database, *stored)
    prepared = [prepare(each) for each in stored]
    typed = [keyword.strip('"') for keyword in recorded.keywords()[::25]]
    total = 0
    for text in [*typed, *(f'"{each}"' for each in typed), "LLM", "learn*", "author:wang"]:
        try:
            query = parse(text)
        except QueryError:
            continue
        expected = sum(selects(query, each) for each in prepared)
        total += expected
        assert (await looked_back(database, text)).selected == expected, text
    assert total > 100


def told(preview: Preview) -> list[tuple[str, int]]:
    """Return the narrower queries and how many papers each selects."""
    return [(each.query, each.selected) for each in preview.narrower]


@recorded.needs_papers
async def test_queries_of_every_kind_agree_on_real_papers(database: Database) -> None:
    """Common and rare words, in every way to ask for them, are counted as the judge counts."""
    stored = list({each.id: each for each in recorded.papers(150, every=20)}.values())
    await announce(database, *stored)
    prepared = [prepare(each) for each in stored]
    for text in (text for made in queries(stored, 10).values() for text in made):
        expected = sum(selects(parse(text), each) for each in prepared)
        assert (await looked_back(database, text)).selected == expected, text


def many(title: str, count: int, start: int = 0) -> Sequence[Paper]:
    """Return papers of one title."""
    return [paper(f"2610.{start + n:05}", title=title, abstract="") for n in range(count)]


async def test_a_look_back_tells_how_many_a_day(database: Database) -> None:
    """Days count from the oldest stored paper; older papers than asked for do not count."""
    for days, start in ((1, 0), (3, 100), (40, 200)):
        moment = MONDAY - timedelta(days=days)
        await announce(database, *many("On tides", 4, start), now=moment)
    await announce(database, *many("On hills", 8, 900))
    preview = await looked_back(database, "tide")
    assert (preview.selected, preview.stored, preview.days) == (8, 16, 3.0)
    assert preview.share == 0.5
    assert not preview.is_broad
    assert [each.paper.id for each in preview.examples] == [
        "2610.00003",
        "2610.00002",
        "2610.00001",
    ]
    assert (await looked_back(database, "tide", 90)).selected == 12


async def test_replacements_are_neither_counted_nor_looked_back_to(database: Database) -> None:
    """What would not have alerted anybody is no part of a look back."""
    kinds = (AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS, AnnounceType.NEW, None)
    await announce(
        database,
        *(
            paper(f"2610.0000{n}", title="On tides", announce_type=kind)
            for n, kind in enumerate(kinds)
        ),
        now=MONDAY - timedelta(days=2),
    )
    preview = await looked_back(database, "tide")
    assert (preview.selected, preview.stored) == (2, 2)
    assert (await subscribe(database, "tide", look_back_days=7)).looked_back == 2


async def test_nothing_stored_is_nothing_selected(database: Database) -> None:
    """A new bot cannot look back, and does not fail."""
    preview = await looked_back(database, "tide OR hill")
    assert (preview.selected, preview.stored, preview.share) == (0, 0, 0.0)


async def test_a_broad_query_gets_a_narrower_one(database: Database) -> None:
    """Of alternatives, the one that brings most is named, and the query without it proposed."""
    await announce(database, *many("On tides", 100), *many("On hills", 5, 200))
    await announce(database, *many("On nothing", 150, 400))
    preview = await looked_back(database, "tide, hill")
    assert preview.is_broad
    assert preview.biggest is not None
    assert (preview.biggest.query, preview.biggest.selected) == ("tide", 100)
    assert ("hill", 5) in told(preview)


async def test_a_single_broad_word_is_narrowed_by_title_or_category(database: Database) -> None:
    """The narrower query selects something, and not too much."""
    broad = [replace(each, abstract="We study tides.") for each in many("On hills", 100)]
    await announce(database, *broad, *many("Tides", 3, 200), *many("On nothing", 150, 400))
    preview = await looked_back(database, "tide")
    assert told(preview) == [("title:tide", 3)]


SUBJECTS = (
    ("Ebb tides of salt marshes", 4),
    ("Tide gauges for harbours", 6),
    ("On tides and harbour seals", 5),
    ("Spring tides", 35),
    ("A new theory of tides", 50),
)
"""Titles about tides, of a hundred papers, among a thousand about other things."""


def about_tides() -> list[Paper]:
    """Return a thousand papers, a tenth of them about tides."""
    stored: list[Paper] = []
    for title, count in (*SUBJECTS, ("A new theory of hills", 450), ("Hills and harbours", 450)):
        stored += many(title, count, len(stored))
    return stored


@pytest.fixture(scope="module")
def tides_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database in which a thousand papers were announced, made once."""
    path = tmp_path_factory.mktemp("tides") / "paperwire.db"
    return stored(path, lambda database: announce(database, *about_tides()))


@pytest.fixture(scope="module")
def prepared_tides() -> Sequence[Prepared]:
    """Return its papers, ready to be matched."""
    return [prepare(each) for each in about_tides()]


@pytest.fixture
async def tides(tides_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a copy of it."""
    path = tmp_path / "tides.db"
    shutil.copyfile(tides_file, path)
    async with Database.open(path) as opened:
        yield opened


async def test_a_broad_word_is_narrowed_by_what_its_papers_speak_of(tides: Database) -> None:
    """Longer phrases and words beside it are proposed, words that tell no subject are not."""
    preview = await looked_back(tides, "tide")
    assert (preview.selected, preview.is_broad) == (100, True)
    assert told(preview) == [
        ("spring tide", 35),
        ("tide gauges", 6),
        ("harbour seals AND tide", 5),
        ("ebb tide", 4),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        *("tide", '"tides"', "tide*", "title:tide", "tide NOT spring", "tide, hill", "TIDE, A"),
        *(
            "cat:cs",
            '"of tides"~9',
            "author:quill",
            "-hill AND cat:cs.LG",
            "tide OR (hill AND new)",
        ),
    ],
)
async def test_narrower_queries_select_less_of_the_same(
    tides: Database, prepared_tides: Sequence[Prepared], typed: str
) -> None:
    """Each can be typed, selects as many as it says, and no paper that the broad one does not."""
    preview = await looked_back(tides, typed)
    assert preview.is_broad
    for text, selected in told(preview):
        query = parse(text)
        assert str(query) == text
        found = [each for each in prepared_tides if selects(query, each)]
        assert len(found) == selected < preview.selected
        assert all(selects(parse(typed), each) for each in found)


async def test_alternatives_that_are_broad_themselves_give_way(database: Database) -> None:
    """A longer phrase of the one that selects most is proposed alone, if else it were too much."""
    for number, (title, count) in enumerate(
        (("Spring tides", 30), ("Tides", 170), ("Salt marshes", 100), ("Hills", 700))
    ):
        await announce(database, *many(title, count, 1_000 * number))
    assert ("spring tide", 30) in told(await looked_back(database, "tide, marsh"))


@recorded.needs_papers
async def test_real_broad_words_get_narrower_queries(database: Database) -> None:
    """Broad words of real papers get several, each under 5 % of everything and counted exactly."""
    stored = {each.id: each for each in recorded.papers(500, every=20)}
    await announce(database, *stored.values())
    for typed in ("diffusion", "LLM", "large language model", "diffusion, reinforcement learning"):
        preview = await looked_back(database, typed)
        assert len(preview.narrower) > 2, typed
        for query, selected in told(preview):
            assert 0 < selected <= BROAD * preview.stored, query
            assert (await looked_back(database, query)).selected == selected, query


async def test_few_papers_are_no_ground_for_a_warning(database: Database) -> None:
    """A share of a handful of papers means nothing."""
    await announce(database, *many("On tides", 10))
    preview = await looked_back(database, "tide")
    assert preview.share == 1.0
    assert not preview.is_broad


async def test_time_that_runs_out_is_told(database: Database) -> None:
    """What could not be judged in time is not counted, and the answer says so."""
    stored = [replace(each, abstract="a tide and a wave") for each in many("x", 50)]
    await announce(database, *stored)
    hurried = await previews(database).of('"wave tide"~5', seconds=-1)
    assert not hurried.is_complete
    assert hurried.selected < 50
    assert (await looked_back(database, '"wave tide"~5')).selected == 50


async def test_a_bad_query_is_refused(database: Database) -> None:
    """The same language, the same refusals."""
    with pytest.raises(QueryError):
        await looked_back(database, "(tide")
