"""Postings written for the tests of batches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from analyzer.text.segment import segment
from analyzer.types import Sentence

DUTIES = {
    "Product Manager": (
        "Own the product roadmap and decide what the team builds next",
        "Write user stories and acceptance criteria with engineering",
        "Interview users to find out which problems are worth solving",
        "Prioritise the backlog by value and effort every sprint",
    ),
    "Product Marketing Manager": (
        "Write the positioning and messaging for every launch",
        "Train the sales team and keep battle cards against competitors up to date",
        "Plan the go-to-market of new features with sales and marketing",
        "Turn customer interviews into case studies that sales can use",
    ),
    "Marketing Manager": (
        "Plan paid campaigns across search and social and answer for the budget",
        "Report on leads, conversion and cost for each channel every month",
        "Run the email programme and test subject lines and landing pages",
        "Steer the agencies that make our advertisements",
    ),
}
COMPANIES = ("Kestrel Bakery Systems", "Ostrava Looms", "=Cmd Holdings", "Larkspur & Sons <b>Ltd</b>")
ABOUT = "We make software for bakeries, and {people} people work here."
GENERAL = "Work closely with other teams and help where help is needed."
CLOSING = "Please apply by mail and tell us when you could start."
MIXED_EVERY = 7


def posting(k: int) -> dict[str, str]:
    """The k-th written posting; every seventh has the duties of two jobs, every eleventh a hostile title."""
    title = list(DUTIES)[k % 3]
    shown = {0: '=HYPERLINK("http://x","Product Manager")', 1: f"{title} \u202e\x07 <script>"}.get(k % 11, title)
    return {
        "id": f"w{k}",
        "title": shown,
        "company": COMPANIES[k % 4],
        "location": "Graz",
        "date": f"2024-{k % 4 + 1:02d}-15",
        "description": text(k),
    }


def text(k: int) -> str:
    """The description of the k-th posting."""
    titles = list(DUTIES)
    duties = [*DUTIES[titles[k % 3]], *(DUTIES[titles[(k + 1) % 3]] if k % MIXED_EVERY == 0 else ())]
    bullets = "\n".join(f"* {duty}, in squad {k} of our office." for duty in duties)
    return f"{ABOUT.format(people=k + 20)}\n\n## What you will do\n\n{bullets}\n* {GENERAL}\n\n{CLOSING}"


def labelled(numbers: Iterable[int]) -> tuple[list[list[Sentence]], list[list[str]]]:
    """Written postings cut into sentences, with the class of each sentence, as the classifier is trained on them."""
    cut = [segment(text(k)) for k in numbers]
    return cut, [[_class_of(sentence.text) for sentence in sentences] for sentences in cut]


def _class_of(sentence: str) -> str:
    for title, duties in DUTIES.items():
        if sentence.startswith(duties):
            return title.lower().replace(" ", "_")
    if sentence.startswith("Work closely"):
        return "general"
    return "company" if "bakeries" in sentence else "process" if "apply" in sentence else "heading"


def write_postings(path: Path, number: int) -> Path:
    """``number`` postings as JSON Lines, with an empty one and a broken line among them where there are over ten."""
    lines = [json.dumps(posting(k)) for k in range(number)]
    if number > 10:
        lines[5] = json.dumps({"id": "empty", "title": "Product Manager", "description": ""})
        lines[8] = '{"id": "cut off", "descri'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
