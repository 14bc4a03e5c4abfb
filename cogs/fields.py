"""Common fields of research: the categories to start from, and keywords to start with. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.categories import NAMES


@dataclass(frozen=True, slots=True)
class ResearchField:
    """A field as people call it; ``keywords`` are examples, commas between them."""

    name: str
    categories: tuple[str, ...]
    keywords: str


FIELDS: Sequence[ResearchField] = (
    ResearchField("Computer vision", ("cs.CV", "eess.IV"), "diffusion model, gaussian splatting"),
    ResearchField("Language models", ("cs.CL",), "large language model, in-context learning"),
    ResearchField("Machine learning", ("cs.LG", "stat.ML"), "representation learning, scaling law"),
    ResearchField("Robotics", ("cs.RO",), "manipulation, sim-to-real"),
    ResearchField("Reinforcement learning", ("cs.LG", "cs.AI", "cs.RO"), "reinforcement learning"),
    ResearchField("Speech and audio", ("cs.SD", "eess.AS"), "speech recognition, text-to-speech"),
    ResearchField("Search and retrieval", ("cs.IR",), "recommender system, RAG"),
    ResearchField("Security", ("cs.CR",), "fuzzing, differential privacy"),
    ResearchField("Programming and software", ("cs.SE", "cs.PL"), "type system, program repair"),
    ResearchField("Algorithms", ("cs.DS", "cs.CC"), "approximation algorithm, lower bound"),
    ResearchField("Human-computer interaction", ("cs.HC",), "accessibility, user study"),
    ResearchField("Statistics", ("stat.ME", "stat.TH"), "causal inference, conformal prediction"),
    ResearchField("Number theory", ("math.NT",), "elliptic curve, modular form"),
    ResearchField("Combinatorics", ("math.CO",), "extremal, random graph"),
    ResearchField("Optimization", ("math.OC",), "convex optimization, optimal transport"),
    ResearchField("Astrophysics", ("astro-ph.GA", "astro-ph.CO"), "galaxy, dark matter"),
    ResearchField("Exoplanets", ("astro-ph.EP",), "exoplanet, atmosphere"),
    ResearchField("High energy physics", ("hep-ph", "hep-th"), "supersymmetry, effective field"),
    ResearchField("Quantum computing", ("quant-ph",), "error correction, qubit"),
    ResearchField("Condensed matter", ("cond-mat.str-el",), "superconductor, topological"),
    ResearchField("Materials", ("cond-mat.mtrl-sci",), "perovskite, density functional"),
    ResearchField("Neuroscience", ("q-bio.NC", "neuroscience"), "hippocampus, neural coding"),
    ResearchField("Genomics", ("q-bio.GN", "genomics", "bioinformatics"), "single-cell, CRISPR"),
    ResearchField("Economics", ("econ.EM", "econ.GN"), "causal effect, market design"),
    ResearchField("Something else", (), ""),
)
"""What /setup offers, as many as a menu holds (25, Select Menus). Some are bioRxiv's categories."""


def query_of(categories: Sequence[str], keywords: str) -> str:
    """Return the query for any of the keywords in any of the categories; "" for neither."""
    words = " ".join(keywords.split("\n")).strip(" ,")
    filed = ", ".join(f'cat:"{each}"' if " " in each else f"cat:{each}" for each in categories)
    if words and filed:
        return f"({filed}) ({words})"
    return words or filed


def categories_in(typed: str) -> tuple[str, ...]:
    """Return the categories of a list with commas, as arXiv writes them where it has them."""
    by_lower_case = {code.lower(): code for code in NAMES}
    said = (part.strip().strip('"') for part in typed.replace("\n", ",").split(","))
    return tuple(by_lower_case.get(each.lower(), each) for each in said if each)
