"""The command line: reads arguments, calls one thing, and turns errors into a line and a status."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from bot import __version__, logs
from bot.app import open_app, run
from bot.config import load_settings
from bot.errors import ConfigError, DatabaseBusy, PaperwireError, StorageError

log = logging.getLogger(__name__)

FAILED = 1
MISUSED = 2
ENVIRONMENT_FILE = Path(".env")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for a wrong setting or argument."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], Coroutine[None, None, int]] = options.command
    try:
        return asyncio.run(command(options))
    except ConfigError as error:
        print(f"paperwire: {error}", file=sys.stderr)
        return MISUSED
    except PaperwireError as error:
        print(f"paperwire: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paperwire", description="A Discord bot that delivers new papers."
    )
    parser.add_argument("--version", action="version", version=f"Paperwire {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    running = commands.add_parser("run", help="run the bot with the settings in .env")
    running.set_defaults(command=_run)
    demo = commands.add_parser("demo", help="see it work: no account, no network")
    demo.add_argument("--keep", action="store_true", help="leave it running at the end")
    demo.add_argument("--svg", type=Path, default=None, help="write what is printed there, as SVG")
    demo.set_defaults(command=_demo)
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
    return parser


async def _run(_: argparse.Namespace) -> int:
    settings = load_settings(ENVIRONMENT_FILE)
    logs.configure(settings.log_level, settings.log_format)
    async with _alone(settings.database_path), open_app(settings) as app:
        log.info("Paperwire %s starts with %s", __version__, settings.database_path)
        await _until_stopped(run(app))
    log.info("Paperwire stopped; what is owed is kept.")
    return 0


@contextlib.asynccontextmanager
async def _alone(database: Path) -> AsyncIterator[None]:
    """Refuse to start beside another bot on the same database: each would post for both.

    The lock is the operating system's: it goes with the process, however that ends.
    """
    lock = FileLock(database.with_name(f"{database.name}.lock"), timeout=0)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise DatabaseBusy(f"Another Paperwire runs with {database}: stop it first.") from None
    except OSError as error:
        raise StorageError(f"Cannot write beside {database}: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()


async def _until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run until the work ends or the process is told to stop (SIGTERM, Ctrl-C)."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in loops
            loop.add_signal_handler(name, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


# The sandbox is imported where it is used: the bot itself does not need it in memory.


async def _demo(options: argparse.Namespace) -> int:
    from bot.sandbox.demo import demo  # noqa: PLC0415 - see above

    return await demo(keep=options.keep, svg=options.svg)


async def _replay(options: argparse.Namespace) -> int:
    from bot.sandbox.replay import replay  # noqa: PLC0415 - see above

    return await replay(options.data, days=options.days, keywords=options.keywords)


async def _bench(options: argparse.Namespace) -> int:
    from bot.sandbox.bench import bench  # noqa: PLC0415 - see above

    return await bench(papers=options.papers, subscriptions=options.subscriptions)
