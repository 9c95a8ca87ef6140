"""Figures of an evaluation, on cases small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analyzer.cli.main import cli
from analyzer.learn.corpus import LabeledPosting, Unit
from analyzer.learn.evaluation import calibration_error, certainty, evaluate, intervals, reliability
from analyzer.render.figures import figures_text
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Label, LabeledSentence, Posting, Profile, Report, Role, Zone

TEXT = "Own the roadmap.\nTrain the sales team.\nPlan the launch."
SPANS = [(0, 16), (17, 38), (39, 55)]
PM, PMM, NONE = "product_manager", "product_marketing_manager", "none"


def gold(*roles: str | None) -> LabeledPosting:
    """A posting whose sentences are duties of these roles (None: requirements)."""
    units = tuple(
        Unit(start, end, Zone.DUTY if role else Zone.REQUIREMENT, role)
        for (start, end), role in zip(SPANS, roles, strict=True)
    )
    return LabeledPosting("g", "Product Manager", "", TEXT, units, mixed=False, main_role=Role.PRODUCT_MANAGER)


def report(*guesses: tuple[str, float]) -> Report:
    """A report that labels the same sentences so, with these confidences."""
    sentences = tuple(
        LabeledSentence(start, end, TEXT[start:end], Label(label), Zone.DUTY, confidence)
        for (start, end), (label, confidence) in zip(SPANS, guesses, strict=True)
    )
    profile = Profile({}, {}, 2, 0.1, False, Role.PRODUCT_MANAGER, None, 0, 0)
    return Report(Posting(TEXT), TEXT, False, sentences, profile, (), "m@0", TAXONOMY)


@pytest.fixture
def figures() -> dict:
    postings = [gold(PM, PMM, None), gold(PM, PM, PMM)]
    reports = [report((PM, 0.95), (PM, 0.45), (NONE, 0.85)), report((PM, 0.95), (PM, 0.91), (PMM, 0.41))]
    return evaluate(postings, reports).figures


def test_confusion_counts_truth_down_and_guess_across(figures: dict) -> None:
    labels, counts = figures["confusion"]["labels"], figures["confusion"]["counts"]
    assert labels == [*map(str, Role), "none", "shared"]
    cell = {(t, g): counts[i][j] for i, t in enumerate(labels) for j, g in enumerate(labels) if counts[i][j]}
    assert cell == {(PM, PM): 3, (PMM, PM): 1, (PMM, PMM): 1, (NONE, NONE): 1}


def test_sure_and_unsure_units_are_counted_apart(figures: dict) -> None:
    assert figures["certainty"] == {
        "below": 0.5, "unsure": 2, "unsure_share": 0.3333, "accuracy_sure": 1.0, "accuracy_unsure": 0.5,
    }  # fmt: skip


def test_reliability_has_a_row_a_bin(figures: dict) -> None:
    assert figures["reliability"] == [
        {"from": 0.4, "to": 0.5, "confidence": 0.43, "accuracy": 0.5, "count": 2},
        {"from": 0.8, "to": 0.9, "confidence": 0.85, "accuracy": 1.0, "count": 1},
        {"from": 0.9, "to": 1.0, "confidence": 0.9367, "accuracy": 1.0, "count": 3},
    ]


def test_the_calibration_error_is_that_of_the_bins() -> None:
    confidence, right = np.array([0.05, 0.5, 0.55, 1.0]), np.array([False, True, False, True])
    bins = reliability(confidence, right)
    assert [row["count"] for row in bins] == [1, 2, 1], "1.0 belongs to the last bin"
    by_bins = sum(row["count"] * abs(row["confidence"] - row["accuracy"]) for row in bins) / len(right)
    assert by_bins == pytest.approx(calibration_error(confidence, right)) == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([], [], {"unsure": 0, "unsure_share": None, "accuracy_sure": None, "accuracy_unsure": None}),
        ([0.5], [True], {"unsure": 0, "unsure_share": 0.0, "accuracy_sure": 1.0, "accuracy_unsure": None}),
        ([0.49], [True], {"unsure": 1, "unsure_share": 1.0, "accuracy_sure": None, "accuracy_unsure": 1.0}),
    ],
)
def test_certainty_where_one_side_is_empty(confidence: list[float], right: list[bool], expected: dict) -> None:
    found = certainty(np.array(confidence), np.array(right, dtype=bool))
    assert {key: found[key] for key in expected} == expected


def test_intervals_of_one_posting_have_no_width() -> None:
    _, each = intervals([[(PM, PM), (PM, PMM), (PMM, PMM)]])
    assert each[PM] == each[PMM] == [0.667, 0.667]
    assert each["marcom"] is None, "in no sample"


def test_intervals_span_what_postings_differ_in() -> None:
    macro, each = intervals([[(PM, PM)], [(PM, PMM)]], macro=(PM, PMM))
    # F1 of a sample of two: 1 where both are the first posting, 2/3 where one is, 0 where none is.
    assert each[PM] == [0.0, 1.0] and each[PMM] == [0.0, 0.0] and macro == [0.0, 0.333]


def test_the_text_tells_all_of_it(figures: dict) -> None:
    lines = [line.split() for line in figures_text(figures).splitlines()]
    assert [PM, "0.857", "0.667", "to", "1.000"] in lines
    assert ["marcom", "–", "–"] in lines
    assert ["0.4–0.5", "0.430", "0.500", "2"] in lines
    assert [PMM, "1", "1", "0", "0", "0", "0", "0", "0"] in lines
    assert (
        "told as unsure (confidence below 0.5): 33.3% of the units; accuracy of these 0.500, of the others 1.000"
        in (figures_text(figures))
    )


def gold_file(folder: Path, text: str = TEXT) -> Path:
    folder.mkdir(exist_ok=True)
    units = [{"start": s, "end": e, "zone": "duty", "role": PM} for s, e in SPANS]
    row = {"id": "g", "title": "", "text": text, "units": units, "mix": "not_mixed", "main_role": PM}
    (folder / "tiny.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return folder / "tiny.jsonl"


def test_figures_go_to_one_file_without_text(tmp_path: Path) -> None:
    file, out = gold_file(tmp_path / "a"), tmp_path / "figures.json"
    result = CliRunner().invoke(cli, ["evaluate", str(file), "--json", "--figures", str(out)])
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text(encoding="utf-8"))
    printed = json.loads(result.stdout)
    assert written == {"model": printed.pop("model"), "gold": {printed.pop("gold"): printed}}
    assert {"f1_95ci", "reliability", "certainty", "confusion"} <= set(printed)
    assert not any(line in out.read_text(encoding="utf-8") for line in TEXT.split("\n"))


def test_figures_of_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    files = [str(gold_file(tmp_path / name)) for name in ("a", "b")]
    result = CliRunner().invoke(cli, ["evaluate", *files, "--figures", str(tmp_path / "f.json")])
    assert result.exit_code == 2 and "same" in result.output and not (tmp_path / "f.json").exists()
