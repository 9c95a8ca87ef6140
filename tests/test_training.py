"""Training from the command line: parts of a corpus, other postings, settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer.cli.train import train
from analyzer.learn.corpus import LabeledPosting, read_corpus
from analyzer.learn.training import _part
from analyzer.roles.model import load_model


def as_gold(posting: LabeledPosting) -> dict[str, object]:
    """A written posting as a row of a gold file."""
    units = [
        {"start": u.start, "end": u.end, "zone": str(u.zone), "role": u.role, "also": str(u.also) if u.also else None}
        for u in posting.units
    ]
    mix = "mixed" if posting.mixed else "not_mixed"
    return {"id": posting.id, "title": posting.title, "text": posting.text, "units": units, "mix": mix}


def test_a_part_of_the_postings_is_the_same_each_time_and_grows() -> None:
    postings = read_corpus()[:200]
    half, quarter = _part(postings, 0.5), _part(list(reversed(postings)), 0.25)
    assert (len(half), len(quarter)) == (100, 50)
    assert {p.id for p in quarter} < {p.id for p in half}
    assert [p for p in postings if p in half] == half


def test_training_on_labelled_postings_in_place_of_the_corpus(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(json.dumps(as_gold(p)) for p in read_corpus()[:24]), encoding="utf-8")
    small = [f"--set={pair}" for pair in ("hidden=8", "vector=4", "members=1", "max_iter=5", "vector_min_df=3")]
    result = CliRunner().invoke(train, ["--gold", str(file), "--share", "0.5", "-o", str(tmp_path / "model"), *small])
    assert result.exit_code == 0, result.output
    model = load_model(tmp_path / "model")
    assert model.card["corpus"]["postings"] == 12 and model.card["corpus"]["source_phrases"] == 0
    assert model.card["settings"]["hidden"] == 8 and model.network.members == 1


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ("hiden=8", "did you mean 'hidden'"),
        ("zzz=1", "known are epochs"),
        ("hidden=many", "the value is a whole number above zero"),
        ("first_c=-1", "the value is a number above zero"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path: Path, pair: str, told: str) -> None:
    result = CliRunner().invoke(train, ["-o", str(tmp_path / "m"), "--set", pair])
    assert result.exit_code == 2 and told in result.output
