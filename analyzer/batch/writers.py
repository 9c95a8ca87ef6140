"""Items → a part of an output, and parts → the output. A part holds the rows of one task."""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from analyzer.batch.errors import needs
from analyzer.batch.job import Job, Kind
from analyzer.batch.lines import dump, to_line
from analyzer.batch.rows import Item, Row, columns, row_maker
from analyzer.render.words import visible

if TYPE_CHECKING:
    import pyarrow as pa

Pair = tuple[Item, str | None]
"""An item and the source of its earlier twin, if it has one."""

_ROW_GROUP = 8192
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_SQL_TYPES = {"text": "TEXT", "flag": "INTEGER", "number": "REAL", "count": "INTEGER", "texts": "TEXT"}


def write_part(job: Job, path: Path, pairs: Iterable[Pair]) -> None:
    """Write the items of a task to ``path``, in order, holding few of them at once."""
    _WRITERS[job.kind](job, path, pairs)


def join_parts(job: Job, parts: Sequence[Path], target: Path) -> None:
    """Put parts together, in order, into the finished file ``target``; not for a folder of shards."""
    _JOINERS[job.kind](job, parts, target)


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs: one visible line, an apostrophe before what begins a formula.

    >>> safe_cell("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    line = visible(text)
    return "'" + line if _FORMULA.match(line) else line


def _rows(job: Job, pairs: Iterable[Pair]) -> Iterator[Row]:
    make = row_maker(job.sentences)
    return (row for item, twin in pairs for row in make(item, job.version, twin))


def _write_lines(job: Job, path: Path, pairs: Iterable[Pair]) -> None:
    with path.open("wb", buffering=1 << 20) as sink:
        if job.sentences:
            names = [name for name, _ in columns(True)]
            sink.writelines(dump(dict(zip(names, row, strict=True))) for row in _rows(job, pairs))
        else:
            sink.writelines(to_line(item, twin) for item, twin in pairs)


def _join_files(job: Job, parts: Sequence[Path], target: Path) -> None:
    with target.open("wb") as sink:
        if job.kind is Kind.CSV:
            sink.write((",".join(name for name, _ in columns(job.sentences)) + "\n").encode())
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, sink, 1 << 20)


def _write_csv(job: Job, path: Path, pairs: Iterable[Pair]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerows([_cell(value) for value in row] for row in _rows(job, pairs))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return safe_cell(value)
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else value


def _write_parquet(job: Job, path: Path, pairs: Iterable[Pair]) -> None:
    from analyzer.batch.arrow import schema, to_batch

    layout, rows = schema(job.sentences), _rows(job, pairs)
    with _parquet(path, layout) as sink:
        while group := list(islice(rows, _ROW_GROUP)):
            sink.write_batch(to_batch(group, job.sentences))


def _join_parquet(job: Job, parts: Sequence[Path], target: Path) -> None:
    import pyarrow.parquet as pq

    from analyzer.batch.arrow import schema

    with _parquet(target, schema(job.sentences)) as sink:
        for part in parts:
            with pq.ParquetFile(part) as file:
                for group in range(file.num_row_groups):
                    sink.write_table(file.read_row_group(group))


def _parquet(path: Path, layout: pa.Schema) -> Any:
    with needs("pyarrow", "columns"):
        import pyarrow.parquet as pq
    return pq.ParquetWriter(path, layout, compression="zstd")


def _write_records(job: Job, path: Path, pairs: Iterable[Pair]) -> None:
    with path.open("wb", buffering=1 << 20) as sink:
        sink.writelines(dump([_stored(value) for value in row]) for row in _rows(job, pairs))


def _join_sqlite(job: Job, parts: Sequence[Path], target: Path) -> None:
    layout = columns(job.sentences)
    table = "sentences" if job.sentences else "postings"
    fields = ", ".join(f'"{name}" {_SQL_TYPES[kind]}' for name, kind in layout)
    blanks = ", ".join("?" * len(layout))
    with closing(sqlite3.connect(target)) as database:
        # The file is put in place by a rename when it is whole; a journal would only cost time.
        database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE {table} ({fields});")
        for part in parts:
            with part.open("rb") as source:
                database.executemany(f"INSERT INTO {table} VALUES ({blanks})", map(orjson.loads, source))  # noqa: S608  # our own names
        database.commit()


def _stored(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    # Half a surrogate pair passes through JSON but not into SQLite.
    return value.encode("utf-8", errors="replace").decode("utf-8") if isinstance(value, str) else value


_WRITERS: dict[Kind, Callable[[Job, Path, Iterable[Pair]], None]] = {
    Kind.JSONL: _write_lines,
    Kind.CSV: _write_csv,
    Kind.PARQUET: _write_parquet,
    Kind.SQLITE: _write_records,
    Kind.SHARDS: _write_parquet,
}
_JOINERS: dict[Kind, Callable[[Job, Sequence[Path], Path], None]] = {
    Kind.JSONL: _join_files,
    Kind.CSV: _join_files,
    Kind.PARQUET: _join_parquet,
    Kind.SQLITE: _join_sqlite,
}
