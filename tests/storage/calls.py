"""Every function of bot.storage that reads or writes, called once, for tests that sweep them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.domain import (
    ChannelId,
    DigestSchedule,
    MessageId,
    Mode,
    PaperId,
    PostId,
    PostKind,
    QueryId,
    QuietHours,
    QuietPeriod,
    SearchText,
    Sort,
    SubscriptionId,
    Updates,
    VectorSpace,
)
from bot.ledger import Batch
from bot.silence import Reason
from bot.storage import (
    answers,
    deliveries,
    digests,
    events,
    feeds,
    follows,
    ledger,
    likeness,
    matches,
    papers,
    posts,
    quiet_hours,
    revisions,
    saved,
    state,
    subscriptions,
    summaries,
    vectors,
    votes,
)
from bot.storage.database import Reader, Writer
from bot.storage.papers import PaperKey
from bot.storage.subscriptions import Filed, Posting
from bot.storage.summaries import Outcome
from tests.samples import NOON, later, paper
from tests.storage.rows import ADA, CHANNEL, GUILD, OTHER, owe, subscribe

Reading = Callable[[Reader], Awaitable[object]]
Writing = Callable[[Writer], Awaitable[object]]

KEY, QUERY, POST = PaperKey(1), QueryId(1), PostId(1)
FEED = feeds.Feed(name="arxiv:cs", next_at=later(hours=1), last_success_at=NOON)
SCHEDULE = DigestSchedule(
    channel_id=OTHER, hour=9, timezone="Europe/Berlin", days=frozenset({1, 2, 3})
)
BATCH = Batch(feed=FEED.name, day=date(2025, 6, 2), seen=7, found=2)
TEXT = SearchText("lanterns", "sleepy graphs")
SPACE = VectorSpace("test", 4)
DAY = NOON.date()
NIGHT = QuietPeriod(QuietHours(22, 7, "UTC"), later(hours=10), later(hours=19))
PAGE = posts.Post(
    id=PostId(9),
    channel_id=CHANNEL,
    kind=PostKind.DIGEST,
    digest_day=DAY,
    note=None,
    page=2,
    pages=2,
    total=30,
    first_attempt_at=None,
    attempts=0,
    next_attempt_at=NOON,
)


async def rows_of_everything(tx: Writer) -> None:
    """Make a row or two of everything, so that every call has something to find."""
    await state.keep(tx, "salt", "1")
    await feeds.add_missing(tx, ("arxiv:cs", "huggingface"), NOON)
    await ledger.write(tx, [BATCH])
    query = await subscribe(tx, "lanterns")
    await subscribe(tx, "graphs", OTHER, Mode.DAILY)
    await owe(tx, paper("2506.00001"), query)
    await owe(tx, paper("2506.00002"), query)
    await deliveries.add_post(tx, CHANNEL, [KEY], NOON)
    await posts.record_attempt(tx, POST, NOON, afresh=False)
    await deliveries.add_post(tx, CHANNEL, [], NOON)
    await posts.record_refused(tx, PostId(2), "400")
    await digests.put(tx, SCHEDULE, NOON)
    await quiet_hours.put(tx, CHANNEL, NIGHT)
    await summaries.keep(tx, paper("2506.00001"), "en", "m", "Counts lanterns.", NOON)
    await summaries.spend(tx, DAY, 10, most_requests=9, most_tokens=999)
    await subscriptions.pause_channel(tx, OTHER, "gone", NOON)
    await vectors.put(tx, SPACE, {PaperKey(2): b"efgh"})
    await saved.add(tx, ADA, KEY, NOON)
    await votes.cast(tx, GUILD, CHANNEL, ADA, KEY, 1, NOON)
    await events.record(tx, KEY, ["v2"], NOON)
    await revisions.owe(tx, KEY, 1, NOON)
    await subscriptions.set_updates(tx, CHANNEL, Updates.THREAD)
    await tx.run(
        "INSERT INTO revisions (post_id, channel_id, event, owed_at, next_attempt_at, refused)"
        " VALUES (?, ?, 1, 0, 0, 1)",
        (await _post_of(tx, OTHER), OTHER),
    )
    await answers.owe(tx, KEY, ["v2"], NOON)
    await follows.begin(tx, KEY, NOON, NOON)


async def _post_of(tx: Writer, channel: ChannelId) -> int:
    """Make a post that somebody deleted, without papers."""
    return int(
        await tx.value(
            "INSERT INTO posts (channel_id, kind, state, papers, created_at, next_attempt_at,"
            " message_id) VALUES (?, 'digest', 'deleted', 0, 0, 0, 5) RETURNING id",
            (channel,),
        )
    )


READINGS: dict[str, Reading] = {
    "answers.of_post": lambda read: answers.of_post(read, PostId(4)),
    "deliveries.carried": lambda read: deliveries.carried(read, POST),
    "deliveries.channels_due": lambda read: deliveries.channels_due(read, NOON),
    "deliveries.catching_up": deliveries.catching_up,
    "deliveries.crowded": lambda read: deliveries.crowded(read, NOON, after=1, at_least=1),
    "deliveries.last_fan_out": deliveries.last_fan_out,
    "deliveries.count_since": lambda read: deliveries.count_since(read, CHANNEL, NOON),
    "deliveries.counts": lambda read: deliveries.counts(read, CHANNEL),
    "deliveries.fate": lambda read: deliveries.fate(read, CHANNEL, KEY),
    "posts.first_unfinished": lambda read: posts.first_unfinished(read, CHANNEL),
    "posts.first_aside": lambda read: posts.first_aside(read, CHANNEL, NOON),
    "posts.thread_of": lambda read: posts.thread_of(read, PAGE),
    "posts.last_message": lambda read: posts.last_message(read, CHANNEL, PostId(9)),
    "posts.next_attempt_after": lambda reader: posts.next_attempt_after(reader, NOON),
    "deliveries.unselected": lambda read: deliveries.unselected(read, CHANNEL),
    "deliveries.unbound": lambda read: deliveries.unbound(read, CHANNEL, [KEY]),
    "deliveries.owed": lambda read: deliveries.owed(read, CHANNEL, Mode.NOW, 25),
    "digests.due_after": lambda read: digests.due_after(read, later(days=-9)),
    "digests.due": lambda read: digests.due(read, NOON),
    "digests.last_schedule": lambda read: digests.last_schedule(read, OTHER),
    "digests.next_at": digests.next_at,
    "digests.of_channel": lambda read: digests.of_channel(read, OTHER),
    "events.any_after": lambda read: events.any_after(read, 0, [KEY]),
    "events.last": events.last,
    "events.since": lambda read: events.since(read, [PaperId("2506.00001")], 0),
    "follows.due": lambda read: follows.due(read, NOON, 5),
    "follows.next_at": follows.next_at,
    "feeds.due": lambda read: feeds.due(read, NOON),
    "feeds.everything": feeds.everything,
    "ledger.first_day": lambda read: ledger.first_day(read, FEED.name),
    "ledger.unwatched": lambda read: ledger.unwatched(read, FEED.name),
    "ledger.newest": lambda read: ledger.newest(read, FEED.name),
    "ledger.open_days": lambda read: ledger.open_days(read, FEED.name),
    "ledger.open_before": lambda read: ledger.open_before(read, BATCH.day),
    "ledger.published": lambda read: ledger.published(read, BATCH.day),
    "ledger.since": lambda read: ledger.since(read, BATCH.day),
    "likeness.most_like": lambda read: likeness.most_like(read, '"lanterns"', 5),
    "likeness.folded_texts": lambda read: likeness.folded_texts(read, [KEY]),
    "likeness.titled": lambda read: likeness.titled(read, '"lanterns"', 5),
    "matches.candidates": lambda read: matches.candidates(read, ["lanterns", "lamps"]),
    "quiet_hours.not_about": lambda read: quiet_hours.not_about(read, NOON, later(days=2)),
    "quiet_hours.next_end": quiet_hours.next_end,
    "papers.announced_days": lambda read: papers.announced_days(read, [PaperId("2506.00001")]),
    "papers.announced_count": lambda read: papers.announced_count(read, later(days=-1)),
    "papers.announced_since": lambda read: papers.announced_since(read, later(days=-1)),
    "papers.by_ids": lambda read: papers.by_ids(read, [PaperId("2506.00001")]),
    "papers.by_keys": lambda read: papers.by_keys(read, [KEY]),
    "papers.found": lambda read: papers.found(read, '"lanterns"', KEY),
    "papers.proposed": lambda read: papers.proposed(read, '"lanterns"', later(days=-1), 10),
    "papers.low_number": lambda read: papers.low_number(read, BATCH.day),
    "papers.greatest_number": lambda read: papers.greatest_number(read, BATCH.day),
    "papers.most_upvoted": lambda read: papers.most_upvoted(read, later(days=-1), 5, 0),
    "papers.newest_with": lambda read: papers.newest_with(read, ['"lanterns"'], 100),
    "papers.relevant": lambda read: papers.relevant(read, '"lanterns"'),
    "papers.ranked": lambda read: papers.ranked(read, '"lanterns"', Sort.UPVOTES, 5, 0),
    "papers.words_by_keys": lambda read: papers.words_by_keys(read, [KEY]),
    "saved.count": lambda read: saved.count(read, ADA),
    "saved.note_of": lambda read: saved.note_of(read, ADA, KEY),
    "saved.of_user": lambda read: saved.of_user(read, ADA, 5),
    "posts.one_post": lambda read: posts.one_post(read, POST),
    "revisions.channels_due": lambda read: revisions.channels_due(read, NOON),
    "revisions.first_due": lambda read: revisions.first_due(read, CHANNEL, NOON),
    "revisions.next_attempt_after": lambda read: revisions.next_attempt_after(read, NOON),
    "revisions.waiting": lambda read: revisions.waiting(read, CHANNEL),
    "state.value_of": lambda read: state.value_of(read, "salt"),
    "summaries.on_day": lambda read: summaries.on_day(read, DAY),
    "summaries.told": lambda read: summaries.told(read, [paper("2506.00001")], "en", "m"),
    "subscriptions.channel_of": lambda read: subscriptions.channel_of(read, CHANNEL),
    "subscriptions.counts_since": lambda read: subscriptions.counts_since(
        read, CHANNEL, later(days=-1)
    ),
    "subscriptions.find": lambda read: subscriptions.find(read, CHANNEL, "lanterns"),
    "subscriptions.of_channel": lambda read: subscriptions.of_channel(read, CHANNEL),
    "subscriptions.paused_channels": lambda read: subscriptions.paused_channels(read, GUILD),
    "vectors.lacking": lambda read: vectors.lacking(read, SPACE, vectors.NEWEST, 5),
    "vectors.of_space": lambda read: vectors.of_space(read, SPACE, vectors.NEWEST, 5),
    "vectors.progress": lambda read: vectors.progress(read, SPACE),
    "votes.best": lambda read: votes.best(read, GUILD, later(days=-1), 5),
    "votes.of_member": lambda read: votes.of_member(read, GUILD, ADA, KEY),
    "votes.tallies": lambda read: votes.tallies(read, GUILD, [KEY]),
    "subscriptions.query_texts": lambda read: subscriptions.query_texts(read, [QUERY]),
    "subscriptions.selecting": lambda read: subscriptions.selecting(read, CHANNEL, KEY),
}

WRITINGS: dict[str, Writing] = {
    "answers.owe": lambda tx: answers.owe(tx, KEY, ["code"], NOON),
    "deliveries.drop": lambda tx: deliveries.drop(tx, CHANNEL, [PaperKey(2)]),
    "deliveries.add_post": lambda tx: deliveries.add_post(tx, CHANNEL, [PaperKey(2)], NOON),
    "posts.record_attempt": lambda tx: posts.record_attempt(tx, POST, NOON, afresh=False),
    "posts.record_failure": lambda tx: posts.record_failure(tx, POST, "503", NOON),
    "posts.record_refused": lambda tx: posts.record_refused(tx, POST, "400"),
    "posts.record_told": lambda tx: posts.record_told(tx, POST, 7),
    "posts.record_sent": lambda tx: posts.record_sent(tx, POST, MessageId(9), NOON),
    "posts.record_unanswered": lambda tx: posts.record_unanswered(tx, POST, NOON, is_its_own=True),
    "posts.retry_refused": lambda tx: posts.retry_refused(tx, CHANNEL, NOON),
    "posts.step_aside": lambda tx: posts.step_aside(tx, POST, 3),
    "posts.retry_at_once": lambda tx: posts.retry_at_once(tx, NOON - timedelta(days=9)),
    "deliveries.split": lambda tx: deliveries.split(tx, POST, NOON),
    "digests.postpone": lambda tx: digests.postpone(tx, OTHER, later(days=1)),
    "digests.put": lambda tx: digests.put(tx, replace(SCHEDULE, hour=8), later(days=1)),
    "digests.record_outcome": lambda tx: digests.record_outcome(
        tx,
        OTHER,
        day=date(2025, 6, 2),
        now=NOON,
        next_at=NOON + timedelta(days=1),
        outcome=digests.Outcome(papers=0, checked=2, reason=Reason.WEEKEND),
    ),
    "digests.replan": lambda tx: digests.replan(tx, SCHEDULE, later(days=1)),
    "digests.set_tells_empty": lambda tx: digests.set_tells_empty(tx, OTHER, tells=True),
    "digests.switch_off": lambda tx: digests.switch_off(tx, OTHER),
    "events.record": lambda tx: events.record(tx, KEY, ["withdrawn"], NOON),
    "feeds.forget_others": lambda tx: feeds.forget_others(tx, ("huggingface",)),
    "follows.begin": lambda tx: follows.begin(tx, PaperKey(2), NOON, NOON),
    "follows.end": lambda tx: follows.end(tx, [KEY]),
    "follows.look_by": lambda tx: follows.look_by(tx, KEY, later(days=-1)),
    "follows.put_off": lambda tx: follows.put_off(tx, [(KEY, later(days=1))]),
    "feeds.add_missing": lambda tx: feeds.add_missing(tx, ("arxiv:math",), NOON),
    "feeds.bring_back": lambda tx: feeds.bring_back(
        tx, later(days=-1), later(hours=-1), later(hours=-1)
    ),
    "feeds.record_failure": lambda tx: feeds.record_failure(tx, FEED.name, "502", NOON, NOON),
    "feeds.record_fill": lambda tx: feeds.record_fill(tx, replace(FEED, filled_at=NOON)),
    "feeds.record_success": lambda tx: feeds.record_success(tx, FEED),
    "ledger.begin_fill": lambda tx: ledger.begin_fill(tx, FEED.name),
    "ledger.forget_after": lambda tx: ledger.forget_after(tx, date(2025, 6, 1)),
    "ledger.write": lambda tx: ledger.write(tx, [replace(BATCH, seen=9)]),
    "matches.owe": lambda tx: matches.owe(tx, KEY, [QueryId(2)], NOON),
    "matches.owe_earlier": lambda tx: matches.owe_earlier(
        tx, OTHER, QUERY, [PaperId("2506.00002")], Mode.DAILY, NOON
    ),
    "matches.record": lambda tx: matches.record(tx, KEY, [QueryId(2)]),
    "quiet_hours.put": lambda tx: quiet_hours.put(tx, OTHER, NIGHT),
    "quiet_hours.remove": lambda tx: quiet_hours.remove(tx, CHANNEL),
    "papers.add": lambda tx: papers.add(tx, paper("2506.00003"), TEXT, announced=True, now=NOON),
    "papers.change": lambda tx: papers.change(
        tx, KEY, paper("2506.00001", title="Lamps"), TEXT, announced=True, now=NOON
    ),
    "saved.add": lambda tx: saved.add(tx, ADA, PaperKey(2), NOON),
    "saved.remove": lambda tx: saved.remove(tx, ADA, KEY),
    "saved.write_note": lambda tx: saved.write_note(tx, ADA, KEY, "soon"),
    "revisions.bring_back": lambda tx: revisions.bring_back(tx, later(days=-1), later(hours=-1)),
    "revisions.drop": lambda tx: revisions.drop(tx, CHANNEL),
    "revisions.owe": lambda tx: revisions.owe(tx, KEY, 9, NOON),
    "revisions.put_off": lambda tx: revisions.put_off(tx, POST, "503", later(hours=1)),
    "revisions.put_channel_off": lambda tx: revisions.put_channel_off(tx, CHANNEL, later(hours=1)),
    "revisions.refuse": lambda tx: revisions.refuse(tx, POST, "400"),
    "revisions.retry_refused": lambda tx: revisions.retry_refused(tx, OTHER, NOON),
    "revisions.settle": lambda tx: revisions.settle(tx, POST, 1),
    "state.keep": lambda tx: state.keep(tx, "salt", "2"),
    "state.keep_first": lambda tx: state.keep_first(tx, "pepper", "2"),
    "subscriptions.add": lambda tx: subscriptions.add(tx, OTHER, QUERY, Mode.NOW, ADA, NOON),
    "subscriptions.add_channel": lambda tx: subscriptions.add_channel(tx, OTHER, GUILD),
    "subscriptions.add_queries": lambda tx: subscriptions.add_queries(
        tx, [Filed("lamps", '"lamp"', (Posting("lamp", exact=True),))]
    ),
    "subscriptions.add_query": lambda tx: subscriptions.add_query(
        tx, "lamps", [Posting("lamps", exact=False)]
    ),
    "subscriptions.mute": lambda tx: subscriptions.mute(
        tx, CHANNEL, SubscriptionId(1), later(days=7)
    ),
    "subscriptions.pause_channel": lambda tx: subscriptions.pause_channel(
        tx, CHANNEL, "closed", NOON
    ),
    "subscriptions.pause_guild": lambda tx: subscriptions.pause_guild(tx, GUILD, "left", NOON),
    "summaries.count": lambda tx: summaries.count(tx, DAY, Outcome.WRITTEN, 20),
    "summaries.keep": lambda tx: summaries.keep(tx, paper("2506.00001"), "de", "m", "x", NOON),
    "summaries.spend": lambda tx: summaries.spend(tx, DAY, 20, most_requests=9, most_tokens=999),
    "subscriptions.set_language": lambda tx: subscriptions.set_language(tx, CHANNEL, "de"),
    "subscriptions.remove": lambda tx: subscriptions.remove(tx, CHANNEL, "lanterns"),
    "subscriptions.set_catch_up": lambda tx: subscriptions.set_catch_up(tx, OTHER, 3),
    "subscriptions.set_updates": lambda tx: subscriptions.set_updates(tx, CHANNEL, Updates.OFF),
    "subscriptions.resume_channel": lambda tx: subscriptions.resume_channel(tx, OTHER),
    "vectors.put": lambda tx: vectors.put(tx, SPACE, {KEY: b"abcd"}),
    "votes.cast": lambda tx: votes.cast(tx, GUILD, CHANNEL, ADA, PaperKey(2), -1, NOON),
    "votes.withdraw": lambda tx: votes.withdraw(tx, GUILD, ADA, KEY),
}
