"""Figures of an evaluation → tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def figures_text(figures: Mapping[str, Any]) -> str:
    """Figures as ``analyzer.learn.evaluation`` gives them, as one page of tables."""
    parts = [
        _headline(figures),
        "F1 of each label, with its 95 % interval",
        *_aligned(_label_rows(figures)),
        "Reliability: what the confidence says, and what was right",
        *_aligned(_reliability_rows(figures["reliability"])),
        _certainty(figures["certainty"]),
        "Confusion: truth down, guess across",
        *_aligned(_confusion_rows(figures["confusion"])),
    ]
    return "\n".join(parts)


def _headline(figures: Mapping[str, Any]) -> str:
    mix, also = figures["mix"], figures["also"]
    return "\n".join(
        (
            f"{figures['postings']:,} postings, {figures['units']:,} units; {figures['boundary_recall']:.1%} of them "
            "cut as a person cuts them",
            f"macro-F1 {number_words(figures['macro_f1'])} (95 % {interval_words(figures['macro_f1_95ci'])}) · "
            f"accuracy {number_words(figures['accuracy'])} · "
            f"calibration error {number_words(figures['calibration_error'])}",
            f"main role right {figures['main_role_accuracy']:.3f} · mixed: precision {mix['precision']:.3f}, "
            f"recall {mix['recall']:.3f} ({mix['true']} mixed, {mix['flagged']} flagged)",
            f"second roles: precision {also['precision']:.3f}, recall {also['recall']:.3f} ({also['told']} told)",
        )
    )


def _label_rows(figures: Mapping[str, Any]) -> Iterable[Sequence[str]]:
    intervals = figures["f1_95ci"]
    yield "label", "F1", "95 %"
    for label, value in figures["f1"].items():
        yield label, number_words(value), interval_words(intervals[label])


def _reliability_rows(bins: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    yield "bin", "confidence", "accuracy", "units"
    for row in bins:
        bounds = f"{row['from']:.1f}–{row['to']:.1f}"
        yield bounds, number_words(row["confidence"]), number_words(row["accuracy"]), f"{row['count']:,}"


def _certainty(certainty: Mapping[str, Any]) -> str:
    share = "none" if certainty["unsure_share"] is None else f"{certainty['unsure_share']:.1%} of the units"
    return (
        f"told as unsure (confidence below {certainty['below']}): {share}; accuracy of these "
        f"{number_words(certainty['accuracy_unsure'])}, of the others {number_words(certainty['accuracy_sure'])}"
    )


def _confusion_rows(confusion: Mapping[str, Any]) -> Iterable[Sequence[str]]:
    labels = confusion["labels"]
    yield "", *(label[:9] for label in labels)
    for label, counts in zip(labels, confusion["counts"], strict=True):
        yield label, *map(str, counts)


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of cells, the first column to the left, the others to the right."""
    listed = list(rows)
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.rjust(w) if k else cell.ljust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in listed
    ]


def number_words(value: float | None) -> str:
    """A figure with three digits, a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def interval_words(bounds: Sequence[float] | None) -> str:
    """The bounds of an interval, a dash where there is none."""
    return "–" if bounds is None else f"{bounds[0]:.3f} to {bounds[1]:.3f}"
