"""What many postings add up to: rows of a table, its order and filter, and the figures of its charts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analyzer.render.words import letters
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Failure, Label, Report, Role
from analyzer.web.view import tone_of

PAGE = 200
"""Rows on one page of the table."""

_MAX_CELL = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One posting of an upload; ``tone`` is mixed, one, none or failed. Shares and score are percent."""

    number: int
    name: str
    company: str
    tone: str
    role: str
    score: int
    product: int
    marketing: int
    findings: tuple[str, ...]
    error: str


def row_of(number: int, item: Report | Failure) -> Row:
    """The row of a report or failure."""
    if isinstance(item, Failure):
        name = item.id or item.source or f"row {number}"
        return Row(number, name[:_MAX_CELL], "", "failed", "", 0, 0, 0, (), item.message[:_MAX_CELL])
    posting, profile = item.posting, item.profile
    role = profile.main_role
    return Row(
        number,
        (posting.title or posting.id or f"posting {number}")[:_MAX_CELL],
        (posting.company or "")[:_MAX_CELL],
        tone_of(profile),
        letters(Label(role.value)) if role else "",
        round(100 * profile.mix_score),
        round(100 * profile.shares[Role.PRODUCT_MANAGER]),
        round(100 * profile.shares[Role.PRODUCT_MARKETING_MANAGER]),
        tuple(finding.code for finding in item.findings),
        "",
    )


def write_rows(file: Path, rows: Iterable[Row]) -> None:
    """Keep rows for the pages of the table."""
    with file.open("w", encoding="utf-8") as sink:
        sink.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def read_rows(file: Path) -> list[Row]:
    """The rows that were kept."""
    with file.open(encoding="utf-8") as stream:
        return [Row(**{**(data := json.loads(line)), "findings": tuple(data["findings"])}) for line in stream]


SORTS: Mapping[str, str] = {
    "number": "Row", "name": "Posting", "company": "Company", "tone": "Verdict", "role": "Main role",
    "score": "Mix", "product": "PM", "marketing": "PMM",
}  # fmt: skip
"""Columns by which the table can be put in order, with their heads."""

TONES: Mapping[str, str] = {
    "mixed": "Two jobs in one",
    "one": "One job",
    "none": "None of the six roles",
    "failed": "Not read",
}
"""Kinds of rows, in the words of the filter."""


@dataclass(frozen=True, slots=True)
class Query:
    """How the table is asked for: order (a minus in front: largest first), kind of rows, words, page from 1."""

    sort: str = "number"
    show: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Query:
        """The query in an address; what makes no sense is passed over."""
        sort = values.get("sort", "number")
        show = values.get("show", "")
        page = values.get("page", "1")
        return cls(
            sort if sort.removeprefix("-") in SORTS else "number",
            show if show in TONES else "",
            values.get("q", "")[:100].strip(),
            max(1, int(page[:6])) if page.isascii() and page.isdigit() else 1,
        )


def pick(rows: Sequence[Row], query: Query) -> list[Row]:
    """The rows a query asks for, in its order, all pages of them."""
    words = query.words.casefold()
    kept = [
        row
        for row in rows
        if (not query.show or row.tone == query.show)
        and (not words or words in f"{row.name} {row.company} {' '.join(row.findings)} {row.error}".casefold())
    ]
    key = query.sort.removeprefix("-")
    kept.sort(key=lambda row: _sortable(getattr(row, key)), reverse=query.sort.startswith("-"))
    return kept


def _sortable(value: object) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value).casefold())


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: kind (for its colour), words, number, and its length in percent of the longest."""

    kind: str
    name: str
    count: int
    width: float


def charts(rows: Sequence[Row]) -> tuple[tuple[Bar, ...], tuple[Bar, ...], tuple[Bar, ...]]:
    """Verdicts, main roles, and mix scores in ten steps."""
    tones = Counter(row.tone for row in rows)
    verdicts = _bars((tone, name, tones[tone]) for tone, name in TONES.items() if tones[tone])
    mains = Counter(row.role for row in rows if row.role)
    named = ((str(role), info.name, mains[info.short]) for role, info in TAXONOMY.items() if mains[info.short])
    read = [row for row in rows if row.tone != "failed"]
    steps = Counter(min(9, row.score // 10) for row in read)
    scores = (("mixed" if step >= 5 else "one", f"{step / 10:.1f}", steps[step]) for step in range(10))
    return verdicts, _bars(named), _bars(scores) if read else ()


def _bars(items: Iterable[tuple[str, str, int]]) -> tuple[Bar, ...]:
    listed = list(items)
    longest = max((count for _, _, count in listed), default=1) or 1
    return tuple(Bar(kind, name, count, round(100 * count / longest, 1)) for kind, name, count in listed)
