"""A phrase as expressions for the full-text index. Pure; see `bot.matching.full_text`.

Words that have to be as typed are looked for among the words as they stand, others among the
folded ones.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice, product
from typing import NamedTuple

from bot.domain import Field
from bot.matching.expressions import (
    Proposal,
    all_but,
    any_of,
    any_proposal,
    every,
    exactly,
    near,
    quoted,
)
from bot.matching.names import wanted_readings
from bot.matching.patterns import Fit, Pattern, Want, pattern, word_patterns
from bot.matching.query import Phrase
from bot.matching.tagged import CAPITALS, FIVE, READING, SMALL, THREE, encoded
from bot.text.plurals import IRREGULAR, is_capitals, keys

_MOST_READINGS = 32
_AS_TYPED = frozenset({Fit.SAME, Fit.LETTERS, Fit.PREFIX})


class _Columns(NamedTuple):
    """Columns to look in: of folded words, and of words as they stand."""

    keys: str
    words: str


_BOTH = _Columns("title abstract", "title_words abstract_words")


def phrase_proposal(phrase: Phrase) -> Proposal:
    """Return what the full-text index can say about a phrase."""
    wanted = pattern(phrase)
    if phrase.scope is not None:
        columns = [_columns(phrase.scope)]
    elif phrase.within is None and not _needs_marks(wanted):
        columns = [_BOTH]
    else:
        columns = list(map(_columns, Field))
    if phrase.within is not None:
        return any_proposal(_nearby(phrase, phrase.within, each) for each in columns)
    return any_proposal(_any_reading(wanted, each) for each in columns)


def _columns(field: Field) -> _Columns:
    return _Columns(field, f"{field}_words")


def _needs_marks(wanted: Pattern) -> bool:
    """Say whether marks decide, which must stand in the same field as the words."""
    fits = {want.fit for wants in wanted.wants for want in wants}
    return Fit.LETTERS in fits or (Fit.ACRONYM in fits and wanted.last > 1)


def _any_reading(wanted: Pattern, columns: _Columns) -> Proposal:
    readings = list(islice(wanted_readings(wanted), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        first = any_proposal(_reading([want], columns) for want in wanted.wants[0])
        return Proposal(None, first.possible)
    return any_proposal(_reading(reading, columns) for reading in readings)


def _reading(wants: Sequence[Want], columns: _Columns) -> Proposal:
    """Return what can be said of one reading of a phrase."""
    if any(want.fit is Fit.PREFIX for want in wants[:-1]):
        # The index takes a star only at the end of a row of words.
        parts = [_reading([want], columns).possible for want in wants]
        return Proposal(None, all_but(parts, []))
    if _are_as_typed(wants):
        return _as_they_stand(wants, columns)
    if len(wants) == 1:
        (want,) = wants
        mark = CAPITALS if want.fit is Fit.ACRONYM and _has_letters(want) else ""
        return exactly(quoted(mark + encoded(want.key), columns=columns.keys))
    return _folded(wants, columns)


def _are_as_typed(wants: Iterable[Want]) -> bool:
    return all(want.fit in _AS_TYPED for want in wants)


def _as_they_stand(wants: Sequence[Want], columns: _Columns) -> Proposal:
    """Return what can be said of words that must be as typed."""
    words = [encoded(want.text).lower() for want in wants]
    starts = wants[-1].fit is Fit.PREFIX
    row = quoted(" ".join(words), starts=starts, columns=columns.words)
    certain, required = _with_capitals(row, wants, columns)
    if len(wants) == 1:
        return Proposal(certain, every([row, *required]))
    possible = every([any_of([row, _joined(words, starts, columns)]) or row, *required])
    return Proposal(certain, possible)


def _joined(words: Sequence[str], starts: bool, columns: _Columns) -> str:  # noqa: FBT001 - as in quoted
    """Return that all words stand somewhere, one of them made by a hyphen."""
    ends = [False] * (len(words) - 1) + [starts]
    pairs = list(zip(words, ends, strict=True))
    made = any_of(quoted(READING + word, starts=end, columns=columns.words) for word, end in pairs)
    return every([quoted(w, starts=end, columns=columns.words) for w, end in pairs] + [made or ""])


def _with_capitals(
    row: str, wants: Iterable[Want], columns: _Columns
) -> tuple[str | None, list[str]]:
    """Return where a row surely stands in capitals, and the marks without which it does not."""
    required, unsure = [], []
    is_sure = True
    for want in wants:
        if want.fit in (Fit.ACRONYM, Fit.LETTERS) and _has_letters(want):
            # GPUS and GPUs are both in capitals, Os in quotes is not.
            is_sure &= want.fit is Fit.ACRONYM or not want.text.lower().endswith("s")
            if want.fit is Fit.ACRONYM or is_capitals(want.text):
                key = encoded(want.key)
                required.append(quoted(CAPITALS + key, columns=columns.keys))
                unsure.append(quoted(SMALL + key, columns=columns.keys))
            else:
                is_sure = False
    return all_but([row, *required], unsure) if is_sure else None, required


def _has_letters(want: Want) -> bool:
    return any(map(str.isalpha, want.text))


def _folded(wants: Sequence[Want], columns: _Columns) -> Proposal:
    """Return what can be said of a row with words of which plurals count too."""
    *_, last = wants
    starts = last.fit is Fit.PREFIX
    words = [encoded(want.key) for want in wants]
    if starts:
        words[-1] = encoded(last.text)
    row = quoted(" ".join(words), starts=starts, columns=columns.keys)
    certain, required = _with_capitals(row, wants, columns)
    if any(want.fit is Fit.SAME for want in wants) or (starts and not _keeps_beginning(last.text)):
        certain = None
    rows = [row, _with_a_joined(words, starts, columns)]
    if starts:
        rows += [_with_ending(words[:-1], word, columns) for word in _shortened(last.text)]
    return Proposal(certain, every([any_of(rows) or row, *required]))


def _with_a_joined(words: Sequence[str], starts: bool, columns: _Columns) -> str:  # noqa: FBT001 - as in quoted
    """Return that some word of a folded row comes of another reading of a hyphen or a plural."""
    whole = words[:-1] if starts else words
    made = [quoted(READING + word, columns=columns.keys) for word in whole]
    if starts:
        made += [quoted(READING + words[-1], starts=True, columns=each) for each in columns]
    return every([*(quoted(word, columns=columns.keys) for word in whole), any_of(made) or ""])


def _with_ending(words: Sequence[str], last: str, columns: _Columns) -> str:
    """Return that a folded row ends in a word that stands somewhere as it is."""
    row = quoted(" ".join([*words, keys(last)[0]]), columns=columns.keys)
    return every([row, quoted(last, columns=columns.words)])


def _keeps_beginning(prefix: str) -> bool:
    """Say whether every word whose folded form begins so begins so itself.

    Folding takes letters off the end, but for -ies and the irregular pairs.
    """
    if prefix.endswith("y"):
        return False
    return not any(
        first.startswith(prefix) and not word.startswith(prefix)
        for word, first in IRREGULAR.items()
    )


def _shortened(prefix: str) -> list[str]:
    """Return the words that begin so and whose folded form does not."""
    words = [f"{prefix}{ending}" for ending in ("", "s", "es")]
    words += [word for word in IRREGULAR if word.startswith(prefix)]
    return [word for word in dict.fromkeys(words) if not keys(word)[0].startswith(prefix)]


def _nearby(phrase: Phrase, within: int, columns: _Columns) -> Proposal:
    """Return what can be said of words near each other in one field."""
    words = word_patterns(phrase)
    if len(words) == 1:
        return _any_reading(words[0], columns)
    together = every(_any_reading(word, columns).possible or "" for word in words)
    readings = list(islice(product(*map(wanted_readings, words)), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        return Proposal(None, together)
    parts = [_apart(reading, within, columns) for reading in readings]
    said = any_proposal(parts)
    texts = {encoded(want.text).lower() for row in chain.from_iterable(readings) for want in row}
    odd = [quoted(READING + text, columns=columns.words) for text in sorted(texts)]
    odd.append(quoted(FIVE, columns=columns.words))
    return Proposal(said.certain, every([together, any_of([said.possible, *odd]) or together]))


def _apart(rows: Sequence[Sequence[Want]], within: int, columns: _Columns) -> Proposal:
    """Return what can be said of rows of words with few others among them all.

    The index counts every hyphen as a blank, the matcher as nothing where that is shorter: what is
    near here is near there, and what is near there is not much farther here.
    """
    texts = [" ".join(encoded(want.text).lower() for want in row) for row in rows]
    words = " ".join(texts).split()
    own = [quoted(text) for text in dict.fromkeys(texts)]
    lengths = sorted(map(len, rows))
    certain = None
    if len(set(words)) == len(words):
        between = within + len(words) - sum(lengths[-2:])
        certain, _ = _with_capitals(
            near(own, between, columns.words), chain.from_iterable(rows), columns
        )
    if len(own) == 1:
        return Proposal(certain, quoted(texts[0], columns=columns.words))
    least = len(words) - sum(lengths[:2])
    pairs = near(own, 2 * within + least, columns.words)
    fours = near(own, 4 * within + least, columns.words)
    return Proposal(certain, any_of([pairs, every([fours, quoted(THREE, columns=columns.words)])]))
