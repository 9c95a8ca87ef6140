"""The tables of the model card, from the data files beside the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer.render.figures import interval_words, number_words

DEV, MIX = "dev.jsonl", "mix-dev.jsonl"


def card_tables(folder: Path) -> dict[str, str]:
    """Markdown tables of a model folder's ``figures.json``, ``ablations.json`` and ``learning-curve.json``, by the name
    of their markers in the card.

    Raises OSError or KeyError where a file is missing or lacks what ``analyzer evaluate --figures`` writes.
    """
    gold = _read(folder / "figures.json")["gold"]
    return {
        "figures": figures_table(gold[DEV]),
        "labels": labels_table(gold[DEV]),
        "mixed": mixed_table({"dev": gold[DEV], "mix-dev": gold[MIX]}),
        "learning-curve": rows_table(_read(folder / "learning-curve.json"), _CURVE),
        "ablations": rows_table(_read(folder / "ablations.json"), _CHANGES),
    }


def figures_table(found: Mapping[str, Any]) -> str:
    """The figures of one gold file that are one number each."""
    sure = found["certainty"]
    macro = f"{number_words(found['macro_f1'])} (95 % interval {interval_words(found['macro_f1_95ci'])})"
    told = f"told as unsure (confidence below {sure['below']})"
    return _table(
        ("figure", "value"),
        [
            ("macro-F1 over six roles and none", macro),
            ("accuracy", number_words(found["accuracy"])),
            ("sentences cut as a person cuts them", number_words(found["boundary_recall"])),
            ("main role of the posting right", number_words(found["main_role_accuracy"])),
            ("expected calibration error (ten bins)", number_words(found["calibration_error"])),
            (f"sentences {told}", number_words(sure["unsure_share"])),
            ("accuracy of these", number_words(sure["accuracy_unsure"])),
            ("accuracy of the others", number_words(sure["accuracy_sure"])),
        ],
    )


def labels_table(found: Mapping[str, Any]) -> str:
    """F1 of each label with its interval, and how many units people gave it."""
    units = dict(zip(found["confusion"]["labels"], map(sum, found["confusion"]["counts"]), strict=True))
    return _table(
        ("label", "F1", "95 % interval", "units"),
        [
            (f"`{label}`", number_words(value), interval_words(found["f1_95ci"][label]), f"{units[label]:,}")
            for label, value in found["f1"].items()
        ],
    )


def mixed_table(by_file: Mapping[str, Mapping[str, Any]]) -> str:
    """How well mixed postings were found, a row a gold file."""
    return _table(
        ("gold", "postings", "mixed", "flagged", "precision", "recall", "F1"),
        [
            (name, str(found["postings"]), *(str(found["mix"][key]) for key in ("true", "flagged")),
             *(number_words(found["mix"][key]) for key in ("precision", "recall", "f1")))
            for name, found in by_file.items()
        ],
    )  # fmt: skip


def rows_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Callable[[Any], str]]) -> str:
    """Rows of a data file; columns that no row fills are left out, single gaps stay empty."""
    filled = [name for name in columns if any(row.get(name) is not None for row in rows)]
    cells = [["" if row.get(name) is None else columns[name](row[name]) for name in filled] for row in rows]
    return _table([name.replace("macro_f1", "macro-F1") for name in filled], cells)


def measured_words(value: float) -> str:
    """A figure of a data file with the digits it was noted with: two, or three."""
    return f"{value:.2f}" if round(value, 2) == value else f"{value:.3f}"


def _count(value: Any) -> str:
    return f"{value:,}"


_CURVE: Mapping[str, Callable[[Any], str]] = {
    "postings": _count, "units": _count, "macro_f1": measured_words, "accuracy": measured_words, "note": str,
}  # fmt: skip
_CHANGES: Mapping[str, Callable[[Any], str]] = {
    "postings": _count, "change": str, "dev": measured_words, "accuracy": measured_words, "train": measured_words,
    "seconds": _count, "note": str,
}  # fmt: skip


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)
