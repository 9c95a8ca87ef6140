"""Parquet, through pyarrow (extra ``columns``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.readers.base import Row
from analyzer.readers.failures import ReadError
from analyzer.readers.options import ReadOptions
from analyzer.readers.sources import Opened
from analyzer.readers.tabular import TableReader

_BATCH = 256
_LONG_TEXT = 100_000


class ParquetReader(TableReader):
    """Rows in small batches, only the columns that postings are made of; row groups before a shard are not read.

    Texts stay in their dictionaries until their row is due, so that one huge text repeated a million times stays one.
    """

    format = "parquet"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        try:
            from pyarrow import parquet
        except ImportError:
            raise ReadError(
                "missing-library", "Parquet needs the extra 'columns': pip install 'job-posting-analyzer[columns]'"
            ) from None
        try:
            stream = opened.seekable()
            schema = parquet.ParquetFile(stream).schema_arrow
            names = [str(name) for name in schema.names]
            texts = [str(field.name) for field in schema if str(field.type) in ("string", "binary")]
            self._file: Any = parquet.ParquetFile(stream, read_dictionary=texts)
        except Exception as error:  # pyarrow raises ArrowInvalid, OSError and others for damage
            raise ReadError("damaged-file", f"no Parquet file that can be read: {str(error)[:150]}") from error
        self.use_columns(names)

    def count(self) -> int | None:
        return int(self._file.metadata.num_rows)

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        return self.skip(0)

    def skip(self, count: int) -> Iterator[Row]:
        """Rows after the first ``count``. A damaged row group is one failure, and the groups after it are read."""
        before = 0
        for group in range(self._file.num_row_groups):
            size = self._file.metadata.row_group(group).num_rows
            if before + size > count:
                yield from self._group(group, before, count)
            before += size

    def _group(self, group: int, before: int, count: int) -> Iterator[Row]:
        from analyzer.readers.failures import fail

        number = before
        try:
            for batch in self._file.iter_batches(_BATCH, row_groups=[group], columns=self.needed()):
                skipped = min(max(count - number, 0), batch.num_rows)
                for index, row in enumerate(_unpacked(batch, skipped), number + skipped + 1):
                    yield Row(index, row)
                number += batch.num_rows
        except Exception as error:  # pyarrow raises ArrowInvalid, OSError, UnicodeDecodeError and others
            why = f"row group damaged ({str(error)[:150]}); its rows from here on are lost"
            yield Row(number + 1, fail("damaged-file", f"{self.name}:{number + 1}", why))


def _unpacked(batch: Any, skipped: int) -> Iterator[dict[str, Any]]:
    """Rows of a batch after the first ``skipped``, all at once, or one by one where a text is long."""
    step = 1 if _longest(batch) > _LONG_TEXT else _BATCH
    for start in range(skipped, batch.num_rows, step):
        yield from batch.slice(start, step).to_pylist()


def _longest(batch: Any) -> int:
    """Bytes of the longest text in a batch."""
    from pyarrow import compute

    dictionaries = (column.dictionary for column in batch.columns if hasattr(column, "dictionary"))
    return max((compute.max(compute.binary_length(texts)).as_py() or 0 for texts in dictionaries), default=0)
