"""A look back in words, for /preview and /subscribe. Pure; contains no command."""

from bot.delivery.excerpts import hits
from bot.delivery.lines import title_link
from bot.delivery.marked import mark
from bot.domain import Field, PaperMatch
from bot.matching.matcher import Match, match
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare
from bot.services.previews import BROAD, EXAMPLES, Preview
from cogs.wording import LONGEST_TEXT, code, plural

_LONGEST_TITLE = 110
_LONGEST_QUERY = 150


def preview_lines(preview: Preview) -> list[str]:
    """Return what a query would have posted: how much, of what, a warning, and examples."""
    if not preview.stored:
        return ["I have stored no papers of these days yet, so I cannot look back."]
    lines = [_amount(preview)]
    if preview.biggest is not None:
        alone = preview.biggest
        lines.append(
            f"{code(alone.query, _LONGEST_QUERY)} brings the most of them: {alone.selected:,}."
        )
    if preview.is_broad:
        lines += _warning(preview)
    if preview.examples:
        few = "This one:" if preview.selected == 1 else "These:"
        newest = "The newest:" if preview.selected > EXAMPLES else few
        lines += [newest, *(f"- {example_line(each)}" for each in preview.examples)]
    return lines


def fitting(lines: list[str], room: int = LONGEST_TEXT) -> str:
    """Join lines, leaving out the last ones that do not fit."""
    text = ""
    for line in lines:
        if len(text) + 1 + len(line) > room:
            break
        text = f"{text}\n{line}" if text else line
    return text


def _amount(preview: Preview) -> str:
    span = f"the last {plural(round(preview.days), 'day')}" if preview.days > 1 else "the last day"
    of_all = f"of the {plural(preview.stored, 'paper')} of {span}"
    if not preview.selected:
        unsure = "" if preview.is_complete else ", as far as I had time to read"
        return f"None {of_all} would have been posted{unsure}."
    least = "" if preview.is_complete else "at least "
    return (
        f"It would have posted {least}**{plural(preview.selected, 'paper')}** "
        f"({percent(preview.share)}) {of_all}: about **{rate(preview.selected / preview.days)}**."
    )


def rate(a_day: float) -> str:
    """Return how often papers come: ``12 a day``, ``3.5 a day``, ``2 a week``, ``1 a month``."""
    if a_day >= 1:
        return f"{a_day:,.0f} a day" if a_day >= 10 else f"{a_day:,.1f} a day"  # noqa: PLR2004 - digits that count
    if a_day * 7 >= 1:
        return f"{a_day * 7:.0f} a week"
    return f"{max(1, round(a_day * 30))} a month"


def percent(share: float) -> str:
    """Return a share in percent, with as many digits as say something."""
    if 0 < share < 0.001:  # noqa: PLR2004 - a tenth of a percent
        return "under 0.1 %"
    return f"{share:.1%}".replace("%", " %")


def _warning(preview: Preview) -> list[str]:
    lines = [f"⚠️ That is more than {BROAD * 100:.0f} % of everything: few people will read it."]
    if not preview.narrower:
        lines.append("Narrow it with a second word (AND), `title:` or a category (`cat:cs.CV`).")
        return lines
    told = [
        f"- {code(each.query, _LONGEST_QUERY)}: about **{rate(each.selected / preview.days)}**"
        for each in preview.narrower
    ]
    return [*lines, "Narrower, for example:", *told]


def example_line(entry: PaperMatch) -> str:
    """Return a paper's title, linked, and where it matched, in bold."""
    prepared = prepare(entry.paper)
    found = match(parse(entry.queries[0], typed=False), prepared)
    title = _title(entry, prepared, found)
    around = _around(found, prepared) if found else ""
    return f"{title}{f': {around}' if around else ''}"


def _title(entry: PaperMatch, prepared: Prepared, found: Match | None) -> str:
    spans = [(s.start, s.end) for s in found.spans if s.field is Field.TITLE] if found else []
    return title_link(entry.paper, mark(prepared.title, spans), _LONGEST_TITLE)


def _around(found: Match, prepared: Prepared) -> str:
    """Return the first hit in the abstract, where none is in the title."""
    if any(span.field is Field.TITLE for span in found.spans):
        return ""
    return next((around for _, around in hits(found, prepared) if around), "")
