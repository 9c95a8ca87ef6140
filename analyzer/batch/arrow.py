"""One Arrow schema and one picklable function from record batch to record batch, for every engine that speaks Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.batch.analysis import analyze_rows, analyzer_of, one_thread
from analyzer.batch.errors import needs
from analyzer.batch.rows import Row, columns, row_maker
from analyzer.types import Failure, Posting

if TYPE_CHECKING:
    import pyarrow as pa

INPUT_COLUMNS = ("id", "title", "company", "location", "date", "source", "text")
"""Columns of a batch of postings, all strings; only ``text`` must be there."""


def schema(sentences: bool = False) -> pa.Schema:
    """The Arrow schema of the rows. Raises SettingsError, naming the extra, where pyarrow is missing."""
    with needs("pyarrow", "columns"):
        import pyarrow as pa
    types = {
        "text": pa.string(), "flag": pa.bool_(), "number": pa.float64(),
        "count": pa.int64(), "texts": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema([(name, types[kind]) for name, kind in columns(sentences)])


def to_batch(rows: Sequence[Row], sentences: bool = False) -> pa.RecordBatch:
    """Rows as one record batch of ``schema``; halves of surrogate pairs, which Arrow cannot hold, become ``?``."""
    import pyarrow as pa

    layout = schema(sentences)
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(layout)
    try:
        arrays = [pa.array(values, field.type) for values, field in zip(by_column, layout, strict=True)]
    except UnicodeEncodeError:
        return to_batch([tuple(map(_encodable, row)) for row in rows], sentences)
    return pa.RecordBatch.from_arrays(arrays, schema=layout)


@dataclass(frozen=True)
class BatchAnalyzer:
    """A batch of postings (``INPUT_COLUMNS``) in, a batch of rows (``schema``) out, in the same order.

    Picklable and small: the model, read from a folder (default: the shipped one), is loaded once a process.
    """

    sentences: bool = False
    model: Path | None = None

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of the postings; a posting without text gives a row with its reason."""
        analyzer = analyzer_of(self.model)
        make, version = row_maker(self.sentences), analyzer.model.version
        with one_thread():
            items = analyze_rows(postings_of(batch), analyzer)
            return to_batch([row for item in items for row in make(item, version, None)], self.sentences)


def postings_of(batch: pa.RecordBatch) -> list[Posting | Failure]:
    """The postings in a record batch; columns other than ``INPUT_COLUMNS`` are passed over."""
    known = [name for name in INPUT_COLUMNS if name in batch.schema.names]
    return [_posting(row) for row in batch.select(known).to_pylist()]


def _posting(row: dict[str, object]) -> Posting | Failure:
    values = {name: str(value) for name, value in row.items() if value is not None}
    text = values.pop("text", "")
    if not text.strip():
        source = values.get("source")
        return Failure(values.get("id"), source, "no-text", f"{source or 'a row'}: no text in its text column")
    return Posting(text, **values)


def _encodable(value: object) -> object:
    return value.encode("utf-8", errors="replace").decode("utf-8") if isinstance(value, str) else value
