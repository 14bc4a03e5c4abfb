"""What all commands share: exit statuses, and where settings are read from."""

import argparse
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no other name for it

FAILED = 1
MISUSED = 2
"""A wrong argument, setting or line of input."""
ENVIRONMENT_FILE = Path(".env")
