"""How a report is told: to whom, and with what reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analyzer.types import Level, Report

RECRUITER, SEEKER = "recruiter", "seeker"
_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class View:
    """``audience`` is who reads, the writer of the posting or one who may apply; ``explain`` adds reasons to duties;
    ``floor`` is the least level of the findings that are told.
    """

    audience: str = RECRUITER
    explain: bool = False
    floor: Level = Level.NOTE

    @property
    def for_seeker(self) -> bool:
        """Whether one who may apply reads."""
        return self.audience == SEEKER


def shown(report: Report, floor: Level) -> Report:
    """The report with its findings of a level and above."""
    least = _LEVELS.index(floor)
    return replace(report, findings=tuple(f for f in report.findings if _LEVELS.index(f.level) >= least))
