"""A person's own labels: how a form names them, what the verdict is with them, and as rows of the corpus."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.learn.corpus import DUTY_ROLES
from analyzer.pipeline import Analyzer
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Label, LabeledSentence, Report, Zone
from analyzer.verdict.profile import build_profile
from analyzer.verdict.rules import Facts, evaluate
from analyzer.verdict.size import size_of
from analyzer.web.safe import shown

GENERAL = "general"
"""A duty of no role, as the corpus calls it."""

_ZONE_NAMES = {
    Zone.REQUIREMENT: "Requirement",
    Zone.COMPANY: "About the company",
    Zone.OFFER: "Offer, pay and place",
    Zone.PROCESS: "Application and notices",
    Zone.HEADING: "Heading",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A label a person can give a sentence; ``value`` is the tag of the corpus."""

    value: str
    name: str
    label: Label
    zone: Zone


def _choices() -> dict[str, Choice]:
    duties = [Choice(str(role), info.name, Label(role.value), Zone.DUTY) for role, info in TAXONOMY.items()]
    duties.append(Choice("shared", "Shared by both product jobs", Label.SHARED, Zone.DUTY))
    duties.append(Choice(GENERAL, "General duty of any job", Label.NONE, Zone.DUTY))
    others = [Choice(str(zone), name, Label.NONE, zone) for zone, name in _ZONE_NAMES.items()]
    return {choice.value: choice for choice in (*duties, *others)}


CHOICES: Mapping[str, Choice] = _choices()
"""Every choice by its value, duties first."""


def choice_of(sentence: LabeledSentence) -> Choice:
    """The choice that says what a sentence is labelled now."""
    if sentence.label is not Label.NONE:
        return CHOICES[sentence.label.value]
    return CHOICES[GENERAL if sentence.zone is Zone.DUTY else str(sentence.zone)]


def sentence_keys(sentences: Iterable[LabeledSentence]) -> list[str]:
    """A name for each sentence that stays when the text around it changes: digest of its words and a running number."""
    seen: Counter[str] = Counter()
    keys = []
    for sentence in sentences:
        digest = hashlib.sha256(" ".join(shown(sentence.text).split()).encode()).hexdigest()[:10]
        keys.append(f"{digest}-{seen[digest]}")
        seen[digest] += 1
    return keys


def corrected(report: Report, wanted: Mapping[int, str], analyzer: Analyzer) -> Report:
    """The report with these sentences (index → value of a choice) labelled anew, and its verdict made again.

    A label that a person gave has confidence 1 and no second role. What does not exist is passed over.
    """
    sentences = list(report.sentences)
    for index, value in wanted.items():
        choice = CHOICES.get(value)
        if choice is None or not 0 <= index < len(sentences) or choice == choice_of(sentences[index]):
            continue
        sentences[index] = replace(
            sentences[index], label=choice.label, zone=choice.zone, confidence=1.0, also=None, why=("you said so",)
        )
    title = report.posting.title
    profile = build_profile(sentences, title, size_of(sentences)[0])
    findings = evaluate(Facts(title, tuple(sentences), profile), analyzer.rules)
    return replace(report, sentences=tuple(sentences), profile=profile, findings=findings)


def changed(before: Report, after: Report) -> tuple[int, ...]:
    """Indices of the sentences labelled differently in two reports of one text."""
    pairs = enumerate(zip(before.sentences, after.sentences, strict=True))
    return tuple(i for i, (old, new) in pairs if choice_of(old) != choice_of(new))


def corpus_rows(report: Report, before: Report | None = None) -> str:
    """A report as a posting of the corpus (the format of ``analyzer.learn.corpus``), ready to be read and reviewed.

    With the report ``before`` the corrections, a comment above each changed row says what it was.
    """
    was = {i: choice_of(before.sentences[i]).value for i in changed(before, report)} if before else {}
    lines = [_head(report)]
    for index, sentence in enumerate(report.sentences):
        lead, glue, blank = _lead(report, index)
        lines += [""] * blank
        if index in was:
            lines.append(f"# corrected by hand, was: {was[index]}")
        lines.append(f"{glue}{_tag(sentence)} | {lead}{_flat(sentence.text)}{_tail(report, index)}")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(report: Report) -> str:
    posting, profile = report.posting, report.profile
    name = "web-" + hashlib.sha256(report.text.encode("utf-8", "replace")).hexdigest()[:10]
    fields = (
        name, _field(posting.title), _field(posting.company), str(profile.size),
        "mixed" if profile.mixed else "not_mixed", str(profile.main_role or "none"),
    )  # fmt: skip
    return "@ " + " | ".join(fields)


def _field(text: str | None) -> str:
    return " ".join((text or "").replace("|", "/").split()) or "-"


def _flat(text: str) -> str:
    return text.replace("\n", " ")


def _tag(sentence: LabeledSentence) -> str:
    value = choice_of(sentence).value
    if value not in DUTY_ROLES:
        return value
    return f"duty {value} {sentence.also}" if sentence.also else f"duty {value}"


def _lead(report: Report, index: int) -> tuple[str, str, int]:
    """Furniture before a sentence in its line, the mark that joins it to the one before, and blank lines above."""
    sentences = report.sentences
    start = sentences[index].start
    gap = report.text[sentences[index - 1].end if index else 0 : start]
    if "\n" in gap:
        return gap.rpartition("\n")[2], "", gap.count("\n") - 1 if index else 0
    if index == 0:
        return gap, "", 0
    return (gap[1:], "+ ", 0) if gap.startswith(" ") else (gap, "~ ", 0)


def _tail(report: Report, index: int) -> str:
    """Furniture after a sentence up to the end of its line; what stands before a neighbour is that one's."""
    sentences: Sequence[LabeledSentence] = report.sentences
    end = sentences[index + 1].start if index + 1 < len(sentences) else len(report.text)
    gap = report.text[sentences[index].end : end]
    return gap.partition("\n")[0] if "\n" in gap or index + 1 == len(sentences) else ""
