"""Discord's markdown as HTML: drawn as Discord draws it, and deaf to whatever else it holds."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.web.html import element, escaped
from bot.sandbox.web.markdown import Reading, blocks, line
from tests.sandbox.web.drawn import Drawn

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
NAMES = {"<#1>": "#night-sky", "<@2>": "@ada", "<@&3>": "@readers"}
READING = Reading(NOW, UTC, NAMES)

HARMLESS = {
    *("a", "p", "br", "strong", "em", "u", "s", "span", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h3", "h4", "h5", "time"),
}
ATTRIBUTES = {
    *("href", "target", "rel", "title", "class", "role", "tabindex", "aria-label"),
    *("aria-hidden", "datetime", "start"),
}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("two\nlines", "<p>two<br>lines</p>"),
        ("**b** *i* _i_", "<p><strong>b</strong> <em>i</em> <em>i</em></p>"),
        ("***both***", "<p><strong><em>both</em></strong></p>"),
        ("__under__ ~~struck~~", "<p><u>under</u> <s>struck</s></p>"),
        ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
        ("**over\ntwo lines**", "<p><strong>over<br>two lines</strong></p>"),
        (r"\*not italic\*", "<p>*not italic*</p>"),
        ("`a **b** <i>`", "<p><code>a **b** &lt;i&gt;</code></p>"),
        ("``a ` b``", "<p><code>a ` b</code></p>"),
        ("```py\nx = '<b>'\n```", "<pre><code>x = &#x27;&lt;b&gt;&#x27;</code></pre>"),
        ("# One", "<h3>One</h3>"),
        ("### Three **bold**", "<h5>Three <strong>bold</strong></h5>"),
        ("#hashtag", "<p>#hashtag</p>"),
        ("-# small *print*", '<p class="small">small <em>print</em></p>'),
        ("> quoted\n> on\nnot", "<blockquote><p>quoted<br>on</p></blockquote><p>not</p>"),
        (">>> all\nof it", "<blockquote><p>all<br>of it</p></blockquote>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n1. b", '<ul><li>a</li></ul><ol start="1"><li>b</li></ol>'),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("<#1>", '<p><span class="mention">#night-sky</span></p>'),
        ("<@2>", '<p><span class="mention">@ada</span></p>'),
        ("<@&3>", '<p><span class="mention">@readers</span></p>'),
        ("<#9>", '<p><span class="mention">#unknown</span></p>'),
        ("<@9>", '<p><span class="mention">@unknown</span></p>'),
        ("</digest set:12>", '<p><span class="mention">/digest set</span></p>'),
        ("<:wave:34>", '<p><span class="emoji">:wave:</span></p>'),
        ("@everyone", "<p>@everyone</p>"),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"),
    ],
)  # fmt: skip
def test_markdown_is_drawn_as_discord_draws_it(source: str, html: str) -> None:
    """Each of Discord's marks becomes the element that means it."""
    assert blocks(source, READING) == html


@pytest.mark.parametrize(
    ("source", "address", "shown"),
    [
        ("[a paper](https://a.example/1)", "https://a.example/1", "a paper"),
        ("[a](<https://a.example/1>)", "https://a.example/1", "a"),
        ('[a](https://a.example/1 "said")', "https://a.example/1", "a"),
        (r"[a \] b](https://a.example/)", "https://a.example/", "a ] b"),
        ("<https://a.example/1>", "https://a.example/1", "https://a.example/1"),
        ("see https://a.example/1.", "https://a.example/1", "https://a.example/1"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)", "https://a.example/x_(y)"),
        ('https://a.example/"onx="', "https://a.example/", "https://a.example/"),
    ],
)
def test_a_link_leads_where_it_says_and_opens_beside_the_page(
    source: str, address: str, shown: str
) -> None:
    """A link has its address, opens a tab of its own, and tells that tab nothing."""
    link = Drawn(blocks(source, READING)).one("a")
    assert (link.attributes["href"], link.text) == (address, shown)
    assert link.attributes["target"] == "_blank"
    assert "noopener" in link.attributes["rel"].split()


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](data:text/html,<script>1</script>)",
        "[a](//evil.example)",
        "<javascript:alert(1)>",
        "[https://arxiv.org](https://evil.example)",
    ],
)
def test_what_is_no_honest_web_address_is_not_a_masked_link(source: str) -> None:
    """Other schemes are words, and a label cannot pose as another address."""
    links = Drawn(blocks(source, READING)).named("a")
    assert all(link.attributes["href"] == link.text for link in links)


def test_a_spoiler_is_hidden_until_it_is_asked_for() -> None:
    """A spoiler can be reached with the keyboard, and is not read out before."""
    drawn = Drawn(blocks("||the end||", READING))
    outer, inner = drawn.named("span")
    assert outer.attributes["role"] == "button"
    assert inner.attributes["aria-hidden"] == "true"
    assert inner.text == "the end"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<t:1795856400:t>", "10:00"),
        ("<t:1795856400:F>", "Saturday, 28 November 2026 10:00"),
        ("<t:1795856400>", "28 November 2026 10:00"),
        ("<t:1795856400:R>", "in 1 hour"),
        ("<t:1795766400:R>", "1 day ago"),
        ("<t:99999999999999:R>", "<t:99999999999999:R>"),
        ("<t:9999999999999:R>", "Invalid Date"),
    ],
)
def test_times_are_the_readers_own(written: str, shown: str) -> None:
    """A time is shown in the reader's zone, in the style that was asked for."""
    reading = Reading(NOW, ZoneInfo("Europe/Berlin"))
    assert Drawn(blocks(written, reading)).text == shown


def test_everyone_is_a_mention_only_where_it_notified() -> None:
    """Words that notified nobody are only words."""
    pinged = Reading(NOW, pinged=frozenset({"@everyone"}))
    assert Drawn(blocks("@everyone", pinged)).classed("mention")
    assert not Drawn(blocks("@everyone", READING)).classed("mention")


def test_a_line_has_no_blocks() -> None:
    """An embed's title may begin with what begins a heading elsewhere."""
    assert line("# 1 *way*", READING) == "# 1 <em>way</em>"


PIECES = (
    *("<script>", "</p>", "<img onerror=x>", '"', "'", "&", "&lt;", "https://a.example/"),
    *("*", "**", "_", "__", "~~", "||", "`", "```", "[", "]", "(", ")", "\\", "javascript:x"),
    *("\n", " ", "# ", "-# ", "- ", "> ", ">>> ", "1. ", "<t:1:R>", "<@1>", "<#1>", "@everyone"),
    *("</a:1>", "<:a:1>", "\x00", "\x1b[31m", "\u202e", "\u2066", "\ud800"),
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40)


@given(HOSTILE)
def test_no_text_becomes_markup_of_its_own(pieces: list[str]) -> None:
    """Whatever a text holds, only known elements come of it, and links over http or https."""
    html = blocks("".join(pieces), READING)
    html.encode()
    drawn = Drawn(html)
    assert {each.name for each in drawn.elements} <= HARMLESS
    for each in drawn.elements:
        assert each.attributes.keys() <= ATTRIBUTES
        assert each.attributes.get("href", "https://").startswith(("https://", "http://"))
    nested = [link for link in drawn.named("a") if link.text == ""]
    assert not nested


@pytest.mark.parametrize(
    "piece", ["*", "**a ", "[", "_", "||", "`", "[a](", "\\", "> ", "```", "<t:", "[\\]", "- "]
)
def test_no_text_takes_long(piece: str) -> None:
    """A message full of marks that begin something and end nothing is drawn in its own length."""
    html = blocks(piece * (4_000 // len(piece)), READING)
    assert len(html) < 100_000


def test_attributes_are_escaped_and_none_can_be_added() -> None:
    """Quotes in a value stay in the value."""
    made = element("p", "<&>", title='" onclick="x', class_=None, hidden=False, data_x=True)
    assert made == '<p title="&quot; onclick=&quot;x" data-x>&lt;&amp;&gt;</p>'


def test_what_cannot_be_seen_cannot_hide() -> None:
    """Control characters and marks that turn the direction are shown as the lack of a letter."""
    assert escaped("a\x00\u202eb\ud800") == "a\ufffd\ufffdb\ufffd"
