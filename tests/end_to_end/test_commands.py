"""The commands of the Makefile that show something, run as people run them."""

import asyncio
import json
import lzma
import sys
from pathlib import Path

from tests.end_to_end.loopback import PATIENCE

PROJECT = Path(__file__).parents[2]


async def said(*arguments: str) -> tuple[int, str]:
    """Run `python -m bot` with arguments; return its exit status and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(2 * PATIENCE):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_the_demo_shows_posts_in_both_channels() -> None:
    """It ends by itself, well, and shows what each channel received, a digest and a search."""
    status, output = await said("demo")
    assert status == 0
    for shown in ("#language-models ─", "#night-sky ─", "/digest now", "/search", "each once in"):
        assert shown in output
    assert "Discord refused 0 requests" in output


def record(folder: Path) -> str:
    """Write two invented days, the second with papers of the first; return their path."""
    papers = [
        {
            "id": f"2611.{number:05}",
            "title": f"Subject {number % 250} and others",
            "summary": "Nothing more to say.",
            "authors": ["Ada Quill"],
            "categories": ["cs.LG"],
            "comment": None,
            "first_seen": "2026-11-23",
        }
        for number in range(60)
    ]
    with lzma.open(folder / "days.papers.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(paper) + "\n" for paper in papers)
    days = [
        {"day": "2026-11-23", "rows": [*range(40), *range(10)]},
        {"day": "2026-11-24", "rows": [*range(30, 60)]},
    ]
    lines = [json.dumps(day) + "\n" for day in days]
    (folder / "days.days.jsonl").write_text("".join(lines), encoding="utf-8")
    words = [json.dumps({"keyword": f"subject {number}"}) + "\n" for number in range(200)]
    (folder / "words.jsonl").write_text("".join(words), encoding="utf-8")
    return str(folder / "days")


async def test_a_replay_accounts_for_every_post(tmp_path: Path) -> None:
    """Recorded days go through the whole path; nothing is lost, doubled or not owed."""
    data = record(tmp_path)
    status, output = await said(
        "replay", "--data", data, "--keywords", str(tmp_path / "words.jsonl")
    )
    assert status == 0, output
    assert "doubled 0, lost 0, not owed 0" in output.replace("\n", " ")
    assert "posts owed 0" not in output


async def test_a_replay_without_data_says_what_to_give() -> None:
    """A path where nothing is, is one line and status 2."""
    status, output = await said("replay", "--data", "nowhere/at-all")
    assert status == 2
    assert output.count("\n") == 1
    assert "make replay DATA=" in output
