"""Commands that run in a sandbox: `demo`, `replay` and the benchmarks.

The sandbox is imported when it is used: the bot itself does not need it in memory.
"""

import argparse
import asyncio
from pathlib import Path

from bot.cli.common import Commands
from bot.domain import Paper
from bot.sources.paper_lines import read_line


def add_commands(commands: Commands) -> None:
    """Add the commands to the parser."""
    _add_demo(commands)
    replay = commands.add_parser("replay", help="replay recorded announcement days")
    replay.add_argument(
        "--data", required=True, help="path of the recorded days, without .days.jsonl"
    )
    replay.add_argument("--days", type=int, default=None, help="only the first so many days")
    replay.add_argument("--keywords", type=Path, default=None, help="JSON Lines with `keyword`")
    replay.set_defaults(command=_replay)
    bench = commands.add_parser("bench", help="time a batch of papers against subscriptions")
    bench.add_argument("--papers", type=int, default=1_200)
    bench.add_argument("--subscriptions", type=int, default=10_000)
    bench.set_defaults(command=_bench)
    bench_match = commands.add_parser("bench-match", help="time matching at many subscriptions")
    bench_match.add_argument(
        "--sizes",
        type=_sizes,
        default=(10_000, 100_000, 1_000_000),
        help="numbers of subscriptions, with commas between",
    )
    bench_match.set_defaults(command=_bench_match)
    bench_lookups = commands.add_parser("bench-lookups", help="time /preview and /search")
    bench_lookups.add_argument("--papers", type=_papers, help="file of papers, as for `match`")
    bench_lookups.add_argument(
        "--queries", type=_lines, default=(), help="file of further queries, one a line"
    )
    bench_lookups.add_argument("--folder", type=Path, help="keep the databases there")
    bench_lookups.add_argument("--slowest", type=int, default=3, help="queries named of a kind")
    bench_lookups.set_defaults(command=_bench_lookups)
    _add_benches_of_the_process(commands)
    simulate = commands.add_parser("simulate", help="live through months in which all goes wrong")
    simulate.add_argument("--seeds", type=int, default=20)
    simulate.add_argument("--first-seed", type=int, default=1)
    simulate.add_argument("--days", type=int, default=60, help="announcement days a seed")
    simulate.add_argument(
        "--plant", default=None, help="a bug to be found, such as last-fetch-time"
    )
    simulate.set_defaults(command=_simulate)
    kill = commands.add_parser("kill", help="kill the bot over and over while it sends a batch")
    kill.add_argument("--kills", type=int, default=200)
    kill.add_argument("--posts", type=int, default=2_000, help="messages in all")
    kill.add_argument("--seed", type=int, default=1)
    kill.set_defaults(command=_kill)
    soak = commands.add_parser("soak", help="keep the bot busy for minutes and watch its memory")
    soak.add_argument("--minutes", type=float, default=10)
    soak.add_argument("--seed", type=int, default=1)
    soak.set_defaults(command=_soak)
    bench_search = commands.add_parser("bench-search", help="judge and time /similar")
    bench_search.add_argument("--data", type=Path, required=True, help="with csfcube and scifact")
    bench_search.add_argument("--papers", type=int, default=100_000, help="among which it is timed")
    bench_search.set_defaults(command=_bench_search)
    for name, told, command in (
        ("bench-summary", "score summaries against what people wrote", _bench_summary),
        ("train-summary", "find the weights of the summary's features", _train_summary),
    ):
        scored = commands.add_parser(name, help=told)
        scored.add_argument("--data", type=Path, required=True, help="the folder of SciTLDR-A")
        scored.set_defaults(command=command)
    fuzz = commands.add_parser("fuzz-parser", help="parse random queries")
    fuzz.add_argument("--count", type=int, default=100_000)
    fuzz.add_argument("--seed", type=int, default=1)
    fuzz.set_defaults(command=_fuzz_parser)


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="see it work: no account, no network")
    demo.add_argument("--keep", action="store_true", help="leave it running at the end")
    demo.add_argument("--svg", type=Path, default=None, help="write what is printed there, as SVG")
    demo.add_argument("--web", action="store_true", help="try it yourself, in a browser")
    demo.add_argument("--port", type=int, default=0, help="of the page; any free one if not named")
    demo.set_defaults(command=_demo)


def _add_benches_of_the_process(commands: Commands) -> None:
    bench_delivery = commands.add_parser("bench-delivery", help="time delivery at Discord's limits")
    bench_delivery.add_argument("--messages", type=int, default=2_000)
    bench_delivery.add_argument("--channels", type=int, default=400)
    bench_delivery.set_defaults(command=_bench_delivery)
    bench_latency = commands.add_parser("bench-latency", help="time publication to first post")
    bench_latency.add_argument("--papers", type=int, default=1_200)
    bench_latency.add_argument("--subscriptions", type=int, default=10_000)
    bench_latency.add_argument("--spacing", type=float, default=0.0, help="s between listings")
    bench_latency.add_argument("--runs", type=int, default=3)
    bench_latency.set_defaults(command=_bench_latency)
    bench_politeness = commands.add_parser("bench-politeness", help="see how arXiv is asked")
    bench_politeness.add_argument("--minutes", type=float, default=5)
    bench_politeness.add_argument("--spacing", type=float, default=3.0, help="s between requests")
    bench_politeness.add_argument("--restarts", type=int, default=1)
    bench_politeness.set_defaults(command=_bench_politeness)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


def _lines(path: str) -> tuple[str, ...]:
    return tuple(Path(path).read_text(encoding="utf-8").splitlines())


def _papers(path: str) -> tuple[Paper, ...]:
    return tuple(read_line(line).paper for line in Path(path).read_bytes().splitlines())


async def _demo(options: argparse.Namespace) -> int:
    if options.web:
        from bot.sandbox.web.stage import web_demo  # noqa: PLC0415 - see the module's docstring

        return await web_demo(options.port)
    from bot.sandbox.demo import demo  # noqa: PLC0415 - see the module's docstring

    return await demo(keep=options.keep, svg=options.svg)


async def _replay(options: argparse.Namespace) -> int:
    from bot.sandbox.replay import replay  # noqa: PLC0415 - see the module's docstring

    return await replay(options.data, days=options.days, keywords=options.keywords)


async def _bench(options: argparse.Namespace) -> int:
    from bot.sandbox.bench import bench  # noqa: PLC0415 - see the module's docstring

    return await bench(papers=options.papers, subscriptions=options.subscriptions)


async def _bench_match(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_match import bench_match  # noqa: PLC0415 - see the module's docstring

    return await bench_match(options.sizes)


async def _bench_lookups(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_lookups import bench_lookups  # noqa: PLC0415 - see the module's docstring

    return await bench_lookups(
        papers=options.papers,
        asked=options.queries,
        folder=options.folder,
        slowest=options.slowest,
    )


async def _bench_latency(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_latency import bench_latency  # noqa: PLC0415 - see the docstring

    return await bench_latency(
        papers=options.papers,
        subscriptions=options.subscriptions,
        spacing=options.spacing,
        runs=options.runs,
    )


async def _bench_politeness(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_politeness import bench_politeness  # noqa: PLC0415 - see the docstring

    return await bench_politeness(
        minutes=options.minutes, spacing=options.spacing, restarts=options.restarts
    )


async def _bench_delivery(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_delivery import bench_delivery  # noqa: PLC0415 - see the docstring

    return await bench_delivery(messages=options.messages, channels=options.channels)


async def _simulate(options: argparse.Namespace) -> int:
    from bot.sandbox.simulation.command import simulate  # noqa: PLC0415 - see the module's docstring

    return await asyncio.to_thread(
        simulate, options.first_seed, options.seeds, options.days, options.plant
    )


async def _kill(options: argparse.Namespace) -> int:
    from bot.sandbox.endurance.kill import kill  # noqa: PLC0415 - see the module's docstring

    return await kill(count=options.kills, posts=options.posts, seed=options.seed)


async def _soak(options: argparse.Namespace) -> int:
    from bot.sandbox.endurance.soak import soak  # noqa: PLC0415 - see the module's docstring

    return await soak(minutes=options.minutes, seed=options.seed)


async def _bench_search(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_search import bench_search  # noqa: PLC0415 - see the module's docstring

    return await bench_search(options.data, options.papers)


async def _bench_summary(options: argparse.Namespace) -> int:
    from bot.sandbox.bench_summary import bench_summary  # noqa: PLC0415 - see the docstring

    return bench_summary(options.data)


async def _train_summary(options: argparse.Namespace) -> int:
    from bot.sandbox.train_summary import train_summary  # noqa: PLC0415 - see the docstring

    return train_summary(options.data)


async def _fuzz_parser(options: argparse.Namespace) -> int:
    from bot.sandbox.fuzz import fuzz_parser  # noqa: PLC0415 - see the module's docstring

    return fuzz_parser(options.count, options.seed)
