"""What parses, into what canonical text, and what is refused where."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.matching.parser import parse
from tests.effort import examples

CANONICAL = [
    ("diffusion model", "diffusion model"),
    ("  Diffusion\tModel ", "diffusion model"),
    ("diffusion model, gaussian splatting", "diffusion model OR gaussian splatting"),
    ("b\na", "a OR b"),
    ("b OR a OR b", "a OR b"),
    ("a,,b,", "a OR b"),
    ("diffusion model AND 3d NOT medical", "3d AND diffusion model AND NOT medical"),
    ('(nerf OR "gaussian splatting") -survey', '("gaussian splatting" OR nerf) AND NOT survey'),
    ("a NOT NOT b", "a AND b"),
    ("a -(-b)", "a AND b"),
    ("a NOT -b", "a AND b"),
    ("((a))", "a"),
    ("(a AND b) AND c", "a AND b AND c"),
    ("(a, b), c", "a OR b OR c"),
    ("a AND b OR c", "a AND b OR c"),
    ("a AND (b OR c)", "a AND (b OR c)"),
    ("“large language model”", '"large language model"'),
    ("„a b« c", '"a b" AND c'),
    ('a"b"c', '"b" AND a AND c'),
    ('"Diffusion Mesh"~5', '"diffusion mesh"~5'),
    ('"a b"~05', '"a b"~5'),
    ("a~b", "a b"),
    ("splat*", "splat*"),
    ("Gaussian SPLAT*", "gaussian splat*"),
    ("pre-train*", "pre-train*"),
    ("RAG", "RAG"),
    ("RAGs", "RAGs"),
    ("RAG LLMs", "RAG LLMs"),
    ("GPT 4", "GPT 4"),
    ("LARGE LANGUAGE MODEL", "large language model"),
    ("AI/ML", "AI/ML"),
    ("Ai/Ml", "ai/ml"),
    ("AND.", "AND."),
    ("x AND. y", "x AND. y"),
    ('"AND"', '"AND"'),
    ("GPUs-based", "GPUs-based"),
    ("ti:Mamba", "title:mamba"),
    ('TITLE: "state space"', 'title:"state space"'),
    ("title:(a, b)", "title:a OR title:b"),
    ("title:(a NOT b)", "title:a AND NOT title:b"),
    ("title:(graph network)", "title:(graph network)"),
    ('au:"Yann LeCun"', 'author:"yann lecun"'),
    ("author:(yann lecun)", 'author:"yann lecun"'),
    ('author:"LeCun"', "author:lecun"),
    ("author:(gold* smith)", "author:(gold* smith)"),
    ('author:"Y.LeCun"', 'author:"y lecun"'),
    ("cat:cs.CV", "cat:cs.cv"),
    ('cat:"cs.CV"', "cat:cs.cv"),
    ("cat:(cs.CV, cs.CL)", "cat:cs.cl OR cat:cs.cv"),
    (
        "cat:cs.CL large language model -medical",
        "cat:cs.cl AND large language model AND NOT medical",
    ),
    ("id:2501.00001v3", "id:2501.00001"),
    ("id:arXiv:2501.00001v3 mesh", "id:2501.00001 AND mesh"),
    ("id:https://arxiv.org/abs/math.CA/0611800v1", "id:math/0611800"),
    ("id:https://doi.org/10.1101/2025.01.02.123456v2", "id:10.1101/2025.01.02.123456"),
    ("id:openreview:AbC12_x", 'id:"openreview:abc12_x"'),
    ('cat:"Cancer Biology"', 'cat:"cancer biology"'),
    ("cat:cancer_biology", "cat:cancer-biology"),
    ("Has:Code", "has:code"),
    ("type:Replace-Cross", "type:replace-cross"),
    ("upvotes >= 020", "upvotes>=20"),
    ("Stars>5 mesh", "mesh AND stars>5"),
    ("upvotes", "upvotes"),
    ("diffusion & model", "diffusion model"),
    ("3:1 ratio", "3/1 ratio"),
    ("title:a (b)", "b AND title:a"),
    ("(a)b", "a AND b"),
    ("1,000", "000 OR 1"),
    ("Pólya's", "polya"),
    ("H$_2$O", "H2O"),
    ("a \N{MINUS SIGN}b", "a AND NOT b"),
    ("upvotes≥3", "upvotes>=3"),
    ("source:HuggingFace", "source:huggingface"),
    ("-a b, c".replace("-a b", "x -a"), "c OR x AND NOT a"),
]


@pytest.mark.parametrize(("typed", "canonical"), CANONICAL, ids=[typed for typed, _ in CANONICAL])
def test_canonical_text(typed: str, canonical: str) -> None:
    """What does not count is normalised; the result reads as itself again."""
    query = parse(typed)
    assert str(query) == canonical
    assert parse(canonical, typed=False) == query


REFUSED = [
    ("", 0),
    (" , \n", 0),
    ("()", 0),
    ("a (,)", 2),
    ("(a", 0),
    ("a)", 1),
    ('"a', 0),
    ('a "', 2),
    ('""', 0),
    ("&", 0),
    ('"&"', 0),
    ("NOT medical", 0),
    ("-medical", 0),
    ("a, -b", 3),
    ("a OR NOT b", 5),
    ("NOT (a NOT b)", 0),
    ("a AND", 5),
    ("AND a", 0),
    ("a OR OR b", 5),
    ("a OR , b", 5),
    ("a NOT", 5),
    ("a AND\nb", 5),
    ("a - b", 2),
    ("a --b", 2),
    ("a -", 2),
    ('"a"-b', 3),
    ("(a)-b", 3),
    ("x -medical image", 2),
    ("x -NOT y", 2),
    ("foo:bar", 0),
    ("http://a.org", 0),
    ("upvotes:3", 0),
    ("title:", 6),
    ("title:,a", 6),
    ("title:AND", 6),
    ("title:-x", 6),
    ("title:graph network", 12),
    ("title:cat:cs", 6),
    ("title:(a cat:cs)", 9),
    ("title:(a upvotes>3)", 9),
    ("cat:(a b)", 7),
    ("cat:cs*", 4),
    ("type:old", 5),
    ("has:data", 4),
    ('author:"a b"~3', 7),
    ('"a b"~', 5),
    ('"a b"~x', 5),
    ('"a b"~ 5', 5),
    ("sp*t", 2),
    ("*", 0),
    ("sp*", 2),
    ("splat**", 5),
    ("c++*", 3),
    ("upvotes>=", 9),
    ("upvotes>x", 8),
    ("upvotes>2.5", 8),
    ("a" * 513, 512),
    (",".join(["a"] * 65), 128),
    ("(" * 9 + "a" + ")" * 9, 8),
]


@pytest.mark.parametrize(
    ("typed", "offset"), REFUSED, ids=[typed[:20] or "empty" for typed, _ in REFUSED]
)
def test_refusal(typed: str, offset: int) -> None:
    """A refusal is one line of what to do, with a caret at the place."""
    with pytest.raises(QueryError) as refused:
        parse(typed)
    assert refused.value.offset == offset
    assert refused.value.hint
    assert "\n" not in refused.value.hint
    assert refused.value.caret().splitlines()[1] == " " * offset + "^"


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("x -medical image", '-"medical image" or NOT medical image'),
        ("title:graph neural network", 'title:"graph neural network"'),
    ],
)
def test_hint_spells_the_query_out(typed: str, instead: str) -> None:
    """A hint holds the words that were typed, in the form that is meant."""
    with pytest.raises(QueryError, match=instead):
        parse(typed)


def test_limits_are_inclusive() -> None:
    """512 characters, 64 terms and 8 levels of parentheses are allowed."""
    parse("a" * 512)
    parse(",".join(["a"] * 64))
    parse("(" * 8 + "a" + ")" * 8)


LETTERS = st.text(
    st.one_of(st.sampled_from("abAB sS,\"()-~*:.1+#\n'/$\\{}_^éß“\u2019½㎏ς"), st.characters()),
    max_size=80,
)
TYPED = """
diffusion|RAG|GPUs|splat*|AND|OR|NOT|(|)|,|-|-x|"a b"|"a b"~3|title:|author:|cat:cs.CV|upvotes>=2
AI/ML|GPT-4|Yann|~|\u201cq\u201d|H$_2$O|'s|C++|title:(|ti:x|NOT(|AND.|\u0130|\u017f|\u03a3\u03b1\u03c2|id:1v2
"""
PIECES = st.lists(
    st.sampled_from([*TYPED.strip().replace("\n", "|").split("|"), "\n"]), max_size=25
)


@examples(200)
@given(st.one_of(LETTERS, PIECES.map(" ".join), PIECES.map("".join)))
def test_parser_is_total_and_canonical_text_is_stable(typed: str) -> None:
    """Any text gives a query whose canonical text gives it again, or a QueryError."""
    try:
        query = parse(typed)
    except QueryError as refusal:
        place = refusal.offset, len(refusal.query)
    else:
        place = 0, 0
        assert parse(str(query), typed=False) == query
        assert str(parse(str(query), typed=False)) == str(query)
    assert 0 <= place[0] <= place[1]


@pytest.mark.parametrize(
    "unit",
    [
        "a-",
        "a ",
        "NOT ",
        "a,",
        "(",
        '"',
        "-",
        "a.",
        "\\frac",
        "$x^",
        "{",
        "a*",
        "title:",
        "ﷺ",
        "'s",
        "upvotes ",
    ],
)
def test_no_input_is_slow(unit: str) -> None:
    """Repetition of any kind, up to the limit, parses in a fraction of a second."""
    started = time.process_time()
    with suppress(QueryError):
        parse((unit * 512)[:512])
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("foo:bar", 'For the words themselves type "foo bar".'),
        ("foo: bar", 'For the words themselves type "foo".'),
        ("has:data", "After has: type has:code."),
        ("type:old", "one of type:new, type:cross, type:replace and type:replace-cross."),
        ("http://a.org", "A link is no query"),
    ],
)
def test_a_refusal_says_what_to_type(typed: str, hint: str) -> None:
    """Nothing that was typed is dropped from the advice, and values come with their field."""
    with pytest.raises(QueryError) as refused:
        parse(typed)
    assert hint in refused.value.hint


@pytest.mark.parametrize("typed", ["rightarrow", "on rightarrow", "cdot product", "2times"])
def test_a_typed_word_has_lost_no_backslash(typed: str) -> None:
    """Only sources drop backslashes: what a person types is read as it stands."""
    assert str(parse(typed)) == typed
