"""What a batch found: its output, whatever the format, → counts and shares."""

from __future__ import annotations

import csv
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from analyzer.batch.errors import needs
from analyzer.batch.job import Kind, kind_of
from analyzer.batch.rows import POSTING_COLUMNS, SHARE_PREFIX
from analyzer.errors import InputError
from analyzer.types import Role

TYPICAL = 10
MISMATCH = "TTL001"
_KINDS = dict(POSTING_COLUMNS)


@dataclass(slots=True)
class Group:
    """Postings that have something in common: how many, how many mixed, and the sums of their role shares.

    ``with_duties`` counts those that have role duties at all, to which the sums belong.
    """

    postings: int = 0
    mixed: int = 0
    with_duties: int = 0
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, mixed: bool, shares: Mapping[str, float]) -> None:
        """Count one posting in."""
        self.postings += 1
        self.mixed += mixed
        if any(shares.values()):
            self.with_duties += 1
            for role, share in shares.items():
                self.sums[role] += share  # type: ignore[assignment]  # a counter holds what is added up, fractions too

    @property
    def mixed_share(self) -> float:
        """The part of the postings that is mixed, 0 to 1."""
        return self.mixed / self.postings if self.postings else 0.0

    def share(self, role: str) -> float:
        """The mean share of a role in the postings that have role duties, 0 to 1."""
        return self.sums[role] / self.with_duties if self.with_duties else 0.0


@dataclass(frozen=True, slots=True)
class Typical:
    """A posting that is mixed beyond doubt."""

    score: float
    title: str
    company: str
    source: str
    product: float
    marketing: float


@dataclass(slots=True)
class Summary:
    """What a batch found. Duplicates and rejected rows are counted and then left out of everything else.

    ``titles`` are groups by the role that the title names, ``companies`` and ``months`` (``2024-05``) by those;
    ``mismatches`` counts (role of the title, role of the duties), ``examples`` the titles behind each of these.
    """

    all: Group = field(default_factory=Group)
    rejected: int = 0
    duplicates: int = 0
    models: Counter[str] = field(default_factory=Counter)
    titles: dict[str, Group] = field(default_factory=dict)
    companies: dict[str, Group] = field(default_factory=dict)
    months: dict[str, Group] = field(default_factory=dict)
    mismatches: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    typical: list[Typical] = field(default_factory=list)


def summarize(out: Path) -> Summary:
    """The summary of a batch's output. Raises InputError where it is none, or holds sentences."""
    summary = Summary()
    heap: list[tuple[float, float, int, Typical]] = []
    for number, row in enumerate(read_rows(out)):
        _count(summary, row)
        if row["error"] is None and row["duplicate_of"] is None and row["mixed"]:
            _offer(heap, number, row)
    summary.typical = [entry[-1] for entry in sorted(heap, reverse=True)]
    return summary


def _count(summary: Summary, row: Mapping[str, Any]) -> None:
    if row["error"] is not None or row["duplicate_of"] is not None:
        summary.rejected += row["error"] is not None
        summary.duplicates += row["error"] is None
        return
    shares = {role.value: row[SHARE_PREFIX + role.value] or 0.0 for role in Role}
    groups = [summary.all, _group(summary.titles, row["title_role"])]
    if row["company"]:
        groups.append(_group(summary.companies, row["company"].strip()))
    if row["date"] and len(row["date"]) >= 7:
        groups.append(_group(summary.months, row["date"][:7]))
    for group in groups:
        group.add(bool(row["mixed"]), shares)
    summary.models[row["model"]] += 1
    if MISMATCH in row["findings"]:
        pair = row["title_role"], row["main_role"]
        summary.mismatches[pair] += 1
        summary.examples.setdefault(pair, Counter())[" ".join((row["title"] or "").split())] += 1


def _group(groups: dict[str, Group], name: str) -> Group:
    group = groups.get(name)
    if group is None:
        group = groups[name] = Group()
    return group


def _offer(heap: list[tuple[float, float, int, Typical]], number: int, row: Mapping[str, Any]) -> None:
    """Keep the row where it is among the most typical: by score, then by the smaller side's share, then by order."""
    product, marketing = row[SHARE_PREFIX + Role.PRODUCT_MANAGER], row[SHARE_PREFIX + Role.PRODUCT_MARKETING_MANAGER]
    name = (row["title"] or "", row["company"] or "", row["source"] or row["id"] or "")
    entry = (row["mix_score"], min(product, marketing), -number, Typical(row["mix_score"], *name, product, marketing))
    (heapq.heappush if len(heap) < TYPICAL else heapq.heappushpop)(heap, entry)


def read_rows(out: Path) -> Iterator[dict[str, Any]]:
    """The rows of an output, one a posting, with the columns of ``POSTING_COLUMNS``, few held at once."""
    if not out.exists():
        raise InputError(f"{out}: no such output; make it with 'analyzer batch INPUTS -o {out}'")
    rows = _READERS[kind_of(out)](out)
    for row in rows:
        if not row.keys() >= _KINDS.keys():
            raise InputError(
                f"{out}: no output of 'analyzer batch' with a row a posting (--sentences has none to sum up)"
            )
        yield row


def _from_lines(out: Path) -> Iterator[dict[str, Any]]:
    with out.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield _flat(orjson.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise InputError(f"{out}:{number}: no report of 'analyzer batch' with a line a posting") from error


def _flat(report: Mapping[str, Any]) -> dict[str, Any]:
    row = dict.fromkeys(_KINDS)
    row |= {name: report.get(name) for name in ("id", "source", "duplicate_of")}
    if "error" in report:
        return row | {"error_code": report["error"]["code"], "error": report["error"]["message"]}
    if not report["profile"].keys() <= set(Role):
        raise InputError("a summary is made of the six roles, and this output is of a model with others")
    names = ("title", "company", "location", "date", "model", "mixed", "mix_score", "unsure", "main_role", "title_role")
    row |= {name: report.get(name) for name in names}
    row |= {SHARE_PREFIX + role: share for role, share in report["profile"].items()}
    return row | {
        **report["focus"],
        "sentences": len(report["sentences"]),
        "findings": [f["code"] for f in report["findings"]],
    }


def _from_csv(out: Path) -> Iterator[dict[str, Any]]:
    with out.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name: _value(_KINDS.get(name, "text"), value) for name, value in row.items()}


def _value(kind: str, text: str) -> Any:
    if kind == "texts":
        return (text or "").split()
    if not text:
        return None
    if kind == "flag":
        return text == "true"
    if kind in ("number", "count"):
        return float(text)
    return text[1:] if text[0] == "'" and text[1:2] in "=+-@＝＋－＠" else text


def _from_parquet(out: Path) -> Iterator[dict[str, Any]]:
    with needs("pyarrow", "columns"):
        import pyarrow.parquet as pq
    files = sorted(out.glob("part-*.parquet")) if out.is_dir() else [out]
    if not files:
        raise InputError(f"{out}: no shards of 'analyzer batch' in this folder; is a run unfinished?")
    for file in files:
        try:
            with pq.ParquetFile(file) as parquet:
                for batch in parquet.iter_batches(4096):
                    yield from ({**row, "findings": row.get("findings") or []} for row in batch.to_pylist())
        except (OSError, ValueError) as error:
            raise InputError(f"{file}: no Parquet file of 'analyzer batch'") from error


def _from_sqlite(out: Path) -> Iterator[dict[str, Any]]:
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{out.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            for row in database.execute("SELECT * FROM postings ORDER BY rowid"):
                yield {**dict(row), "findings": (row["findings"] or "").split()}
    except (sqlite3.Error, IndexError) as error:
        raise InputError(f"{out}: no SQLite file of 'analyzer batch' with a row a posting") from error


_READERS = {
    Kind.JSONL: _from_lines,
    Kind.CSV: _from_csv,
    Kind.PARQUET: _from_parquet,
    Kind.SHARDS: _from_parquet,
    Kind.SQLITE: _from_sqlite,
}


def largest(groups: Mapping[str, Group], number: int) -> list[tuple[str, Group]]:
    """The groups with the most postings, largest first, by name where equal."""
    return heapq.nsmallest(number, groups.items(), key=lambda item: (-item[1].postings, item[0]))


def most_mixed(groups: Mapping[str, Group], number: int, at_least: int = 1) -> list[tuple[str, Group]]:
    """The groups with the most mixed postings, most first, by share and name where equal."""
    found: Iterable[tuple[str, Group]] = (item for item in groups.items() if item[1].mixed >= at_least)
    return heapq.nsmallest(number, found, key=lambda item: (-item[1].mixed, -item[1].mixed_share, item[0]))
