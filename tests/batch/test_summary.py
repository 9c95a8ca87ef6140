"""The summary counts what is there, says the same of every kind of output, and shows posting text as text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from made_postings import write_postings

from analyzer.batch.job import Job, kind_of
from analyzer.batch.pages import headline, tables, to_html, to_markdown, to_text
from analyzer.batch.run import run
from analyzer.batch.summary import TYPICAL, Summary, summarize
from analyzer.cli.main import cli
from analyzer.cli.summary import summary as command
from analyzer.errors import InputError
from analyzer.types import Role

HOSTILE = "<script>alert(1)</script>|[x](javascript:y)`\x1b[31m\u202e"


def report(**changes: Any) -> dict[str, Any]:
    """A line of batch output, as little of it as the summary looks at."""
    shares = {role.value: 0.0 for role in Role} | changes.pop("shares", {"product_manager": 1.0})
    findings = [{"code": code} for code in changes.pop("findings", [])]
    line = {
        "id": "1", "title": "Product Manager", "company": "Ostrava Looms", "model": "m@1",
        "mixed": False, "mix_score": 0.1,
        "main_role": "product_manager", "title_role": "product_manager", "profile": shares,
        "focus": {"internal": 1.0, "external": 0.0}, "sentences": [], "findings": findings,
    }  # fmt: skip
    return line | changes


def lines(path: Path, *reports: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in reports), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Summary:
    mixed = {"mixed": True, "mix_score": 0.9, "shares": {"product_manager": 0.5, "product_marketing_manager": 0.5}}
    pmm = {"title": "PMM", "title_role": "product_marketing_manager"}
    return summarize(
        lines(
            tmp_path / "out.jsonl",
            report(date="2024-01-09"),
            report(date="2024-02-01", company="Larkspur", **mixed),
            report(**pmm, findings=["TTL001", "MIX001"], date="2024-02-28"),
            report(**pmm, findings=["TTL001"], company=None),
            report(duplicate_of="x:1", **mixed),
            {"id": None, "source": "x:9", "error": {"code": "bad-json", "message": "no"}},
            report(title_role="none", title=None, shares={"product_manager": 0.0}),
        )
    )


def test_counts_and_shares(small: Summary) -> None:
    assert (small.all.postings, small.all.mixed, small.rejected, small.duplicates) == (5, 1, 1, 1)
    assert small.titles["product_manager"].mixed_share == 0.5
    assert small.titles["product_manager"].share("product_marketing_manager") == 0.25
    assert small.titles["none"].share("product_manager") == 0.0
    assert {name: group.postings for name, group in small.months.items()} == {"2024-01": 1, "2024-02": 2}
    assert {name: group.mixed for name, group in small.companies.items()} == {"Ostrava Looms": 0, "Larkspur": 1}
    assert small.mismatches == {("product_marketing_manager", "product_manager"): 2}
    assert [(t.title, t.company, t.score) for t in small.typical] == [("Product Manager", "Larkspur", 0.9)]
    assert headline(small) == "5 postings, 1 of them mixed (20.0%); left out: 1 duplicates and 1 rejected."


def test_the_tables_say_it(small: Summary) -> None:
    shown = {table.heading: table.rows for table in tables(small)}
    assert ("Product manager", "2", "1", "50.0%") in shown["Mixed, by the role in the title"]
    assert shown["Mixed, by company"] == (("Larkspur", "1", "1", "100.0%"),)
    assert shown["Titles that promise another job"] == (("Product marketing manager", "Product manager", "2", "PMM"),)


def test_the_most_typical_come_first_and_are_few(tmp_path: Path) -> None:
    mixed = [
        report(id=str(k), source=f"x:{k}", mixed=True, mix_score=0.5 + k / 100, shares={"product_manager": 0.5})
        for k in range(30)
    ]
    found = summarize(lines(tmp_path / "out.jsonl", *mixed)).typical
    assert [item.source for item in found] == [f"x:{k}" for k in range(29, 29 - TYPICAL, -1)]


def test_every_kind_of_output_has_the_same_summary(model: Path, tmp_path: Path) -> None:
    source = write_postings(tmp_path / "in.jsonl", 60)
    texts = []
    for name in ("out.csv", "out.parquet", "out.sqlite", "shards"):
        out = tmp_path / name
        run(Job((str(source),), out, kind_of(out), model=model, shard_rows=16))
        texts.append(to_text(summarize(out)))
    assert len(set(texts)) == 1
    assert "58 postings" in texts[0] and "left out: 2 rejected" in texts[0] and "2024-03" in texts[0]


@pytest.fixture
def hostile(tmp_path: Path) -> Summary:
    shares = {"product_manager": 0.5, "product_marketing_manager": 0.5}
    items = [
        report(
            title=HOSTILE, company=HOSTILE, source=HOSTILE, date=date,
            mixed=True, mix_score=0.9, shares=shares, findings=["TTL001"],
        )
        for date in ("2024-01-01", "2024-02-01", "<b>2024")
    ]  # fmt: skip
    return summarize(lines(tmp_path / "hostile.jsonl", *items))


def test_the_page_is_whole_runs_nothing_and_loads_nothing(hostile: Summary) -> None:
    page = to_html(hostile)
    assert page.count("<svg") == 4
    assert not re.search(r"<(script|iframe|object|embed|link|img|base|foreignObject)\b", page, re.IGNORECASE)
    assert not re.search(r"\s(on\w+|srcset|src|href|action)\s*=|@import|url\(", page, re.IGNORECASE)
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}  # noqa: S314  # our own
        assert tags <= {"svg", "g", "path", "text", "line", "rect", "defs", "clipPath", "style", "title"}


def test_markdown_and_text_show_posting_text_as_text(hostile: Summary) -> None:
    page, plain = to_markdown(hostile), to_text(hostile)
    assert "\\<script\\>" in page and "<script>" not in page and "](javascript" not in page
    assert re.search(r"^\| \\<script\\>alert\\\(1\\\)", page, re.MULTILINE)
    for shown in (page, plain):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_an_empty_output_has_a_summary(tmp_path: Path) -> None:
    empty = summarize(lines(tmp_path / "out.jsonl"))
    assert to_text(empty).startswith("0 postings, 0 of them mixed (0.0%).")
    assert "<svg" not in to_html(empty)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.jsonl", None, "no such output"),
        ("other.jsonl", b'{"id": 1}\n', "other.jsonl:1: no report"),
        ("other.jsonl", b"[1]\n", "other.jsonl:1: no report"),
        ("sentences.jsonl", b'{"id": "1", "sentence": 0, "label": "none"}\n', "no report"),
        ("other.csv", b"id,title\n1,PM\n", "no output of"),
        ("other.parquet", b"PAR1 nothing", "no Parquet file"),
        ("other.sqlite", b"nothing at all", "no SQLite file"),
        ("folder", b"", "no shards"),
    ],
)
def test_what_is_no_output_is_told_in_one_line(name: str, content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if content:
        path.write_bytes(content)
    elif content is not None:
        path.mkdir()
    with pytest.raises(InputError, match=words) as refused:
        summarize(path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ([], "2 postings"),
        (["--format", "markdown"], "# Summary"),
        (["--format", "html", "--top", "3"], "<!doctype html>"),
    ],
)
def test_the_command_prints_each_format(options: list[str], start: str, tmp_path: Path) -> None:
    out = lines(tmp_path / "out.jsonl", report(), report())
    done = CliRunner().invoke(command, [str(out), *options])
    assert done.exit_code == 0 and done.stdout.startswith(start)


def test_the_ending_of_the_page_says_its_format(tmp_path: Path) -> None:
    out = lines(tmp_path / "out.jsonl", report())
    done = CliRunner().invoke(command, [str(out), "-o", str(tmp_path / "page.md")])
    assert done.exit_code == 0 and (tmp_path / "page.md").read_text("utf-8").startswith("# Summary")


def test_the_command_is_known() -> None:
    assert "summary" in CliRunner().invoke(cli, ["--help"]).stdout
