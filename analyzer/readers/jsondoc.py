"""A JSON file: one posting, an array of them, or a board with its list, read piece by piece."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from analyzer.readers.base import Reader, Row
from analyzer.readers.encodings import find_encoding
from analyzer.readers.failures import MAX_RECORD, fail
from analyzer.readers.options import ReadOptions
from analyzer.readers.records import LISTS, convert_record, find_postings, record_fields
from analyzer.readers.sources import Opened
from analyzer.types import Failure, Posting

_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT = re.compile(r"\}[ \t\r\n]*,[ \t\r\n]*(?=\{)")
_CHUNK = 1 << 16
_MARGIN = 32
_MAX_GAP = 1 << 20
_MISSING = object()


class JsonReader(Reader):
    """An element of the list is a row. The list is never whole in memory; a damaged element costs that element."""

    format = "json"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        self.encoding = find_encoding(opened.head, options.encoding)
        self._scanner = Scanner(opened.stream, "utf-8" if self.encoding == "ascii" else self.encoding)

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        for number, value in enumerate(self._scanner.values(), 1):
            yield Row(number, value)

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        source = self.where(row)
        if isinstance(row.payload, Damage):
            return (fail(row.payload.code, source, row.payload.why, row.payload.raw),)
        value = row.payload
        if self._scanner.owner and isinstance(value, dict):
            value = next(find_postings(value, self._scanner.owner), value)
        if not self.fields:
            self.fields = record_fields(value, self.options)
        return convert_record(value, source, self.options)


class Damage:
    """An element that is no JSON; ``whole`` where its end is known, so that reading can go on behind it."""

    def __init__(self, code: str, why: str, raw: str, whole: bool = False) -> None:
        self.code, self.why, self.raw, self.whole = code, why, raw, whole


class Scanner:
    """Values of a JSON text: elements of its array, of the list in its object, or the object itself.

    ``owner`` is the name that stood before the list in its object: the company of a board.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(
            errors="surrogateescape" if "utf-8" in encoding else "replace"
        )
        self._text, self._at, self._ended = "", 0, False
        self.owner: str | None = None

    def values(self) -> Iterator[Any]:
        """Values or Damage, in order, until the end of the text."""
        while (mark := self._peek()) != "":
            if mark == "[":
                self._at += 1
                yield from self._elements()
            elif mark == "{":
                yield from self._object()
            elif mark == "\ufeff":
                self._at += 1
            else:
                value = self._value()
                yield value
                if isinstance(value, Damage) and not value.whole and not self._resume():
                    return

    def _elements(self) -> Iterator[Any]:
        while (mark := self._peek()) != "":
            if mark == "]":
                self._at += 1
                return
            if mark == ",":
                self._at += 1
                continue
            value = self._value()
            yield value
            if isinstance(value, Damage) and not value.whole:
                if not self._resume():
                    return
            elif (after := self._peek()) not in (",", "]", "{"):
                why = "a comma is missing after an element" if after else "the file is cut off"
                yield Damage("bad-json", why, self._raw())
                if not self._resume():
                    return

    def _object(self) -> Iterator[Any]:
        """The elements of an object's list of postings, or the object itself where it has none."""
        self._at += 1
        rest: dict[str, Any] = {}
        listed = False
        while (mark := self._peek()) not in ("", "}"):
            if mark == ",":
                self._at += 1
                continue
            key = self._value()
            if not isinstance(key, str) or self._peek() != ":":
                yield (
                    key
                    if isinstance(key, Damage)
                    else Damage("bad-json", "not JSON: a key and a colon are missing", self._raw())
                )
                if not self._resume():
                    return
                continue
            self._at += 1
            if self._peek() == "[" and key in LISTS:
                self._at += 1
                for element in self._elements():
                    listed = True
                    yield element
                rest.setdefault(key, [])
                continue
            rest[key] = value = self._value()
            if isinstance(value, Damage):
                yield value
                if not value.whole and not self._resume():
                    return
            elif key == "name" and isinstance(value, str):
                self.owner = value
        cut_off = mark == ""
        self._at += 1
        if cut_off:
            yield Damage("bad-json", "the file is cut off", "")
        elif not listed:
            self.owner = None
            yield rest

    def _peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def _value(self) -> Any:
        """The value at this place, or Damage."""
        while True:
            value, end, error = self._attempt()
            unfinished = end >= len(self._text) - _MARGIN if error is None else _is_cut(error, len(self._text))
            whole = error is None and not (unfinished and not self._text[end - 1 : end].endswith(("}", "]", '"')))
            if whole:
                return self._taken(value, end)
            if len(self._text) - self._at > MAX_RECORD:
                return Damage("too-large", f"an element of over {MAX_RECORD // 1_000_000} MB", self._raw())
            if not (unfinished and self._fill(len(self._text) - self._at)):
                return self._taken(value, end) if error is None else self._broken(error)

    def _attempt(self) -> tuple[Any, int, Exception | None]:
        try:
            value, end = _DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError) as error:
            return _MISSING, self._at, error
        return value, end, None

    def _taken(self, value: Any, end: int) -> Any:
        raw = self._text[self._at : end]
        self._at = end
        if not raw.isascii():
            try:
                raw.encode()
            except UnicodeEncodeError:
                return Damage(
                    "bad-encoding", "not UTF-8; convert the file, or name its encoding with --encoding", raw, True
                )
        return value

    def _broken(self, error: Exception) -> Damage:
        raw = self._raw()
        deep = isinstance(error, RecursionError)
        self._at = max(self._at + 1, min(getattr(error, "pos", 0), len(self._text)))
        return Damage("bad-json", "nested too deeply" if deep else f"not JSON ({str(error)[:120]})", raw)

    def _raw(self) -> str:
        return self._text[self._at : self._at + 1000]

    def _resume(self) -> bool:
        """Go to the next place that looks like the beginning of an element; False where there is none."""
        start = max(self._at - 1, 0) if self._text[max(self._at - 1, 0) : self._at] == "}" else self._at
        while True:
            if match := _NEXT.search(self._text, start):
                self._at = match.end()
                return True
            last = self._text.rfind("}", start)
            self._at = last if len(self._text) - _MAX_GAP < last else len(self._text)
            if not self._fill():
                self._at = len(self._text)
                return False
            start = self._at

    def _fill(self, size: int = 0) -> bool:
        """Read on, dropping what was used; False at the end."""
        if self._ended:
            return False
        data = self._stream.read(max(size, _CHUNK))
        kept = self._text[self._at :]
        self._ended = not data
        self._text, self._at = kept + self._decoder.decode(data, final=not data), 0
        return True


def _is_cut(error: Exception, length: int) -> bool:
    """Whether a value ended in error because the text read so far ends."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg.startswith("Unterminated string") or error.pos >= length - _MARGIN
    return False
