"""Makes foreign text inert in Discord's markdown: shown as it is, nothing takes effect.

Plain http(s) URLs stay as they are and work. Two places have rules of their own: prose, where a
backslash escapes, and the label of a masked link, where Discord shows backslashes and gives the
link up for an emoji or a URL in it, so that look-alikes stand there instead
(discord-api-docs issues 6185, 7673, 7721). Not even a mention's shape is left for others to read.
"""

import re

from bot.delivery.emoji import is_emoji
from bot.delivery.marked import Marked, clean, clip, mark, substitute

# Discord's own rule: http or https, up to a blank or "<", not ending in these signs.
_URL = re.compile(r"(?<!\w)https?://[^\s<]+[^<.,:;\"'\]\s]")
_GLUED_URL = re.compile(r"(?<=\w)(?=https?://[^\s<])")
_URL_RUN = re.compile(r"https?://[^\s<]+")
_TAIL = ".,:;\"')]’”»›…}!?*`|。，、）】」』"  # noqa: RUF001 - signs
_NATIVE_TAIL = frozenset(".,:;\"')]")
"""Signs that Discord itself leaves out of a URL that they follow."""
_LAST_UNDERSCORES = re.compile(r"_+(?![0-9A-Za-z_])")
_ENDS_URL = _NATIVE_TAIL | {" ", "<"}

_ANGLED = re.compile(r"<([^<>]*)>")
_HTTP = re.compile(r"https?://[^\s<>]+")
_TAG = re.compile(r"[@#:+].*|/.*:.*|\S*[:@+]\S*")
"""In angle brackets: mentions, commands, times, emoji, guides, other schemes, mail, phone."""
_MASS_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_LINK_JOINT = re.compile(r"\](?=\()")
_EMOJI_NAME = re.compile(r":(?=(?:(?![0-9]+:)[+-]?\w{1,40}|100|1234):)")
_SIGN = re.compile(r"[*`_~|:/\\]")
"""All that `_letter` and `_url_letter` may change."""
_BOLD = re.compile(b"\x01+")
_LINE_START = re.compile(r"(?:#{1,3}|-#|>>>|>|[-*+]|[0-9]+(\.))(?= |$)")

# Discord reads these as ":" and "/" when it looks for a URL in a label.
_COLONS = ":ː˸։׃܃܄ःઃ᛬᠃᠉⁚∶ꓽ꞉︰：;;"  # noqa: RUF001 - confusables on purpose
_SLASHES = "/᜵⁁⁄∕╱⟋⧸Ⳇ⼃〳ノ㇓丿"  # noqa: RUF001 - confusables on purpose
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_ANY_SCHEME = re.compile(rf"[{_COLONS}](?=[{_SLASHES}]{{2}})")
_ANY_EMOJI_NAME = re.compile(
    rf"[{_COLONS}](?=(?:(?![0-9]+[{_COLONS}])[+-]?\w{{1,40}}|100|1234)[{_COLONS}])"
)
_INVITE = re.compile(r"(discord(?:app)?)\.(?=(?:gg|com|new|gift)\b)", re.IGNORECASE)
_LABEL_LOOKS = {"[": "［", "]": "］", "*": "∗", "`": "'", "\\": "∖"}  # noqa: RUF001 - look-alikes
_LABEL_PAIRS = {"~": "∼", "|": "∣"}  # noqa: RUF001 - look-alikes


def inert(text: str | Marked) -> str:
    """Return markdown that shows `text` on one line, its bold letters bold.

    Good at the start of a line and in the middle of one; empty if nothing is to be seen.
    """
    return _join(*_escaped(_disarmed(clean(_marked(text)))))


def inert_within(text: str | Marked, limit: int) -> str:
    """Return what `inert` does of `text` clipped to `limit` UTF-16 units as it is seen."""
    return _join(*_escaped(clip(_disarmed(clean(_marked(text))), limit)))


def label_within(text: str | Marked, limit: int) -> str:
    """Return `text`, clipped, for the label of a masked link; empty if nothing can be shown."""
    seen = _unpadded(clip(_label_disarmed(clean(_marked(text))), limit))
    return _join(seen, [_label_letter(seen, at) for at in range(len(seen))])


def url_in_link(url: str) -> str:
    """Return a good URL as it may stand in a masked link."""
    return _LAST_UNDERSCORES.sub(lambda match: "%5F" * len(match[0]), url)


def code_within(text: str, limit: int) -> str:
    """Return a code span that shows `text`, clipped; empty if nothing can be shown."""
    seen = clip(_disarmed(clean(mark(text.replace("`", "'")))), limit).text
    return f"`{seen}`" if seen else ""


def name_within(text: str, limit: int) -> str:
    """Return `text`, clipped, as a name: Discord shows it as it is, without markdown."""
    return clip(_disarmed(clean(mark(text))), limit).text


def _marked(text: str | Marked) -> Marked:
    return mark(text) if isinstance(text, str) else text


def _disarmed(marked: Marked) -> Marked:
    """Break what no backslash should have to stop; afterwards URLs end where Discord ends them."""
    marked = substitute(_ANGLED, _angled, marked)
    marked = substitute(_MASS_MENTION, lambda _: "＠", marked)  # noqa: RUF001 - a look-alike
    marked = substitute(_LINK_JOINT, lambda _: "] ", marked)
    marked = substitute(_GLUED_URL, lambda _: " ", marked)
    return substitute(_URL_RUN, _url_apart, marked)


def _angled(match: re.Match[str]) -> str:
    inside = match[1]
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if _HTTP.fullmatch(inside):
        # Without the brackets, which Discord does not show either.
        return f"{inside}{'' if not after or after in _ENDS_URL else ' '}"
    if not _TAG.fullmatch(inside):
        return match[0]
    # After a URL without a blank it would become a part of it.
    return f"{'' if before in {'', ' ', '('} else ' '}‹{inside}›"  # noqa: RUF001 - look-alikes


def _url_apart(match: re.Match[str]) -> str:
    """Put a blank between a URL and signs after it that Discord would take for its end."""
    url = match[0].rstrip(_TAIL)
    tail = match[0][len(url) :]
    foreign = next((at for at, sign in enumerate(tail) if sign not in _NATIVE_TAIL), None)
    return match[0] if foreign is None else f"{url}{tail[:foreign]} {tail[foreign:]}"


def _escaped(marked: Marked) -> tuple[Marked, list[str]]:
    """Return the text with nothing bold in or right after a URL, and what stands for each letter.

    Discord would take ``**`` there for a part of the URL.
    """
    text = marked.text
    plain = bytearray(marked.bold)
    atomic = bytearray(len(text))
    for pattern, places, flag in ((_URL_RUN, plain, b"\x00"), (_URL, atomic, b"\x01")):
        for url in pattern.finditer(text):
            start, end = url.span()
            places[start:end] = flag * (end - start)
    marked = _unpadded(Marked(text, bytes(plain)))
    shown = list(text)
    for sign in _SIGN.finditer(text):
        at = sign.start()
        shown[at] = _url_letter(text, at) if atomic[at] else _letter(marked, atomic, at)
    if first := _LINE_START.match(text):
        at = first.start(1) if first[1] else 0
        shown[at] = f"\\{text[at]}"
    return marked, shown


def _url_letter(text: str, at: int) -> str:
    """Return a letter of a URL: as it is, but for an underscore that ends a word.

    Italics could end there that an underscore inside a word has begun, in some clients.
    """
    return "%5F" if _LAST_UNDERSCORES.match(text, at) else text[at]


def _letter(marked: Marked, atomic: bytearray, at: int) -> str:
    text, letter = marked.text, marked.text[at]
    match letter:
        case "*" | "`" | "_":
            # Also inside a word: a code span further on may hold the underscore that ends it.
            needed = True
        case "~" | "|":
            needed = letter in (text[at - 1 : at], text[at + 1 : at + 2])
        case ":":
            needed = _EMOJI_NAME.match(text, at) is not None
        case "/":
            needed = text[at - 1 : at + 2] == "://"
        case "\\":
            needed = not _stands_before_word(marked, atomic, at)
        case _:
            needed = False
    return f"\\{letter}" if needed else letter


def _inside_word(marked: Marked, atomic: bytes | bytearray, at: int) -> bool:
    """Whether a label's underscore has letters or digits around it, so that it opens nothing."""
    if not 0 < at < len(marked) - 1 or atomic[at - 1] or atomic[at + 1]:
        return False
    around = marked.text[at - 1] + marked.text[at + 1]
    same = marked.bold[at - 1] == marked.bold[at] == marked.bold[at + 1]
    return same and around.isascii() and around.isalnum()


def _stands_before_word(marked: Marked, atomic: bytearray, at: int) -> bool:
    """Whether a backslash is shown as it is; before a URL it would eat the URL's first letter."""
    after = marked.text[at + 1 : at + 2]
    same = marked.bold[at] == marked.bold[at + 1] and not atomic[at + 1] if after else False
    return same and after.isascii() and (after.isalnum() or after == " ")


def _label_disarmed(marked: Marked) -> Marked:
    marked = _without_emoji(marked)
    marked = substitute(_ANGLED, _angled, marked)
    marked = substitute(_MASS_MENTION, lambda _: "＠", marked)  # noqa: RUF001 - a look-alike
    marked = substitute(_SCHEME, lambda _: "", marked)
    marked = substitute(_ANY_SCHEME, lambda match: f"{match[0]} ", marked)
    marked = substitute(_ANY_EMOJI_NAME, lambda match: f"{match[0]} ", marked)
    return clean(substitute(_INVITE, lambda match: f"{match[1]}. ", marked))


def _without_emoji(marked: Marked) -> Marked:
    if marked.text.isascii():
        return marked
    kept = [at for at, letter in enumerate(marked.text) if not is_emoji(letter)]
    return Marked("".join(marked.text[at] for at in kept), bytes(marked.bold[at] for at in kept))


def _label_letter(marked: Marked, at: int) -> str:
    text, letter = marked.text, marked.text[at]
    if letter == "_" and not _inside_word(marked, bytes(len(text)), at):
        return "ˍ"
    if letter in _LABEL_PAIRS and letter in (text[at - 1 : at], text[at + 1 : at + 2]):
        return _LABEL_PAIRS[letter]
    return _LABEL_LOOKS.get(letter, letter)


def _join(marked: Marked, shown: list[str]) -> str:
    """Put the letters together, with ``**`` around each run of bold ones."""
    pieces: list[str] = []
    at = 0
    for run in _BOLD.finditer(marked.bold):
        start, end = run.span()
        pieces += (*shown[at:start], "**", *shown[start:end], "**")
        at = end
    return "".join(pieces) + "".join(shown[at:])


def _unpadded(marked: Marked) -> Marked:
    """Return the text with no blank bold at an end of a run (there are never two in a row)."""
    bold = bytearray(marked.bold)
    for blank in re.finditer(" ", marked.text):
        at = blank.start()
        if marked.bold[max(at - 1, 0) : at + 2] != b"\x01\x01\x01":
            bold[at] = 0
    return Marked(marked.text, bytes(bold))
