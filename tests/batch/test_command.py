"""``analyzer batch`` as its user meets it: what it says, and how it refuses."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_postings import write_postings

from analyzer.batch.progress import Bar, Meter, Silent, progress
from analyzer.cli.main import cli


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["batch", *map(str, arguments)])


def test_the_end_summary_counts_everything(written: Path, model: Path, tmp_path: Path) -> None:
    done = batch(written, "-o", tmp_path / "out.jsonl", "--model", model, "--dedupe")
    assert done.exit_code == 0 and done.stdout == ""
    assert re.search(
        r"60 postings read: 58 reported, 2 rejected, \d+ duplicates; \d+\.\d s, [\d,]+ postings/s", done.stderr
    )
    assert "out.jsonl.rejects.jsonl" in done.stderr


def test_quiet_says_nothing(written: Path, model: Path, tmp_path: Path) -> None:
    done = batch(written, "-o", tmp_path / "out.jsonl", "--model", model, "--quiet")
    assert (done.exit_code, done.output) == (0, "")


def test_other_columns_are_named_with_map(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [["rubric", "words"], ["Product Manager", "Own the product roadmap with engineering."]]
        )
    mapping = ("--map", "title=rubric", "--map", "text=words")
    described = batch("--describe", source, *mapping)
    assert described.exit_code == 0
    assert re.search(r"format +csv", described.stdout) and re.search(r"title +from rubric", described.stdout)
    assert "Own the product roadmap" in described.stdout
    done = batch(source, "-o", tmp_path / "out.csv", "--model", model, *mapping)
    assert done.exit_code == 0 and "1 reported" in done.stderr
    assert "Product Manager" in (tmp_path / "out.csv").read_text("utf-8")


def test_describe_shows_hostile_text_as_text(tmp_path: Path) -> None:
    source = write_postings(tmp_path / "in.jsonl", 2)
    source.write_text(source.read_text("utf-8").replace("Kestrel", "\\u001b[31m\\u202eKestrel"), encoding="utf-8")
    done = batch("--describe", source)
    assert "Kestrel" in done.stdout and not re.search("[\x1b\u202e]", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name an input"),
        (["in.jsonl"], "say with -o"),
        (["in.jsonl", "-o", "out.xlsx"], "cannot write '.xlsx'"),
        (["in.jsonl", "-o", "out.csv", "--jobs", "0"], "--jobs takes"),
        (["in.jsonl", "-o", "out.csv", "--scheduler", "tcp://x:1"], "--scheduler goes with --engine dask"),
        (["in.jsonl", "-o", "out.csv", "--map", "title"], "--map takes FIELD=COLUMN"),
        (["in.jsonl", "-o", "out.csv", "--map", "salary=pay"], "no such field: salary"),
        (["gone.jsonl", "-o", "out.csv"], "gone.jsonl: no such file"),
        (["in.jsonl", "-o", "out.csv", "--max-rejects", "0"], "--max-rejects allows 0"),
        (["in.jsonl", "-o", "out.csv", "--limit", "0"], "--limit"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    arguments: list[str], words: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_postings(tmp_path / "in.jsonl", 12)
    done = batch(*arguments, "--model", model)
    assert done.exit_code == 2 and words in done.stderr
    assert "Traceback" not in done.output
    assert {path.name for path in tmp_path.iterdir()} <= {"in.jsonl", "out.csv.run"}


def test_a_log_gets_no_line_before_its_minute_is_over_and_one_after() -> None:
    stream = io.StringIO()
    meter = progress(stream, 100, quiet=False)
    assert isinstance(meter, Meter) and not isinstance(meter, Bar)
    meter.begin(4, 1)
    meter.rows(50)
    assert stream.getvalue() == ""
    meter._told -= 61  # a minute passes
    meter.rows(25)
    meter.task(100)
    assert re.fullmatch(r"44%: 75 postings, [\d,]+ a second, \d+:\d\d left\n", stream.getvalue())
    assert meter.share() == 0.5 and meter.words().startswith("100 postings")


def test_a_terminal_gets_a_bar_with_rate_and_time_left() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    bar = progress(stream, 100, quiet=False)
    assert isinstance(bar, Bar)
    with bar:
        bar.begin(2, 0)
        bar.task(100)
    assert "100 postings" in stream.getvalue() and "left" in stream.getvalue()
    assert isinstance(progress(stream, 100, quiet=True), Silent)
