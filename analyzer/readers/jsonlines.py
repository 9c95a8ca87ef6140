"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from analyzer.readers.base import Reader, Row
from analyzer.readers.encodings import Lines
from analyzer.readers.failures import MAX_RECORD, fail
from analyzer.readers.options import ReadOptions
from analyzer.readers.records import convert_record, record_fields
from analyzer.readers.sources import Opened
from analyzer.types import Failure, Posting

_BLANK = (b"\n", b"\r\n")


class JsonLinesReader(Reader):
    """A line is a row; blank lines are passed over. A damaged line costs that line only."""

    format = "jsonl"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        self._lines = Lines(opened, options.encoding)
        self.encoding = self._lines.found
        self.by_bytes = self._lines.splittable

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        if offset:
            self._lines.seek(offset)
        for number, (start, line) in enumerate(self._lines.read(offset), first):
            if line not in _BLANK:
                yield Row(number, line, start)

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        source = self.where(row)
        if row.payload is None:
            return (fail("too-large", source, f"a line of over {MAX_RECORD // 1_000_000} MB"),)
        try:
            text = self._lines.decode(row.payload)
            if text.isspace():
                return ()
            record = json.loads(text)
        except UnicodeDecodeError:
            why = f"not {self._lines.encoding.upper()}; convert the file, or name its encoding with --encoding"
            return (fail("bad-encoding", source, why, row.payload),)
        except (ValueError, RecursionError) as error:
            return (fail("bad-json", source, f"not JSON ({_reason(error)}); one object a line is needed", row.payload),)
        if not self.fields:
            self.fields = record_fields(record, self.options)
        return convert_record(record, source, self.options)


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]
