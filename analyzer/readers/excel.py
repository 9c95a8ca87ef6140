"""Excel workbooks, through openpyxl (extra ``documents``)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from analyzer.errors import InputError
from analyzer.readers.base import Row
from analyzer.readers.failures import MAX_DOCUMENT, ReadError, fail
from analyzer.readers.fields import score_names
from analyzer.readers.office import check_unpacked_size
from analyzer.readers.options import ReadOptions
from analyzer.readers.sources import Opened
from analyzer.readers.tabular import TableReader, as_row

_HEADER_ROWS = 10


class ExcelReader(TableReader):
    """Rows of the named sheet, else of the one whose header looks most like postings, from 1 after the header."""

    format = "xlsx"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        try:
            import openpyxl
        except ImportError:
            raise ReadError(
                "missing-library", "Excel needs the extra 'documents': pip install 'job-posting-analyzer[documents]'"
            ) from None
        stream = opened.seekable(MAX_DOCUMENT)
        check_unpacked_size(stream)
        warnings.filterwarnings("ignore", module="openpyxl")
        try:
            self._book: Any = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            self._sheet, self._header, names = self._best_sheet(options.table)
        except InputError:
            raise
        except Exception as error:  # a hostile file makes openpyxl raise anything
            raise ReadError(
                "damaged-file", f"no Excel file that can be read ({type(error).__name__}); save it again as .xlsx"
            ) from error
        self.use_columns(names)

    def _best_sheet(self, wanted: str | None) -> tuple[Any, int, list[str]]:
        sheets = {sheet.title: sheet for sheet in self._book.worksheets}
        if wanted is not None and wanted not in sheets:
            raise InputError(f"{self.name}: no sheet {wanted!r}; sheets are: {', '.join(list(sheets)[:20])}")
        candidates = [sheets[wanted]] if wanted is not None else list(sheets.values())
        found = [(sheet, *_find_header(sheet)) for sheet in candidates]
        return max(found, key=lambda entry: score_names(entry[2]))

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        number = 0
        try:
            for values in islice(_values(self._sheet), self._header, None):
                if any(value is not None for value in values):
                    number += 1
                    yield Row(number, as_row(self.names, values))
        except Exception as error:  # a hostile file makes openpyxl raise anything
            where = f"{self.name}:{number + 1}"
            yield Row(
                number + 1,
                fail("damaged-file", where, f"cannot be read on ({type(error).__name__}); the rows after it are lost"),
            )


def _values(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(values_only=True)
    return rows


def _find_header(sheet: Any) -> tuple[int, list[str]]:
    """How many rows end with the header, and its names; titles and empty rows may stand above it."""
    rows = [[str(value or "").strip() for value in row] for row in islice(_values(sheet), _HEADER_ROWS)]
    if not rows:
        return 0, []
    best = max(range(len(rows)), key=lambda index: (score_names(rows[index]), -index))
    return best + 1, [name or f"column {index + 1}" for index, name in enumerate(rows[best])]
