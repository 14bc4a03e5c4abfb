"""What OpenReview on loopback holds and answers, as values. Knows no HTTP server."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import Paper
from bot.paper_ids import note_of
from bot.sandbox import feed_faults
from bot.sandbox.feed_faults import Fault


@dataclass(frozen=True, slots=True)
class Submission:
    """A paper at a venue; ``state`` is how its ``venueid`` ends."""

    paper: Paper
    venue: str
    state: str = "Submission"
    is_public: bool = True


class NoteAnswers:
    """The submissions of all venues, and what is said to a query of ``/notes``."""

    def __init__(self) -> None:
        self._submissions: dict[str, Submission] = {}
        self.tells_count = True

    def submit(
        self,
        papers: Iterable[Paper],
        venue: str,
        state: str = "Submission",
        *,
        is_public: bool = True,
    ) -> None:
        """Submit papers to a venue, or change the state of those that are there."""
        for paper in papers:
            self._submissions[paper.id] = Submission(paper, venue, state, is_public)

    def answer(self, query: Mapping[str, str], fault: Fault | None = None) -> bytes:
        """Return the answer, spoilt by a fault: only notes that everybody may read."""
        invitation, id_ = query.get("invitation", ""), query.get("id")
        found = [
            it
            for it in self._submissions.values()
            if it.is_public
            and (note_of(it.paper.id) == id_ or invitation == f"{it.venue}/-/Submission")
        ]
        start, limit = int(query.get("offset", "0")), min(int(query.get("limit", "1000")), 1_000)
        some = [] if fault is Fault.EMPTY_PAGE else found[start : start + limit]
        count = {"count": len(found)} if self.tells_count else {}
        body = json.dumps({"notes": list(map(_note, some)), **count}).encode()
        return feed_faults.truncated(body) if fault is Fault.TRUNCATED else body


def _note(submission: Submission) -> dict[str, Any]:
    paper = submission.paper
    submitted = None if paper.published is None else int(paper.published.timestamp() * 1_000)
    venue = submission.venue.replace("/", " ")
    content = {
        "title": paper.title,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "primary_area": paper.primary_category,
        "venue": f"{venue} {submission.state.replace('_', ' ')}",
        "venueid": f"{submission.venue}/{submission.state}",
    }
    return {
        "id": note_of(paper.id),
        "forum": note_of(paper.id),
        "cdate": submitted,
        "readers": ["everyone"],
        "content": {name: {"value": value} for name, value in content.items() if value},
        "version": 2,
    }
