"""CSV and its kin: comma, semicolon, tab or bar between fields, quotes, backslash escapes, any encoding."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.errors import InputError
from analyzer.readers.base import Reader, Row
from analyzer.readers.encodings import Lines
from analyzer.readers.failures import MAX_RECORD, ReadError, fail, no_text_column
from analyzer.readers.fields import find_layout, score_names, to_posting
from analyzer.readers.options import ReadOptions
from analyzer.readers.sources import Opened
from analyzer.types import Failure, Posting

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 100
_SAMPLE_BYTES = 1 << 17
_MAX_COLUMNS = 2000
_ESCAPED_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*\\"(?![,;\t|\r\n"]|$)')
_RUNS = re.compile(r"\\+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are set apart: the delimiter, and whether a backslash takes the next character's meaning away."""

    delimiter: str = ","
    escape: str | None = None


class DelimitedReader(Reader):
    """A record is a row, numbered from 1 after the header. A damaged record costs the lines up to the next good one."""

    format = "csv"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        csv.field_size_limit(MAX_RECORD)
        self._lines = Lines(opened, options.encoding)
        self.encoding = self._lines.found
        self.by_bytes = self._lines.splittable
        sample = _sample(opened.head, self._lines)
        self.dialect = sniff(sample, "\t" if options.format == "tsv" else None)
        header = next(_records(sample, self.dialect), None)
        if not header:
            raise ReadError("no-text", "empty; a header line and rows are needed")
        self.names = _unique(header)
        self._layout = find_layout(self.names, options)
        self.fields = self._layout.fields
        self._check(options)

    def _check(self, options: ReadOptions) -> None:
        missing = [
            key
            for key in options.mapping.values()
            if key not in self.names and not set(key.split("+")) <= set(self.names)
        ]
        if missing:
            raise InputError(
                f"{self.name}: no column {', '.join(map(repr, missing))}; columns are: {_listed(self.names)}"
            )
        if not self._layout.parts and not options.join:
            raise ReadError("no-text", no_text_column(_listed(self.names)))

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        if offset:
            self._lines.seek(offset)
        records = Records(self._lines, self._lines.read(offset), self.dialect, len(self.names))
        numbered = enumerate(records, first if offset else 0)
        for number, (start, payload) in numbered:
            if number > 0 and payload:
                yield Row(number, payload, start)

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        source = self.where(row)
        if isinstance(row.payload, Damage):
            return (fail(row.payload.code, source, row.payload.why, row.payload.raw),)
        return (to_posting(dict(zip(self.names, row.payload, strict=False)), source, self.options, self._layout),)


@dataclass(frozen=True, slots=True)
class Damage:
    """Lines that make no record."""

    code: str
    why: str
    raw: str


class _TooLong(Exception):  # noqa: N818  # a signal from the lines to the loop over them, not an error
    pass


class Records:
    """(offset, fields) of each record, with (offset, Damage) in the place of a broken one.

    The csv module is given one line at a time, so the byte at which each record begins is known, and the lines of a
    broken record can be read again: its first line is given up, and reading goes on at the next line that begins a
    record of the right width.
    """

    def __init__(self, lines: Lines, stream: Iterable[tuple[int, bytes | None]], dialect: Dialect, width: int) -> None:
        self._lines, self._stream, self._dialect, self._width = lines, iter(stream), dialect, width
        self._again: deque[tuple[int, bytes | None]] = deque()
        self._taken: list[tuple[int, bytes | None]] = []
        self._size = 0

    def __iter__(self) -> Iterator[tuple[int, list[str] | Damage]]:
        reader = self._reader()
        while True:
            self._taken.clear()
            self._size = 0
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError, _TooLong) as error:
                yield self._taken[0][0], self._give_up(error)
                reader = self._reader()
                continue
            start = self._taken[0][0]
            if len(fields) == self._width or not fields or _is_short(fields, self._width):
                yield start, fields
            else:
                yield start, self._give_up(csv.Error(f"{len(fields)} fields instead of {self._width}"))
                reader = self._reader()

    def _reader(self) -> Iterator[list[str]]:
        d = self._dialect
        return csv.reader(self._feed(), delimiter=d.delimiter, escapechar=d.escape, strict=True)

    def _feed(self) -> Iterator[str]:
        decode = self._lines.decode
        while True:
            entry = self._again.popleft() if self._again else next(self._stream, None)
            if entry is None:
                return
            self._taken.append(entry)
            line = entry[1]
            self._size += len(line) if line is not None else MAX_RECORD
            if line is None or self._size > MAX_RECORD:
                raise _TooLong
            yield decode(line)

    def _give_up(self, error: Exception) -> Damage:
        """Put the lines after the first back, pass over those that begin no good record, and say what was lost."""
        raw = self._taken[0][1] or b""
        self._again.extendleft(reversed(self._taken[1:]))
        if isinstance(error, UnicodeDecodeError):
            self._pass_bad()
            return Damage(
                "bad-encoding",
                f"not {self._lines.encoding.upper()}; convert the file, or name its encoding with --encoding",
                _loose(raw),
            )
        if isinstance(error, _TooLong):
            self._pass_bad()
            return Damage(
                "too-large", f"a record of over {MAX_RECORD // 1_000_000} MB; is a quote left open?", _loose(raw)
            )
        lost = 1 + self._pass_bad()
        return Damage("bad-row", f"{error}; {lost} line{'s' * (lost > 1)} passed over", _loose(raw))

    def _pass_bad(self) -> int:
        """Drop lines until one has as many fields as the header, or opens a field that goes on; how many."""
        dropped = 0
        while True:
            if not self._again:
                entry = next(self._stream, None)
                if entry is None:
                    return dropped
                self._again.append(entry)
            line = self._again[0][1]
            if line is not None and self._begins_record(line):
                return dropped
            self._again.popleft()
            dropped += 1

    def _begins_record(self, line: bytes) -> bool:
        try:
            text = self._lines.decode(line)
        except UnicodeDecodeError:
            return True
        d = self._dialect
        try:
            fields = next(csv.reader([text], delimiter=d.delimiter, escapechar=d.escape, strict=True), [])
        except csv.Error as error:
            return "unexpected end" in str(error) and text.count(d.delimiter) > 0
        return len(fields) == self._width or (self._width == 1 and len(fields) > 0)


def _is_short(fields: list[str], width: int) -> bool:
    """Whether a record lacks only trailing fields, as spreadsheets leave them out, or has only empty ones too many."""
    if len(fields) < width:
        return len(fields) > width // 2
    return not any(fields[width:])


def _loose(raw: bytes) -> str:
    return raw[:4000].decode("utf-8", errors="replace")


def sniff(sample: list[str], delimiter: str | None = None) -> Dialect:
    """The dialect under which a sample's lines make the most even table with the best known header."""
    text = "".join(sample)
    escapes = (None, "\\") if "\\" in text and _escapes(text) else (None,)
    likely = (delimiter,) if delimiter else tuple(d for d in DELIMITERS if sample and d in sample[0]) or (",",)
    choices = [Dialect(d, e) for d in likely for e in escapes]
    scores = [(_evenness(sample, choice) + 0.1 * (choice.escape is not None), choice) for choice in choices]
    return max(scores, key=lambda pair: pair[0])[1]


def _evenness(sample: list[str], dialect: Dialect) -> float:
    """Known names in the header, plus the share of records as wide as it, less those that cannot be read."""
    records = []
    broken = 0
    for record in _records(sample, dialect):
        if record is None:
            broken += 1
        elif record:
            records.append(record)
    if not records:
        return -1.0
    header = records[0]
    width = len(header)
    even = sum(len(record) == width for record in records) / len(records)
    known = score_names(header) if width <= _MAX_COLUMNS else 0
    wide = 1.0 if width > 1 else 0.0
    return known + wide * 0.5 + even - broken / (len(records) + broken)


def _escapes(text: str) -> bool:
    """Whether backslashes are escapes: before quotes inside a field, or always in pairs."""
    runs = _RUNS.findall(text)
    return bool(_ESCAPED_QUOTE.search(text)) or all(len(run) % 2 == 0 for run in runs)


def _records(sample: list[str], dialect: Dialect) -> Iterator[list[str] | None]:
    """Records of a sample, None for one that cannot be read."""
    reader = csv.reader(sample, delimiter=dialect.delimiter, escapechar=dialect.escape, strict=True)
    for _ in range(_SAMPLE_ROWS):
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                return
            yield None


def _sample(head: bytes, lines: Lines) -> list[str]:
    text = _decoded_head(head[:_SAMPLE_BYTES], lines)
    pieces = text.split("\n")
    if len(head) > _SAMPLE_BYTES and len(pieces) > 1:
        pieces.pop()
    return [piece + "\n" for piece in pieces]


def _decoded_head(head: bytes, lines: Lines) -> str:
    encoding = lines.found if lines.found != "ascii" else "utf-8"
    text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
    return text if "\n" in text else text.replace("\r", "\n")


def _unique(header: list[str]) -> list[str]:
    """Column names, the second of two like ones with its number, so that none hides another."""
    seen: dict[str, int] = {}
    names = []
    for index, raw in enumerate(header[:_MAX_COLUMNS]):
        name = raw.strip() or f"column {index + 1}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"


def looks_delimited(head: str) -> bool:
    """Whether text begins with a header line of known field names."""
    sample = [line + "\n" for line in head.split("\n")[:200] if line]
    if not sample or len(sample[0]) > 10_000:
        return False
    dialect = sniff(sample[:50])
    header = next(_records(sample, dialect), None)
    if header is None or len(header) < 2 or any(len(name) > 60 for name in header):
        return False
    return score_names(header) >= 3
