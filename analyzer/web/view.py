"""A review → what the templates show: every word chosen, every number rounded, no posting text marked as safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.render.words import cite, headline, letters, ranked, tag
from analyzer.roles.taxonomy import TAXONOMY, label_name
from analyzer.types import Finding, Form, Label, LabeledSentence, Level, Profile, Report, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.certainty import close_call, unsure_of
from analyzer.verdict.explain import Explanation, telling_part, telling_phrases
from analyzer.web.corrections import choice_of
from analyzer.web.review import Review

MAX_SHOWN = 600
"""Sentences of one posting that the page shows; the downloads hold all."""

_MARKUP = re.compile(r"\*\*|__|\\(?=[-*+.#])")
_LEVEL_WORDS = {Level.NOTE: "Note", Level.WARNING: "Warning", Level.ERROR: "Error"}


@dataclass(frozen=True, slots=True)
class Share:
    """A role's part of the bar: where it begins and how wide it is, in percent."""

    role: str
    name: str
    short: str
    percent: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest duty of a source document, in its words."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence on the page. ``kind`` is its label (or ``none``), ``choice`` the value of its label in the form."""

    index: int
    key: str
    text: str
    kind: str
    tag: str
    name: str
    percent: int
    sure: str
    also: str | None
    choice: str
    found: str
    found_name: str
    corrected: bool
    phrases: tuple[str, ...]
    part: str | None
    nearest: Nearest | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list; each row is a paragraph or item of one or more sentences."""

    kind: str
    rows: tuple[tuple[Mark, ...], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in words, with its source cited and its evidence as marks."""

    finding: Finding
    level: str
    cite: str
    evidence: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The head of a result."""

    headline: str
    tone: str
    title: str | None
    company: str | None
    shares: tuple[Share, ...]
    inward: int
    outward: int
    has_focus: bool
    score: str
    threshold: str
    unsure: bool
    duties: str
    sentences: int
    shared: int


@dataclass(frozen=True, slots=True)
class View:
    """All that the result template needs."""

    verdict: Verdict
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    findings: tuple[Found, ...]
    hidden: int
    corrections: int
    model: str
    mixed: bool
    roles: tuple[str, ...]


def view_of(review: Review) -> View:
    """The view of a review."""
    report = review.report
    codes: dict[int, list[str]] = {}
    for finding in report.findings:
        for index in finding.sentences:
            codes.setdefault(index, []).append(finding.code)
    limit = min(len(report.sentences), MAX_SHOWN)
    marks = tuple(_mark(review, index, tuple(codes.get(index, ()))) for index in range(limit))
    return View(
        verdict_of(report),
        tuple(_blocks(report.sentences[:limit], marks)),
        marks,
        tuple(_found(finding, marks) for finding in report.findings),
        len(report.sentences) - limit,
        len(review.corrections),
        report.model,
        report.profile.mixed,
        tuple(dict.fromkeys(mark.kind for mark in marks if mark.kind != "none")),
    )


def verdict_of(report: Report) -> Verdict:
    """The head of a report in words and numbers."""
    profile, posting = report.profile, report.posting
    return Verdict(
        headline(report), tone_of(profile), posting.title, posting.company, shares_of(report),
        round(100 * profile.internal), round(100 * profile.external), profile.internal + profile.external > 0,
        f"{profile.mix_score:.2f}", f"{t.MIX_THRESHOLD:.2f}", close_call(profile),
        f"{profile.duties:g}", len(report.sentences), profile.counts[Label.SHARED],
    )  # fmt: skip


def tone_of(profile: Profile) -> str:
    """``mixed``, ``one`` or ``none``: how the verdict is set."""
    return "mixed" if profile.mixed else "one" if profile.main_role else "none"


def shares_of(report: Report) -> tuple[Share, ...]:
    """The parts of the bar, largest first."""
    shares, at = [], 0.0
    for role, share in ranked(report.profile):
        width = 100 * share
        info = TAXONOMY[role]
        shares.append(Share(str(role), info.name, info.short, round(width), round(at, 2), round(width, 2)))
        at += width
    return tuple(shares)


def _plain(text: str) -> str:
    """A sentence without the marks of emphasis and escape that Markdown puts in it."""
    return _MARKUP.sub("", text)


def tag_of(label: Label) -> str:
    """The letters that stand for a label beside its colour."""
    return "" if label is Label.NONE else letters(label)


def _mark(review: Review, index: int, evidence: tuple[str, ...]) -> Mark:
    sentence, found = review.report.sentences[index], choice_of(review.before.sentences[index])
    explanation = review.explanations.get(index)
    choice = choice_of(sentence)
    return Mark(
        index=index,
        key=review.keys[index],
        text=_plain(sentence.text),
        kind=sentence.label.value,
        tag=tag(sentence) if sentence.label is not Label.NONE else "",
        name=label_name(sentence.label) if sentence.label is not Label.NONE else choice.name,
        percent=round(100 * sentence.confidence),
        sure=_sure(sentence),
        also=TAXONOMY[sentence.also].name if sentence.also else None,
        choice=choice.value,
        found=found.value,
        found_name=found.name,
        corrected=index in review.corrections,
        phrases=telling_phrases(explanation) if explanation else (),
        part=_part(explanation),
        nearest=_nearest(explanation),
        evidence=evidence,
    )


def _sure(sentence: LabeledSentence) -> str:
    if unsure_of(sentence):
        return "unsure"
    return "fairly sure" if sentence.confidence < 0.8 else "sure"


def _part(explanation: Explanation | None) -> str | None:
    part = telling_part(explanation) if explanation else None
    return str(part) if part else None


def _nearest(explanation: Explanation | None) -> Nearest | None:
    if explanation is None or explanation.nearest is None:
        return None
    phrase = explanation.nearest.phrase
    return Nearest(phrase.text, cite(phrase.source))


def _found(finding: Finding, marks: Sequence[Mark]) -> Found:
    evidence = tuple(marks[i] for i in finding.sentences if i < len(marks))
    return Found(finding, _LEVEL_WORDS[finding.level], cite(finding.source), evidence)


def _blocks(sentences: Sequence[LabeledSentence], marks: Sequence[Mark]) -> Iterable[Block]:
    """Sentences as the posting sets them: headings, lists and paragraphs, read off their form."""
    kind, rows, row = "", [], list[Mark]()
    for sentence, mark in zip(sentences, marks, strict=True):
        new = _kind(sentence)
        if row and kind != "heading" and _goes_on(sentence, new):
            row.append(mark)
            continue
        if row:
            rows.append(tuple(row))
        if rows and (new != kind or kind == "heading"):
            yield Block(kind, tuple(rows))
            rows = []
        kind, row = new, [mark]
    if row:
        yield Block(kind, (*rows, tuple(row)))


def _kind(sentence: LabeledSentence) -> str:
    if sentence.form & Form.BULLET:
        return "list"
    return "heading" if sentence.zone is Zone.HEADING or sentence.form & Form.HASH else "text"


def _goes_on(sentence: LabeledSentence, kind: str) -> bool:
    """Whether a sentence stands in the line of the one before, or goes on in the next line of a wrapped paragraph."""
    if not sentence.form & Form.LINE:
        return True
    return kind == "text" and not sentence.form & Form.PARAGRAPH and sentence.text[:1].islower()
