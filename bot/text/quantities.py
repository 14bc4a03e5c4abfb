r"""Units as siunitx writes them: ``\SI{40}{\milli\second}`` is 40 ms. Reads no other TeX."""

import re

_PREFIXES = """
yocto y zepto z atto a femto f pico p nano n micro μ milli m centi c deci d deca da hecto h kilo k
mega M giga G tera T peta P exa E kibi Ki mebi Mi gibi Gi tebi Ti
"""
_UNITS = """
meter m metre m second s gram g kilogram kg kelvin K ampere A mole mol candela cd hertz Hz newton N
pascal Pa joule J watt W coulomb C volt V farad F ohm Ω siemens S weber Wb tesla T henry H lumen lm
lux lx becquerel Bq gray Gy sievert Sv celsius °C degreeCelsius °C degree ° percent % bit bit byte B
liter L litre L hour h minute min day d electronvolt eV parsec pc radian rad steradian sr arcsecond
″ arcminute ′ decibel dB bel B neper Np angstrom Å barn b bar bar dalton Da astronomicalunit au
kilometer km centimeter cm millimeter mm micrometer μm nanometer nm square ² cubic ³
"""
_words = iter(_PREFIXES.split())
_PREFIX = dict(zip(_words, _words, strict=True))
_words = iter(_UNITS.split())
_UNIT = dict(zip(_words, _words, strict=True))
_POWERS = {"squared": "²", "cubed": "³"}
_PIECE = re.compile(r"\\([A-Za-z]+)\s*|([^\\]+)|\\")
_CLOSE_UP = frozenset("°″′")


def quantity(number: str, unit: str) -> str:
    """Return a number with its unit as they are printed; either may be empty."""
    shown = _unit(unit)
    joint = "" if not number or not shown or shown in _CLOSE_UP or shown == "%" else " "
    return f"{number.strip()}{joint}{shown}"


def _unit(source: str) -> str:
    shown = ""
    is_open = True
    for found in _PIECE.finditer(source):
        name, rest = found[1], found[2]
        if name is None:
            shown += (rest or "").replace("~", " ").replace(".", " ")
        elif name == "per":
            shown, is_open = shown + "/", True
        elif name in _POWERS:
            shown += _POWERS[name]
        else:
            shown += ("" if is_open else " ") + _PREFIX.get(name, _UNIT.get(name, name))
            is_open = name in _PREFIX
    return shown
