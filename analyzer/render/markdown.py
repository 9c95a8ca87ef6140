"""``Report`` → Markdown, for a pull request, an issue or a document; posting text in it is escaped to the letter."""

from __future__ import annotations

import re

from analyzer.render.place import evidence_told, focus_told
from analyzer.render.seeker import SECTIONS, seeker_view
from analyzer.render.view import View
from analyzer.render.words import (
    cite,
    duties,
    duties_of,
    facts_line,
    heading,
    headline,
    name_of,
    ranked,
    shared_told,
    tag,
    unsure_told,
    visible,
)
from analyzer.types import Failure, Finding, Label, LabeledSentence, Report, Taxonomy
from analyzer.verdict.certainty import unsure_of

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]|:(?=//|\w+:)|^[-+=]|(?<=\bwww)\.|(?<=^\d)[.)]|(?<=^\d\d)[.)]", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@(?=\w)")


def escape(text: str) -> str:
    r"""Text of a posting as Markdown that shows it letter by letter: no markup, link, mention or HTML comes of it.

    >>> print(escape("1. **Own** <b>it</b>, see www.example.org"))
    1\. \*\*Own\*\* \<b\>it\</b\>, see www\.example.org
    """
    escaped = _SPECIAL.sub(lambda match: "\\" + match[0], visible(text))
    # GitHub tells people that they were mentioned; a space without width keeps "@team" in a posting from doing so.
    return _MENTION.sub("@\u200b", escaped)


def to_markdown(result: Report | Failure, view: View | None = None) -> str:
    """One report (or failure) as a Markdown document that ends with a line break."""
    if isinstance(result, Failure):
        return f"## {escape(result.id or result.source or 'Posting')}\n\n**Not read:** {escape(result.message)}\n"
    view = view or View()
    parts = [*_head(result), *_shares(result)]
    parts += _seeker(result) if view.for_seeker else _findings(result)
    told = focus_told(result) if view.explain else []
    parts += ["### Which way it faces", "\n".join(f"- {escape(line)}" for line in told)] if told else []
    return "\n\n".join([*parts, *_duties(result, view)]) + "\n"


def _head(report: Report) -> list[str]:
    name, company = heading(report)
    title = f"{escape(name)} · {escape(company)}" if company else escape(name)
    facts = facts_line(report)
    return [f"## {title}", f"**{escape(headline(report))}**", *([facts] if facts else [])]


def _shares(report: Report) -> list[str]:
    rows = []
    for role, share in ranked(report.profile):
        short, name = escape(report.taxonomy[role].short), escape(report.taxonomy[role].name)
        rows.append(f"| {short} | {name} | {share:.0%} | {len(duties_of(report, role))} |")
    shared = report.profile.counts[Label.SHARED]
    note = [f"And {shared_told(report)}."] if shared else []
    return ["\n".join(["| | Role | Share | Duties |", "| --- | --- | ---: | ---: |", *rows]), *note] if rows else note


def _findings(report: Report) -> list[str]:
    if not report.findings:
        return ["Nothing found."]
    return ["### Findings", *(_finding(report, finding) for finding in report.findings)]


def _finding(report: Report, finding: Finding) -> str:
    lines = [
        f"**{finding.code}** {escape(finding.name)} ({finding.level})",
        f"{escape(finding.message)}",
        f"→ {escape(finding.advice)}",
    ]
    where = evidence_told(report, finding)
    if where:
        lines.append(f"Evidence: {where}. {unsure_told(report, finding)}".rstrip(". "))
    body = "  \n  ".join(lines)
    quote = f"\n  > “{escape(finding.quote)}” {escape(cite(finding.source))}" if finding.quote else ""
    return f"- {body}{chr(10) if quote else ''}{quote}"


def _seeker(report: Report) -> list[str]:
    seen = seeker_view(report)
    parts = []
    for name, title in SECTIONS:
        lines = getattr(seen, name)
        if lines:
            parts += [f"### {title}", "\n".join(f"- {escape(line)}" for line in lines)]
    return parts


def _duties(report: Report, view: View) -> list[str]:
    """Duties by label, in the order of the shares."""
    order = [Label(role.value) for role, _ in ranked(report.profile)] + [Label.SHARED, Label.NONE]
    parts = []
    for label in order:
        own = [s for s in duties(report) if s.label is label]
        if own:
            items = "\n".join(_duty(s, report.taxonomy, view) for s in own)
            parts += [f"### {escape(name_of(label, report.taxonomy))} ({len(own)})", items]
    return parts


def _duty(sentence: LabeledSentence, taxonomy: Taxonomy, view: View) -> str:
    also = f" **({tag(sentence, taxonomy)})**" if sentence.also else ""
    why = f"  \n  *{'; '.join(escape(reason) for reason in sentence.why)}*" if view.explain and sentence.why else ""
    unsure = " *(unsure)*" if unsure_of(sentence) else ""
    return f"- {escape(sentence.text)}{also}{unsure}{why}"
