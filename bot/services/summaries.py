"""Summaries by a language model: asked for while papers wait, checked, kept, or given up.

A post never waits longer than `Limits.patience` for one, and is never lost for one: whatever goes
wrong, the authors' own words are posted. Nothing that a paper or a model says changes more than
the text of that paper's summary, which is checked as any other.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.emphasis import LONGEST_TOLD
from bot.delivery.marked import clean, mark, units
from bot.domain import ChannelId, GuildId, Mode, Paper, PaperId, PaperMatch
from bot.errors import ModelError, ModelRefusal, OperationalError, UserError
from bot.llm.breaker import Breaker
from bot.llm.chat import LONGEST_ABSTRACT, Answer, Question
from bot.llm.client import Spend
from bot.services.digests import MOST_PAPERS
from bot.services.telling import SummaryState
from bot.storage import deliveries, digests, subscriptions, summaries
from bot.storage.database import Database
from bot.storage.summaries import ModelDay, Outcome, version_of
from bot.text.faithful import foreign
from bot.text.languages import LANGUAGES, Language
from bot.text.plain import readable

log = logging.getLogger(__name__)

USUAL_LANGUAGE = "en"
_AUTHORS_WORDS = ""
"""A channel's language where no model is asked."""
NO_LANGUAGE = "none"
"""What people choose for that."""
BEFORE_DIGEST = timedelta(minutes=30)
"""So long before a digest its papers are summed up."""
MOST_AHEAD = 25
"""Papers of a channel that are summed up together: as many as may share a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model may cost."""

    requests_a_day: int = 1_000
    tokens_a_day: int = 2_000_000
    at_once: int = 4
    patience: timedelta = timedelta(seconds=60)
    """How long a post may wait in all."""


class Asking(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """What the model is called."""

    async def ask(self, question: Question, spend: Spend) -> Answer:
        """Return its answer; raises ModelError."""


class OverBudget(OperationalError):  # noqa: N818 - reads as what happened
    """Nothing is left of what a day may cost."""


@dataclass(slots=True)
class _Wanted:
    """A summary that somebody waits for, at most until a time."""

    until: datetime
    task: asyncio.Task[None]


_Key = tuple[PaperId, int, str]


class Summaries:
    """Asks a model for summaries of papers that are about to be posted."""

    def __init__(
        self, database: Database, model: Asking, limits: Limits, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._model = model
        self._limits = limits
        self._clock = clock
        self._breaker = Breaker()
        self._turns = asyncio.Semaphore(limits.at_once)
        self._reading = asyncio.Semaphore(limits.at_once)
        self._wanted: dict[_Key, _Wanted] = {}
        self._because: str | None = None

    async def tick(self, now: datetime) -> None:
        """Ask for summaries of what the digests that are due soon will hold; waits for none."""
        for due in await digests.due(self._database.read, now + BEFORE_DIGEST):
            # Posts that wait come first: few for digests stand in the queue at once.
            if len(self._wanted) >= MOST_AHEAD or not self._is_able():
                return
            until = max(now, due.next_at) + self.patience
            await self._ask_for(due.schedule.channel_id, Mode.DAILY, MOST_PAPERS, until)

    @property
    def patience(self) -> timedelta:
        """How long a post may wait for summaries, in all."""
        return self._limits.patience

    async def ready(self, channel: ChannelId, until: datetime) -> None:
        """Wait, at most until a time, for the summaries of what is posted next to a channel."""
        if self._clock() >= until or not self._is_able():
            return
        tasks = await self._ask_for(channel, Mode.NOW, MOST_AHEAD, until)
        left = (until - self._clock()).total_seconds()
        if tasks and left > 0:
            await asyncio.wait(tasks, timeout=left)

    async def told(self, channel: ChannelId, entries: Sequence[PaperMatch]) -> list[PaperMatch]:
        """Return the entries with the summaries that are kept in the channel's language."""
        language = await self._language(channel)
        if language is None:
            return list(entries)
        papers = [entry.paper for entry in entries]
        known = await summaries.told(self._database.read, papers, language, self._model.name)
        return [replace(entry, summary=known.get(entry.paper.id)) for entry in entries]

    async def state(self, channel: ChannelId) -> SummaryState | None:
        """Return how a channel gets its summaries."""
        today = await summaries.on_day(self._database.read, self._clock().date())
        because = None if self._is_able() else self._because
        if self._is_spent(today):
            because = "What a day may cost is spent."
        return SummaryState(await self._language(channel), today, because)

    async def choose(self, channel: ChannelId, guild: GuildId, language: str) -> str | None:
        """Set the language of a channel's summaries by its code or name; return its code.

        None, and "none", are the authors' own words. Raises UserError for an unknown one.
        """
        code = _code_of(language)
        async with self._database.transaction() as tx:
            if await subscriptions.channel_of(tx, channel) is None:
                await subscriptions.add_channel(tx, channel, guild)
            await subscriptions.set_language(tx, channel, _AUTHORS_WORDS if code is None else code)
        return code

    async def settle(self) -> None:
        """Wait until nothing is asked any more."""
        while self._wanted:
            await asyncio.wait([wanted.task for wanted in self._wanted.values()])

    async def close(self) -> None:
        """Stop asking; whoever waits goes on without."""
        tasks = [wanted.task for wanted in self._wanted.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _is_able(self) -> bool:
        return self._breaker.paused_until(self._clock()) is None

    def _is_spent(self, day: ModelDay) -> bool:
        limits = self._limits
        return day.requests >= limits.requests_a_day or day.tokens >= limits.tokens_a_day

    async def _language(self, channel: ChannelId) -> str | None:
        known = await subscriptions.channel_of(self._database.read, channel)
        chosen = None if known is None else known.language
        code = USUAL_LANGUAGE if chosen is None else chosen
        return code if code in LANGUAGES else None

    async def _ask_for(
        self, channel: ChannelId, mode: Mode, most: int, until: datetime
    ) -> list[asyncio.Task[None]]:
        """Have a channel's papers summed up that are owed in a mode; return what to wait for."""
        language = await self._language(channel)
        if language is None:
            return []
        reader = self._database.read
        if self._is_spent(await summaries.on_day(reader, self._clock().date())):
            return []
        async with self._reading:
            owed = await deliveries.owed(reader, channel, mode, most)
            papers = [each.match.paper for each in owed if each.match.paper.abstract.strip()]
            known = await summaries.told(reader, papers, language, self._model.name)
        missing = [paper for paper in papers if paper.id not in known]
        return [self._want(paper, language, until) for paper in missing[:MOST_AHEAD]]

    def _want(self, paper: Paper, language: str, until: datetime) -> asyncio.Task[None]:
        key = (paper.id, version_of(paper), language)
        wanted = self._wanted.get(key)
        if wanted is not None:
            wanted.until = max(wanted.until, until)
            return wanted.task
        task = asyncio.create_task(self._tell(key, paper), name=f"summary {paper.id}")
        self._wanted[key] = _Wanted(until, task)
        task.add_done_callback(lambda _: self._wanted.pop(key, None))
        return task

    async def _tell(self, key: _Key, paper: Paper) -> None:
        """Ask about a paper when it is its turn, if anybody still waits and the model may be asked.

        Never raises: whoever waits posts the authors' words.
        """
        async with self._turns:
            now = self._clock()
            if now >= self._wanted[key].until or not self._breaker.may_ask(now):
                return
            try:
                await self._ask(paper, key[2])
            except OperationalError as error:
                log.warning("The summary of %s: %s", paper.id, error)
            except Exception:  # a named border: the summary
                log.exception("The summary of %s broke", paper.id)
            finally:
                self._breaker.gave_up()

    async def _ask(self, paper: Paper, language: str) -> None:
        texts = readable(paper.title), readable(paper.abstract)
        question = Question(*texts, LANGUAGES[language].english)
        spent = 0

        async def spend(tokens: int) -> None:
            nonlocal spent
            spent += tokens
            await self._spend(tokens)

        try:
            answer = await self._model.ask(question, spend)
        except ModelRefusal:
            self._breaker.succeeded()
            await self._keep(paper, language, None, Outcome.REFUSED, 0)
            return
        except ModelError as error:
            self._because = str(error)
            self._breaker.failed(self._clock(), error.retry_after)
            async with self._database.transaction() as tx:
                await summaries.count(tx, self._clock().date(), Outcome.FAILED)
            raise
        self._breaker.succeeded()
        await self._judge(paper, language, answer.summary, answer.tokens - spent)

    async def _judge(self, paper: Paper, language: str, said: str, tokens: int) -> None:
        summary = _seen(said.replace("**", "").replace("`", ""))
        texts = _seen(paper.title), _seen(paper.abstract)[:LONGEST_ABSTRACT]
        # Some abstracts take a while to read: the loop does not wait for it.
        wrong = await asyncio.to_thread(foreign, summary, *texts, LANGUAGES[language])
        if wrong is None and units(summary) <= LONGEST_TOLD:
            await self._keep(paper, language, summary, Outcome.WRITTEN, tokens)
            return
        log.info("The summary of %s is not used: %s", paper.id, wrong or "it is too long")
        await self._keep(paper, language, None, Outcome.UNFAITHFUL, tokens)

    async def _spend(self, tokens: int) -> None:
        limits = self._limits
        async with self._database.transaction() as tx:
            is_left = await summaries.spend(
                tx,
                self._clock().date(),
                tokens,
                most_requests=limits.requests_a_day,
                most_tokens=limits.tokens_a_day,
            )
        if not is_left:
            raise OverBudget("nothing is left of what today may cost.")

    async def _keep(
        self, paper: Paper, language: str, text: str | None, outcome: Outcome, tokens: int
    ) -> None:
        now = self._clock()
        async with self._database.transaction() as tx:
            await summaries.keep(tx, paper, language, self._model.name, text, now)
            await summaries.count(tx, now.date(), outcome, tokens)


def _seen(text: str) -> str:
    """Return a text as it is seen once it is rendered: nothing hides in a number then."""
    return clean(mark(readable(text))).text


def _code_of(language: str) -> str | None:
    wanted = language.strip().casefold()
    if wanted == NO_LANGUAGE:
        return None
    for code, known in LANGUAGES.items():
        if wanted in _names(code, known):
            return code
    offered = ", ".join(known.english for known in LANGUAGES.values())
    raise UserError(f"I cannot check summaries in this language. Pick one of: {offered}, none.")


def _names(code: str, language: Language) -> set[str]:
    return {code, language.name.casefold(), language.english.casefold()}
