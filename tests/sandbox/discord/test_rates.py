"""Rate limits: what is counted, what the headers say, and that the client obeys them."""

import math

import aiohttp
import pytest

from bot.sandbox.discord import Channel, Community, DiscordSandbox, Limit
from bot.sandbox.discord.rates import POST_MESSAGE, Rates
from tests.sandbox.discord.sample_bot import SampleBot

GET_CHANNEL = ("GET", "/channels/{channel_id}")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Make a clock."""
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> Rates:
    """Make Discord's limits on that clock."""
    return Rates(clock)


@pytest.fixture
def channel(guild: Community) -> Channel:
    """Make a channel to send to."""
    return guild.add_text_channel("nlp")


def test_a_bucket_counts_down_and_fills_again(rates: Rates, clock: Clock) -> None:
    """Five messages in five seconds to a channel, then none until the bucket is reset."""
    verdicts = [rates.judge(*POST_MESSAGE, "1") for _ in range(6)]

    assert [each.passes for each in verdicts] == [True] * 5 + [False]
    left = [each.headers["X-RateLimit-Remaining"] for each in verdicts]
    assert left == ["4", "3", "2", "1", "0", "0"]
    assert verdicts[-1].body is not None
    clock.now += verdicts[-1].body["retry_after"]
    assert rates.judge(*POST_MESSAGE, "1").passes


def test_headers_say_what_a_client_needs(rates: Rates, clock: Clock) -> None:
    """Limit, reset and bucket are in the headers; a 429 has Via, Retry-After and its scope."""
    headers = [rates.judge(*POST_MESSAGE, "1").headers for _ in range(5)][-1]
    clock.now = 1001.5
    refused = rates.judge(*POST_MESSAGE, "1")

    assert headers["X-RateLimit-Limit"] == "5"
    assert headers["X-RateLimit-Reset"] == "1005.000"
    assert refused.headers["X-RateLimit-Reset-After"] == "3.500"
    assert refused.headers["Retry-After"] == str(math.ceil(3.5))
    assert refused.headers["Via"]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert refused.body == {
        "message": "You are being rate limited.",
        "retry_after": 3.5,
        "global": False,
    }


def test_channels_have_buckets_of_their_own(rates: Rates) -> None:
    """One channel's full bucket does not hold another back, but both have one name."""
    first = [rates.judge(*POST_MESSAGE, "1") for _ in range(6)]
    second = rates.judge(*POST_MESSAGE, "2")

    assert not first[-1].passes
    assert second.passes
    assert second.headers["X-RateLimit-Bucket"] == first[0].headers["X-RateLimit-Bucket"]


def test_fifty_requests_a_second_in_all(rates: Rates, clock: Clock) -> None:
    """The 51st request in a second is refused for all routes, the next second it passes."""
    passed = [rates.judge(*GET_CHANNEL, str(each)).passes for each in range(50)]
    refused = rates.judge(*GET_CHANNEL, "50")
    clock.now += 1

    assert all(passed)
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert refused.body is not None
    assert refused.body["global"]
    assert rates.judge(*GET_CHANNEL, "50").passes


def test_any_second_is_a_second(rates: Rates, clock: Clock) -> None:
    """Requests late in one second and early in the next are counted together."""
    clock.now += 0.9
    late = [rates.judge(*GET_CHANNEL, str(each)).passes for each in range(30)]
    clock.now += 0.2
    early = [rates.judge(*GET_CHANNEL, str(each)).passes for each in range(30, 60)]

    assert all(late)
    assert early.count(True) == 20
    assert rates.refused == {"global": 10}


def test_a_shared_limit_holds_for_all_channels_and_is_nobodys_fault(
    rates: Rates, clock: Clock
) -> None:
    """A limit that bots share is one bucket, and a refusal by it says so."""
    rates.routes[GET_CHANNEL] = Limit(2, 1.0, shared=True)
    verdicts = [rates.judge(*GET_CHANNEL, str(each)) for each in range(3)]

    assert [each.passes for each in verdicts] == [True, True, False]
    assert verdicts[-1].headers["X-RateLimit-Scope"] == "shared"
    clock.now += 1
    assert rates.judge(*GET_CHANNEL, "1").passes


def test_too_many_invalid_requests_are_a_ban(clock: Clock) -> None:
    """After so many 401s, 403s and 429s everything is refused by Cloudflare, until they age."""
    rates = Rates(clock, invalid=Limit(3, 600.0))
    for _ in range(3):
        rates.count_invalid()
    banned = rates.judge(*GET_CHANNEL, "1")
    clock.now += 600

    assert not banned.passes
    assert "Via" not in banned.headers
    assert rates.judge(*GET_CHANNEL, "1").passes


def test_interactions_are_not_bound_to_the_global_limit(rates: Rates) -> None:
    """Answers to interactions pass when the second is used up."""
    for each in range(51):
        rates.judge(*GET_CHANNEL, str(each))

    assert rates.judge("POST", "/interactions/{interaction_id}/{token}/callback", "t").passes
    assert rates.judge("POST", "/webhooks/{application_id}/{token}", "t").passes


async def test_the_client_waits_as_the_headers_say(
    sandbox: DiscordSandbox, client: SampleBot, channel: Channel
) -> None:
    """The client sends as fast as the bucket allows, and gets no 429."""
    sandbox.rates.routes[POST_MESSAGE] = Limit(2, 0.1)
    target = client.get_partial_messageable(channel.id)

    for number in range(5):
        await target.send(str(number))

    assert [each.text for each in channel.messages] == ["0", "1", "2", "3", "4"]
    assert sandbox.too_many_requests == 0


async def test_too_many_requests_are_counted(
    sandbox: DiscordSandbox, channel: Channel, http: aiohttp.ClientSession
) -> None:
    """A 429 stores nothing, is counted, and counts as an invalid request."""
    address = f"{sandbox.api_url}/channels/{channel.id}/messages"

    statuses = [(await http.post(address, json={"content": "x"})).status for _ in range(7)]

    assert statuses == [200] * 5 + [429] * 2
    assert len(channel.messages) == 5
    assert (sandbox.too_many_requests, sandbox.invalid_requests) == (2, 2)


async def test_a_shared_refusal_is_not_invalid(
    sandbox: DiscordSandbox, http: aiohttp.ClientSession
) -> None:
    """A 429 of a limit that others share counts towards no ban."""
    sandbox.rates.routes["GET", "/gateway"] = Limit(1, 5.0, shared=True)

    statuses = [(await http.get(f"{sandbox.api_url}/gateway")).status for _ in range(2)]

    assert statuses == [200, 429]
    assert (sandbox.too_many_requests, sandbox.invalid_requests) == (1, 0)


async def test_limits_can_be_switched_off() -> None:
    """Without rate limits everything passes, and no header speaks of them."""
    async with DiscordSandbox(rate_limits=False) as sandbox, aiohttp.ClientSession() as session:
        answers = [await session.get(f"{sandbox.api_url}/gateway") for _ in range(60)]

    assert {each.status for each in answers} == {200}
    assert not any(key.startswith("X-RateLimit") for key in answers[0].headers)
