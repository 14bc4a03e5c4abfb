"""Whatever a paper's text holds, it is shown as it is and takes no effect."""

import re
import string
from typing import TypeAlias

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escape import code_within, inert, inert_within, label_within
from bot.delivery.marked import mark
from tests.delivery.reader import read

HOSTILE = (
    *("*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", "\\", "\\\\", "[", "]", "(", ")"),
    *("](", "](http://evil.example)", "[click](https://evil.example)", "[", "<", ">", "<<", ">>> "),
    *("@everyone", "@here", "<@123456789012345678>", "<@!1>", "<@&2>", "<#3>", "</do it:4>"),
    *("<t:0:R>", "<:smile:5>", "<a:wave:6>", "<id:guide>", "<sound:7>", ":fire:", ":+1:", ":x:"),
    *("# ", "## ", "-# ", "- ", "* ", "+ ", "1. ", "12. ", "> ", "\n", "\n# ", "\r", "\u2028"),
    *("https://good.example/a_b*c", "http://x.y", "https://", "://", "HTTPS://X.Y/_z_", "_", "a_b"),
    *("<https://good.example/x>", "<javascript:/alert(1)>", "<mailto:a@b.example>", "<+1 23456>"),
    *("steam://run", "discord.gg/abcd", "\u202e", "\u200b", "\u2066", "\u0000", "\u0301" * 9),
    *("\ud800", "\ufeff", "\u3164", "\u2800", "🔥", "❤\ufe0f", "1\ufe0f\u20e3", "👩\u200d🚀"),
    *(" ", "  ", "x", "né", "漢", "1"),
    *("https∶//x.y", "：fire：", "！", "...", "!", "?", "'", '"', "{}", "$x^2$"),  # noqa: RUF001 - confusables
)
_HIDDEN = re.compile("[\u0000-\u001f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u3164]")
hostile = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6)), min_size=1, max_size=14
).map("".join)
signs = st.text(alphabet="ab1 *_~|`\\[]#>-+.:!'\"", max_size=40)


Spanned: TypeAlias = tuple[str, list[tuple[int, int]]]


@st.composite
def marked_text(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Spanned:
    """Make a text and spans in it, as arbitrary as a matcher's could ever be."""
    text = draw(texts)
    place = st.integers(0, len(text))
    return text, draw(st.lists(st.tuples(place, place), max_size=4))


def as_seen(text: str) -> str:
    """Say what is left to see of printable text on one line."""
    return " ".join(text.split())


@given(hostile)
def test_nothing_takes_effect_but_urls(text: str) -> None:
    """Foreign text has no effect anywhere in a line but that of plain URLs, which are whole."""
    for before in ("", "-# ", "words ", "(", "**Bold** "):
        effects = read(before + inert(text)).effects
        own = {"subtext"} if before == "-# " else {"bold"} if before.startswith("**") else set()
        kinds = {each.kind for effect in effects for each in effect.walk()}
        assert kinds <= own | {"url", "picture"}, (text, before)
        urls = [each for effect in effects for each in effect.walk() if each.kind == "url"]
        assert all("\\" not in url.target or "\\" in text for url in urls)


@given(hostile)
def test_no_shape_of_a_mention_is_left(text: str) -> None:
    """Mentions are broken in the raw text too, for readers that know no backslashes."""
    for shown in (inert(text), label_within(text, 500), code_within(text, 500)):
        assert not re.search(
            r"@(everyone|here)|<@[!&]?[0-9]+>|<#[0-9]|<t:|<a?:\w+:[0-9]|</[^>]*:|\]\(", shown
        )


@given(hostile)
def test_nothing_hidden_is_left(text: str) -> None:
    """No control, bidi, zero-width, private or unpaired character is sent, nor piled-up marks."""
    shown = inert(text)
    assert shown.encode().decode() == shown
    assert not re.search(
        "[\u0000-\u001f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u3164]", shown
    )
    assert "\u0301" * 3 not in shown


@given(signs)
def test_all_signs_are_seen(text: str) -> None:
    """What is seen is the text itself, all its signs included."""
    assert read(inert(text)).shown == as_seen(text).replace("](", "] (")


@given(marked_text(signs))
def test_only_the_spans_are_bold(given_: Spanned) -> None:
    """With spans, what is seen stays, and nothing but bold takes effect."""
    text, spans = given_
    reading = read(inert(mark(text, spans)))
    assert reading.kinds() <= {"bold"}
    assert reading.shown == as_seen(text).replace("](", "] (")


@given(marked_text(hostile))
def test_spans_give_hostile_text_no_way_in(given_: Spanned) -> None:
    """Bold marks anywhere in hostile text leave it inert, URLs included."""
    text, spans = given_
    assert read("-# " + inert(mark(text, spans))).kinds() <= {"bold", "url", "picture", "subtext"}


@given(st.text(alphabet=string.ascii_letters + " ", max_size=40), st.data())
def test_each_span_is_bold(text: str, data: st.DataObject) -> None:
    """A span over words becomes exactly one bold piece."""
    text = as_seen(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = text[start:end].strip()
    bold = [effect.shown for effect in read(inert(mark(text, [(start, end)]))).effects]
    assert bold == ([words] if words else [])


@given(marked_text(hostile))
def test_a_label_never_breaks_its_link(given_: Spanned) -> None:
    """A title is one link to where we say, whatever it holds; only bold takes effect in it."""
    text, spans = given_
    label = label_within(mark(text, spans), 500)
    if not label:
        return
    for before in ("### ", ""):
        reading = read(f"{before}[{label}](https://arxiv.org/abs/2401.00001)")
        kinds = [each.kind for effect in reading.effects for each in effect.walk()]
        links = [
            each for effect in reading.effects for each in effect.walk() if each.kind == "link"
        ]
        assert [link.target for link in links] == ["https://arxiv.org/abs/2401.00001"], label
        assert set(kinds) <= {"link", "bold", "heading"}
        assert links[0].shown == reading.shown


@given(hostile)
def test_a_code_span_holds_anything(text: str) -> None:
    """A keyword in a code span is shown whole and cannot end it."""
    code = code_within(text, 500)
    reading = read(f"-# Matched: {code} · `other`")
    inner = [each.kind for effect in reading.effects for each in effect.walk()]
    assert inner == ["subtext", *["code"] * (1 + bool(code))]


@given(hostile, st.integers(3, 60))
def test_clipped_text_is_short_and_inert(text: str, limit: int) -> None:
    """Clipping cuts what is seen, not the escapes."""
    reading = read(inert_within(text, limit))
    assert reading.kinds() <= {"url", "picture"}
    assert len(reading.shown.replace("%5F", "_")) <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A*-search beats C*", r"A\*-search beats C\*", id="stars"),
        pytest.param("x_1 and seg_3D", r"x\_1 and seg\_3D", id="inside words"),
        pytest.param("_soft_ __init__", r"\_soft\_ \_\_init\_\_", id="around words"),
        pytest.param("~7B of a|b, ||x||", r"~7B of a|b, \|\|x\|\|", id="single signs stay"),
        pytest.param("state-of-the-art - really", "state-of-the-art - really", id="hyphens stay"),
        pytest.param("- item", r"\- item", id="list"),
        pytest.param("2024. A year", r"2024\. A year", id="numbered list"),
        pytest.param("#1 in C#", "#1 in C#", id="hash without a blank stays"),
        pytest.param("p < 0.05 and a<b>c", "p < 0.05 and a<b>c", id="less-than stays"),
        pytest.param("emits <think> tags", "emits <think> tags", id="tags stay"),
        pytest.param("f[i](x)", "f[i] (x)", id="no masked link"),
        pytest.param("clem:todd: at 10:30:00", r"clem\:todd: at 10:30:00", id="emoji names"),
        pytest.param(r"\alpha \% \\", r"\alpha \\% \\\\", id="backslashes"),
        pytest.param("hi @everyone", "hi ＠everyone", id="mass mention"),  # noqa: RUF001 - a look-alike
        pytest.param("<@1>", "‹@1›", id="mention"),  # noqa: RUF001 - look-alikes
        pytest.param("a\u200bb\u202ec\nd", "abc d", id="hidden"),
        pytest.param("", "", id="empty"),
        pytest.param(" \u200b ", "", id="nothing to see"),
    ],
)
def test_escapes_are_few(text: str, expected: str) -> None:
    """Only what would take effect is escaped, so that the raw text reads well too."""
    assert inert(text) == expected


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("Code: https://git.example/a_b_c.", "https://git.example/a_b_c", id="stop"),
        pytest.param("(see https://x.example/p)", "https://x.example/p", id="parenthesis"),
        pytest.param("https://x.example/w(y)", "https://x.example/w(y)", id="own parenthesis"),
        pytest.param("at https://x.example/!", "https://x.example/", id="exclamation"),
        pytest.param("“https://x.example/y”.", "https://x.example/y", id="curly quotes"),
        pytest.param("athttps://x.example/y now", "https://x.example/y", id="glued to a word"),
        pytest.param("<https://x.example/y>.", "https://x.example/y", id="angle brackets"),
        pytest.param(
            "https://x.example/*a*_b/__c", "https://x.example/*a*_b/__c", id="signs in it"
        ),
        pytest.param("https://x.example<@1>", "https://x.example", id="before a mention"),
        pytest.param("_it_: https://x.example/~me/", "https://x.example/~me/", id="after signs"),
        pytest.param("x_1: https://x.example/y__/", "https://x.example/y%5F%5F/", id="ends"),
    ],
)
def test_urls_still_work(text: str, url: str) -> None:
    """A plain URL is left as it is, ends where it should, and is the only effect."""
    effects = read(inert(mark(text, [(0, len(text))]))).effects
    targets = [each.target for effect in effects for each in effect.walk() if each.kind == "url"]
    assert targets == [url]


@pytest.mark.parametrize(
    ("title", "label"),
    [
        pytest.param("[Re] A*-search", "［Re］ A∗-search", id="brackets and stars"),  # noqa: RUF001 - look-alikes
        pytest.param("Code at https://x.example/y", "Code at x.example/y", id="address"),
        pytest.param("Llama 🦙 rocks", "Llama rocks", id="emoji"),
        pytest.param("Re:Member: memories", "Re: Member: memories", id="like an emoji name"),
        pytest.param("Join discord.gg/abcd", "Join discord. gg/abcd", id="invite"),
        pytest.param("`Good' and C\\A", "'Good' and C∖A", id="backtick and backslash"),  # noqa: RUF001 - look-alikes
        pytest.param("x_1 in seg_3D", "x_1 in seg_3D", id="underscores in words"),
        pytest.param("🔥", "", id="nothing left"),
    ],
)
def test_labels_use_look_alikes(title: str, label: str) -> None:
    """In a link's label, where backslashes are shown, look-alikes stand for what takes effect."""
    assert label_within(title, 100) == label


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[a](https://evil.example)b", id="masked link"),
        pytest.param("1. first", id="numbered list"),
        pytest.param("<#123456789012345678>", id="channel"),
        pytest.param("<t:0:R>", id="time"),
        pytest.param("</do:123456789012345678>", id="command"),
        pytest.param(":fire:", id="emoji name"),
        pytest.param("@here", id="mention, by escape_markdown alone"),
    ],
)
def test_why_not_discord_utils(text: str) -> None:
    """discord.py's own escaping lets through what ours stops."""
    assert read(discord.utils.escape_markdown(text)).effects or "[" in text
    assert not read(inert(text)).kinds() - {"url"}
