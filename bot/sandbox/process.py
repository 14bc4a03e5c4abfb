"""The real bot as a process of its own, started and killed at will.

Used by the demo, the benchmark and the end-to-end tests; knows nothing of what the bot does.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 15.0
"""Seconds that a bot may take to stop after SIGTERM."""
_PROJECT = Path(__file__).resolve().parents[2]
_SETTING_PREFIXES = (
    "DISCORD_",
    "DATABASE_",
    "ARXIV_",
    "HUGGINGFACE_",
    "POLL_",
    "LLM_",
    "LOG_",
    "CONTACT_",
)


class BotProcess:
    """`python -m bot run` in a folder of its own; an async context manager that ends it.

    ``settings`` are environment variables; none of the caller's own settings reach the bot. What
    it logs is appended to ``paperwire.log`` in the folder. ``arguments`` are Python's, for another
    way to run it.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        arguments: Sequence[str] = ("-m", "bot", "run"),
    ) -> None:
        self._folder = folder
        self._settings = dict(settings)
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self.log = folder / "paperwire.log"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process's id; raises RuntimeError while it does not run."""
        return self._running().pid

    @property
    def is_running(self) -> bool:
        """Whether it was started, and has neither ended nor been killed."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the bot; returns at once."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(_SETTING_PREFIXES)
        }
        paths = os.pathsep.join(filter(None, (str(_PROJECT), inherited.get("PYTHONPATH"))))
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                cwd=self._folder,
                env={**inherited, "PYTHONPATH": paths, **self._settings},
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    async def tell(self, line: str) -> None:
        """Write a line to the bot's standard input."""
        stream = self._running().stdin
        if stream is None:
            raise RuntimeError("the bot has no standard input")
        stream.write(f"{line}\n".encode())
        await stream.drain()

    async def wait(self) -> int:
        """Wait until the bot ends by itself; return its exit status."""
        return await self._running().wait()

    async def kill(self) -> None:
        """Kill the bot at this moment (SIGKILL), and wait until it is gone."""
        self._running().kill()
        await self._gone()

    async def stop(self) -> None:
        """Ask the bot to stop (SIGTERM), and wait; kill it if it does not."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
        await self._gone()

    async def restart(self) -> None:
        """Kill the bot and start it again."""
        await self.kill()
        await self.start()

    def peak_memory(self) -> int:
        """Return the most memory the process has held, in bytes (Linux: VmHWM in proc(5))."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    async def _gone(self) -> None:
        await self._running().wait()
        self._process = None

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the bot does not run")
        return self._process
