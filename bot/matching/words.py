"""Typed words to the words of a term: plain text, canonical spelling, capitals that count.

Papers' text does not pass here; both go through `bot.text`.
"""

from bot.matching.query import Word
from bot.text.letters import lower
from bot.text.plain import read
from bot.text.plurals import keys
from bot.text.tokens import spelling, tokens

_SHORTEST_PREFIX = 3
_SHORTEST_ACRONYM = 2


class MisplacedStar(ValueError):  # noqa: N818 - reads as what happened
    """A star does not end a word of three letters or digits or more."""


def phrase_words(text: str, *, stars: bool) -> tuple[Word, ...]:
    """Return the words of a bare phrase or quote, () where no letter or digit is left.

    With ``stars`` a final star makes a prefix, and one elsewhere raises MisplacedStar; without,
    it is punctuation.
    """
    spelled = [
        (spelled_word, star)
        for typed in read(text, is_typed=True).compared.split()
        for spelled_word, star in [_spelled(typed, stars=stars)]
        if spelled_word
    ]
    caps_lock = _is_caps_lock([word for word, _ in spelled])
    words = []
    for word, star in spelled:
        acronym = not star and not caps_lock and is_acronym(word)
        text = word if acronym else _lowered(word, plurals=stars and not star)
        words.append(Word(text, acronym, star))
    return tuple(words)


def author_words(text: str, *, stars: bool) -> tuple[Word, ...]:
    """Return the words of a name, () where no letter is left; only hyphens hold tokens together."""
    words: list[Word] = []
    for typed in read(text, is_typed=True).compared.split():
        spelled, star = _spelled(typed, stars=stars)
        found = tokens(spelled)
        chain: list[str] = []
        for token in found:
            chain.append(lower(token.text))
            if not token.hyphenated:
                words.append(Word(_lowered("-".join(chain)), star=star and token is found[-1]))
                chain = []
    return tuple(words)


def is_acronym(word: str) -> bool:
    """Say whether a word in canonical spelling is an acronym: RAG, GPT-4, AI/ML, RGB-D, LLMs."""
    singular = word.removesuffix("s")
    if not singular[-1:].isalnum():  # AI`s: the s is a word of its own, no plural
        singular = word
    letters = [letter for letter in singular if letter.isalpha()]
    return len(letters) >= _SHORTEST_ACRONYM and all(letter.isupper() for letter in letters)


def _is_caps_lock(words: list[str]) -> bool:
    with_letters = sum(any(map(str.isalpha, word)) for word in words)
    return with_letters > 1 and not any(letter.islower() for word in words for letter in word)


def _lowered(word: str, *, plurals: bool = False) -> str:
    """Return a spelling in small letters that is a canonical spelling again.

    With ``plurals`` a token keeps its capitals where they make a plural: ``GPUs-based``.
    """
    text = lower(word)
    if plurals and text != word and len(text) == len(word):
        for token in tokens(word):
            if len(keys(token.text)) > 1:
                text = text[: token.start] + token.text + text[token.end :]
    return spelling(text)


def _spelled(typed: str, *, stars: bool) -> tuple[str, bool]:
    if not stars or "*" not in typed:
        return spelling(typed), False
    word = spelling(typed.removesuffix("*"))
    last = tokens(word)[-1].text if word else ""
    if typed.count("*") > 1 or not typed.endswith("*") or not _is_long_enough(last):
        raise MisplacedStar
    return word, True


def _is_long_enough(token: str) -> bool:
    return sum(letter.isalnum() for letter in token) >= _SHORTEST_PREFIX
