"""Labelled sentences → what they add up to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.roles.titles import other_occupation, title_role
from analyzer.types import Label, LabeledSentence, MixPair, Profile, Role, Size, Taxonomy, Zone
from analyzer.verdict import thresholds as t

# Asked of every sentence; a member of an enum is found more slowly on its class.
_NONE, _DUTY = Label.NONE, Zone.DUTY
ALSO_WEIGHT = 0.5
"""A compound duty counts this much for its second role, and the rest for its first."""


def build_profile(
    sentences: Sequence[LabeledSentence],
    title: str | None,
    size: Size = Size.UNKNOWN,
    taxonomy: Taxonomy = TAXONOMY,
) -> Profile:
    """Shares, focus and verdict of a posting's sentences.

    ``shared`` and general duties count for no role (the sources give the shared ones to both product jobs). The mix
    score is that of the worst of the taxonomy's pairs, and like the main role it counts duties by the confidence of
    their labels; shares count them whole. A title of another occupation lowers the score: what sells or builds for a
    client reads like both product jobs.
    """
    weights = role_weights(sentences, taxonomy)
    told = role_weights(sentences, taxonomy, by_confidence=True)
    found = Counter([s.label for s in sentences])
    total = sum(weights.values())
    shares = {role: weight / total if total else 0.0 for role, weight in weights.items()}
    score = max((pair_score(told, pair) for pair in taxonomy.pairs), default=0.0)
    if other_occupation(title, taxonomy):
        score *= t.MIX_OTHER_OCCUPATION
    internal = sum(share * taxonomy[role].internal for role, share in shares.items())
    return Profile(
        shares=shares,
        counts={label: found[label] for label in taxonomy.labels},
        duties=total,
        mix_score=score,
        mixed=score >= t.MIX_THRESHOLD,
        main_role=_main_role(told, sum([s.confidence for s in sentences if s.zone is _DUTY]), title, taxonomy),
        title_role=title_role(title, taxonomy),
        internal=internal,
        external=1 - internal if total else 0.0,
        size=size,
    )


def role_weights(
    sentences: Sequence[LabeledSentence], taxonomy: Taxonomy = TAXONOMY, by_confidence: bool = False
) -> dict[Role, float]:
    """Number of duties of each role; a compound one counts ``ALSO_WEIGHT`` for its second role, else for its first.

    ``by_confidence``: each counts as much as its label is sure, 0 to 1.
    """
    weights = dict.fromkeys(taxonomy, 0.0)
    for sentence in sentences:
        role = None if sentence.label is _NONE else taxonomy.role_of(sentence.label)
        if role is None:
            continue
        weight = sentence.confidence if by_confidence else 1.0
        if sentence.also is None:
            weights[role] += weight
        else:
            weights[role] += (1 - ALSO_WEIGHT) * weight
            weights[sentence.also] += ALSO_WEIGHT * weight
    return weights


def pair_score(weights: Mapping[Role, float], pair: MixPair) -> float:
    """Mix score of one pair of roles, given each role's duties by confidence."""
    return mix_score(weights[pair.first], weights[pair.second])


def worst_pair(sentences: Sequence[LabeledSentence], taxonomy: Taxonomy = TAXONOMY) -> MixPair:
    """The pair that a posting mixes most, the first of equals. Raises ValueError where the taxonomy names no pair."""
    weights = role_weights(sentences, taxonomy, by_confidence=True)
    return max(taxonomy.pairs, key=lambda pair: pair_score(weights, pair))


def mix_score(product: float, marketing: float) -> float:
    """Probability that so many duties of two jobs, by confidence, make a posting mixed (logistic, see thresholds)."""
    smaller, both = min(product, marketing), product + marketing
    if smaller <= 0:
        return 0.0
    odds = t.MIX_INTERCEPT + t.MIX_PER_LOG_DUTY * math.log1p(smaller) + t.MIX_PER_SHARE * smaller / both
    return 1 / (1 + math.exp(-odds))


def _main_role(
    told: Mapping[Role, float], everything: float, title: str | None, taxonomy: Taxonomy = TAXONOMY
) -> Role | None:
    """The role whose work fills most of the job, or None where none leads or the title names another occupation.

    The title counts like some duties of its role: it settles what vague or few duties leave open, and is outvoted where
    they speak of another role (thresholds ``MAIN_…``). ``everything``: all duties, general and shared ones with them.
    """
    if other_occupation(title, taxonomy):
        return None
    promised = title_role(title, taxonomy)
    role = max(told, key=lambda r: told[r] + (t.MAIN_TITLE_WEIGHT if r is promised else 0))
    least = t.MAIN_MIN_SHARE if promised or not title else t.MAIN_MIN_SHARE_OTHER
    return role if told[role] >= max(t.MAIN_MIN_DUTIES, least * everything) else None
