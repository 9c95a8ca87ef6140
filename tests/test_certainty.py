"""Where the analyzer is not sure, every output says so; where it is sure, none does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from drafts import report_of

from analyzer.batch.rows import POSTING_COLUMNS, SENTENCE_COLUMNS, posting_rows, sentence_rows
from analyzer.render.formats import FORMATS
from analyzer.render.view import View
from analyzer.render.words import headline
from analyzer.types import Report
from analyzer.verdict import thresholds as t
from analyzer.verdict.certainty import close_call, unsure_duties, unsure_of
from analyzer.verdict.facts import Facts
from analyzer.verdict.rules import evaluate
from analyzer.verdict.split import split

DRAFT = """heading: ## What you will do
pm: * Own the roadmap for billing
pm: * Write user stories with engineering
pmm: * Plan launches and train sales
pmm: * Write positioning and battlecards
requirement: * A degree
"""
LOW, HIGH = t.MIX_UNSURE


def judged(score: float, confidence: float = 0.9) -> Report:
    """A report with that mix score, the first duty labelled with that confidence."""
    report = report_of(DRAFT, "Product Manager")
    sentences = list(report.sentences)
    sentences[1] = replace(sentences[1], confidence=confidence)
    profile = replace(report.profile, mix_score=score, mixed=score >= t.MIX_THRESHOLD)
    posting = replace(report.posting, source="x.md")
    findings = evaluate(Facts("Product Manager", tuple(sentences), profile))
    return replace(report, posting=posting, sentences=tuple(sentences), profile=profile, findings=findings)


def told(report: Report, form: str, audience: str = "recruiter") -> str:
    text = "".join(FORMATS[form]([report], View(audience)))
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


SURE, CLOSE, NEARLY, DOUBTED = judged(0.9), judged(0.6), judged(0.5), judged(0.9, 0.4)
DOUBT = re.compile(r"close call|probably|unsure(?!\": false)|PM\?", re.IGNORECASE)
PEOPLE = [(form, audience) for form in ("text", "markdown", "html") for audience in ("recruiter", "seeker")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_sure_verdict_is_told_without_doubt(form: str) -> None:
    assert not DOUBT.search(told(SURE, form))


@pytest.mark.parametrize(("form", "audience"), PEOPLE)
@pytest.mark.parametrize(("report", "words"), [(CLOSE, "Probably two jobs"), (NEARLY, "Probably one job")])
def test_people_are_told_of_a_close_call(form: str, audience: str, report: Report, words: str) -> None:
    text = told(report, form, audience)
    assert words in text and "close call" in text


@pytest.mark.parametrize("form", ["sarif", "github"])
@pytest.mark.parametrize(("report", "words"), [(CLOSE, "Probably two jobs"), (NEARLY, "Probably one job")])
def test_code_review_is_told_of_a_close_call_with_findings_or_without(form: str, report: Report, words: str) -> None:
    assert f"a close call. {words}" in told(replace(report, findings=()), form)
    assert "It is a close call." in told(CLOSE, form)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_programs_are_told(form: str) -> None:
    def flags(report: Report) -> tuple[Any, list[Any]]:
        data = json.loads(told(report, form))
        return data["unsure"], [sentence["unsure"] for sentence in data["sentences"]]

    assert flags(SURE) == (False, [False] * 6)
    assert flags(CLOSE)[0] and flags(NEARLY)[0]
    assert flags(DOUBTED) == (False, [False, True, False, False, False, False])


def test_sarif_results_carry_the_flag() -> None:
    [run] = json.loads(told(CLOSE, "sarif"))["runs"]
    assert {result["properties"]["unsure"] for result in run["results"]} == {True}


@pytest.mark.parametrize(
    ("form", "audience", "words"),
    [
        ("text", "recruiter", "Own the roadmap for billing (unsure)"),
        ("text", "recruiter", "The analyzer is unsure of 1 of these 4 sentences"),
        ("text", "seeker", "The analyzer is unsure of 1 duty"),
        ("markdown", "recruiter", "Own the roadmap for billing *(unsure)*"),
        ("markdown", "recruiter", "The analyzer is unsure of 1 of these 4 sentences"),
        ("markdown", "seeker", "The analyzer is unsure of 1 duty"),
        ("html", "recruiter", "PM?"),
        ("html", "recruiter", "? behind the letters: the analyzer is unsure of 1 duty"),
        ("html", "seeker", "The analyzer is unsure of 1 duty"),
        ("sarif", "recruiter", "The analyzer is unsure of 1 of these 4 sentences"),
        ("github", "recruiter", "The analyzer is unsure of 1 of these 4 sentences"),
    ],
)
def test_an_unsure_duty_is_marked(form: str, audience: str, words: str) -> None:
    assert words in told(DOUBTED, form, audience)


def test_an_unsure_duty_is_marked_in_a_posting_of_one_job() -> None:
    report = judged(0.1, 0.4)
    text = told(report, "text")
    assert "PM? Own the roadmap for billing" in text and "?: unsure" in text
    assert "?: unsure" not in told(judged(0.1), "text")


def test_an_unsure_duty_is_left_to_decide_in_a_split() -> None:
    assert [decision.sentence for decision in split(DOUBTED).to_decide] == [1]
    assert not split(SURE).to_decide


@pytest.mark.parametrize(("report", "flag"), [(SURE, False), (CLOSE, True), (NEARLY, True)])
def test_rows_of_a_batch_carry_the_flag(report: Report, flag: bool) -> None:
    [row] = posting_rows(report, "m@0")
    assert dict(zip((name for name, _ in POSTING_COLUMNS), row, strict=True))["unsure"] is flag


def test_rows_of_sentences_carry_the_flag() -> None:
    place = [name for name, _ in SENTENCE_COLUMNS].index("unsure")
    assert [row[place] for row in sentence_rows(DOUBTED, "m@0")] == [False, True, False, False, False, False]


def test_a_heading_is_never_an_unsure_duty() -> None:
    sentences = tuple(replace(s, confidence=0.3) for s in SURE.sentences)
    assert unsure_of(sentences[0]) and unsure_duties(sentences) == (1, 2, 3, 4)
    assert unsure_duties(sentences, (0, 2)) == (2,)


@pytest.mark.parametrize(
    ("score", "close"), [(LOW - 0.01, False), (LOW, True), (t.MIX_THRESHOLD, True), (HIGH, True), (HIGH + 0.01, False)]
)
def test_the_band_holds_its_ends(score: float, close: bool) -> None:
    assert close_call(judged(score).profile) is close


def test_no_role_leading_and_a_close_call() -> None:
    report = replace(NEARLY, profile=replace(NEARLY.profile, main_role=None))
    assert headline(report) == "None of the six roles leads this posting, which may be two jobs."
