"""Findings → GitHub workflow commands, which show as annotations on the lines of a pull request.

GitHub shows ten annotations of a kind for a step and drops the rest in silence; so the weightiest ten of each kind
are given, and plain lines tell the rest. Escaping is that of GitHub's own toolkit: ``%`` and line breaks, in properties
``:`` and ``,`` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.render.place import Place, places
from analyzer.render.words import close_call_told, counted, heading, unsure_told, visible
from analyzer.types import Failure, Finding, Level, Report
from analyzer.verdict.certainty import close_call

LIMIT = 10
"""Annotations of one kind that GitHub shows for a step."""

_KINDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation; ``weight`` ranks those of a kind, the largest first."""

    kind: str
    weight: float
    file: str | None
    place: Place | None
    title: str
    message: str

    def __str__(self) -> str:
        properties = {"file": self.file} if self.file else {}
        if self.place:
            properties |= {"line": str(self.place.line), "endLine": str(self.place.end_line)}
            if self.place.line == self.place.end_line:
                properties |= {"col": str(self.place.column), "endColumn": str(self.place.end_column)}
        properties["title"] = self.title
        told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        return f"::{self.kind} {told}::{_data(self.message)}"


def to_github(results: Iterable[Report | Failure]) -> Iterator[str]:
    """Lines for the log of a workflow: at most ten annotations of a kind, the weightiest first, then what is left, and
    which verdicts are close calls.
    """
    done = list(results)
    found = [annotation for result in done for annotation in _annotations(result)]
    for kind in ("error", "warning", "notice"):
        ranked = sorted((a for a in found if a.kind == kind), key=lambda a: -a.weight)
        yield from map(str, ranked[:LIMIT])
        if len(ranked) > LIMIT:
            rest = ranked[LIMIT:]
            yield f"{counted(len(rest), f'more {kind}')} not shown as annotations (GitHub shows {LIMIT} of a kind):"
            yield from (f"  {a.file or 'stdin'}:{a.place.line if a.place else 1}: {a.title}" for a in rest)
    for report in done:
        if isinstance(report, Report) and close_call(report.profile):
            yield f"{_file(report.posting.source) or 'stdin'}: {close_call_told(report)}"


def _annotations(result: Report | Failure) -> Iterator[Annotation]:
    if isinstance(result, Failure):
        yield Annotation("error", 1.0, _file(result.source), None, "posting not read", visible(result.message))
        return
    found = places(result)
    for finding in result.findings:
        first = found[finding.sentences[0]] if found and finding.sentences else None
        yield _annotation(result, finding, first)


def _annotation(report: Report, finding: Finding, place: Place | None) -> Annotation:
    name, _ = heading(report)
    told = f"{visible(finding.message)} {unsure_told(report, finding)}".rstrip()
    message = f"{visible(name)}: {told}\n{visible(finding.advice)}"
    title = f"{finding.code} {finding.name}"
    weight = report.profile.mix_score if finding.code.startswith("MIX") else 0.5
    return Annotation(_KINDS[finding.level], weight, _file(report.posting.source), place, title, message)


def _file(source: str | None) -> str | None:
    return None if source in (None, "-") else visible((source or "").replace("\\", "/"))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
