"""Postings that repeat an earlier one are marked with its source, and with nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_postings import text

from analyzer.batch import engines
from analyzer.batch.job import Job, kind_of
from analyzer.batch.run import Result, run

LONG = "\n".join(text(k) for k in range(3))


def batch(texts: list[str], out: Path, model: Path, engine: Any = None, **options: Any) -> Result:
    source = out.with_name("in.jsonl")
    source.write_text(
        "".join(json.dumps({"id": str(k), "text": t}) + "\n" for k, t in enumerate(texts)), encoding="utf-8"
    )
    return run(Job((str(source),), out, kind_of(out), model=model, dedupe=True, shard_rows=2, **options), engine)


def marks(out: Path) -> list[int | None]:
    """For each line the row, from 0, of the posting that it repeats."""
    found = [json.loads(line).get("duplicate_of") for line in out.open("rb")]
    return [int(source.rpartition(":")[2]) - 1 if source else None for source in found]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([LONG, LONG], [None, 0]),
        ([LONG, text(5), LONG.upper(), LONG.replace("\n", " \n ")], [None, None, 0, 0]),
        ([LONG, LONG + "\n\nReference 4711."], [None, 0]),
        ([LONG, LONG[: len(LONG) // 3]], [None, None]),
        ([text(0), text(1), text(2), text(3)], [None, None, None, None]),
        (["Own the roadmap of the product.", "Own the roadmap of the product."], [None, 0]),
        ([LONG, "", LONG], [None, None, 0]),
        ([text(1), LONG, LONG + " More.", LONG, text(1)], [None, None, 1, 1, 0]),
    ],
)
def test_what_repeats_is_marked(texts: list[str], expected: list[int | None], model: Path, tmp_path: Path) -> None:
    result = batch(texts, tmp_path / "out.jsonl", model)
    assert marks(tmp_path / "out.jsonl") == expected
    assert result.counts.duplicates == sum(mark is not None for mark in expected)


def test_nothing_else_changes_and_every_engine_agrees(model: Path, tmp_path: Path) -> None:
    texts = [text(k % 3) for k in range(30)]
    result = batch(texts, tmp_path / "out.jsonl", model)
    (tmp_path / "two").mkdir()
    batch(texts, tmp_path / "two" / "out.jsonl", model, engines.processes(2))
    assert marks(tmp_path / "out.jsonl") == [None] * 3 + [k % 3 for k in range(3, 30)]
    assert marks(tmp_path / "out.jsonl") == marks(tmp_path / "two" / "out.jsonl")
    assert (result.counts.reported, result.counts.duplicates) == (30, 27)
