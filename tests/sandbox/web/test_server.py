"""The page over HTTP: what a person does there the bot gets, and what changes is told at once."""

import asyncio
import json

import aiohttp
import pytest

from bot.sandbox.discord import Community, DiscordSandbox, Permission
from bot.sandbox.discord.threads import Forum, Thread
from tests.sandbox.web.browsing import Tab
from tests.sandbox.web.drawn import Drawn

ENOUGH = 10.0
"""Seconds in which the page must have been told."""


async def test_the_page_shows_what_is_there(tab: Tab, guild: Community) -> None:
    """Channels, people, commands and the name of the channel stand in the page at once."""
    page = Drawn(tab.html)
    assert [each.text for each in page.named("title")] == ["#night-sky · Paperwire in the sandbox"]
    assert guild.name in page.text
    assert "/subscribe" in page.text
    assert "adaManage Channels" in page.text
    assert not [each for each in page.elements if "style" in each.attributes]
    assert all("src" in each.attributes for each in page.named("script"))


async def test_a_command_is_answered_on_the_page(tab: Tab) -> None:
    """The bot gets what was typed, and its answer is told to the page."""
    async with asyncio.timeout(ENOUGH), tab.live() as live:
        assert await tab.act("use", command="subscribe", options={"query": "tides"}) == {}
        await live.until(lambda it: "tides -> night-sky by ada, True" in it.words)
    assert "ada used /subscribe" in live.words
    assert "Only you can see this" in live.words


async def test_options_are_what_their_text_names(tab: Tab, guild: Community) -> None:
    """A channel and a choice are sent as such, not as text."""
    hills = guild.add_text_channel("hills")
    async with asyncio.timeout(ENOUGH), tab.live() as live:
        await tab.act("use", command="subscribe", options={"query": "x", "channel": str(hills.id)})
        await tab.act("use", command="digest set", options={"hour": "9", "zone": "Europe/Berlin"})
        await live.until(lambda it: "9 Europe/Berlin" in it.words)
    assert "x -> hills by ada" in live.words


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("subscribe", {}, "required options are missing: query"),
        ("subscribe", {"query": "x" * 51}, "1 to 50 characters"),
        ("digest set", {"hour": "late"}, "takes a whole number"),
        ("digest set", {"hour": "24"}, "takes 0 to 23"),
        ("digest set", {"hour": "9", "zone": "Mars"}, "must be one of"),
        ("digest", {}, "no command /digest"),
        ("subscribe", {"nonsense": "x"}, "no option 'nonsense'"),
        ("weigh", {"file": "1"}, "takes a file"),
    ],
)
async def test_what_the_client_would_not_send_is_explained(
    tab: Tab, command: str, options: dict[str, str], words: str
) -> None:
    """A mistake comes back as a sentence, and nothing is sent to the bot."""
    answer = await tab.act("use", command=command, options=options)
    assert words in answer["error"]


async def test_a_bot_that_does_not_answer_is_told(
    tab: Tab, sandbox: DiscordSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After Discord's time for an answer, the person is told that none came."""
    monkeypatch.setattr(sandbox._desk, "response_seconds", 0.05)  # noqa: SLF001 - not three seconds
    answer = await tab.act("use", command="silence", options={})
    assert answer == {"error": "The application did not respond."}


async def test_an_option_is_completed_by_the_bot(tab: Tab) -> None:
    """The choices of the bot are listed, each with its value."""
    answer = await tab.act("complete", command="subscribe", options={"query": "diff"},
                           focused="query")  # fmt: skip
    (line,) = Drawn(answer["html"]).named("li")
    assert (line.text, line.attributes["data-value"]) == ("diffusion", "diffusion")


async def test_buttons_and_menus_work(tab: Tab) -> None:
    """A pressed button changes its message, a menu is answered, a disabled button is not."""
    async with asyncio.timeout(ENOUGH), tab.live() as live:
        await tab.act("use", command="panel", options={})
        await live.until(lambda it: "a panel" in it.words)
        panel = next(iter(live.messages))[1:]
        chosen = await tab.act("choose", message=panel, custom_id="hour", values=["9"])
        closed = await tab.act("press", message=panel, custom_id="closed")
        await live.until(lambda it: "chose 9" in it.words)
        await tab.act("press", message=panel, custom_id="update")
        await live.until(lambda it: "updated" in it.words)
    assert (chosen, closed) == ({}, {"error": "'closed' is disabled"})
    assert "ada on a panel" in live.words
    assert "Paperwire" in live.words


async def test_a_command_can_be_used_on_a_message(tab: Tab) -> None:
    """A message offers the commands of messages, and its answer says which was used."""
    hello = await tab.person.say(tab.channel, "hello")
    async with asyncio.timeout(ENOUGH), tab.live() as live:
        await live.until(lambda it: "hello" in it.words)
        (menu,) = Drawn(live.messages[f"m{hello.id}"]).classed("apps")
        assert menu.text == "⋯▾Count letters"
        assert await tab.act("apply", message=str(hello.id), command="Count letters") == {}
        await live.until(lambda it: "5 letters" in it.words)
    assert "ada used Count letters" in live.words


async def test_files_of_the_bot_are_shown_or_saved(tab: Tab, sandbox: DiscordSandbox) -> None:
    """A picture is shown from the page's own address; a file that is none can only be saved."""
    picture, page = b"\x89PNG\r\n\x1a\n", b"<script>alert(1)</script>"
    form = aiohttp.FormData()
    described = {"attachments": [{"id": 0, "description": "A chart"}]}
    form.add_field("payload_json", json.dumps(described), content_type="application/json")
    form.add_field("files[0]", picture, filename="chart.png")
    form.add_field("files[1]", page, filename="page.png")
    url = f"{sandbox.api_url}/channels/{tab.channel.id}/messages"
    token = {"Authorization": f"Bot {sandbox.token}"}
    async with tab.session.post(url, data=form, headers=token) as response:
        assert response.status == 200
    images = Drawn((await tab.again()).html).named("img")
    assert [each.attributes["alt"] for each in images] == ["A chart", "page.png"]
    kinds = []
    for image, content in zip(images, (picture, page), strict=True):
        async with tab.session.get(f"{tab.url}{image.attributes['src'][1:]}") as response:
            assert await response.read() == content
            kinds.append((response.content_type, response.headers.get("Content-Disposition")))
    assert kinds == [("image/png", None), ("application/octet-stream", "attachment")]
    async with tab.session.get(f"{tab.url}files/1") as response:
        assert response.status == 404


async def test_threads_stand_below_their_channel_and_message(tab: Tab, guild: Community) -> None:
    """A thread is listed below its channel, named below the message it began at, and opens."""
    hello = await tab.person.say(tab.channel, "hello")
    thread = Thread(tab.channel, guild.world.bot, "Tides <b>", thread_id=hello.id)
    guild.add(thread)
    await tab.person.say(thread, "in it")
    page = Drawn((await tab.again()).html)
    assert "Tides <b> 1 message" in page.one("article").text
    link = next(it for it in page.named("a") if "Tides" in it.text)
    assert link.attributes["href"] == f"/channels/{thread.id}?as={tab.person.id}"
    inside = Drawn((await Tab.opened(tab.session, tab.url, thread, tab.person)).html)
    assert "In #night-skyTides <b>The start of a thread." in inside.text
    assert "in it" in inside.one("article").text


async def test_a_forum_shows_its_posts(tab: Tab, guild: Community) -> None:
    """A forum holds posts, each with its tags and the first words of what is in it."""
    forum = guild.add(Forum(guild, "papers", ["cs.CL"]))
    post = guild.add(Thread(forum, guild.world.bot, "A paper", tags=(forum.tags[0].id,)))
    await tab.person.say(post, "## **Tides** of it")
    page = Drawn((await Tab.opened(tab.session, tab.url, forum, tab.person)).html)
    assert page.one("article").text == "cs.CLA paper 1 messageTides of it"


async def test_a_form_is_opened_filled_in_and_sent(tab: Tab) -> None:
    """A modal comes as a dialog; what is missing is said, and what is sent is answered."""
    async with asyncio.timeout(ENOUGH), tab.live() as live:
        opened = await tab.act("use", command="note", options={})
        dialog = Drawn(opened["dialog"])
        modal, field = dialog.one("form").attributes["data-modal"], dialog.one("input")
        name = field.attributes["name"]
        empty = await tab.act("submit", modal=modal, values={name: ""})
        await tab.act("submit", modal=modal, values={name: "high tide"})
        await live.until(lambda it: "noted: high tide" in it.words)
        again = await tab.act("submit", modal=modal, values={name: "again"})
    assert "ada filled in a form" in live.words
    assert empty["error"] == "Words must be filled in"
    assert "closed" in again["error"]


async def test_a_private_answer_is_seen_by_one_and_can_be_dismissed(
    tab: Tab, guild: Community
) -> None:
    """Another member does not see it, and its reader need not any more."""
    ben = guild.add_member("ben", Permission.MANAGE_CHANNELS)
    other = await Tab.opened(tab.session, tab.url, tab.channel, ben)
    async with asyncio.timeout(ENOUGH), tab.live() as live, other.live() as others:
        await tab.act("use", command="subscribe", options={"query": "tides"})
        await live.until(lambda it: "tides" in it.words)
        await tab.act("say", text="public")
        await others.until(lambda it: "public" in it.words)
        assert "tides" not in others.words
        (first, *_) = live.messages
        await tab.act("dismiss", message=first[1:])
        await live.until(lambda it: first not in it.messages)


async def test_a_message_is_written_and_said_to_be_read_by_nobody(tab: Tab) -> None:
    """A plain message stands in the channel, and the person learns that the bot reads none."""
    assert "only commands" in (await tab.act("say", text="hello"))["said"]
    assert [each.content for each in tab.channel.messages] == ["hello"]


async def test_what_another_channel_has_that_is_new_is_marked(tab: Tab, guild: Community) -> None:
    """A channel is unread from its first new message until it is opened."""
    hills = guild.add_text_channel("hills")
    async with asyncio.timeout(ENOUGH), tab.live() as live:
        await guild.owner.say(hills, "hello")
        await live.until(lambda it: "hillsunread" in Drawn(it.regions.get("channels", "")).text)
        await Tab.opened(tab.session, tab.url, hills, tab.person)
        await tab.act("say", text="a change")
        await live.until(lambda it: "hillsunread" not in Drawn(it.regions["channels"]).text)


async def test_a_member_without_the_permission_is_not_offered_the_command(
    tab: Tab, guild: Community
) -> None:
    """One sees the commands of whom one is."""
    ben = guild.add_member("ben")
    other = await Tab.opened(tab.session, tab.url, tab.channel, ben)
    assert "/subscribe" not in Drawn(other.html).text
    assert "no command" in (await other.act("open", command="subscribe"))["error"]
    assert "query" in (await tab.act("open", command="subscribe"))["html"]


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Tokyo", "+09:00"), ("../../etc/passwd", "+00:00")]
)
async def test_times_are_shown_in_the_zone_of_the_browser(tab: Tab, zone: str, offset: str) -> None:
    """The zone that the browser names is the one that times are read in; nonsense is UTC."""
    await tab.person.say(tab.channel, "hello")
    tab.session.cookie_jar.update_cookies({"zone": zone})
    page = Drawn((await Tab.opened(tab.session, tab.url, tab.channel, tab.person)).html)
    assert page.one("time").attributes["datetime"].endswith(offset)


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("nonsense", {}),
        ("use", {"command": "x"}),
        ("press", {"message": "x", "custom_id": "y"}),
        ("control", {"name": "explode"}),
    ],
)
async def test_what_is_no_act_is_refused(tab: Tab, act: str, body: dict[str, str]) -> None:
    """A request that the page's script does not make is answered with an error, not an act."""
    with pytest.raises(AssertionError):
        await tab.act(act, **body)


async def test_nothing_is_done_without_the_token(tab: Tab) -> None:
    """A forged request does not reach the world."""
    async with tab.session.post(tab.address("say"), json={"text": "forged"}) as response:
        assert response.status == 403
        assert "Content-Security-Policy" in response.headers
    assert tab.channel.messages == ()


async def test_a_rebound_name_gets_nothing(tab: Tab) -> None:
    """A page of another name that leads here is not answered."""
    headers = {"Host": "evil.example"}
    async with tab.session.get(tab.url, headers=headers) as response:
        assert response.status == 403
        assert tab.body.attributes["data-token"] not in await response.text()


async def test_the_first_page_leads_to_a_channel(tab: Tab, guild: Community) -> None:
    """The bare address, and one of a channel that is gone, lead to a channel that is there."""
    for path in ("", f"channels/{guild.id}", "channels/x"):
        async with tab.session.get(f"{tab.url}{path}") as response:
            assert f"channels/{tab.channel.id}" in str(response.url)
            assert response.headers["X-Frame-Options"] == "DENY"
