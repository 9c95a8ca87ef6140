"""Which way a job faces: Moore's inward and outward; "listens" and "talks" to the market on the Pragmatic blog."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Label, LabeledSentence, Taxonomy, Zone


@dataclass(frozen=True, slots=True)
class Side:
    """One end of an axis: its part of the axis (both ends sum to 1, or both are 0) and the sentences that show it."""

    name: str
    share: float
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """A question asked of a posting's duties, with its source (a key of ``corpus/sources.toml``) and its words."""

    name: str
    source: str
    quote: str
    low: Side
    high: Side


_LISTENING = (
    r"listen\w*", r"research\w*", r"interview\w*", r"survey\w*", "feedback", r"discover\w*", r"insight\w*",
    r"observ\w+", "usability", r"user test\w*", "voice of the (?:customer|user|market)", "needs of", "pain points?",
    r"understand\w*", r"(?:customer|user|market|buyer|business|client)(?:['’]?s|s['’])? (?:needs?|problems?|pains?)",
    "trends?", r"analy[sz]\w+ (?:of )?(?:the )?(?:market|compet\w+|customer\w*|user\w*|usage)", "competitors?",
    "personas?", r"(?:market|competit\w+|win/?loss|customer|user) (?:analys[ie]s|intelligence|data|sizing|landscape)",
    r"(?:gather|collect|elicit|write|translat\w+|document|define)\w* (?:\w+ ){0,4}requirements",
)  # fmt: skip
_TALKING = (
    r"messag\w+", r"position(?:ing|s)?", r"communicat\w+", r"present\w*", "demos?", r"demonstrat\w+", r"launch\w*",
    "gtm", "go.to.market", "campaigns?", "collateral", "white ?papers?", "data ?sheets?", "case studies", "blogs?",
    "webinars?", "events?", "trade ?shows?", "conferences?", "press", "media", "analyst relations", r"evangeli[sz]\w*",
    r"storytell\w+", "enabl(?:e|ing|ement)", "battle ?cards?", "sales (?:tools?|training|kits?|decks?)",
    "newsletters?", "website", "social", r"train\w* (?:the |our |your )?(?:sales|partners?|field)", "content", "copy",
    r"promot\w+", r"announc\w+", "awareness", r"advertis\w+", r"speak\w*",
    r"educat\w+ (?:the )?(?:market|customers?|prospects?|buyers?)",
)  # fmt: skip
_MOORE = "a highly internally focused job … a highly externally focused job"
_LISTENS = re.compile(rf"\b(?:{'|'.join(_LISTENING)})\b", re.IGNORECASE)
_TALKS = re.compile(rf"\b(?:{'|'.join(_TALKING)})\b", re.IGNORECASE)


def read_focus(sentences: Sequence[LabeledSentence], taxonomy: Taxonomy = TAXONOMY) -> tuple[Axis, ...]:
    """Both axes of a posting: Moore's from the roles of its duties, the Pragmatic one from what the duties say.

    A duty that both listens and talks counts half on each side and is evidence for both; general duties, and duties of
    which neither can be said, count on neither. Of a team's own roles only the first can be said: their weights are
    the team's, while the second is asked of product work alone.
    """
    first = _moore(sentences, taxonomy)
    return (first,) if taxonomy.own else (first, _pragmatic(sentences))


def _moore(sentences: Sequence[LabeledSentence], taxonomy: Taxonomy) -> Axis:
    inward: dict[int, float] = {}
    for index, sentence in enumerate(sentences):
        role = taxonomy.role_of(sentence.label)
        if role is not None:
            also = sentence.also or role
            inward[index] = (taxonomy[role].internal + taxonomy[also].internal) / 2
    source, quote = ("", "") if taxonomy.own else ("moore", _MOORE)
    return _axis("focus", source, quote, "internal", "external", inward)


def _pragmatic(sentences: Sequence[LabeledSentence]) -> Axis:
    listening: dict[int, float] = {}
    for index, sentence in enumerate(sentences):
        if sentence.zone is not Zone.DUTY or sentence.label in (Label.NONE, Label.PROJECT_MANAGER):
            continue
        listens, talks = bool(_LISTENS.search(sentence.text)), bool(_TALKS.search(sentence.text))
        if listens or talks:
            listening[index] = 0.5 if listens and talks else float(listens)
    quote = "A PM listens to the market; a PMM talks to the market."
    return _axis("market", "pragmatic", quote, "listens", "talks", listening)


def _axis(name: str, source: str, quote: str, low: str, high: str, weights: dict[int, float]) -> Axis:
    """An axis from the part of each telling sentence that lies at its low end; one in the middle shows both ends."""
    total = len(weights)
    share = sum(weights.values()) / total if total else 0.0
    lows = tuple(index for index, weight in weights.items() if weight >= 0.5)
    highs = tuple(index for index, weight in weights.items() if weight <= 0.5)
    return Axis(name, source, quote, Side(low, share, lows), Side(high, 1 - share if total else 0.0, highs))
