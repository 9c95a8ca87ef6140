"""A report in the words of somebody who may apply: the day, what is hidden, what is open, what to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.render.words import counted, duties, ranked
from analyzer.types import Label, Report, Size, Zone
from analyzer.verdict.certainty import close_call, unsure_duties

_PARTS = (
    (0.95, "All of it"), (0.7, "Most of it"), (0.56, "More than half"), (0.46, "About half"), (0.4, "Nearly half"),
    (0.29, "About a third"), (0.22, "About a quarter"), (0.15, "About a fifth"), (0.0, "A small part"),
)  # fmt: skip
_PAY = re.compile(
    r"[€£$¥₹]\s?\d|\b\d[\d.,]{0,12}\s?(?:k\b|€|£|EUR\b|USD\b|GBP\b|CHF\b)|\b(?:EUR|USD|GBP|CHF)\s?\d"
    r"|salary (?:range|band|of)|pay range",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\breport(?:s|ing)?\s+(?:\w+\s+){0,2}(?:in)?to\b|\breporting line\b|\breports? to\b|\bline manager\b", re.I
)
_MAX_SCANNED = 200_000


@dataclass(frozen=True, slots=True)
class SeekerView:
    """What one who may apply wants to know, as short sentences."""

    day: tuple[str, ...]
    hidden: tuple[str, ...]
    unsaid: tuple[str, ...]
    questions: tuple[str, ...]


SECTIONS: tuple[tuple[str, str], ...] = (
    ("day", "What you would really do"),
    ("hidden", "What to read between the lines"),
    ("unsaid", "What the posting leaves open"),
    ("questions", "Worth asking in the interview"),
)
"""Field and heading of each part, in order."""


def seeker_view(report: Report) -> SeekerView:
    """The four parts for one posting, chosen from its findings and from what it does not say."""
    unsaid = _unsaid(report)
    questions = [f.question for f in report.findings if f.question] + [question for _, question in unsaid]
    return SeekerView(
        _day(report),
        _hidden(report),
        tuple(statement for statement, _ in unsaid),
        tuple(dict.fromkeys(questions)),
    )


def _day(report: Report) -> tuple[str, ...]:
    profile = report.profile
    if not profile.duties:
        return ("The posting does not say what you would do all day.",)
    lines = [f"{_part(share)} ({share:.0%}): {report.taxonomy[role].day}." for role, share in ranked(profile)]
    shared = profile.counts[Label.SHARED]
    if shared:
        whose = "several of the roles share" if report.taxonomy.own else "product managers and product marketers share"
        lines.append(f"Besides, {counted(shared, 'duty', 'duties')} that {whose}.")
    general = sum(s.label is Label.NONE for s in duties(report))
    if general:
        lines.append(f"And {counted(general, 'duty', 'duties')} that any job has.")
    return tuple(lines)


def _hidden(report: Report) -> tuple[str, ...]:
    lines = [f.seeker for f in report.findings if f.seeker]
    if close_call(report.profile):
        lines.append("Whether this is one job or two is a close call: ask.")
    unsure = len(unsure_duties(report.sentences))
    if unsure:
        lines.append(f"The analyzer is unsure of {counted(unsure, 'duty', 'duties')}: the shares may be off.")
    return tuple(dict.fromkeys(lines))


def _part(share: float) -> str:
    return next(words for least, words in _PARTS if share >= least)


def _unsaid(report: Report) -> list[tuple[str, str]]:
    """What the posting does not tell, each with the question that asks for it."""
    text, zones = report.text[:_MAX_SCANNED], {sentence.zone for sentence in report.sentences}
    field = "in this field" if report.taxonomy.own else "in product and marketing"
    points = []
    if not _PAY.search(text):
        points.append(("It names no pay.", "What is the pay range for this job?"))
    if not _REPORTS.search(text):
        points.append(("It does not say whom you would report to.", "Whom would I report to, and who reports to me?"))
    if report.profile.size is Size.UNKNOWN:
        points.append(
            (
                "It does not tell how large the company is.",
                f"How many people work here, and how many of them {field}?",
            )
        )
    if Zone.REQUIREMENT not in zones:
        points.append(("It names no requirements.", "What would make somebody fail in this job?"))
    if Zone.OFFER not in zones:
        points.append(("It says nothing of what you get in return.", "What do you offer besides the pay?"))
    return points
