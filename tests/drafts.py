"""Postings written line by line as ``label: line``, for tests.

They are cut by the real segmenter, so that headings, bullets and offsets are those of a real posting, and labelled by
hand, so that what is tested is not the model.
"""

from __future__ import annotations

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.text.segment import segment
from analyzer.types import Label, LabeledSentence, Posting, Report, Role, Zone
from analyzer.verdict.facts import Facts
from analyzer.verdict.profile import build_profile
from analyzer.verdict.rules import evaluate
from analyzer.verdict.size import size_of

LABELS = {
    "pm": (Label.PRODUCT_MANAGER, None),
    "pmm": (Label.PRODUCT_MARKETING_MANAGER, None),
    "mm": (Label.MARKETING_MANAGER, None),
    "pj": (Label.PROJECT_MANAGER, None),
    "cm": (Label.COMMUNITY_MANAGER, None),
    "mc": (Label.MARCOM, None),
    "both": (Label.SHARED, None),
    "pm+pmm": (Label.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER),
    "pmm+pm": (Label.PRODUCT_MARKETING_MANAGER, Role.PRODUCT_MANAGER),
    "pm+pj": (Label.PRODUCT_MANAGER, Role.PROJECT_MANAGER),
}


def parts_of(draft: str) -> tuple[str, list[str]]:
    """The text of a draft, and the tag of each of its sentences; an empty line stays empty."""
    text, tags = "", []
    for line in draft.strip("\n").splitlines():
        tag, _, words = line.partition(": ")
        text += (" " if tag.startswith("& ") else "\n") + words
        tags += [tag.removeprefix("& ")] if words else []
    return text.removeprefix("\n"), tags


def read(draft: str) -> tuple[LabeledSentence, ...]:
    """Sentences of a draft whose lines begin with a label or a zone; ``& `` before it goes on in the same line, ``?``
    behind it makes it unsure.
    """
    text, tags = parts_of(draft)
    raw = segment(text)
    assert len(raw) == len(tags), "one sentence a line, please"
    out = []
    for sentence, tag in zip(raw, tags, strict=True):
        confidence, tag = (0.4, tag[:-1]) if tag.endswith("?") else (0.9, tag)
        label, also = LABELS.get(tag, (Label.NONE, None))
        zone = Zone.DUTY if tag in LABELS or tag == "general" else Zone(tag)
        out.append(
            LabeledSentence(
                sentence.start, sentence.end, sentence.text, label, zone, confidence, also, (), sentence.form
            )
        )
    return tuple(out)


def report_of(draft: str, title: str | None = None) -> Report:
    """The report of a draft, its labels taken as they are written."""
    text, _ = parts_of(draft)
    sentences = read(draft)
    profile = build_profile(sentences, title, size_of(sentences)[0])
    findings = evaluate(Facts(title, sentences, profile))
    return Report(Posting(text, title=title), text, False, sentences, profile, findings, "hand@0", TAXONOMY)
