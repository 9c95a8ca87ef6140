"""Texts and where they are cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.text.segment import MAX_SENTENCE_CHARS, segment
from analyzer.types import Form, Zone

CASES = {
    "bullets of all kinds": (
        "- Own the roadmap\n* Write specs\n• Talk to users\n1. Rank the backlog\n2) Ship it\n+\tMeasure it\n\\- Repeat",
        ["Own the roadmap", "Write specs", "Talk to users", "Rank the backlog", "Ship it", "Measure it", "Repeat"],
    ),
    "run-in heading stays with its sentence": ("* **Launches:** own the plan", ["Launches:** own the plan"]),
    "sentences in a bullet": ("* Own it. Then ship it.", ["Own it.", "Then ship it."]),
    "glued gerund": (
        "Managing life cyclesPerforming market research",
        ["Managing life cycles", "Performing market research"],
    ),
    "glued years": ("Degree preferred5+ years in sales", ["Degree preferred", "5+ years in sales"]),
    "glued full stop": ("Own the roadmap.Work with design", ["Own the roadmap.", "Work with design"]),
    "glued heading": ("Job SummaryThe manager plans", ["Job Summary", "The manager plans"]),
    "abbreviations": (
        "Tools, e.g. Jira, for Dr. Lee at Acme Inc. and U.S. clients. Next one.",
        ["Tools, e.g. Jira, for Dr. Lee at Acme Inc. and U.S. clients.", "Next one."],
    ),
    "brands in camel case": (
        "Know JavaScript, LinkedIn, GitHub, PowerPoint and YouTube.",
        ["Know JavaScript, LinkedIn, GitHub, PowerPoint and YouTube."],
    ),
    "semicolon before a capital": ("Own it; Ship it; and more", ["Own it;", "Ship it; and more"]),
    "inline bullets": ("Own it • Ship it • Rest", ["Own it", "Ship it", "Rest"]),
    "links are left whole": ("See https://example.org/a.Big_page now", ["See https://example.org/a.Big_page now"]),
    "emphasis outside": ("**About us**\n_We bake._", ["About us", "We bake."]),
    "no letters, no sentence": ("---\n***\n5 %\n", []),
    "nothing": ("", []),
    "blanks": (" \n\t\n ", []),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_cuts(text: str, expected: list[str]) -> None:
    assert [s.text for s in segment(text)] == expected


def test_sections_follow_headings() -> None:
    sentences = segment("## What you'll do\n* Own it\n\n**Requirements**\n\n* A degree\n\nHarrow & Finch\n* Farm shops")
    assert [(s.text, s.section) for s in sentences] == [
        ("What you'll do", Zone.DUTY),
        ("Own it", Zone.DUTY),
        ("Requirements", Zone.REQUIREMENT),
        ("A degree", Zone.REQUIREMENT),
        ("Harrow & Finch", None),
        ("Farm shops", None),
    ]
    assert [s.heading for s in sentences] == [0, 0, 2, 2, 4, 4]


def test_form() -> None:
    heading, bullet, second = segment("## Duties\n\n  - Own it. Ship it.")
    assert heading.form & Form.HASH and heading.form & Form.TITLE
    assert bullet.form & Form.BULLET and bullet.form & Form.PARAGRAPH and not bullet.form & Form.ENDS_LINE
    assert not second.form & (Form.BULLET | Form.LINE) and second.form & Form.ENDS_LINE


def test_megabytes_without_a_space_are_cut_in_linear_time() -> None:
    sentences = segment("a" * 5_000_000)
    assert max(len(s.text) for s in sentences) <= MAX_SENTENCE_CHARS
    assert "".join(s.text for s in sentences) == "a" * 5_000_000


PIECES = st.sampled_from(
    ["Own the roadmap", "* ", "- ", "## ", "**", "\n", "\n\n", ". ", ".", "; ", "Work with", " ", "5+ years", "\t", "\u2028",
     "e.g. ", "•", "cyclesPerforming", "[link](https://example.org/A.Bc)", "\u200b", "<b>", "ß", "🚀", "1. ", "\x00", "|"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=40).map("".join)))
def test_sentences_and_furniture_give_back_the_text(text: str) -> None:
    sentences = segment(text)
    position, rebuilt = 0, ""
    for sentence in sentences:
        assert sentence.start >= position and sentence.end > sentence.start
        assert text[sentence.start : sentence.end] == sentence.text
        rebuilt += text[position : sentence.start] + sentence.text
        assert not re.search(r"[^\W\d_]{2}", text[position : sentence.start]), "letters outside every sentence"
        position = sentence.end
    assert rebuilt + text[position:] == text
    assert not re.search(r"[^\W\d_]{2}", text[position:])
