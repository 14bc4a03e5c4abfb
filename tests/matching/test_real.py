"""Real keywords on real abstracts, where they are at hand: the index and the judge agree."""

from bot.matching.anchors import anchors
from bot.matching.matcher import match, selects
from bot.matching.parser import parse
from bot.matching.prepared import LONGEST, grams, prepare
from tests import recorded

pytestmark = recorded.needs_papers


def test_grams_find_what_the_matcher_selects() -> None:
    """For 200 keywords and 500 papers, exact anchors decide and the others miss nothing."""
    queries = [parse(f'"{keyword}"') for keyword in recorded.keywords()[:1000:5]]
    queries += [parse(str(query).strip('"')) for query in queries]
    filed = [(query, anchors(query)) for query in queries]
    selected = 0
    for paper in recorded.papers(500, every=10):
        ready = prepare(paper)
        known = grams(ready, LONGEST)
        for query, terms in filed:
            held = [anchor for anchor in terms if anchor.term in known]
            found = selects(query, ready)
            selected += found
            assert held or not found, (str(query), paper.id)
            assert found or not any(anchor.exact for anchor in held), (str(query), paper.id)
    assert selected > 100


def test_spans_read_like_their_terms() -> None:
    """Displayed text at a span holds the term's letters, whatever TeX stood there."""
    query = parse("diffusion model, large language model, reinforcement learning")
    for paper in recorded.papers(500, every=10):
        ready = prepare(paper)
        found = match(query, ready)
        for span in found.spans if found else ():
            text = ready.title if span.field == "title" else ready.abstract
            shown = text[span.start : span.end].lower()
            assert shown.startswith(("diffusion", "large", "reinforcement"))
