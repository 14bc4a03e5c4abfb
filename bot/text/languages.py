"""The languages that summaries can be in, and how each writes numbers. Values only.

The words stand in ``languages.toml``. A language is offered only if its number words are known: a
number that is spelled out must not slip past the check of a summary (`bot.text.faithful`).
"""

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter


def _by_word(by_value: Mapping[str, str]) -> dict[str, Fraction]:
    return {word: Fraction(value) for value, words in by_value.items() for word in words.split()}


Words = Annotated[Mapping[str, Fraction], BeforeValidator(_by_word)]
"""Words and their values; the file has them the other way around."""


class Language(BaseModel):
    """A language: its own name, its English name, and its number words.

    Words are in small letters, without accents for languages in Latin script.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    english: str
    script: str = "LATIN"
    """As the Unicode names of its letters begin."""
    comma: bool = False
    """Whether it writes 1,234.5 as 1.234,5."""
    nouns_capital: bool = False
    """Whether a capital tells no name from a noun."""
    cardinals: Words = {}
    ordinals: Words = {}
    stems: Words = {}
    """How inflected number words begin."""
    times: Words = {}
    """Words for so many times as much: twice, doubles."""
    scales: Words = {}
    percent: tuple[str, ...] = ()
    multiple: tuple[str, ...] = ()
    """What stands after a number where English has "times"."""
    openers: Annotated[frozenset[str], BeforeValidator(str.split)] = frozenset()
    """Words that open sentences and are no names."""

    def __hash__(self) -> int:
        return hash(self.name)


_FILE = Path(__file__).with_name("languages.toml")

LANGUAGES: Mapping[str, Language] = TypeAdapter(dict[str, Language]).validate_python(
    tomllib.loads(_FILE.read_text(encoding="utf-8"))
)
"""By code (BCP 47), in the order in which they are offered."""
ENGLISH = LANGUAGES["en"]
