"""Every kind of output holds the same rows, in input order, and nothing in it runs."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest

from analyzer.batch.job import Job, Kind, kind_of
from analyzer.batch.lines import dump
from analyzer.batch.rows import POSTING_COLUMNS, SENTENCE_COLUMNS
from analyzer.batch.run import Result, run
from analyzer.batch.summary import read_rows
from analyzer.batch.writers import safe_cell
from analyzer.errors import SettingsError


def batch(source: Path, out: Path, model: Path, **options: Any) -> Result:
    return run(Job((str(source),), out, kind_of(out), model=model, shard_rows=16, **options))


@pytest.fixture(scope="module")
def reports(written: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    out = tmp_path_factory.mktemp("reports") / "reports.jsonl"
    batch(written, out, model)
    return [json.loads(line) for line in out.read_text(encoding="ascii").splitlines()]


def test_a_line_for_every_row_in_input_order(reports: list[dict[str, Any]]) -> None:
    expected = [f"w{k}" for k in range(60)]
    expected[5], expected[8] = "empty", None  # type: ignore[call-overload]  # a broken line has no id
    assert [report["id"] for report in reports] == expected
    assert [report["source"].rpartition(":")[2] for report in reports] == [str(k + 1) for k in range(60)]
    assert [k for k, report in enumerate(reports) if "error" in report] == [5, 8]


def test_every_line_keeps_the_schema_and_names_the_model(reports: list[dict[str, Any]]) -> None:
    schema = json.loads(files("analyzer.render").joinpath("report.schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    for report in reports:
        check.validate(report)
        assert "error" in report or report["model"].startswith("small@")


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.sqlite", "shards"])
def test_tables_hold_what_the_lines_hold(
    name: str, reports: list[dict[str, Any]], written: Path, model: Path, tmp_path: Path
) -> None:
    batch(written, tmp_path / name, model)
    rows = list(read_rows(tmp_path / name))
    assert list(rows[0]) == [column for column, _ in POSTING_COLUMNS]
    assert len(rows) == len(reports)
    for row, report in zip(rows, reports, strict=True):
        assert (row["id"], row["source"]) == (report["id"], report["source"])
        assert row["model"].startswith("small@")
        if "error" in report:
            assert (row["error_code"], row["mixed"]) == (report["error"]["code"], None)
        else:
            assert (row["main_role"], bool(row["mixed"]), row["mix_score"]) == (
                report["main_role"], report["mixed"], report["mix_score"],
            )  # fmt: skip
            assert row["share_product_manager"] == report["profile"]["product_manager"]
            assert (row["sentences"], row["error"]) == (len(report["sentences"]), None)


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet", "out.sqlite", "shards"])
def test_sentences_are_those_of_the_reports(
    name: str, reports: list[dict[str, Any]], written: Path, model: Path, tmp_path: Path
) -> None:
    batch(written, tmp_path / name, model, sentences=True)
    rows = read_sentences(tmp_path / name)
    expected = [s for report in reports for s in report.get("sentences", [{"text": None, "label": None}])]
    assert [row["label"] or None for row in rows] == [s["label"] for s in expected]
    assert [row["text"] or None for row in rows] == [s["text"] for s in expected]
    assert {row["model"].partition("@")[0] for row in rows} == {"small"}
    assert list(rows[0]) == [column for column, _ in SENTENCE_COLUMNS]


def read_sentences(out: Path) -> list[dict[str, Any]]:
    if out.suffix == ".jsonl":
        return [json.loads(line) for line in out.read_text(encoding="ascii").splitlines()]
    if out.suffix == ".csv":
        with out.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    if out.suffix == ".sqlite":
        with closing(sqlite3.connect(out)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute("SELECT * FROM sentences ORDER BY rowid")]
    parts = sorted(out.glob("part-*.parquet")) if out.is_dir() else [out]
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


def test_a_folder_holds_shards_of_a_fixed_number_of_rows(written: Path, model: Path, tmp_path: Path) -> None:
    batch(written, tmp_path / "shards", model)
    parts = sorted((tmp_path / "shards").glob("part-*.parquet"))
    assert [pq.read_metadata(part).num_rows for part in parts] == [16, 16, 16, 12]
    assert len(pq.read_table(tmp_path / "shards")) == 60  # what engines do: every file whose name has no mark before it


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Product Manager", "Product Manager"),
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\x00\u202e=1", "'=1"),
        ("\ufeff@x", "'@x"),
        ("＝1+1", "'＝1+1"),
        ("a\nb\r\n=c", "a b =c"),
        ("a=b", "a=b"),
        ("\x1b[31mred", "[31mred"),
        ("", ""),
    ],
)
def test_no_cell_runs_as_a_formula(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


def test_a_spreadsheet_sees_no_formula(written: Path, model: Path, tmp_path: Path) -> None:
    batch(written, tmp_path / "out.csv", model)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


@pytest.mark.parametrize(
    "text", ["plain", "Grüße – 你好", "😀", "\u202e\u200b\x9b31m", "\ud800 alone", "a\x00b\n\u2028"]
)
def test_lines_are_ascii_and_read_back(text: str) -> None:
    line = dump({"text": text})
    assert line.isascii() and line.endswith(b"\n") and line.count(b"\n") == 1
    assert json.loads(line) == {"text": text}


def test_halves_of_surrogate_pairs_go_into_every_output(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    text = "Own the product roadmap with engineering. " * 5
    source.write_text('{"id": "a", "title": "PM \\ud800", "text": "' + text + '"}\n', encoding="ascii")
    for name in ("out.jsonl", "out.csv", "out.parquet", "out.sqlite", "shards"):
        batch(source, tmp_path / name, model)
        assert [row["id"] for row in read_rows(tmp_path / name)] == ["a"]


def test_rejects_say_where_and_why(written: Path, model: Path, tmp_path: Path) -> None:
    result = batch(written, tmp_path / "out.csv", model)
    assert result.rejects is not None
    rejects = [json.loads(line) for line in result.rejects.read_text(encoding="ascii").splitlines()]
    assert [(reject["source"], reject["position"]) for reject in rejects] == [(str(written), 6), (str(written), 9)]
    assert [reject["code"] for reject in rejects] == ["no-text", "bad-json"]
    assert "cut off" in rejects[1]["raw"] and all(reject["reason"] for reject in rejects)
    assert (result.counts.read, result.counts.reported, result.counts.rejected) == (60, 58, 2)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jsonl", Kind.JSONL),
        ("a.CSV", Kind.CSV),
        ("a.parquet", Kind.PARQUET),
        ("a.db", Kind.SQLITE),
        ("a", Kind.SHARDS),
    ],
)
def test_the_ending_says_what_is_written(name: str, kind: Kind) -> None:
    assert kind_of(Path(name)) is kind


@pytest.mark.parametrize("name", ["a.xlsx", "a.json", "a.jsonl.gz"])
def test_other_endings_are_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match=r"\.jsonl, \.csv, \.parquet or \.sqlite"):
        kind_of(Path(name))
