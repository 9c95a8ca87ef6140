"""SQLite: a table, a view or the rows of a query, opened for reading only."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from urllib.parse import quote

from analyzer.errors import InputError
from analyzer.readers.base import Row
from analyzer.readers.failures import MAX_RECORD, ReadError, fail
from analyzer.readers.fields import score_names
from analyzer.readers.options import ReadOptions
from analyzer.readers.sources import Opened
from analyzer.readers.tabular import TableReader, as_row

_PATIENCE = 60.0
"""Seconds without a row after which a query counts as endless."""


class SqliteReader(TableReader):
    """Rows of the named table or query, else of the table whose columns look most like postings."""

    format = "sqlite"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        path = opened.local(".sqlite").resolve()
        try:
            self._database = sqlite3.connect(
                f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            opened.keep(self._database.close)
            self._guard()
            self._query = options.query or _select_all(options.table or self._best_table())
            columns = self._database.execute(self._query).description
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            asked = options.query or options.table
            if asked:
                raise InputError(
                    f"{self.name}: {asked[:100]!r} cannot be read: {error}; tables are: {self._listed()}"
                ) from error
            raise ReadError("damaged-file", f"no SQLite database that can be read: {error}") from error
        if columns is None:
            raise InputError(f"{self.name}: the query returns no rows; a SELECT is needed")
        self.use_columns([column[0] for column in columns])

    def _guard(self) -> None:
        """Nothing in a hostile file runs code, grows without bound or goes on for ever."""
        self._deadline = time.monotonic() + _PATIENCE
        self._database.text_factory = lambda data: data.decode("utf-8", errors="surrogateescape")
        self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_RECORD)
        self._database.execute("PRAGMA trusted_schema=OFF")
        self._database.set_progress_handler(lambda: time.monotonic() > self._deadline, 100_000)

    def _tables(self) -> list[str]:
        query = (
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
            "ORDER BY type, name"
        )
        return [str(name) for (name,) in self._database.execute(query)]

    def _listed(self) -> str:
        try:
            return ", ".join(name[:40] for name in self._tables()[:20]) or "none"
        except sqlite3.Error:
            return "unreadable"

    def _best_table(self) -> str:
        scores = [(score_names(self._columns(name)), name) for name in self._tables()]
        if not scores:
            raise ReadError("no-text", "a database without a table")
        return max(scores, key=lambda pair: pair[0])[1]

    def _columns(self, table: str) -> list[str]:
        try:
            return [str(row[1]) for row in self._database.execute(f"PRAGMA table_info({_quoted(table)})")]
        except sqlite3.Error:
            return []

    def count(self) -> int | None:
        if self.options.query:
            return None
        try:
            return int(self._database.execute(_counting(self._query)).fetchone()[0])
        except sqlite3.Error:
            return None

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        number = 0
        try:
            for number, values in enumerate(self._database.execute(self._query), 1):
                self._deadline = time.monotonic() + _PATIENCE
                yield Row(number, as_row(self.names, values))
        except (sqlite3.Error, OverflowError, ValueError) as error:
            where = f"{self.name}:{number + 1}"
            yield Row(
                number + 1, fail("damaged-file", where, f"cannot be read on: {error}; the rows after it are lost")
            )


def _select_all(table: str) -> str:
    return f"SELECT * FROM {_quoted(table)}"  # noqa: S608  # the name is quoted


def _counting(query: str) -> str:
    return f"SELECT count(*) FROM ({query})"  # noqa: S608  # made by _select_all


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
