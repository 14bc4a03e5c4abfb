"""A PostgreSQL server of its own in a temporary folder, for the benchmark: SQL in, rows out.

Speaks to it through psql, on a Unix socket. Runs only where its programs are installed.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")
"""Where packages put programs that are on nobody's path."""
_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
"""It reads in one process, as all others here do, and nothing has to outlast the benchmark."""
_USERS = ("postgres", "nobody")
"""Whom root runs the server as, which refuses to run as root."""
_DONE = "that was all"
_As = dict[str, Any]
"""Arguments of a process: in which folder and as whom it runs."""


class Unavailable(Exception):  # noqa: N818 - reads as what happened
    """No server can be had here; the text says why."""


class Server:
    """A running server."""

    def __init__(self, psql: "subprocess.Popen[str]") -> None:
        if psql.stdin is None or psql.stdout is None:
            raise RuntimeError("a process without pipes")
        self._in, self._out = psql.stdin, psql.stdout

    def run(self, sql: str) -> list[str]:
        """Run statements and return their rows as text; raises RuntimeError with what psql says."""
        self._in.write(f"{sql}\n\\echo {_DONE}\n")
        self._in.flush()
        rows: list[str] = []
        for line in self._out:
            if line.rstrip("\n") == _DONE:
                return rows
            rows.append(line.rstrip("\n"))
        raise RuntimeError("\n".join(rows))


@contextmanager
def server(folders: Sequence[str] = FOLDERS) -> Iterator[Server]:
    """Run a server and end it at the end. Raises Unavailable.

    Its programs are those on the path, or else the newest in `folders`, patterns below the root.
    """
    programs = _programs(folders)
    with tempfile.TemporaryDirectory(prefix="paperwire-pg-") as name:
        folder, data = Path(name), Path(name) / "data"
        who = _who(folder)
        _run([programs / "initdb", "-N", "-A", "trust", "-E", "UTF8", "--no-locale", data], who)
        settings = {**_SETTINGS, "unix_socket_directories": f"'{folder}'"}
        options = " ".join(f"-c {key}={value}" for key, value in settings.items())
        control = [programs / "pg_ctl", "-D", data, "-w"]
        _run([*control, "-l", folder / "log", "-o", options, "start"], who)
        try:
            command = [
                programs / "psql",
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                folder,
                "postgres",
            ]
            with _session(command, who) as opened:
                yield opened
        finally:
            _run([*control, "-m", "immediate", "stop"], who)


def _programs(folders: Sequence[str]) -> Path:
    known = shutil.which("pg_ctl")
    found = [Path(known).resolve().parent] if known else []
    for pattern in folders:
        found += sorted(Path("/").glob(pattern), key=_version, reverse=True)
    for folder in found:
        if all((folder / each).exists() for each in ("initdb", "pg_ctl", "psql")):
            return folder
    raise Unavailable("its programs initdb, pg_ctl and psql are not installed here")


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdecimal, folder.parent.name))
    return int(digits or 0)


def _who(folder: Path) -> _As:
    """Return as whom and where the programs run; give root's folder to that user."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    for name in _USERS:
        try:
            shutil.chown(folder, name)
        except LookupError:
            continue
        return {"cwd": folder, "user": name, "extra_groups": []}
    raise Unavailable("root may not run it, and there is no other user")


def _run(command: Sequence[object], who: _As) -> None:
    # Not captured: the server, which pg_ctl leaves behind, would hold a pipe open.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(  # noqa: S603 - programs of a known place, arguments of ours
            list(map(str, command)), stdout=said, stderr=subprocess.STDOUT, check=False, **who
        )
        said.seek(0)
        if done.returncode:
            raise Unavailable(f"{command[0]} failed: {' '.join(said.read().split())[-300:]}")


@contextmanager
def _session(command: Sequence[object], who: _As) -> Iterator[Server]:
    with subprocess.Popen(  # noqa: S603 - a program of a known place, arguments of ours
        list(map(str, command)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **who,
    ) as psql:
        yield Server(psql)
