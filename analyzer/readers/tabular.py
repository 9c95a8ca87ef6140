"""What Parquet, SQLite and Excel share: rows of values under column names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from analyzer.errors import InputError
from analyzer.readers.base import Reader, Row
from analyzer.readers.failures import MAX_RECORD, ReadError, fail, no_text_column
from analyzer.readers.fields import Layout, find_layout, to_posting
from analyzer.types import Failure, Posting


class TableReader(Reader):
    """Rows of values; subclasses set the columns with ``use_columns`` before the first row is converted."""

    names: tuple[str, ...] = ()
    _layout: Layout

    def use_columns(self, names: Sequence[str]) -> None:
        """Find our fields among the columns. InputError where the mapping names a column that is not there."""
        self.names = tuple(names)
        tops = {key.partition(".")[0] for key in names} | set(names)
        wanted = [
            key for whole in self.options.mapping.values() for key in ([whole] if whole in tops else whole.split("+"))
        ]
        missing = [key for key in wanted if key not in tops and key.partition(".")[0] not in tops]
        listed = ", ".join(name[:40] for name in self.names[:20])
        if missing:
            raise InputError(f"{self.name}: no column {', '.join(map(repr, missing))}; columns are: {listed}")
        self._layout = find_layout(self.names, self.options)
        self.fields = self._layout.fields
        if not self._layout.parts and not self.options.join:
            raise ReadError("no-text", no_text_column(listed))

    def needed(self) -> list[str]:
        """Names of the columns that postings are made of, in the order of the table."""
        wanted = {key for _, key in self._layout.parts} | set(self._layout.keys.values())
        wanted |= {key.partition(".")[0] for key in wanted}
        return [name for name in self.names if name in wanted]

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        source = self.where(row)
        size = sum(len(value) for value in row.payload.values() if isinstance(value, str | bytes))
        if size > MAX_RECORD:
            return (fail("too-large", source, f"a row of over {MAX_RECORD // 1_000_000} MB"),)
        if any(isinstance(value, str) and not value.isascii() and _undecoded(value) for value in row.payload.values()):
            return (fail("bad-encoding", source, "text that is not UTF-8", row.payload),)
        return (to_posting(row.payload, source, self.options, self._layout),)


def _undecoded(value: str) -> bool:
    """Whether bytes that are no UTF-8 were carried along as lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return any("\udc80" <= character <= "\udcff" for character in value)
    return False


def as_row(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Values under their names; the first of like names holds."""
    row: dict[str, Any] = {}
    for name, value in zip(names, values, strict=False):
        row.setdefault(name, value)
    return row
