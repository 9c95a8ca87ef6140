"""Failures, and the limits at which they begin."""

from __future__ import annotations

from typing import Any

from analyzer.errors import AnalyzerError
from analyzer.types import Failure

MAX_RECORD = 50_000_000
"""Bytes of one record: a line, a row, a page, a JSON object. Beyond it the record is a ``too-large`` failure."""
MAX_DOCUMENT = 100_000_000
"""Bytes of a file that has to be read whole: Word, PDF, Excel."""
MAX_SPOOL = 20_000_000_000
"""Bytes of a compressed or remote Parquet, SQLite or zip file, which goes to a temporary file first."""
RAW_LIMIT = 1000
"""Characters of the raw record that a failure carries."""


class ReadError(AnalyzerError):
    """A file that cannot be read on; becomes one failure of that file, with its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def fail(code: str, source: str, why: str, raw: Any = "", id: str | None = None) -> Failure:
    """A failure whose message is ``source: why``, with the beginning of the raw record."""
    return Failure(id, source, code, raw_text(" ".join(f"{source}: {why}".split())), raw_text(raw))


def no_text_column(columns: str) -> str:
    """What to say of a table without a column for the text."""
    return (
        f"no column with the text; columns are: {columns}; name it with --map text=COLUMN, or, where the texts stand in"
        " a file of their own, that file with --join FILE"
    )


def raw_text(raw: Any) -> str:
    """The beginning of a raw record as text that can be written as UTF-8."""
    if isinstance(raw, bytes | bytearray | memoryview):
        return bytes(raw[: RAW_LIMIT * 4]).decode("utf-8", errors="replace")[:RAW_LIMIT]
    text = raw[:RAW_LIMIT] if isinstance(raw, str) else _shown(raw)
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _shown(raw: Any) -> str:
    if isinstance(raw, dict):
        return ", ".join(f"{str(key)[:100]}: {_brief(value)}" for key, value in list(raw.items())[:30])[:RAW_LIMIT]
    if isinstance(raw, list | tuple):
        return ", ".join(_brief(value) for value in raw[:30])[:RAW_LIMIT]
    return _brief(raw)


def _brief(value: Any) -> str:
    if isinstance(value, str | bytes):
        return str(value[:200])
    return f"<{type(value).__name__}>" if isinstance(value, dict | list | tuple) else str(value)[:200]
