"""What a reader is told, and what it says about a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analyzer.errors import SettingsError
from analyzer.types import Failure, Posting

FIELDS = ("text", "id", "title", "company", "location", "date")
"""Our fields, in the order in which ``describe`` shows them."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source; picklable.

    ``format`` forces one of ``analyzer.readers.FORMATS``. ``mapping`` gives our field → the source's field
    (``{"title": "job_title"}``); several fields joined by ``+`` make one text, and ``a.b`` reaches into JSON objects.
    ``table`` is a SQLite table or an Excel sheet, ``query`` a SQLite query. ``any_language`` keeps postings that are
    not in English. ``join`` is a file that holds the texts of the rows that have none, by the same id; ``join_index``
    is made from it by ``analyzer.readers.joined``. Raises SettingsError where the mapping names a field that postings
    do not have, or where ``join`` is standard input.
    """

    format: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    table: str | None = None
    query: str | None = None
    any_language: bool = False
    join: str | None = None
    join_index: str | None = None

    def __post_init__(self) -> None:
        unknown = sorted(set(self.mapping) - set(FIELDS))
        if unknown:
            raise SettingsError(f"mapping: no such field: {', '.join(unknown)}; a posting has {', '.join(FIELDS)}")
        if self.join == "-":
            raise SettingsError("join: standard input cannot be joined; save it to a file first")


@dataclass(frozen=True, slots=True)
class Description:
    """What was detected in a source.

    ``files`` counts the files in a folder, glob or archive, and the other values tell of the first one.
    ``fields`` maps our fields to the source's. ``first`` is the first posting or failure, None where there is none.
    """

    source: str
    format: str | None
    encoding: str | None
    compression: str | None
    fields: Mapping[str, str]
    first: Posting | Failure | None
    files: int = 1


@dataclass(frozen=True, slots=True)
class Shard:
    """A piece of a source; picklable and the same on every run over an unchanged source.

    ``source`` names one file (of an archive: ``archive.zip!member``); ``index`` counts from 0 over all files.
    ``start`` and ``stop`` are bytes or rows (``unit``), ``stop`` excluded, None for the end.
    ``first`` is the number of the first row, from 1, so that rows are named as ``read`` names them.
    """

    source: str
    index: int
    start: int
    stop: int | None
    unit: Literal["bytes", "rows"] = "rows"
    first: int = 1
