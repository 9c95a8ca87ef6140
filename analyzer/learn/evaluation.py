"""Gold postings → figures, by the definitions of the project's scorer.

A gold unit takes the label of the reported sentence that overlaps it most, ``none`` where none does; a unit with a
second role is right with either. ``macro_f1`` is the unweighted mean of F1 over the six roles and ``none``; its
interval, and that of each label's F1, is the 2.5th and 97.5th percentile over 300 bootstrap samples of postings.
Figures hold no text of the postings, so they may travel where these may not.
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
from analyzer.verdict import thresholds as t

MACRO: tuple[str, ...] = (*map(str, TAXONOMY), "none")
LABELS: tuple[str, ...] = (*MACRO, "shared")
_TOLERANCE = 3
_BOOTSTRAPS = 300
BINS = 10
"""Equal-width bins of confidence, for the calibration error and the reliability plot."""

Pairs = list[tuple[str, str]]
Interval = list[float] | None


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
    macro_interval, each_interval = intervals(rows, macro_of)
    confidence, right = confidences(gold, reports)
    confusion = Counter(flat)
    units = max(1, len(flat))
    found = sum(_cut_alike(posting, report) for posting, report in zip(gold, reports, strict=True))
    figures = {
        "postings": len(gold),
        "units": len(flat),
        "macro_f1": _rounded(macro, 4),
        "macro_f1_95ci": macro_interval,
        "accuracy": _rounded(accuracy, 4),
        "f1": {label: _rounded(value, 3) for label, value in each.items()},
        "f1_95ci": each_interval,
        "boundary_recall": round(found / units, 4),
        "mix": _mix(gold, reports),
        "main_role_accuracy": round(
            sum(p.main_role == r.profile.main_role for p, r in zip(gold, reports, strict=True)) / max(1, len(gold)), 3
        ),
        "calibration_error": _rounded(calibration_error(confidence, right), 4),
        "reliability": reliability(confidence, right),
        "certainty": certainty(confidence, right),
        "also": _also(gold, reports),
        "confusion": _matrix(confusion, (*macro_of, "shared")),
    }
    return Evaluation(figures, confusion, (*macro_of, "shared"))


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


def intervals(rows: Sequence[Pairs], macro: tuple[str, ...] = MACRO) -> tuple[Interval, dict[str, Interval]]:
    """95 % bootstrap intervals of macro-F1 and of each label's F1; ``rows`` are (truth, guess) pairs by posting.

    None where no sample holds the label (for macro-F1: where none holds all of them).
    """
    chance = random.Random(0)  # noqa: S311 (resampling, no secret)
    means: list[float] = []
    values: dict[str, list[float]] = {label: [] for label in (*macro, "shared")}
    for _ in range(_BOOTSTRAPS):
        sample = [pair for _ in rows for pair in chance.choice(rows)]
        mean, each, _accuracy = scores(sample, macro)
        means.append(mean)
        for label, value in each.items():
            values[label].append(value)
    return _middle(means), {label: _middle(found) for label, found in values.items()}


def _middle(values: Sequence[float]) -> Interval:
    """What the middle 95 % of the values span; those that are not a number do not count."""
    known = sorted(value for value in values if value == value)
    return [round(known[int(q * len(known))], 3) for q in (0.025, 0.975)] if known else None


def _matrix(confusion: Counter[tuple[str, str]], labels: tuple[str, ...]) -> dict[str, Any]:
    """Counts of units, a row a true label, a column a guessed one."""
    return {"labels": list(labels), "counts": [[confusion[truth, guess] for guess in labels] for truth in labels]}


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


def _bin_of(confidence: np.ndarray, bins: int) -> np.ndarray:
    numbers: np.ndarray = np.minimum((confidence * bins).astype(int), bins - 1)
    return numbers


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error: mean gap of confidence and accuracy over equal-width bins, weighted by size."""
    if not len(confidence):
        return float("nan")
    bin_of = _bin_of(confidence, bins)
    return float(
        sum(
            abs(confidence[bin_of == b].mean() - right[bin_of == b].mean()) * (bin_of == b).mean()
            for b in range(bins)
            if (bin_of == b).any()
        )
    )


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> list[dict[str, float]]:
    """The same bins one by one, empty ones left out: bounds, mean confidence, accuracy and number of units."""
    bin_of = _bin_of(confidence, bins)
    return [
        {
            "from": round(b / bins, 3),
            "to": round((b + 1) / bins, 3),
            "confidence": round(float(confidence[bin_of == b].mean()), 4),
            "accuracy": round(float(right[bin_of == b].mean()), 4),
            "count": int((bin_of == b).sum()),
        }
        for b in range(bins)
        if (bin_of == b).any()
    ]


def certainty(confidence: np.ndarray, right: np.ndarray) -> dict[str, float | None]:
    """What share of units stands in a sentence that is told as unsure, and the accuracy of those and of the others."""
    unsure = confidence < t.SENTENCE_UNSURE
    return {
        "below": t.SENTENCE_UNSURE,
        "unsure": int(unsure.sum()),
        "unsure_share": _mean(unsure),
        "accuracy_sure": _mean(right[~unsure]),
        "accuracy_unsure": _mean(right[unsure]),
    }


def _mean(values: np.ndarray) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


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
