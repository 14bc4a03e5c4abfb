"""The command line: reads arguments, calls one thing, and turns errors into a line and a status.

One file for each family of commands.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence

from bot import __version__
from bot.cli import paper_files, running, sandbox
from bot.cli.common import FAILED, MISUSED
from bot.errors import ConfigError, PaperwireError


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
    except BrokenPipeError:
        # Whoever read the output has enough; nothing may be flushed into the pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paperwire", description="A Discord bot that delivers new papers."
    )
    parser.add_argument("--version", action="version", version=f"Paperwire {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in (running, paper_files, sandbox):
        family.add_commands(commands)
    return parser
