"""Findings → SARIF 2.1.0 (OASIS), for code scanning and editors.

Columns count Unicode code points, as all offsets do. Where a posting was cleaned (HTML), its offsets do not refer to
the file, so a result points at the file alone and quotes its evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analyzer import __version__
from analyzer.render.place import Place, places
from analyzer.render.words import cite, close_call_told, heading, unsure_told, visible
from analyzer.types import Failure, Finding, Report
from analyzer.verdict.certainty import close_call
from analyzer.verdict.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MAX_QUOTED = 3


def to_sarif(results: Iterable[Report | Failure]) -> dict[str, Any]:
    """One SARIF log with one run over all postings; a posting that could not be read, and a verdict that is a close
    call, are notifications of the run.
    """
    done = list(results)
    failures = [result for result in done if isinstance(result, Failure)]
    reports = [result for result in done if isinstance(result, Report)]
    own = any(report.taxonomy.own for report in reports)
    rules = [rule for rule in RULES if rule.own_name or not own]
    index = {rule.code: k for k, rule in enumerate(rules)}
    found = [entry for report in reports for entry in _results(report, index)]
    told = [_notification(failure) for failure in failures]
    told += [_close_call(report) for report in reports if close_call(report.profile)]
    invocation: dict[str, Any] = {"executionSuccessful": not failures}
    if told:
        invocation["toolExecutionNotifications"] = told
    run = {
        "tool": {"driver": _driver([_own_rule(rule) if own else _rule(rule) for rule in rules])},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": found,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "job-posting-analyzer",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": rules,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    text = f"{rule.about} {rule.seeker}" if "{" not in rule.seeker else rule.about
    advice = rule.advice if "{" not in rule.advice else ""
    source = f"“{rule.quote}” {cite(rule.source)}"
    return {
        "id": rule.code,
        "name": _identifier(rule.name),
        "shortDescription": {"text": f"{rule.name[0].upper()}{rule.name[1:]}"},
        "fullDescription": {"text": text},
        "help": {"text": "\n\n".join(part for part in (rule.about, advice, source) if part)},
        "defaultConfiguration": {"level": rule.level.value},
    }


def _own_rule(rule: Rule) -> dict[str, Any]:
    """A rule where a team's own roles are told apart: the documents behind it do not speak of these."""
    name = rule.own_name
    return {
        "id": rule.code,
        "name": _identifier(name),
        "shortDescription": {"text": f"{name[0].upper()}{name[1:]}"},
        "defaultConfiguration": {"level": rule.level.value},
    }


def _identifier(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("-", " ").split())


def _results(report: Report, index: Mapping[str, int]) -> list[dict[str, Any]]:
    found = places(report)
    return [_result(report, finding, found, index) for finding in report.findings]


def _result(
    report: Report, finding: Finding, found: Sequence[Place] | None, index: Mapping[str, int]
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ruleId": finding.code,
        "level": finding.level.value,
        "message": {"text": _message(report, finding, quoted=found is None)},
        "partialFingerprints": {"posting/v1": _fingerprint(report, finding)},
        "properties": {
            "mixScore": round(report.profile.mix_score, 4),
            "model": report.model,
            "unsure": close_call(report.profile),
        },
    }
    if finding.code in index:
        entry["ruleIndex"] = index[finding.code]
    evidence = list(finding.sentences) if found is not None else []
    regions = [_region(report, found[k], k) for k in evidence] if found is not None else []
    artifact = {"artifactLocation": {"uri": _uri(report.posting.source)}}
    entry["locations"] = [{"physicalLocation": {**artifact, **({"region": regions[0]} if regions else {})}}]
    if len(regions) > 1:
        entry["relatedLocations"] = [
            {
                "id": k,
                "physicalLocation": {**artifact, "region": region},
                "message": {"text": visible(report.sentences[evidence[k]].text)},
            }
            for k, region in enumerate(regions[1:], 1)
        ]
    return entry


def _message(report: Report, finding: Finding, quoted: bool) -> str:
    name, _ = heading(report)
    parts = [f"{name}: {finding.message}", finding.advice]
    if quoted and finding.sentences:
        told = [f"“{visible(report.sentences[index].text)}”" for index in finding.sentences[:_MAX_QUOTED]]
        parts.append(f"Evidence: {' '.join(told)}")
    parts.append(unsure_told(report, finding))
    return visible(" ".join(parts))


def _region(report: Report, place: Place, index: int) -> dict[str, Any]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "snippet": {"text": visible(report.sentences[index].text)},
    }


def _fingerprint(report: Report, finding: Finding) -> str:
    """The same for the same finding on the same evidence, wherever in the file it stands."""
    told = "\n".join([finding.code, *(report.sentences[index].text for index in finding.sentences)])
    return hashlib.sha256(told.encode("utf-8", errors="replace")).hexdigest()[:32]


def _notification(failure: Failure) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": visible(failure.message)},
        "descriptor": {"id": failure.code},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(failure.source)}}}],
    }


def _close_call(report: Report) -> dict[str, Any]:
    return {
        "level": "note",
        "message": {"text": visible(f"{heading(report)[0]}: {close_call_told(report)}")},
        "descriptor": {"id": "close-call"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(report.posting.source)}}}],
    }


def _uri(source: str | None) -> str:
    """A relative reference below the working folder, an absolute file address elsewhere."""
    if source in (None, "-", ""):
        return "stdin"
    path = Path(str(source))
    if path.is_absolute():
        return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_uri()
    return quote(path.as_posix(), errors="replace")
