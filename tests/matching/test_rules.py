"""The rules of the contract, one table each: what finds what, and where."""

import pytest

from bot.domain import Paper, PaperId
from bot.matching.matcher import match
from bot.matching.parser import parse
from bot.matching.prepared import prepare
from tests.matching.papers import finds, hits, prepared

RULES = {
    "plain": [
        ("ΛCDM", r"the $\Lambda$CDM model", True),
        ("k-means", r"$K$-means", True),
        ("kmeans", r"$K$-means", True),
        ("h2o", r"H$_2$O", True),
        ("H2O", r"H$_{2}$O", True),
        ("H$_2$O", "H2O", True),
        ("x_i", "x_i", True),
        ("xi", "x_i", False),
        ("xi", "$x_i$", True),
        ("xabc", "$x_{a,bc}$", False),
        ("xa", "$x_{a,bc}$", True),
        ("$x_{a,bc}$", "$x_{a,bc}$", True),
        (r"$C_\ell$", r"pseudo-$C_\ell$ spectra", True),
        (r"$N_{\text{eff}}$", r"$N_{\rm eff}$", True),
        (r"$N_{\text{eff}}$", "Neff", True),
        ("alpha", r"$\alpha$", False),
        ("\N{GREEK SMALL LETTER ALPHA}", r"$\alpha$ decay", True),
        ("diffusion", r"\textit{diffusion}", True),
        ("diffusion", r"\textbf{dif}fusion", True),
        ("50", r"50\%", True),
        ("a b", "a~b", True),
        ("diffusion model", r"diffusion\\model", True),
        ("64 64", r"$64\times64$", True),
        ("diffusion model", "diffusion\n  model", True),
        ("model", "up to 5% of & $5 model", True),
    ],
    "letters": [
        ("Polya", "Pólya", True),
        ("Pólya", r"P\'olya", True),
        ("Pólya", "Polya", True),
        ("strasse", "Straße", True),
        ("Lukasz", "Łukasz", True),
        ("thor", "Þor", True),
        ("aether", "æther", True),
        ("hbar", "ħbar", True),
        ("diffusion", "dif\N{SOFT HYPHEN}fusion", True),
        ("office", "o\N{LATIN SMALL LIGATURE FFI}ce", True),
        ("x2", "x²", True),
        ("Οδος street", "οδος street", True),
    ],
    "tokens": [
        ("2.5D", "a 2.5D view", True),
        ("2.5", "a 2.5D view", False),
        ("5D", "a 2.5D view", False),
        ("3.5", "version 3.5.", True),
        ("c++", "in C++.", True),
        ("c", "in C++.", False),
        ("c++ 17", "C++17", True),
        ("c#", "in C#", True),
        ("f#", "F#'s types", True),
        ("model", "the model's", True),
        ("model", "the model\N{RIGHT SINGLE QUOTATION MARK}S size", True),
        ("models", "'model's'", True),
        ("model s", "the model'sx", False),
        ("ai ml", "AI/ML", True),
        ("ab", "a/b", False),
        ("a b", "a_b", True),
    ],
    "compounds": [
        ("pre-training", "pre-training", True),
        ("pre-training", "pre training", True),
        ("pre-training", "pretraining", True),
        ("pretraining", "pre-training", True),
        ("pretraining", "pre training", False),
        ("pre training", "pre-training", True),
        ("pre training", "pretraining", False),
        ("pretraining", "pre\N{NON-BREAKING HYPHEN}training", True),
        ("pretraining", "pre\N{EN DASH}training", False),
        ("pretraining", "pre--training", False),
        ("pretraining", "pre- training", False),
        ("stateof the art", "state-of-the-art", True),
        ("state ofthe art", "state-of-the-art", True),
        ("stateoftheart models", "state-of-the-art model", True),
        ("a-bc", "ab-c", True),
        ("abc", "a-b-c", True),
        ("pretraining model", "pre-training models", True),
        ("c++-based", "C++ based", True),
        ("gpt4", "GPT-4", True),
        ("2.5d", "2.5-D", True),
    ],
    "plurals": [
        ("diffusion model", "Diffusion models", True),
        ("diffusion models", "diffusion model", True),
        ("query", "queries", True),
        ("mesh", "meshes", True),
        ("class", "classes", True),
        ("cache", "caches", True),
        ("box", "boxes", True),
        ("shoe", "shoes", True),
        ("corpus", "corpora", True),
        ("matrix", "matrices", True),
        ("axis", "axes", True),
        ("axe", "axes", False),
        ("bias", "biases", True),
        ("gpu", "GPUs", True),
        ("gpus", "GPUs", True),
        ("gpu", "gpus", False),
        ("llm", "LLMs", True),
        ("gpt4", "GPT4s", True),
        ("segment", "segmentation", False),
        ("is", "i", False),
        ("trees", "tree", True),
    ],
    "acronyms": [
        ("RAG", "RAG", True),
        ("RAG", "RAGs", True),
        ("RAG", "RAG's", True),
        ("RAG", "rag", False),
        ("RAG", "Rag", False),
        ("RAG", "fragment", False),
        ("RAGs", "RAG", True),
        ("AS", "As shown", False),
        ("AI`s", "on AI`s ways", True),
        ("AI/s", "on AI ways", False),
        ("IS", "ISs", True),
        ("IS", "is it? Is it?", False),
        ("GPUs", "GPU", True),
        ("GPT-4", "gpt-4", False),
        ("GPT-4", "GPT4", True),
        ("GPT 4", "gpt 4", False),
        ("AI/ML", "ai/ml", False),
        ("AI/ML", "AI and ML", False),
        ("AI/ML", "AI, ML", True),
        ("RGB-D", "RGBD", True),
        ("RGB-D", "RGB-d", False),
        ("3D", "3d", True),
        ("T5", "t5", True),
        ("YOLOv8", "yolov8", True),
        ("CLIP-based", "clip-based", True),
        ("RAG LLMs", "rag LLM", False),
        ("RAG LLMs", "RAG LLM", True),
        ("LARGE LANGUAGE MODEL", "large language model", True),
        ("RAG T5", "rag t5", True),
        ("RAG model", "rag model", False),
        ("RAG model", "RAG Models", True),
    ],
    "quotes": [
        ('"large language model"', "Large language model", True),
        ('"large language model"', "large language models", False),
        ('"RAG"', "RAGs", False),
        ('"RAG"', "RAG", True),
        ('"RAGs"', "RAGs", True),
        ('"RAGs"', "RAG", False),
        ('"rag"', "RAG", True),
        ('"pretraining"', "pre-training", True),
        ('"GPT-4"', "GPT4", True),
        ('"cats AND dogs"', "cats and dogs", False),
        ('"cats and dogs"', "Cats AND dogs", True),
        ('"splat*"', "splatting", False),
        ('"splat*"', "splat", True),
        ('"gpu"', "GPUs", False),
    ],
    "stars": [
        ("splat*", "splatting", True),
        ("splat*", "splat", True),
        ("RAG*", "ragged", True),
        ("pretrain*", "pre-training", True),
        ("pre-train*", "pretraining", True),
        ("pre-train*", "pre training", True),
        ("gaussian splat*", "Gaussian splatting", True),
        ("splat* model", "splatting models", True),
        ("classes*", "classes", True),
        ("classes*", "class", False),
        ("pre* model", "pre-training model", True),
    ],
    "proximity": [
        ('"diffusion mesh"~5', "a mesh by means of diffusion", True),
        ('"diffusion mesh"~2', "a mesh by means of diffusion", False),
        ('"diffusion mesh"~3', "a mesh by means of diffusion", True),
        ('"a a"~3', "a", False),
        ('"a a"~3', "a b a", True),
        ('"a b c"~0', "c a b", True),
        ('"a b c"~0', "c x a b", False),
        ('"mesh diffusion"~1', "mesh state-of-the-art diffusion", True),
        ('"pre-training mesh"~1', "a mesh for pretraining", True),
        ('"a-b b"~5', "a b", False),
        ('"a-b b"~5', "b a-b", True),
        ('"mesh"~2', "mesh", True),
        ('"RAG mesh"~2', "rag mesh", False),
    ],
    "boolean": [
        ("a AND b", "a x b", True),
        ("a b", "a x b", False),
        ("a, b", "b", True),
        ("a -b", "a b", False),
        ("a NOT b c", "a b", True),
        ("a NOT (b OR c)", "a c", False),
        ("a (b OR NOT c)", "a", True),
        ("title:a", "a", False),
        ("abstract:a", "a", True),
        ("a NOT upvotes>5", "a", True),
    ],
}
CASES = [
    pytest.param(query, abstract, found, id=f"{rule}: {query} in {abstract[:30]!r}")
    for rule, cases in RULES.items()
    for query, abstract, found in cases
]


@pytest.mark.parametrize(("query", "abstract", "found"), CASES)
def test_rule(query: str, abstract: str, *, found: bool) -> None:
    """A query selects exactly the abstracts that the contract says."""
    assert finds(query, abstract) is found


AUTHORS = [
    ('author:"Yann LeCun"', True),
    ('author:"LeCun Yann"', True),
    ('author:"Y. LeCun"', True),
    ("author:lecun", True),
    ('author:"Yan LeCun"', False),
    ('author:"L. Lei"', True),
    ('author:"Lei L."', True),
    ('author:"Lei Lei"', False),
    ('author:"Yann Li"', False),
    ('author:"Jean Pierre Serre"', True),
    ("author:jeanpierre", True),
    ("author:jean", True),
    ("author:ser*", True),
    ('author:"ser*"', False),
    ('author:"Erdos"', True),
    ("author:(lecun OR nobody)", True),
    ("author:Serres", False),
    ("author:4", False),
    ("author:4d", True),
]


@pytest.mark.parametrize(("query", "found"), AUTHORS, ids=[query for query, _ in AUTHORS])
def test_author(query: str, *, found: bool) -> None:
    """A name finds an author in any order, with initials, and only within one name."""
    names = ("Yann LeCun", "Lei Li", "Jean-Pierre Serre", r"P. Erd\H{o}s", "4D Team")
    assert (match(parse(query), prepared(authors=names)) is not None) is found


FACTS = [
    ("cat:cs.CV", True),
    ("cat:CS", True),
    ("cat:math", True),
    ("cat:math.A", False),
    ("cat:c", False),
    ("primary:cs", True),
    ("primary:cs.cv", True),
    ("primary:math.ag", False),
    ("id:2501.00001v7", True),
    ("id:2501.00002", False),
    ("upvotes>=20", True),
    ("upvotes>20", False),
    ("upvotes=20", True),
    ("upvotes<21", True),
    ("stars>=0", False),
    ("cat:cs NOT stars>=0", True),
    ("has:code", False),
    ("type:new", False),
]


@pytest.mark.parametrize(("query", "found"), FACTS, ids=[query for query, _ in FACTS])
def test_fact(query: str, *, found: bool) -> None:
    """Categories match whole or by archive, and an unknown number satisfies nothing."""
    paper = prepared(categories=("cs.CV", "math.AG"), upvotes=20)
    assert (match(parse(query), paper) is not None) is found


@pytest.mark.parametrize(
    "query",
    [
        'cat:"Cancer Biology"',
        "cat:cancer-biology",
        "primary:cancer_biology",
        "id:https://www.biorxiv.org/content/10.1101/2025.01.02.123456v2",
        "source:bioRxiv",
    ],
)
def test_a_preprint_of_biology_is_found_by_its_facts(query: str) -> None:
    """Its categories are in its server's words, with blanks, hyphens or underscores between."""
    paper = Paper(
        id=PaperId("10.1101/2025.01.02.123456"),
        title="",
        abstract="",
        categories=("cancer biology",),
        sources=("biorxiv",),
    )
    assert match(parse(query), prepare(paper)) is not None


def test_archive_is_not_the_beginning_of_a_name() -> None:
    """`cat:math` does not find math-ph."""
    assert match(parse("cat:math"), prepared(categories=("math-ph",))) is None


SPANS = [
    ("mesh", ["meshes"]),
    ("2.5d model", ["2.5D models"]),
    ("polya", ["Po\u0301lya"]),
    ("pretraining", ["Pre-training"]),
    ("rag", ["RAG"]),
    ('"polya theorem"~5', ["theorem", "Po\u0301lya"]),
    ("mesh, the pol*", ["meshes", "the Po\u0301lya"]),
    ("pre training, training of", ["Pre-training of"]),
    ("mesh NOT absent", ["meshes"]),
    ("mesh OR (rag absent)", ["meshes"]),
]


@pytest.mark.parametrize(("query", "spans"), SPANS, ids=[query for query, _ in SPANS])
def test_spans_are_places_in_the_displayed_text(query: str, spans: list[str]) -> None:
    """Spans cover what the reader sees: accents, hyphens and plurals in, possessives out."""
    paper = prepared(
        "Pre-training of meshes with 2.5D models.", title="RAG's theorem, the Po\u0301lya one"
    )
    assert sorted(hits(query, paper)) == sorted(spans)


def test_phrase_never_crosses_from_title_to_abstract() -> None:
    """Title and abstract are looked at each by itself, punctuation within them is crossed."""
    paper = prepared("Model it. Now splat.", title="Diffusion")
    assert match(parse("diffusion model"), paper) is None
    assert match(parse("it now splat"), paper) is not None


def test_match_names_each_term_with_its_spans() -> None:
    """A match says which terms hit, and hits of a negated or failed part are not among them."""
    paper = prepared("a mesh", title="mesh", categories=("cs.CV",))
    found = match(parse("cat:cs mesh -absent, nothing"), paper)
    assert found is not None
    assert [(term, len(spans)) for term, spans in found.terms] == [("cat:cs", 0), ("mesh", 2)]
