"""`run`: the bot itself, alone on its database, until it is told to stop.

What it needs is imported when it is called: no other command waits for it.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path

from filelock import FileLock, Timeout

from bot import __version__, logs
from bot.cli.common import ENVIRONMENT_FILE, Commands
from bot.config import load_settings
from bot.errors import DatabaseBusy, StorageError

log = logging.getLogger(__name__)

STOPPED_WITHIN = 4.0
"""Seconds after SIGTERM."""


def add_commands(commands: Commands) -> None:
    """Add the command to the parser."""
    running = commands.add_parser("run", help="run the bot with the settings in .env")
    running.set_defaults(command=_run)


async def _run(_: argparse.Namespace) -> int:
    settings = load_settings(ENVIRONMENT_FILE)

    from bot.app import open_app, run  # noqa: PLC0415 - see the module's docstring

    logs.configure(settings.log_level, settings.log_format)
    # The database first: beside a file that is not ours no lock is left.
    async with open_app(settings) as app, _alone(settings.database_path):
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
    """Run until the work ends or the process is told to stop (SIGTERM, Ctrl-C).

    What has not ended some seconds later, or when it is told again, is cut off: a network that
    swallows all, or a computation in a thread, would keep the process for as long as it likes.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    patience = threading.Timer(STOPPED_WITHIN, _cut_off)
    patience.daemon = True

    def stop() -> None:
        if patience.is_alive():
            _cut_off()
        patience.start()
        task.cancel()

    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in loops
            loop.add_signal_handler(name, stop)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _cut_off() -> None:
    """End the process now; every state was written before the act, as for a kill."""
    log.warning("Not all could be closed in time; what is owed is kept.")
    logging.shutdown()
    os._exit(0)
