"""Words that name the work of one of the two product jobs, whoever does it."""

from __future__ import annotations

import re

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Role

PRODUCT, MARKETING = TAXONOMY.pairs[0].first, TAXONOMY.pairs[0].second
BOTH_SIDES = (PRODUCT, MARKETING)

_PRODUCT_TERMS = (
    "product (?:manage(?:r|rs|ment)|owner(?:ship)?|development|discovery|analytics)",
    "product (?:roadmaps?|backlogs?|design|life.?cycles?)", "roadmaps?", "roadmapping", "backlogs?",
    "user stor(?:y|ies)", "agile", "scrum", "kanban", "jira", "sprints?", "figma", "wireframes?", "wireframing",
    "sketch", r"prototyp\w+", "usability", "ux", "user experiences?", "user research", r"a/b test\w*",
    r"software (?:development|engineer\w*|products?)", "(?:development|engineering) teams?", "engineers",
    "full.?stack", "apis?", "sdks?", "sql", "technical (?:product|domain)", "specifications?", "cspo",
    "(?:product|functional|technical|prioriti[sz]ing|gathering) requirements",
)  # fmt: skip
_MARKETING_TERMS = (
    "market(?:ing|er|ers)", "pmm", "go.to.market", "gtm", "messaging", "positioning", "value propositions?",
    r"storytell\w+", r"copy.?writ\w+", "copy", "content", "collateral", "case studies", "datasheets?",
    "white ?papers?", "blog ?posts?", "campaigns?", "webinars?", "battle ?cards?", "demand", "analyst relations",
    "industry analysts", "press", "seo", "sem", "public relations",
    "sales (?:enablement|tools?|decks?|presentations?)", r"evangeli[sz]\w+",
    "competitive (?:intelligence|analysis|collateral)", "social media", "linkedin", "twitter", "facebook", "instagram",
    "hubspot", "marketo", "brand(?:ing)?", r"advertis\w+", "buyer (?:personas?|journeys?)",
)  # fmt: skip
_PRODUCT_WORDS = re.compile(rf"\b(?:{'|'.join(_PRODUCT_TERMS)})\b", re.IGNORECASE)
_MARKETING_WORDS = re.compile(rf"\b(?:{'|'.join(_MARKETING_TERMS)})\b", re.IGNORECASE)
_DEGREE = re.compile(
    r"\b(?:bachelor|master|degree|diploma|mba|bsc?|msc?|b\.s|b\.a|ba|university|graduate)\b", re.IGNORECASE
)


def sides_named(text: str) -> tuple[Role, ...]:
    """The drafts that a requirement belongs in: the one whose work its words name, else both.

    A degree is asked of both ("degree in marketing or engineering"): it says where a person comes from.

    >>> [role.value for role in sides_named("5+ years of product marketing, with strong messaging")]
    ['product_marketing_manager']
    """
    if _DEGREE.search(text):
        return BOTH_SIDES
    product, marketing = bool(_PRODUCT_WORDS.search(text)), bool(_MARKETING_WORDS.search(text))
    if product == marketing:
        return BOTH_SIDES
    return (PRODUCT,) if product else (MARKETING,)


def names_both(text: str) -> bool:
    """Whether a text names work of both product jobs.

    >>> names_both("Own the roadmap and write the launch messaging"), names_both("Own the roadmap and the backlog")
    (True, False)
    """
    return bool(_PRODUCT_WORDS.search(text)) and bool(_MARKETING_WORDS.search(text))
