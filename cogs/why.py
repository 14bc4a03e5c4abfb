"""/why: why a paper is, or is not, in a channel."""

from collections.abc import Iterator
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.delivery.escape import inert_within
from bot.delivery.excerpts import hits
from bot.delivery.lines import SOURCES, title_link
from bot.delivery.marked import mark
from bot.domain import Mode
from bot.matching.matcher import Match
from bot.services.explanations import Explanation, Part, Verdict
from cogs.targets import ChannelOption, target_of
from cogs.wording import ask_note, code, pages, plural, quiet_hours_text, timestamp

Interaction = discord.Interaction[PaperwireBot]

_LONGEST_REASON = 250
_LONGEST_TITLE = 150
_MOST_TERMS = 4
_MOST_FAILED = 15
_MOST_LISTS = 3
_LONGEST_QUERY = 150


class Why(commands.Cog):
    """Reasons."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._explanations = bot.services.explanations

    @app_commands.command()
    @app_commands.describe(
        paper="An arXiv number, a DOI, or a link to the paper.",
        channel="The channel; this one if you name none.",
    )
    async def why(
        self, interaction: Interaction, paper: str, channel: ChannelOption | None = None
    ) -> None:
        """Show why a paper is, or is not, in a channel."""
        await self.show(interaction, paper, channel)

    async def show(
        self, interaction: Interaction, paper: str, channel: ChannelOption | None = None
    ) -> None:
        """Answer a command, or the button under a paper."""
        target = target_of(interaction, channel)
        target.must_be_visible()
        await defer(interaction)
        found = await self._explanations.of(paper, target.id)
        lines = why_lines(found, target.mention, target.guild_id)
        note = ask_note(lines, may_change=target.may_be_changed)
        for text in pages([*lines, *([note] if note else [])], most=3):
            await answer(interaction, text)


def why_lines(found: Explanation, where: str, guild: int) -> list[str]:
    """Return what became of a paper in a channel and why."""
    title = title_link(found.prepared.paper, mark(found.prepared.title), _LONGEST_TITLE)
    told = (f"{title} in {where}", fate_text(found, guild), _once_text(found))
    return [*filter(None, told), *_verdicts(found)]


def fate_text(found: Explanation, guild: int) -> str:
    """Return what became of a paper, in a sentence or two."""
    fate = found.fate
    if fate is None:
        return _never_owed(found)
    link = ""
    if fate.message_id is not None and found.channel is not None:
        where = fate.thread_id or found.channel.id
        link = f" https://discord.com/channels/{guild}/{where}/{fate.message_id}"
    day = f" in the digest of {fate.digest_day:%A} {fate.digest_day}" if fate.digest_day else ""
    match fate.state:
        case "sent":
            return f"**Posted**{day}:{link}{_ended_cause(found)}"
        case "deleted":
            return f"It was posted{day}, and somebody **deleted** the message."
        case "refused":
            reason = _inert(fate.error or "no reason given")
            return f"Discord **refused** the message{day}: {reason} `/retry` sends it again."
    return _waiting(found, day)


def _ended_cause(found: Explanation) -> str:
    if found.cause is not None:
        return ""
    return " (for a subscription that the channel has no longer)"


def _once_text(found: Explanation) -> str:
    """Return in which ways a paper came that is posted only once."""
    paper = found.prepared.paper
    if found.fate is None:
        return ""
    names = [SOURCES.get(each, each) for each in paper.sources]
    archive = (paper.primary_category or "").partition(".")[0]
    lists = [each for each in paper.categories if each.partition(".")[0] != archive]
    facts = (
        f"from {' and '.join(names)}" if len(names) > 1 else "",
        f"cross-listed in {', '.join(lists[:_MOST_LISTS])}" if lists else "",
        f"at version {paper.version} now" if (paper.version or 1) > 1 else "",
    )
    told = _inert(", ".join(filter(None, facts)))
    return (
        f"-# A channel gets a paper once, however often it comes; this one is {told}."
        if told
        else ""
    )


def _waiting(found: Explanation, day: str) -> str:
    """Return why a paper that is owed is not out yet."""
    fate = found.fate
    if found.channel is not None and found.channel.paused_because:
        because = _inert(found.channel.paused_because)
        return f"**Waiting**: the channel is paused. {because} `/status` says what to do."
    if fate is not None and fate.state is not None:
        trouble = f" The last attempt: {_inert(fate.error)}" if fate.error else ""
        return f"**On its way**{day}.{trouble}"
    if fate is not None and fate.mode is Mode.DAILY:
        if found.digest_at is None:
            return "**Waiting** for a digest, and the channel has none: set one with `/digest set`."
        return f"**Waiting** for the digest, due {timestamp(found.digest_at)}."
    if fate is not None and fate.mode is Mode.CATCH_UP:
        return "**Waiting** for the list of older papers that come late, after an outage."
    quiet = found.channel.quiet if found.channel else None
    unless = f", but for the quiet hours, {quiet_hours_text(quiet.hours)}" if quiet else ""
    return f"**On its way**: it is posted in a moment{unless}."


def _never_owed(found: Explanation) -> str:
    if not found.verdicts:
        return "The channel has no subscriptions. Add one with `/subscribe`."
    if not found.was_stored:
        return (
            "**Not posted**: I had not seen this paper and looked it up just now. I post what the "
            "sources announce, from the first day on that I ran."
        )
    announced = found.stored.announced_at
    if announced is None:
        return "**Not posted**: nobody announced it while I ran; it was only looked up."
    if not found.is_alert:
        return (
            "**Not posted**: I first saw it as a replacement, a new version of an older paper, and "
            "those alert nobody but queries with `type:replace`."
        )
    return _not_selected(found, announced)


def _not_selected(found: Explanation, announced: datetime) -> str:
    matching = [each for each in found.verdicts if each.is_match]
    if not matching:
        return "**Not posted**: no subscription of the channel selects it."
    oldest = min(each.subscription.created_at for each in matching)
    if announced <= oldest:
        return (
            "**Not posted**: it is older than the subscription. It came "
            f"{timestamp(announced, 'f')}, the subscription {timestamp(oldest, 'f')}. "
            "`/subscribe` with `look_back` posts earlier papers."
        )
    if any(each.part is Part.MUTED for each in matching):
        return "**Not posted**: the subscription that selects it was muted when it came."
    return "**Not posted**: it matches as it is known now, but it did not when it came."


def _verdicts(found: Explanation) -> Iterator[str]:
    matching = [each for each in found.verdicts if each.is_match]
    failing = [each for each in found.verdicts if not each.is_match]
    for verdict in matching:
        yield from _matched(verdict, found)
    for verdict in failing[:_MOST_FAILED]:
        query = code(verdict.subscription.query, _LONGEST_QUERY)
        before = " It selected the paper when that came." * (verdict.subscription == found.cause)
        yield f"✗ {query}: {_inert(str(verdict.finding))}{before}"
    if len(failing) > _MOST_FAILED:
        yield f"… and {plural(len(failing) - _MOST_FAILED, 'more subscription')} without a match."


def _matched(verdict: Verdict, found: Explanation) -> Iterator[str]:
    kept = verdict.subscription
    in_digest = " (daily digest)" if kept.mode is Mode.DAILY else ""
    part = _part_text(verdict, found)
    yield (
        f"✓ {code(kept.query, _LONGEST_QUERY)}{in_digest}, "
        f"since {timestamp(kept.created_at, 'd')}{f': {part}' if part else ''}"
    )
    if isinstance(verdict.finding, Match):
        terms = [each for each in hits(verdict.finding, found.prepared) if each != (kept.query, "")]
        for term, around in terms[:_MOST_TERMS]:
            yield f"> {code(term, 80)}{f': {around}' if around else ''}"


def _part_text(verdict: Verdict, found: Explanation) -> str:
    """Return what a subscription has to do with what became of the paper, where that is news."""
    is_alone = sum(each.is_match for each in found.verdicts) == 1
    if verdict.part is Part.SAME and found.cause is not None:
        also = verdict.subscription.mode is Mode.DAILY and found.cause.mode is Mode.NOW
        not_twice = ", so it is not in the digest as well" if also else ""
        return f"the same post as for {code(found.cause.query, _LONGEST_QUERY)}{not_twice}"
    if verdict.part is Part.OLDER and not (is_alone and found.fate is None):
        return "the paper is older than this subscription"
    if verdict.part is Part.SINCE and not (is_alone and found.fate is None):
        return "it did not select the paper when that came"
    return ""


def _inert(text: str) -> str:
    return inert_within(text, _LONGEST_REASON)


async def setup(bot: PaperwireBot) -> None:
    """Add the command and the act."""
    cog = Why(bot)
    bot.paper_acts["why"] = cog.show
    await bot.add_cog(cog)
