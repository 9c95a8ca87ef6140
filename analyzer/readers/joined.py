"""Texts that stand in a file of their own, as LinkedIn's ``job_summary.csv`` does, joined to postings by their id."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from analyzer.readers.options import ReadOptions
from analyzer.types import Failure


def build_index(options: ReadOptions, path: Path) -> int:
    """Lay the texts of ``options.join`` down in a SQLite file at ``path``, by id; memory does not grow with them.

    Returns how many of its rows hold no text or no id, or cannot be read. Where an id comes twice, the first text
    holds. Raises InputError where the file is not there.
    """
    unusable = 0

    def texts() -> Iterator[tuple[str, str]]:
        nonlocal unusable
        for pair in _texts(options):
            if pair is None:
                unusable += 1
            else:
                yield pair

    with closing(sqlite3.connect(path)) as database:
        # The file is a scratch of this run, begun anew where the run is ended; a journal would only cost time.
        database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE texts (id TEXT, text TEXT)"
        )
        database.executemany("INSERT INTO texts VALUES (?, ?)", texts())
        database.execute("CREATE INDEX by_id ON texts (id)")
        database.commit()
    return unusable


@contextmanager
def indexed(options: ReadOptions) -> Iterator[ReadOptions]:
    """The options with an index of the joined texts, which is there as long as the context is."""
    if options.join is None or options.join_index is not None:
        yield options
        return
    with TemporaryDirectory(prefix="analyzer-") as folder:
        index = Path(folder) / "texts.sqlite"
        build_index(options, index)
        yield replace(options, join_index=str(index))
        _database.cache_clear()


def find_text(options: ReadOptions, id: str) -> str | None:
    """The joined text of an id, None where there is none; without an index the file is read until it comes."""
    if options.join_index is None:
        return next((pair[1] for pair in _texts(options) if pair is not None and pair[0] == id), None)
    query = "SELECT text FROM texts WHERE id = ? ORDER BY rowid LIMIT 1"
    row = _database(options.join_index).execute(query, (id,)).fetchone()
    return row and str(row[0])


def _texts(options: ReadOptions) -> Iterator[tuple[str, str] | None]:
    """Id and text of each row of the joined file, None for a row without."""
    from analyzer.readers.shards import read

    assert options.join is not None
    mapping = {field: column for field, column in options.mapping.items() if field == "id"}
    for row in read(options.join, ReadOptions(mapping=mapping, encoding=options.encoding, any_language=True)):
        yield None if isinstance(row, Failure) or row.id is None else (row.id, row.text)


@lru_cache(maxsize=2)
def _database(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True, check_same_thread=False)
