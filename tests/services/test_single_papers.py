"""One paper by its id: asked of the source that the id is of."""

from collections.abc import Mapping

import pytest

from bot.domain import PaperId
from bot.errors import SourceError
from bot.paper_ids import PREPRINT_SERVERS
from bot.sandbox.note_answers import NoteAnswers
from bot.sandbox.preprint_answers import PreprintAnswers
from bot.services.single_papers import SinglePapers
from bot.sources.biorxiv import PreprintServer
from bot.sources.openreview import OpenReviewNotes
from bot.sources.pages import Request, Response
from tests.preprints import DAY, preprint
from tests.samples import paper

BIORXIV, OPENREVIEW = "https://api.biorxiv.example", "https://api2.openreview.example"
NOTE = paper("openreview:note000001", title="On tides")


def singles(preprints: PreprintAnswers, down: Mapping[str, SourceError]) -> SinglePapers:
    """Return what asks the servers; those whose address holds a part of `down` fail."""
    notes = NoteAnswers()
    notes.submit([NOTE], "ICLR.cc/2026/Conference")

    async def fetch(request: Request) -> Response:
        for part, error in down.items():
            if part in request.url:
                raise error
        if request.url.startswith(OPENREVIEW):
            return Response(status=200, body=notes.answer(dict(request.params)))
        body = preprints.answer(request.url.removeprefix(f"{BIORXIV}/details/"))
        assert body is not None
        return Response(status=200, body=body)

    return SinglePapers(
        fetch,
        "https://arxiv.example",
        "https://huggingface.example",
        [PreprintServer(BIORXIV, name) for name in PREPRINT_SERVERS],
        [OpenReviewNotes(OPENREVIEW)],
    )


@pytest.mark.parametrize("server", ["biorxiv", "medrxiv"])
async def test_a_doi_is_asked_of_both_servers(server: str) -> None:
    """The first that has it gives its newest version."""
    held = PreprintAnswers()
    held.post([preprint(1)], DAY, server)
    held.post([preprint(1, "On the tides", version=2)], DAY, server)
    found = await singles(held, {}).paper(preprint(1).id)
    assert found is not None
    assert (found.title, found.version, found.sources) == ("On the tides", 2, (server,))


async def test_a_doi_that_nobody_has_is_none() -> None:
    """Unless a server did not answer: then nobody knows."""
    missing = preprint(2).id
    assert await singles(PreprintAnswers(), {}).paper(missing) is None
    with pytest.raises(SourceError, match="down"):
        await singles(PreprintAnswers(), {"medrxiv": SourceError("down")}).paper(missing)


async def test_a_server_that_is_down_does_not_hide_the_other() -> None:
    """It is asked as well."""
    held = PreprintAnswers()
    held.post([preprint(1)], DAY, "medrxiv")
    found = await singles(held, {"/biorxiv/": SourceError("down")}).paper(preprint(1).id)
    assert found is not None
    assert found.sources == ("medrxiv",)


async def test_a_note_is_asked_of_openreview() -> None:
    """By its id; one that is not there, or not public, is none."""
    found = await singles(PreprintAnswers(), {}).paper(NOTE.id)
    assert found is not None
    assert (found.id, found.title) == (NOTE.id, "On tides")
    assert await singles(PreprintAnswers(), {}).paper(PaperId("openreview:nothing1")) is None
