"""/status: whether a channel gets its papers, and if not, why and what to do."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.delivery.escape import inert_within
from bot.delivery.lines import SOURCES
from bot.delivery.silences import why_empty
from bot.domain import Mode, Updates
from bot.services.status import Status as ChannelStatus
from bot.text.languages import LANGUAGES
from cogs.days import NAMES
from cogs.silence_text import arxiv_text, checked_text, days_list, posted_text
from cogs.targets import ChannelOption, Target, missing, target_of
from cogs.wording import ask_note, hour_text, pages, plural, quiet_hours_text, timestamp

Interaction = discord.Interaction[PaperwireBot]

_MOST_FAILING = 5
_LONGEST_REASON = 200


class Status(commands.Cog):
    """Whether all is well."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services

    @app_commands.command()
    @app_commands.describe(channel="The channel; this one if you name none.")
    async def status(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """Show whether a channel gets its papers, and if not, why."""
        target = target_of(interaction, channel)
        target.must_be_visible()
        await defer(interaction)
        found = await self._services.status.of_channel(target.id, self._services.clock())
        lacking = missing(target.bots, target.kind)
        for text in status_texts(found, target, lacking, self._services.clock()):
            await answer(interaction, text)


def status_texts(
    status: ChannelStatus, target: Target, lacking: list[str], now: datetime
) -> list[str]:
    """Return a channel's state in texts that Discord takes; `lacking` is what the bot needs."""
    lines = [
        f"**{target.mention}**",
        *_trouble(status, target.mention, lacking),
        *_orders(status),
        *_quiet(status, now),
        *_outbox(status),
        *_digest(status, now),
        *_arxiv(status),
        *_postings(status),
        *_summaries(status),
        *_sources(status),
        f"**Papers stored:** {status.papers_stored:,}",
        *_embedding(status),
    ]
    note = ask_note(lines, may_change=target.may_be_changed)
    return pages([*lines, *([note] if note else [])], most=2)


def _trouble(status: ChannelStatus, where: str, lacking: list[str]) -> Iterator[str]:
    paused = status.channel.paused_because if status.channel else None
    if paused:
        yield f"**Paused:** {_inert(paused)}"
    if lacking:
        yield (
            f"**What to do:** give me {' and '.join(lacking)} in {where} (Edit Channel → "
            "Permissions). Posting then goes on by itself, and nothing is lost."
        )
    elif paused:
        yield (
            "**What to do:** as far as I can see, I may post here. Type `/subscribe` again with "
            "any of its queries: posting goes on from where it stopped."
        )


def _orders(status: ChannelStatus) -> Iterator[str]:
    if not status.subscriptions:
        yield "**Subscriptions:** none. Add one with `/subscribe`."
        return
    daily = sum(each.mode is Mode.DAILY for each in status.subscriptions)
    in_digest = f", of which {daily:,} in the digest" if daily else ""
    yield f"**Subscriptions:** {len(status.subscriptions):,}{in_digest} (`/subscriptions`)"


def _quiet(status: ChannelStatus, now: datetime) -> Iterator[str]:
    period = status.channel.quiet if status.channel else None
    if period is None:
        return
    if not period.holds(now):
        yield f"**Quiet hours:** {quiet_hours_text(period.hours)}"
        return
    waiting = status.counts.waiting
    verb = "waits" if waiting == 1 else "wait"
    papers = f" ({plural(waiting, 'paper')} {verb})" if waiting else ""
    yield (
        f"**Quiet until {period.hours.end:02}:00**{papers}, {timestamp(period.ends_at)}; "
        f"{quiet_hours_text(period.hours)}"
    )


def _outbox(status: ChannelStatus) -> Iterator[str]:
    counts = status.counts
    yield (
        f"**Papers:** {counts.posted:,} posted, {counts.waiting:,} waiting to be posted, "
        f"{counts.for_digest:,} waiting for the digest"
    )
    if counts.error and counts.waiting:
        yield f"**The next message is not out yet:** {_inert(counts.error)}"
    if counts.refused:
        reason = _inert(counts.refused_because or "no reason given")
        yield (
            f"**Parked:** {plural(counts.refused, 'message')} that Discord did not take, the last "
            f"one because: {reason} `/retry` tries again."
        )
    yield from _edits(status)


def _edits(status: ChannelStatus) -> Iterator[str]:
    edits = status.edits
    if edits.owed:
        why = f"; the last try: {_inert(edits.error)}" if edits.error else ""
        yield f"**Posts to be brought up to date:** {edits.owed:,}{why}"
    if edits.refused:
        reason = _inert(edits.refused_because or "no reason given")
        yield (
            f"**Posts that Discord did not let me edit:** {edits.refused:,}, the last one because: "
            f"{reason} `/retry` tries again."
        )
    if status.channel and status.channel.updates is Updates.OFF:
        yield "**Updates:** posts stay as they are (`/updates` changes that)"


def _digest(status: ChannelStatus, now: datetime) -> Iterator[str]:
    digest = status.digest
    if digest is None:
        waits = any(each.mode is Mode.DAILY for each in status.subscriptions)
        why = " Its daily subscriptions wait for one." if waits else ""
        yield f"**Digest:** none.{why} Set one with `/digest set`."
        return
    due = "now" if digest.next_at <= now else timestamp(digest.next_at)
    yield f"**Digest:** {hour_text(digest.schedule)}; next {due}"
    if digest.last_at is None:
        return
    zone = ZoneInfo(digest.schedule.timezone)
    today, day = now.astimezone(zone).date(), digest.last_at.astimezone(zone).date()
    when = "today" if day == today else f"on {NAMES[day.weekday()]} {day.isoformat()}"
    if digest.last_papers:
        yield f"**Last digest:** {when}, {plural(digest.last_papers, 'paper')}"
    else:
        why = why_empty(digest.last_checked or 0, digest.last_reason)
        told = "The digest was empty" if digest.tells_empty else "No digest posted"
        yield f"**{told} {when}:** {why}"


def _arxiv(status: ChannelStatus) -> Iterator[str]:
    arxiv = (feed for feed in status.feeds if feed.name.startswith("arxiv:"))
    heard = (it.last_success_at for it in arxiv if it.failures and it.last_success_at)
    text = arxiv_text(status.arxiv, min(heard, default=None))
    if text:
        yield f"**arXiv:** {text}"
    if text and status.subscriptions:
        yield f"**Since that announcement:** {checked_text(status.checked, status.matched)}"
    if status.arxiv.missing:
        yield f"**Not complete yet:** {days_list(status.arxiv.missing)}; I go on filling it in."


def _postings(status: ChannelStatus) -> Iterator[str]:
    for stands in status.postings:
        source, _, venue = stands.feed.partition(":")
        name = f"{SOURCES.get(source, source)} {_inert(venue)}".strip()
        if stands.read_at is not None:
            yield f"**{name}:** {posted_text(stands)}"


def _summaries(status: ChannelStatus) -> Iterator[str]:
    state = status.summaries
    if state is None:
        return
    if state.language is None:
        yield "**Summaries:** sentences of the abstract (`/language` changes that)"
        return
    today = state.today
    yield (
        f"**Summaries:** by a language model, in {LANGUAGES[state.language].english}. Today (UTC), "
        f"all channels: {today.written:,} written; {today.unfaithful:,} not used, for a number, a "
        f"name or else that is not in the abstract; {today.refused:,} refused; {today.failed:,} "
        "failed"
    )
    if state.because:
        yield f"-# Sentences of the abstract for now: {_inert(state.because)}"


def _sources(status: ChannelStatus) -> Iterator[str]:
    asked = [feed for feed in status.feeds if feed.failures or feed.last_success_at]
    if not asked:
        yield "**Sources:** not asked yet; the first round takes a minute"
        return
    failing = [feed for feed in asked if feed.failures]
    heard = [feed.last_success_at for feed in status.feeds if feed.last_success_at is not None]
    last = f"; last answer {timestamp(max(heard))}" if heard else ""
    answering = len(asked) - len(failing)
    yield f"**Sources:** {answering:,} of {len(status.feeds):,} answer{last}"
    for feed in failing[:_MOST_FAILING]:
        since = timestamp(feed.last_success_at) if feed.last_success_at else "it was first asked"
        reason = _inert(feed.last_error or "no answer")
        yield f"- {_inert(feed.name)} has been failing since {since}: {reason}"
    if len(failing) > _MOST_FAILING:
        yield f"- and {len(failing) - _MOST_FAILING} more"
    if failing:
        yield "-# I go on trying, and catch up on what was announced meanwhile."


def _embedding(status: ChannelStatus) -> Iterator[str]:
    """Yield how far the vectors are that `/similar` compares: nothing where it needs no telling."""
    progress = status.embedding
    if progress is None:
        return
    if progress.embedded < progress.papers:
        share = 100 * progress.embedded // progress.papers
        yield (
            f"**Read for meaning:** {progress.embedded:,} of {progress.papers:,} ({share} %); "
            "`/similar` finds the others by their words"
        )
    if progress.trouble:
        yield f"**Reading for meaning stopped:** {_inert(progress.trouble)} I try again by myself."


def _inert(text: str) -> str:
    return inert_within(text, _LONGEST_REASON)


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Status(bot))
