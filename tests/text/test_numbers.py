"""Numbers are read by value and unit, however they are written."""

from fractions import Fraction

import pytest

from bot.text.languages import LANGUAGES
from bot.text.numbers import leveled, numbers


def read(text: str, code: str = "en") -> list[tuple[Fraction | None, str]]:
    """Return the values and units of a text's numbers."""
    return [(each.value, each.unit) for each in numbers(leveled(text), LANGUAGES[code])]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,200", "1200", ""),
        ("1.2 million", "1200000", ""),
        ("12k", "12000", ""),
        ("7B", "7000000000", ""),
        ("ninety-five percent", "95", "%"),
        ("two hundred and five", "205", ""),
        ("three hundred thousand", "300000", ""),
        ("10⁻⁵", "1/100000", ""),
        ("1.2·10⁶ M_⊙", "1200000", "M_⊙"),
        ("1e-3", "1/1000", ""),
        ("½", "1/2", ""),
        ("2/3", "2/3", ""),
        ("−5 °C", "-5", "°C"),
        ("±0.3", "3/10", ""),
        ("twice", "2", "×"),
        ("10-fold", "10", "×"),
        ("2\u00d7 faster", "2", "×"),
        ("5-ms", "5", "ms"),
        ("3 hours", "3", "h"),
        ("$5", "5", "$"),
        ("９５％", "95", "%"),
        ("٩٥", "95", ""),
        ("half", "1/2", ""),
        ("a dozen", "12", ""),
        ("30 frames per second", "30", "fps"),
    ],
)
def test_a_number_of_english(text: str, value: str, unit: str) -> None:
    """Digits, words, powers, fractions and multiples have one value, and their unit."""
    assert read(text) == [(Fraction(value), unit)]


@pytest.mark.parametrize(
    ("code", "text", "value", "unit"),
    [
        ("de", "1.200", "1200", ""),
        ("de", "95,2 %", "95.2", "%"),
        ("de", "fünfundneunzig Prozent", "95", "%"),
        ("de", "1,2 Millionen", "1200000", ""),
        ("de", "3 Milliarden", "3000000000", ""),
        ("de", "10-fach", "10", "×"),
        ("de", "dreidimensional", "3", ""),
        ("fr", "1 200 images", "1200", ""),
        ("fr", "deux fois", "2", "×"),
        ("fr", "dix-sept", "17", ""),
        ("es", "3 mil millones", "3000000000", ""),
        ("es", "veintidós", "22", ""),
        ("it", "ventidue", "22", ""),
        ("nl", "tweeëntwintig", "22", ""),
        ("pt", "dois", "2", ""),
        ("ru", "в 2 раза", "2", "×"),
        ("ru", "двухэтапный", "2", ""),
        ("zh", "百分之九十五", "95", "%"),
        ("zh", "120万", "1200000", ""),
        ("zh", "两倍", "2", "×"),
        ("ja", "9割", None, ""),
        ("ja", "三つ", "3", ""),
        ("fr", "quatre-vingt-quinze pour cent", None, "%"),
    ],
)
def test_a_number_of_another_language(code: str, text: str, value: str | None, unit: str) -> None:
    """A language's own signs and words are read; what is not understood has no value."""
    assert read(text, code) == [(None if value is None else Fraction(value), unit)]


def test_a_range_shares_its_unit() -> None:
    """Both ends of a range are in the unit that only the second names."""
    assert read("10-20% or 5 to 7 dB") == [
        (Fraction(value), unit) for value, unit in [(10, "%"), (20, "%"), (5, "dB"), (7, "dB")]
    ]
    assert read("8- and 4-bit") == [(Fraction(8), "bit"), (Fraction(4), "bit")]


def test_digits_of_names_are_no_numbers() -> None:
    """A digit inside a name, and words that only hold a number word, count nothing."""
    assert read("GPT-4 and x² on COVID-19, someone weighing one of them") == []


def test_ordinals_are_told_apart() -> None:
    """The third is not three."""
    found = numbers("the third of three")
    assert [each.value for each in found] == [Fraction(3)] * 2
    assert [each.is_ordinal for each in found] == [True, False]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_knows_its_small_numbers(code: str) -> None:
    """No language is offered without words for two, three and ten, as stems or whole, or signs."""
    language = LANGUAGES[code]
    values = {*language.cardinals.values(), *language.stems.values()}
    assert {2, 3, 10} <= values or language.script == "CJK"
    assert language.percent
    assert language.multiple
