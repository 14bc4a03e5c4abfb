"""Set-ups and foreign lists of keywords, read from files of every kind that people have."""

import pytest

from bot.errors import QueryError, UserError
from bot.matching.parser import parse
from bot.setups import (
    ChannelSetup,
    DigestSetup,
    Listed,
    ServerSetup,
    SubscriptionSetup,
    keywords_table,
    read,
    written,
)

SETUP = ServerSetup(
    channels=(
        ChannelSetup(
            id="9",
            name="ml",
            subscriptions=(
                SubscriptionSetup(query="seals"),
                SubscriptionSetup(query='-"a" b', when="daily"),
            ),
            digest=DigestSetup(hour=7, timezone="Europe/Berlin", days=(1, 2)),
        ),
    )
)
NESTED = """
arxiv:
  categories: [cs.CL, "cs.LG"]
filters:
  keywords:
    - large language model
    - RAG
  authors: [Ada "the" Quill]
  enabled: true
"""


def test_a_setup_comes_back_as_it_went() -> None:
    """What is written is read as the same."""
    assert read(written(SETUP).encode(), "paperwire.json") == SETUP


@pytest.mark.parametrize(
    ("filename", "text", "queries"),
    [
        pytest.param("k.txt", "seals\n\n# mine\nseals\n walrus ", ("seals", "walrus"), id="lines"),
        pytest.param("k.txt", "subscribe Ada\nadd cs.CL\ndel math\n", ("cat:cs.CL",), id="mail"),
        pytest.param("k.csv", "n,Keyword\n1,seals\n2,walrus", ("seals", "walrus"), id="csv"),
        pytest.param("k.csv", "seals,1\n\nwalrus,2", ("seals", "walrus"), id="csv, no header"),
        pytest.param("k.csv", 'query\n"a, b"\n', ("a, b",), id="csv, quoted"),
        pytest.param("k.yml", "- seals\n- walrus", ("seals", "walrus"), id="yaml list"),
        pytest.param("k.yaml", "categories: [cs.CL]", ("cat:cs.CL",), id="yaml categories"),
        pytest.param(
            "k.yaml",
            NESTED,
            (
                "(cat:cs.CL, cat:cs.LG) (large language model)",
                "(cat:cs.CL, cat:cs.LG) (RAG)",
                '(cat:cs.CL, cat:cs.LG) (author:"Ada  the  Quill")',
            ),
            id="yaml of a digest tool",
        ),
    ],
)
def test_lists_of_other_tools_are_read(filename: str, text: str, queries: tuple[str, ...]) -> None:
    """Each keyword is one query, once, and every query parses."""
    assert read(text.encode(), filename) == Listed(queries)
    for query in queries:
        try:
            parse(query)
        except QueryError as error:
            pytest.fail(error.hint)


@pytest.mark.parametrize(
    ("filename", "raw", "said"),
    [
        pytest.param("k.txt", b"\xff\xfe\x00", "not text in UTF-8", id="bytes"),
        pytest.param("k.txt", b"a" * 300_000, "larger than 256 KB", id="large"),
        pytest.param("k.txt", b" \n# none\n", "no keyword", id="empty"),
        pytest.param("k.txt", "\n".join(map(str, range(501))).encode(), "more than 500", id="many"),
        pytest.param("k.json", b"{}", "no set-up", id="other json"),
        pytest.param(
            "k.json", b'{"channels":[{"id":"1","catch_up_days":0}]}', "catch_up_days", id="days"
        ),
        pytest.param("k.yaml", b"a: [", "cannot be read", id="broken yaml"),
        pytest.param("k.yaml", b"!!python/object/apply:os.system [ls]", "cannot be read", id="tag"),
        pytest.param(
            "k.yaml",
            b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + b"".join(
                f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n".encode()
                for old, new in zip("abcdef", "bcdefg", strict=True)
            ),
            "too large",
            id="growing aliases",
        ),
    ],
)
def test_what_cannot_be_read_says_so(filename: str, raw: bytes, said: str) -> None:
    """Nothing else than a UserError comes of any file."""
    with pytest.raises(UserError, match=said):
        read(raw, filename)


def test_no_cell_of_the_table_is_a_formula() -> None:
    """A query that begins with a minus does not in the table, and means the same."""
    table = keywords_table(SETUP)
    assert "ml,seals,now" in table
    assert 'ml," -""a"" b",daily' in table
