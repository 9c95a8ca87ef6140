"""What every reader is: rows of a file, and postings of a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from analyzer.readers.options import ReadOptions
from analyzer.readers.sources import Opened
from analyzer.types import Failure, Posting


class Row(NamedTuple):
    """A row as the file has it: its number from 1, what is in it (or a Failure), the byte where it begins or -1."""

    number: int
    payload: Any
    offset: int = -1


class Reader:
    """Rows of one open file, and postings of a row.

    Two steps, because passing over rows must be cheap: a shard begins at a row, and the rows before it need no reading.
    ``by_bytes`` tells whether ``rows`` can begin at a byte offset, which is then in each row.
    """

    format: ClassVar[str] = ""
    single: ClassVar[bool] = False
    """Whether the file is one posting, whose source is the file's name alone."""

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        self.opened, self.options, self.name = opened, options, opened.name
        self.encoding: str | None = None
        self.by_bytes = False
        self.fields: Mapping[str, str] = {}

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        """Rows from a byte offset on, the first of which has number ``first``."""
        raise NotImplementedError

    def skip(self, count: int) -> Iterator[Row]:
        """Rows after the first ``count``."""
        for row in self.rows():
            if row.number > count:
                yield row

    def count(self) -> int | None:
        """Number of rows where the file says it at once, else None."""
        return None

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        """Postings and failures of a row."""
        raise NotImplementedError

    def where(self, row: Row) -> str:
        """Source of a row: ``file:number``, or the file alone where it is one posting."""
        return self.name if self.single else f"{self.name}:{row.number}"
