"""What the shipped model must reach: on the source phrases always, on gold postings where they are there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from analyzer.learn.corpus import read_gold, read_source_phrases
from analyzer.learn.evaluation import evaluate
from analyzer.pipeline import Analyzer
from analyzer.types import Posting, Report


def test_source_phrases_get_the_role_of_their_row(analyzer: Analyzer) -> None:
    phrases = read_source_phrases()
    right = [{str(s.label) for s in analyzer(Posting(phrase.text)).sentences} == {phrase.role} for phrase in phrases]
    assert sum(right) / len(right) >= 0.95


def figures(analyzer: Analyzer, file: Path) -> dict[str, object]:
    gold = read_gold(file)
    return evaluate(gold, [analyzer(Posting(p.text, p.id, p.title)) for p in gold]).figures


def test_gold_dev(analyzer: Analyzer, shared: Path) -> None:
    found = figures(analyzer, shared / "gold" / "dev.jsonl")
    assert found["boundary_recall"] >= 0.95
    assert found["macro_f1"] >= 0.68
    assert found["main_role_accuracy"] >= 0.70
    assert found["calibration_error"] <= 0.05


def test_gold_mix(analyzer: Analyzer, shared: Path) -> None:
    assert figures(analyzer, shared / "gold" / "mix-dev.jsonl")["mix"]["f1"] >= 0.85


def test_real_postings_give_one_report_each(analyzer: Analyzer, shared: Path) -> None:
    file = shared / "pool" / "postings.jsonl.gz"
    if not file.exists():
        pytest.skip(f"measuring data is not there: {file}")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(1000), lines, strict=False)]
    results = list(analyzer.pipe(Posting(row["description"], row["id"], row["title"]) for row in rows))
    assert [r.posting.id for r in results if isinstance(r, Report)] == [row["id"] for row in rows]
