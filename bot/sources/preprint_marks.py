"""Takes out of bioRxiv's abstracts what its typesetting leaves in them. Pure.

The API gives text out of which the elements were cut and their names left: ``O_ST_ABS`` opens a
heading, ``O_SCPLOW`` small capitals (``AO_SCPLOWBSTRACTC_SCPLOW`` is ABSTRACT), ``O_FIG`` a figure.
"""

import re

# A figure or table with its links and sizes up to its end: none of it is the abstract.
_FLOATS = re.compile(
    r"(?:GRAPHICAL ABSTRACT\s*)?O_(FIG|TBL|TEXTBOX)(?![A-Z]).*?(?:C_\1(?![A-Z])|\Z)", re.DOTALL
)
_SMALL_CAPITALS = re.compile(r"[OC]_SCP(?:LOW|CAP)")
_HEADING_END = re.compile(r"\s*C_ST_ABS\s*")
# What follows stands right behind; of the shortest one only what cannot be part of a name.
_OTHERS = re.compile(
    r"\s*(?:[OC]_(?:ST_ABS|QD|UL|OL|INLINEFIG|LINKSMALLFIG|FLOATNO|TABLECAPTION)"
    r"|C_LI(?=\s|\Z|[OC]_)|(?:(?<=\s)|(?<=C_LI)|\A)O_LI)\s*"
)
_TITLE = re.compile(r"\A\s*(?:ABSTRACT|Abstract|SUMMARY|Summary)\b[.:]?\s*(?=[A-Z])")
_STUCK_TITLE = re.compile(r"\A\s*(?:ABSTRACT|Abstract|SUMMARY|Summary)(?=[A-Z][a-z])")
# Headings lose their line: "BackgroundThe heart ...".
_STUCK_HEADING = re.compile(
    r"(?m)^\s*(Background|Introduction|Objectives?|Aims?|Purpose|Motivation|Importance|Methods?"
    r"|Design|Setting|Participants|Interventions?|Measurements|Results?|Findings|Conclusions?"
    r"|Interpretation|Discussion|Significance|Funding|Availability(?: and Implementation)?)"
    r"(?=[A-Z][a-z]*[ ,'-])"
)


def without_marks(text: str) -> str:
    """Return an abstract without typesetting, its headings apart from what they head."""
    text = _SMALL_CAPITALS.sub("", _FLOATS.sub(" ", text))
    text = _OTHERS.sub("\n", _HEADING_END.sub(": ", text))
    text = _STUCK_TITLE.sub("", _TITLE.sub("", text.strip()))
    return _STUCK_HEADING.sub(r"\1: ", text).strip()
