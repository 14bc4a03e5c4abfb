"""arXiv's current archives and the categories that papers are filed under today.

Source: the category taxonomy, https://arxiv.org/category_taxonomy; aliases (math.IT for cs.IT) are
listed too, for both archives show such papers.
"""

from collections.abc import Mapping
from types import MappingProxyType

_SUBJECTS = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": (
        "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI "
        "OH OS PF PL RO SC SD SE SI SY"
    ),
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "gr-qc": "",
    "hep-ex": "",
    "hep-lat": "",
    "hep-ph": "",
    "hep-th": "",
    "math": (
        "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG "
        "SP ST"
    ),
    "math-ph": "",
    "nlin": "AO CD CG PS SI",
    "nucl-ex": "",
    "nucl-th": "",
    "physics": (
        "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph "
        "flu-dyn gen-ph geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph"
    ),
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "quant-ph": "",
    "stat": "AP CO ME ML OT TH",
}

ARCHIVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        archive: tuple(f"{archive}.{subject}" for subject in subjects.split()) or (archive,)
        for archive, subjects in _SUBJECTS.items()
    }
)
"""The categories of each archive; an archive without subjects is its own category."""


def archive_of(category: str) -> str:
    """Return the archive of a category: ``cs`` for ``cs.CL``, ``hep-th`` for itself."""
    return category.partition(".")[0]
