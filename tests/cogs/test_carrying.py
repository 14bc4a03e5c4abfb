"""/export and /import through a real client, files and all."""

import json

from bot.domain import ChannelId, GuildId, Mode, UserId
from bot.sandbox.discord import Permission, Reply
from bot.services.digests import Digests
from bot.services.subscriptions import Subscriptions
from tests.cogs.parts import POSTING, Stage


async def set_up(stage: Stage) -> None:
    """Let one channel have a subscription and a digest."""
    channel, guild = ChannelId(stage.ml.id), GuildId(stage.guild.id)
    now = stage.clock()
    kept = Subscriptions(stage.database)
    await kept.subscribe(channel, guild, "seals", Mode.DAILY, UserId(5), now=now)
    await Digests(stage.database).set(channel, guild, 7, "Asia/Tokyo", now=now)


def content(stage: Stage, reply: Reply) -> bytes:
    """Return the file that an answer carries."""
    (file,) = reply.messages[-1].attachments
    found = stage.discord.upload(int(file["id"]))
    assert found is not None
    return found


async def test_a_server_is_carried_to_another(stage: Stage) -> None:
    """By channels' names; what is there already stays, what has no place is told."""
    await set_up(stage)
    exported = await stage.alice.command(stage.ml, "export")
    assert exported.ephemeral
    raw = content(stage, exported)
    assert json.loads(raw)["channels"][0]["name"] == "ml"
    elsewhere = stage.discord.add_guild("Elsewhere", POSTING)
    theirs, bob = (
        elsewhere.add_text_channel("ml"),
        elsewhere.add_member("bob", Permission.MANAGE_CHANNELS),
    )
    reply = await bob.command(theirs, "import", file=stage.discord.file("paperwire.json", raw))
    assert "1 new subscription." in reply.text
    kept = await bob.command(theirs, "subscriptions")
    assert "`seals` (daily digest)" in kept.text
    again = await bob.command(theirs, "import", file=stage.discord.file("paperwire.json", raw))
    assert "0 new subscriptions, 1 there already." in again.text
    theirs.rename("other-name")
    await stage.discord.wait_until(lambda: True, 5, "")
    lost = await bob.command(theirs, "import", file=stage.discord.file("paperwire.json", raw))
    assert "no such channel" in lost.text


async def test_keywords_of_another_tool_become_subscriptions(stage: Stage) -> None:
    """Daily unless said otherwise; what does not parse is told with the reason."""
    keywords = b"keyword\nseals\n(walrus\n"
    reply = await stage.alice.command(
        stage.ml, "import", file=stage.discord.file("mine.csv", keywords)
    )
    assert "1 new subscription." in reply.text
    assert "✗ `(walrus`" in reply.text
    assert "(daily digest)" in (await stage.alice.command(stage.ml, "subscriptions")).text
    table = await stage.alice.command(stage.ml, "export", format="csv")
    assert content(stage, table).decode().splitlines() == ["channel,query,when", "ml,seals,daily"]


async def test_only_ones_own_channels_are_carried(stage: Stage) -> None:
    """Neither out of nor into a channel that the person may not change."""
    await set_up(stage)
    stage.ml.deny(stage.alice, Permission.MANAGE_CHANNELS)
    nothing = await stage.alice.command(stage.other, "export")
    assert "No channel that you may change" in nothing.text
    raw = json.dumps({"paperwire": 1, "channels": [{"id": str(stage.ml.id), "name": "ml"}]})
    file = stage.discord.file("paperwire.json", raw.encode())
    refused = await stage.alice.command(stage.other, "import", file=file)
    assert "You may not change this channel." in refused.text


async def test_a_file_that_is_none_is_told(stage: Stage) -> None:
    """Neither a picture nor a file that is too large stops anything."""
    picture = stage.discord.file("cat.png", b"\x89PNG\xff\xff")
    reply = await stage.alice.command(stage.ml, "import", file=picture)
    assert "not text in UTF-8" in reply.text
    large = stage.discord.file("large.txt", b"a\n" * 200_000)
    told = await stage.alice.command(stage.ml, "import", file=large)
    assert "larger than 256 KB" in told.text
