"""Texts in a file of their own, joined by id."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer.cli.main import cli
from analyzer.errors import InputError, SettingsError
from analyzer.readers import ReadOptions, describe, read
from analyzer.readers.joined import build_index, find_text
from analyzer.types import Failure, Posting

LINK = "https://example.org/jobs/view/{}"
DUTIES = (
    "What you will do, with the team and for our users:\n* Own the roadmap of product {}\n* Write its user stories\n"
)
POSTINGS = "linkedin_job_postings.csv"
SUMMARIES = "job_summary.csv"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export in the shape of LinkedIn's large one: six postings; the texts of 2 and 5 are missing and empty."""
    with (tmp_path / POSTINGS).open("w", newline="", encoding="utf-8") as sink:
        rows = csv.writer(sink)
        rows.writerow(["job_link", "last_processed_time", "job_title", "company", "job_location", "first_seen"])
        for k in range(6):
            rows.writerow([LINK.format(k), "2024-01-21", f"Product Manager {k}", "Ferry & Sons", "Graz", "2024-01-15"])
    with (tmp_path / SUMMARIES).open("w", newline="", encoding="utf-8") as sink:
        rows = csv.writer(sink)
        rows.writerow(["job_link", "job_summary"])
        for k in (5, 4, 3, 1, 0, 0, 77):
            rows.writerow([LINK.format(k), "" if k == 5 else DUTIES.format(k)])
    return tmp_path


def test_every_posting_gets_its_text_or_a_reason(export: Path) -> None:
    join = str(export / SUMMARIES)
    rows = list(read(str(export / POSTINGS), ReadOptions(join=join)))
    assert [row.text if isinstance(row, Posting) else row.code for row in rows] == [
        DUTIES.format(0), DUTIES.format(1), "no-text", DUTIES.format(3), DUTIES.format(4), "no-text",
    ]  # fmt: skip
    first, missing = rows[0], rows[2]
    assert isinstance(first, Posting) and isinstance(missing, Failure)
    assert (first.id, first.title, first.company, first.date) == (
        LINK.format(0), "Product Manager 0", "Ferry & Sons", "2024-01-15",
    )  # fmt: skip
    assert missing.message.endswith(f"no text: {join} has none for {LINK.format(2)}")


def test_without_the_option_the_way_out_is_told(export: Path) -> None:
    (row,) = read(str(export / POSTINGS))
    assert isinstance(row, Failure)
    assert row.code == "no-text"
    assert "--join FILE" in row.message


@pytest.mark.parametrize("form", ["jsonl", "gz"])
def test_the_texts_may_be_of_any_format(form: str, export: Path) -> None:
    if form == "gz":
        other = export / "texts.csv.gz"
        other.write_bytes(gzip.compress((export / SUMMARIES).read_bytes()))
    else:
        other = export / "texts.jsonl"
        other.write_text(
            "".join(json.dumps({"url": LINK.format(k), "text": DUTIES.format(k)}) + "\n" for k in range(9))
        )
    rows = list(read(str(export / POSTINGS), ReadOptions(join=str(other))))
    assert [isinstance(row, Posting) for row in rows] == ([True] * 6 if form == "jsonl" else [True, True, False] * 2)


def test_the_id_may_be_named_and_own_texts_hold(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'code,title,text\nx1,PM,"{DUTIES.format(1)}"\nx2,PM,\n,PM,\n')
    (tmp_path / "b.csv").write_text(f'code,text\nx1,"{DUTIES.format(8)}"\nx2,"{DUTIES.format(9)}"\n')
    options = ReadOptions(join=str(tmp_path / "b.csv"), mapping={"id": "code"})
    own, joined, nameless = read(str(tmp_path / "a.csv"), options)
    assert isinstance(own, Posting) and isinstance(joined, Posting) and isinstance(nameless, Failure)
    assert (own.text, joined.text) == (DUTIES.format(1), DUTIES.format(9))
    assert "no id to find its text by" in nameless.message


def test_the_first_text_of_an_id_holds_and_unusable_rows_are_counted(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("id,text\nx,first of them\nx,second of them\ny,\n,nobody's\n")
    options = ReadOptions(join=str(tmp_path / "b.csv"))
    assert build_index(options, tmp_path / "i.sqlite") == 2
    for found in (options, ReadOptions(join=options.join, join_index=str(tmp_path / "i.sqlite"))):
        assert [find_text(found, id) for id in ("x", "y", "z")] == ["first of them", None, None]


def test_describe_shows_the_joined_text(export: Path) -> None:
    found = describe(str(export / POSTINGS), ReadOptions(join=str(export / SUMMARIES)))
    assert isinstance(found.first, Posting)
    assert found.first.text == DUTIES.format(0)


def test_a_folder_that_holds_both_is_read_once(export: Path) -> None:
    assert len(list(read(str(export), ReadOptions(join=str(export / SUMMARIES))))) == 6


def test_what_cannot_be_joined_is_told() -> None:
    with pytest.raises(SettingsError, match="standard input"):
        ReadOptions(join="-")


def test_a_missing_file_is_told(export: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv"):
        list(read(str(export / POSTINGS), ReadOptions(join=str(export / "gone.csv"))))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_joins_in_every_process_and_tells_of_what_is_missing(jobs: int, export: Path) -> None:
    out = export / "out" / "reports.jsonl"
    out.parent.mkdir()
    arguments = ["batch", str(export / POSTINGS), "--join", str(export / SUMMARIES), "-o", str(out)]
    done = CliRunner().invoke(cli, [*arguments, "--jobs", str(jobs), "--shard-rows", "2"])
    assert done.exit_code == 0, done.output
    assert "1 of its rows have no text" in done.stderr
    assert "6 postings read: 4 reported, 2 rejected" in done.stderr
    reports = [json.loads(line) for line in out.read_text().splitlines()]
    assert [report.get("main_role") for report in reports] == [
        "product_manager" if k not in (2, 5) else None for k in range(6)
    ]
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "reports.jsonl", "reports.jsonl.rejects.jsonl", "reports.jsonl.run.json",
    ]  # fmt: skip


def test_a_changed_file_of_texts_is_noticed(export: Path) -> None:
    out = export.parent / f"{export.name}-reports.jsonl"
    arguments = ["batch", str(export / POSTINGS), "--join", str(export / SUMMARIES), "-o", str(out)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert "complete already" in CliRunner().invoke(cli, arguments).stderr
    with (export / SUMMARIES).open("a", encoding="utf-8") as sink:
        sink.write(f'{LINK.format(2)},"{DUTIES.format(2)}"\n')
    again = CliRunner().invoke(cli, arguments)
    assert "has changed. Made anew" in again.stderr
    assert "5 reported, 1 rejected" in again.stderr
