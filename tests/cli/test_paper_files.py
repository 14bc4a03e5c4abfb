"""`match`, `clean`, `import`: files in, lines out, a wrong line told by its number."""

import asyncio
import io
import json
import os
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.domain import PaperId
from bot.storage import papers
from bot.storage.database import Database

QUERIES = """\
lamps
tides\ttide AND NOT lamp

7\tcat:cs
broken\tmesh AND
lamp
"""
PAPERS: list[dict[str, object]] = [
    {"id": "2506.00001v2", "title": "On lamps", "abstract": "x", "categories": ["cs.CL"]},
    {"id": "odd id", "title": "Tides", "abstract": "of the sea"},
    {"id": 12, "title": "Nothing", "abstract": ""},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder whose configured database is in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///kept.db")
    (tmp_path / "queries").write_text(QUERIES, encoding="utf-8")
    (tmp_path / "papers").write_text(
        "".join(f"{json.dumps(paper)}\n" for paper in PAPERS), encoding="utf-8"
    )
    return tmp_path


def match(queries: str = "queries", papers: str = "papers") -> int:
    """Run `match` and return its exit status."""
    return main(["match", "--queries", queries, "--papers", papers])


def test_match_prints_a_line_for_each_paper(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids come as given, in the order of the queries' file; queries without one have numbers."""
    assert folder.is_dir()
    assert match() == 2
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"paper": "2506.00001v2", "queries": [1, 7, 6]},
        {"paper": "odd id", "queries": ["tides"]},
        {"paper": 12, "queries": []},
    ]
    name, message = err.splitlines()[0].split(": ", 1)
    assert (name, err.splitlines()[1:]) == (
        "queries, line 5 (id broken)",
        ["mesh AND", "        ^"],
    )
    assert message.endswith(".")


def test_match_ends_well_where_all_lines_are(folder: Path) -> None:
    """Without a wrong line the status is 0; blank lines and a byte order mark are nothing."""
    (folder / "queries").write_bytes(b"\xef\xbb\xbflamp\r\n\r\n")
    assert match() == 0


def test_a_wrong_query_is_told_by_its_line_and_id(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Queries are told of as papers are; two with one id are told, and both count."""
    (folder / "queries").write_text("(\nbroken\tmesh AND\na\tlamp\na\ttide\n", encoding="utf-8")
    assert match() == 2
    out, err = capsys.readouterr()
    told = [line for line in err.splitlines() if line.startswith("queries")]
    assert told[0] == "queries, line 4: line 3 has the id a too."
    assert told[1].startswith("queries, line 1: ")
    assert told[2].startswith("queries, line 2 (id broken): ")
    assert json.loads(out.splitlines()[0])["queries"] == ["a"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{bad", "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b'{"id": "1", "title": "\xff", "abstract": ""}', "not a JSON object"),
        (b"[1]", "the line: "),
        (b'{"id": "1", "title": "x"}', "abstract: "),
        (b'{"id": "1", "title": "x", "abstract": "", "upvotes": -1}', "upvotes: "),
        (b'{"id": "1", "title": "x", "abstract": "", "published": "soon"}', "published: "),
        (b'{"id": "1", "title": "x", "abstract": "", "announce_type": "odd"}', "announce_type: "),
    ],
    ids=["json", "deep", "utf-8", "list", "missing", "negative", "date", "type"],
)
def test_a_wrong_line_is_told_by_its_number(
    folder: Path, capsys: pytest.CaptureFixture[str], line: bytes, told: str
) -> None:
    """The rest of the file is still matched, and the status is 2."""
    good = b'{"id": "1", "title": "lamp", "abstract": ""}'
    (folder / "papers").write_bytes(b"\n".join([good, b"", line, good]))
    (folder / "queries").write_text("lamp", encoding="utf-8")
    assert match() == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == ['{"paper": "1", "queries": [1]}'] * 2
    assert err.startswith(f"papers, line 3: {told}")
    assert err.count("\n") == 1


def test_clean_prints_plain_unicode(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each paper is a line, in order, its id as given; a wrong line is told, and the status 2."""
    lamp = {"id": 7, "title": r"H$_2$O\\ lamps", "abstract": "wrapped\nP\\'olya &amp; $5"}
    lines = [json.dumps(lamp), "[1]", json.dumps({**lamp, "id": "x", "title": ""})]
    (folder / "papers").write_text("\n".join(lines), encoding="utf-8")
    assert main(["clean", "--papers", "papers"]) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"id": 7, "title": "H₂O lamps", "abstract": "wrapped Pólya & $5"},
        {"id": "x", "title": "", "abstract": "wrapped Pólya & $5"},
    ]
    assert "H₂O" in out
    assert err.startswith("papers, line 2: ")


def test_clean_escapes_for_a_terminal_without_unicode(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where letters cannot be printed, JSON's escapes stand for them."""
    (folder / "papers").write_text(
        '{"id": 1, "title": "\\u03bb", "abstract": ""}', encoding="utf-8"
    )
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert main(["clean", "--papers", "papers"]) == 0
    assert printed.getvalue() == b'{"id": 1, "title": "\\u03bb", "abstract": ""}\n'


def test_match_reads_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash is standard input; it cannot be both files."""
    stream = io.TextIOWrapper(io.BytesIO((folder / "papers").read_bytes()))
    monkeypatch.setattr(sys, "stdin", stream)
    (folder / "queries").write_text("lamp", encoding="utf-8")
    assert match(papers="-") == 0
    assert match("-", "-") == 2


def test_a_file_that_is_not_there_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the file; nothing is printed."""
    assert folder.is_dir()
    assert match(papers="missing") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "missing cannot be read" in err


async def test_imported_papers_are_history(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are stored under canonical ids, once, announced when published, owed to nobody."""
    dated = {**PAPERS[0], "published": "2025-06-02"}
    (folder / "papers").write_text(f"{json.dumps(dated)}\n{json.dumps(PAPERS[1])}\n")
    for told in ("2 papers imported, 0 known", "0 papers imported, 2 known"):
        # In a thread: the command has an event loop of its own.
        status = await _in_thread(["import", "--papers", "papers"])
        assert status == 0
        assert told in capsys.readouterr().out
    async with Database.open(folder / "kept.db") as database:
        found = await papers.by_ids(database.read, [PaperId("2506.00001"), PaperId("odd id")])
        assert await database.read.value("SELECT COUNT(*) FROM deliveries") == 0
    first = found[PaperId("2506.00001")]
    assert first.announced_at is not None
    assert (first.announced_at.date().isoformat(), first.paper.version) == ("2025-06-02", 2)
    assert len(found) == 2


def test_import_needs_no_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the settings only the database counts."""
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    assert main(["import", "--papers", os.fspath(folder / "papers")]) == 0


async def _in_thread(arguments: list[str]) -> int:
    return await asyncio.to_thread(main, arguments)


def test_summarize_prints_a_line_for_each_paper(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids come as given, abstracts are made readable first, a wrong line is told by its number."""
    lamps = {
        "id": 7,
        "title": "Lamps",
        "abstract": r"It is dark. We propose \textbf{Lamp}, a light.",
    }
    lines = [json.dumps(lamps), "{bad", json.dumps({"id": "x", "title": "Nothing", "abstract": ""})]
    (folder / "papers").write_text("\n".join(lines), encoding="utf-8")
    assert main(["summarize", "--papers", "papers"]) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"id": 7, "summary": "We propose Lamp, a light."},
        {"id": "x", "summary": ""},
    ]
    assert err.startswith("papers, line 2: ")
