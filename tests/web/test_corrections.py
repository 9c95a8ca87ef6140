"""Corrections: the verdict follows, they survive edits elsewhere, and they read back as a posting of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from analyzer.learn.corpus import read_file
from analyzer.pipeline import Analyzer
from analyzer.types import Label, Report, Role, Zone
from analyzer.web.corrections import CHOICES, choice_of, corpus_rows, corrected, sentence_keys
from analyzer.web.review import Draft, Reviewer


@pytest.fixture(scope="module")
def report(analyzer: Analyzer, mixed: str) -> Report:
    return Reviewer(analyzer, 400_000).report(Draft(mixed))


def indices(report: Report, label: Label) -> list[int]:
    return [i for i, sentence in enumerate(report.sentences) if sentence.label is label]


def test_the_verdict_follows(report: Report, analyzer: Analyzer) -> None:
    assert report.profile.mixed
    marketing = indices(report, Label.PRODUCT_MARKETING_MANAGER)
    after = corrected(report, dict.fromkeys(marketing, "product_manager"), analyzer)
    assert not after.profile.mixed and after.profile.main_role is Role.PRODUCT_MANAGER
    assert "MIX001" not in {finding.code for finding in after.findings}
    assert all(after.sentences[i].confidence == 1 and after.sentences[i].also is None for i in marketing)
    assert after.text == report.text and len(after.sentences) == len(report.sentences)


def test_nothing_changes_where_nothing_is_wanted(report: Report, analyzer: Analyzer) -> None:
    same = {i: choice_of(sentence).value for i, sentence in enumerate(report.sentences)}
    assert corrected(report, same, analyzer) == report
    assert corrected(report, {9_999: "marcom", -1: "marcom", 0: "no such label", 1: ""}, analyzer) == report


def test_every_choice_has_a_label_and_a_zone(report: Report, analyzer: Analyzer) -> None:
    for value, choice in CHOICES.items():
        sentence = corrected(report, {3: value}, analyzer).sentences[3]
        assert (sentence.label, sentence.zone) == (choice.label, choice.zone) and choice_of(sentence) == choice
    assert {choice.zone for choice in CHOICES.values()} == set(Zone)


def test_keys_stay_when_other_text_changes(analyzer: Analyzer, mixed: str) -> None:
    review = Reviewer(analyzer, 400_000)
    twice = mixed + "\n* Own the plan\n* Own the plan\n"
    keys = sentence_keys(review.report(Draft(twice)).sentences)
    assert len(set(keys)) == len(keys)
    edited = twice.replace("# Product Manager", "Brand-new first line.\n\n# PM")
    moved = sentence_keys(review.report(Draft(edited)).sentences)
    assert set(keys) - set(moved) == {keys[0]}


TEXTS = [
    "# PM\n\nWe make **maps**.  We like rain. \n\n## Duties\n\n* Own the roadmap\n  * Write stories\n- Plan\n",
    "We hire.Own the roadmap\nand ship it | or not.\r\nSecond line",
    "duty marcom | Own the roadmap\n@ a | b | c | small | mixed | none\n# no comment here\n+ Own it",
    "Own it. Own it. Own it.\n\n\n\nOwn it!",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_rows_read_back_as_the_same_posting(analyzer: Analyzer, tmp_path: Path, text: str) -> None:
    found = Reviewer(analyzer, 400_000).report(Draft(text, "Product | Manager\n@ x"))
    last = len(found.sentences) - 1
    after = corrected(found, {last: "community_manager"}, analyzer)
    file = tmp_path / "rows.txt"
    file.write_text(corpus_rows(after, found), encoding="utf-8")
    [posting] = read_file(file)
    assert posting.title == "Product / Manager @ x"
    assert posting.text.split() == after.text.split()
    assert [posting.text[u.start : u.end].split() for u in posting.units] == [s.text.split() for s in after.sentences]
    assert [choice_of(s).value for s in after.sentences] == [unit.role or str(unit.zone) for unit in posting.units]
    changed = choice_of(found.sentences[last]) != choice_of(after.sentences[last])
    assert file.read_text(encoding="utf-8").count("# corrected by hand") == changed


def test_a_form_corrects_without_a_script(client: TestClient, mixed: str) -> None:
    tree = LexborHTMLParser(client.post("/check", data={"text": mixed}).text)
    fields = {
        node.attributes["name"]: "marketing_manager"
        for node in tree.css("select[name^='label:']")
        if "As found: Product marketing manager" in node.text()
    }
    assert len(fields) >= 3
    after = LexborHTMLParser(client.post("/check", data={"text": mixed, **fields}).text)
    assert "Two jobs" in tree.css_first("#headline").text()
    assert "product marketing." not in after.css_first("#headline").text()
    assert len(after.css("a.s.corrected")) == len(fields)
    assert len(after.css("select option[selected]")) == len(fields)
    rows = client.post("/download/corpus", data={"text": mixed, **fields}).text
    assert rows.count("# corrected by hand, was: product_marketing_manager") == len(fields)
    assert rows.count("duty marketing_manager |") >= len(fields)
    assert client.post("/download/json", data={"text": mixed, **fields}).json()["main_role"] != "none"
