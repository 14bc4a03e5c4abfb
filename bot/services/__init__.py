"""The verbs of Paperwire: each one a few use cases or one tick over rows that are due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.services.catching_up import CatchUps
from bot.services.digests import Digests
from bot.services.explanations import Explanations
from bot.services.featured import FeaturedPapers
from bot.services.lookups import Lookups
from bot.services.previews import Previews
from bot.services.quiet import Quiet
from bot.services.reading import ReadingLists
from bot.services.retrying import Retries
from bot.services.revising import UpdateSettings
from bot.services.setups import Setups
from bot.services.similar import Similar
from bot.services.status import StatusReports
from bot.services.subscriptions import Subscriptions
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.services.voting import Voting
from bot.services.welcoming import Welcomes


@dataclass(frozen=True, slots=True)
class Services:
    """What the slash commands can ask for."""

    subscriptions: Subscriptions
    lookups: Lookups
    similar: Similar
    featured: FeaturedPapers
    previews: Previews
    explanations: Explanations
    digests: Digests
    catch_ups: CatchUps
    retries: Retries
    quiet: Quiet
    updates: UpdateSettings
    status: StatusReports
    reading: ReadingLists
    voting: Voting
    welcomes: Welcomes
    setups: Setups
    clock: Callable[[], datetime]
    wake_outbox: Callable[[], None]
    """Call it when something became owed: it is sent at once instead of at the next tick."""
    telling: Telling = AUTHORS_WORDS
