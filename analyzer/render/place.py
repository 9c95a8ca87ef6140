"""Offsets → lines and columns, for outputs that point into a file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.render.words import counted
from analyzer.types import Finding, Report
from analyzer.verdict.focus import Side, read_focus

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of text stands; lines and columns count from 1, in code points, ``end_column`` is behind it."""

    line: int
    column: int
    end_line: int
    end_column: int


def places(report: Report) -> list[Place] | None:
    """The place of each sentence in the input, or None where offsets refer to cleaned text and not to the input."""
    if report.cleaned:
        return None
    starts = [0, *(match.end() for match in _LINE_END.finditer(report.text))]
    return [Place(*_locate(starts, s.start), *_locate(starts, s.end)) for s in report.sentences]


def _locate(starts: list[int], offset: int) -> tuple[int, int]:
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def lines_told(lines: list[int]) -> str:
    """Line numbers in words, neighbours joined.

    >>> lines_told([3, 4, 5, 9]), lines_told([7])
    ('lines 3–5, 9', 'line 7')
    """
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    told = ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs)
    return f"{'line' if len(set(lines)) == 1 else 'lines'} {told}" if runs else ""


def evidence_told(report: Report, finding: Finding) -> str:
    """Where a finding's evidence stands, in words: lines of the input, else a number of sentences, else nothing."""
    return _where(report, finding.sentences)


def focus_told(report: Report) -> list[str]:
    """Both axes of the focus in words, each end with where its evidence stands; nothing for an axis without any."""
    axes = read_focus(report.sentences, report.taxonomy)
    return [
        " · ".join(f"{side.share:.0%} {ENDS[side.name]}{_bracketed(report, side)}" for side in (axis.low, axis.high))
        for axis in axes
        if axis.low.share or axis.high.share
    ]


ENDS = {
    "internal": "faces inward",
    "external": "faces outward",
    "listens": "listens to the market",
    "talks": "talks to the market",
}
"""The ends of the axes in words."""


def _bracketed(report: Report, side: Side) -> str:
    where = _where(report, side.sentences)
    return f" ({where})" if where else ""


def _where(report: Report, indices: Sequence[int]) -> str:
    found = places(report)
    if not indices:
        return ""
    if found is None:
        return counted(len(indices), "sentence")
    return lines_told([found[index].line for index in indices])
