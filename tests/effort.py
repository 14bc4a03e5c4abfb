"""How much the tests that make up their input try: little in the suite, much in `make explore`."""

from hypothesis import settings

_USUAL = 100
"""Examples of a test that asks for no number, in the suite; the profile says how many here."""


def examples(count: int) -> settings:
    """Return settings for so many examples, and for as many more as the profile has of all."""
    return settings(max_examples=count * settings().max_examples // _USUAL)
