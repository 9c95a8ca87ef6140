"""Gold postings → figures, by the definitions of the project's scorer.

A gold unit takes the label of the reported sentence that overlaps it most, ``none`` where none does; a unit with a
second role is right with either. ``macro_f1`` is the unweighted mean of F1 over the six roles and ``none``; its
interval is the 2.5th and 97.5th percentile over 300 bootstrap samples of postings.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.learn.corpus import LabeledPosting, Unit
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Label, LabeledSentence, Report

MACRO: tuple[str, ...] = (*map(str, TAXONOMY), "none")
LABELS: tuple[str, ...] = (*MACRO, "shared")
_TOLERANCE = 3
_BOOTSTRAPS = 300

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures as the scorer prints them (None where there is nothing to count), the confusion counts (truth, guess),
    and the labels that they are of."""

    figures: dict[str, Any]
    confusion: Counter[tuple[str, str]]
    labels: tuple[str, ...] = LABELS


def gold_label(unit: Unit) -> str:
    """The label that a gold unit counts as: its role or ``shared``, else ``none``."""
    return unit.role if unit.role and unit.role != "general" else "none"


def evaluate(gold: Sequence[LabeledPosting], reports: Sequence[Report]) -> Evaluation:
    """Score reports, all of one model, against gold postings of the same order and length."""
    macro_of = (*map(str, reports[0].taxonomy), "none") if reports else MACRO
    rows = [_pairs(posting, report) for posting, report in zip(gold, reports, strict=True)]
    flat = [pair for pairs in rows for pair in pairs]
    macro, each, accuracy = scores(flat, macro_of)
    units = max(1, len(flat))
    found = sum(_cut_alike(posting, report) for posting, report in zip(gold, reports, strict=True))
    figures = {
        "postings": len(gold),
        "units": len(flat),
        "macro_f1": _rounded(macro, 4),
        "macro_f1_95ci": _interval(rows, macro_of),
        "accuracy": _rounded(accuracy, 4),
        "f1": {label: _rounded(value, 3) for label, value in each.items()},
        "boundary_recall": round(found / units, 4),
        "mix": _mix(gold, reports),
        "main_role_accuracy": round(
            sum(p.main_role == r.profile.main_role for p, r in zip(gold, reports, strict=True)) / max(1, len(gold)), 3
        ),
        "calibration_error": _rounded(calibration_error(*confidences(gold, reports)), 4),
        "also": _also(gold, reports),
    }
    return Evaluation(figures, Counter(flat), (*macro_of, "shared"))


def _rounded(value: float, digits: int) -> float | None:
    return None if value != value else round(value, digits)


def scores(pairs: Pairs, macro: tuple[str, ...] = MACRO) -> tuple[float, dict[str, float], float]:
    """Macro-F1 over the roles and ``none``, F1 of each label, accuracy, of (truth, guess) pairs."""
    right = Counter(truth for truth, guess in pairs if truth == guess)
    truths, guesses = Counter(t for t, _ in pairs), Counter(g for _, g in pairs)
    each = {
        label: 2 * right[label] / (truths[label] + guesses[label]) if truths[label] + guesses[label] else float("nan")
        for label in (*macro, "shared")
    }
    return float(np.mean([each[label] for label in macro])), each, sum(right.values()) / max(1, len(pairs))


def overlapping(unit: Unit, sentences: Sequence[LabeledSentence]) -> LabeledSentence | None:
    """The sentence that overlaps a unit most, the first of equals, or None."""
    best, found = 0, None
    for sentence in sentences:
        overlap = min(unit.end, sentence.end) - max(unit.start, sentence.start)
        if overlap > best:
            best, found = overlap, sentence
    return found


def _pairs(posting: LabeledPosting, report: Report) -> Pairs:
    pairs = []
    for unit in posting.units:
        sentence = overlapping(unit, report.sentences)
        truth, guess = gold_label(unit), str(sentence.label if sentence else Label.NONE)
        pairs.append((truth, truth if unit.also and guess == str(unit.also) else guess))
    return pairs


def _cut_alike(posting: LabeledPosting, report: Report) -> int:
    spans = [(s.start, s.end) for s in report.sentences]
    return sum(
        any(abs(u.start - start) <= _TOLERANCE and abs(u.end - end) <= _TOLERANCE for start, end in spans)
        for u in posting.units
    )


def _interval(rows: Sequence[Pairs], macro: tuple[str, ...]) -> list[float] | None:
    chance = random.Random(0)  # noqa: S311 (resampling, no secret)
    means = []
    for _ in range(_BOOTSTRAPS):
        sample = [pair for _ in rows for pair in chance.choice(rows)]
        means.append(scores(sample, macro)[0])
    means = sorted(mean for mean in means if mean == mean)
    return [round(means[int(q * len(means))], 3) for q in (0.025, 0.975)] if means else None


def _mix(gold: Sequence[LabeledPosting], reports: Sequence[Report]) -> dict[str, float]:
    c = Counter((posting.mixed, report.profile.mixed) for posting, report in zip(gold, reports, strict=True))
    hits, alarms, missed = c[True, True], c[False, True], c[True, False]
    return {
        "precision": round(hits / max(1, hits + alarms), 3),
        "recall": round(hits / max(1, hits + missed), 3),
        "f1": round(2 * hits / max(1, 2 * hits + alarms + missed), 3),
        "true": hits + missed,
        "flagged": hits + alarms,
    }


def confidences(gold: Sequence[LabeledPosting], reports: Sequence[Report]) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of each labelled unit's sentence, and whether its label is right (arrays of one length)."""
    values, right = [], []
    for posting, report in zip(gold, reports, strict=True):
        for unit in posting.units:
            sentence = overlapping(unit, report.sentences)
            if sentence is not None:
                values.append(sentence.confidence)
                right.append(str(sentence.label) in (gold_label(unit), str(unit.also)))
    return np.array(values), np.array(right)


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean gap of confidence and accuracy over equal-width bins, weighted by size."""
    if not len(confidence):
        return float("nan")
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidence[bin_of == b].mean() - right[bin_of == b].mean()) * (bin_of == b).mean()
            for b in range(bins)
            if (bin_of == b).any()
        )
    )


def _also(gold: Sequence[LabeledPosting], reports: Sequence[Report]) -> dict[str, float]:
    """Precision and recall of second roles: right where {label, also} is the gold unit's pair of roles."""
    told = right = true = 0
    for posting, report in zip(gold, reports, strict=True):
        for unit in posting.units:
            sentence = overlapping(unit, report.sentences)
            true += unit.also is not None
            if sentence is not None and sentence.also is not None:
                told += 1
                right += {str(sentence.label), str(sentence.also)} == {str(unit.role), str(unit.also)}
    return {"precision": round(right / max(1, told), 3), "recall": round(right / max(1, true), 3), "told": told}
