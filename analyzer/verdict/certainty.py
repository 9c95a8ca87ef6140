"""Where the analyzer is not sure: every output says so in the same places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.types import LabeledSentence, Profile, Zone
from analyzer.verdict import thresholds as t


def close_call(profile: Profile) -> bool:
    """Whether a posting could as well be judged the other way, mixed or not."""
    return t.MIX_UNSURE[0] <= profile.mix_score <= t.MIX_UNSURE[1]


def unsure_of(sentence: LabeledSentence) -> bool:
    """Whether a sentence's label is more likely wrong than right."""
    return sentence.confidence < t.SENTENCE_UNSURE


def unsure_duties(sentences: Sequence[LabeledSentence], indices: Iterable[int] | None = None) -> tuple[int, ...]:
    """Indices (among the given ones, else all) of the duties whose label is unsure."""
    chosen = range(len(sentences)) if indices is None else indices
    return tuple(i for i in chosen if sentences[i].zone is Zone.DUTY and unsure_of(sentences[i]))
