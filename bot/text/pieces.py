"""What TeX a text is cut into: commands, braces, scripts, dollars, dashes, addresses.

Only says where the pieces are, and of which kind; the last group of each alternative names it.
"""

import re

from bot.text import verbatim

_UPPER = r"\{{[ ]?\+[ ]?(?P<{}>[\d.]{{1,12}})[ ]?\}}"
_LOWER = r"\{{[ ]?[-−][ ]?(?P<{}>[\d.]{{1,12}})[ ]?\}}"
PIECE = re.compile(
    rf"""(?=[\\$^_{{}}~`h'-])(?:  # Nothing else begins a piece; to look for that first is faster.
    \\(?P<begin>begin|end)\{{(?P<environment>[^{{}}\\$]{{0,40}})(?:\}}|\Z)
      (?:\[[htbp!H]{{1,5}}\]|\{{[lcr|]{{1,20}}\}})?
  | {verbatim.PATTERN}
  | (?P<errors>\^{_UPPER.format("above")}[ ]?_{_LOWER.format("below")}
             | _{_LOWER.format("below2")}[ ]?\^{_UPPER.format("above2")})
  | \\(?:sc|scshape)[ ]+(?P<small_capitals>[ivx]+)(?=\}})
  | \\textsc\{{(?P<small_capitals_>[ivx]+)\}}
  | \\(?:left|right)(?P<invisible>\.)
  | \\sqrt[ ]*\[(?P<degree>[^\[\]{{}}\\]{{1,10}})\]
  | \\(?:footnote|footnotetext|thanks)(?P<note>(?:\[[^\[\]]{{0,10}}\])?)(?=\{{)
  | \\(?P<name>[A-Za-z]+)(?:\*(?=\{{))?(?P<blank>[ ]*)
  | \\(?P<sign>[^A-Za-z])
  | (?P<url>https?://(?:[^\s{{}}\\$`]|\\[_%\#&~^-](?:\{{\}})?)+)
  | (?P<mark>[\\${{}}^_~`])
  | (?P<dash>-{{2,}}) | (?P<closing>''))
    """,
    re.VERBOSE,
)
