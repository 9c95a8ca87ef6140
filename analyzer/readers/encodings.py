"""Encodings: found on the first bytes of a file, applied line by line."""

from __future__ import annotations

import codecs
import io
import re
from typing import Any, BinaryIO

from analyzer.errors import SettingsError
from analyzer.readers.failures import MAX_RECORD, ReadError
from analyzer.readers.sources import Opened

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32", "utf-7", "utf_7", "iso2022", "hz")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH_LETTERS, _ENOUGH_LETTERS = re.compile(rb"[\xc0-\xff]"), 40
_UNDECODED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


def find_encoding(head: bytes, forced: str | None = None) -> str:
    """Name of the encoding of a file that begins with ``head``. SettingsError where a forced one is unknown.

    A mark at the beginning decides, then UTF-8 where it fits (``ascii`` where nothing else is there), then
    charset-normalizer.
    """
    if forced:
        return _ordered(_known(forced), head)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if not head.isascii():
        return "utf-8" if _is_utf8(head) else _ordered(_guess(head), head)
    return _unmarked_wide(head) or "ascii"


def is_binary(head: bytes) -> bool:
    """Whether bytes in an encoding without NUL are no text."""
    sample = head[:100_000]
    return len(_CONTROL.findall(sample)) > max(len(sample) // 200, 3)


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise SettingsError(f"encoding: no encoding is called {name!r}; try utf-8, cp1252 or utf-16") from None


def _ordered(name: str, head: bytes) -> str:
    """UTF-16 and UTF-32 with their byte order where no mark gives it; decoders refuse them without."""
    plain = name.replace("_", "-")
    marked = any(head.startswith(mark) for mark, _ in _MARKS[1:])
    return f"{plain}-le" if plain in ("utf-16", "utf-32") and not marked else name


def _is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8, but for a character cut at the end or single bad bytes among many good letters."""
    text = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape").decode(head)
    bad = len(_UNDECODED.findall(text))
    return bad == 0 or len(_BEYOND_ASCII.findall(text)) > 4 * bad


def _high_lines(head: bytes) -> list[bytes]:
    return [line for line in head.split(b"\n") if not line.isascii()]


def _guess(head: bytes) -> str:
    from charset_normalizer import from_bytes

    match = from_bytes(b"\n".join(_high_lines(head[:65_536]))[:20_000]).best()
    name = match.encoding if match is not None else "cp1252"
    if name.startswith(_WIDE[:4]) and b"\x00" not in head:
        # A stray byte order mark in the midst of a file; no text in two-byte characters is without NUL.
        return "utf-8"
    western = name.startswith(
        ("cp125", "iso8859", "latin", "mac", "cp4", "cp8", "cp7", "cp1026", "cp1140", "cp037", "cp50", "hp")
    )
    return _western(head, name) if western else name


def _western(head: bytes, name: str) -> str:
    """Windows-1252 where a guess among its like is no better: their difference shows in single letters only.

    A name or two spelt with ``ø`` says nothing; a text in Czech or Russian has hundreds of letters beyond ASCII.
    """
    keep = name in (
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "iso8859_5",
        "iso8859_7",
        "cp866",
        "mac_cyrillic",
    )
    if keep and len(_HIGH_LETTERS.findall(head)) >= _ENOUGH_LETTERS:
        return name
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _unmarked_wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte is NUL."""
    sample = head[:2000]
    if b"\x00" not in sample:
        return None
    for name, odd in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if odd.count(0) > 0.7 * len(odd) and sample.count(0) < 0.6 * len(sample):
            return name
    return None


class Lines:
    """Lines of an open file as bytes, from any byte, none longer than the limit.

    ``encoding`` is that of the bytes handed out: the file's own, or UTF-8 where its own cannot be cut at line breaks.
    ``splittable`` tells whether offsets are bytes of the file.
    """

    def __init__(self, opened: Opened, encoding: str | None = None) -> None:
        self.found = find_encoding(opened.head, encoding)
        wide = self.found.startswith(_WIDE)
        old_breaks = not wide and b"\r" in opened.head and b"\n" not in opened.head
        self.splittable = opened.path is not None and not wide and not old_breaks
        self.encoding = "utf-8" if wide or self.found in ("utf-8-sig", "ascii") else self.found
        self._mark = 3 if self.found == "utf-8-sig" else 0
        self._stream: BinaryIO = opened.stream
        if wide or old_breaks:
            self._stream = io.BufferedReader(_Transcoded(opened.stream, self.found, self.encoding, old_breaks), 1 << 17)
        self.fallback = "cp1252" if self.found == "ascii" else None

    def seek(self, offset: int) -> None:
        """Go on at a byte of the file; only where ``splittable``."""
        self._stream.seek(offset)

    def read(self, offset: int = 0) -> Any:
        """(offset, line) pairs with line breaks; an overlong line comes as (offset, None)."""
        readline = self._stream.readline
        if offset == 0 and self._mark:
            self._stream.read(self._mark)
            offset = self._mark
        while line := readline(MAX_RECORD):
            start = offset
            offset += len(line)
            if len(line) == MAX_RECORD and not line.endswith(b"\n"):
                offset += self._skip_line()
                yield start, None
            else:
                yield start, line

    def _skip_line(self) -> int:
        skipped = 0
        while piece := self._stream.readline(1 << 20):
            skipped += len(piece)
            if piece.endswith(b"\n"):
                break
        return skipped

    def decode(self, line: bytes) -> str:
        """The text of a line. UnicodeDecodeError where it is in another encoding than the file.

        Where the beginning of the file was plain ASCII and told nothing, Windows-1252 is tried after UTF-8.
        """
        try:
            return line.decode(self.encoding)
        except UnicodeDecodeError:
            if self.fallback is None:
                raise
            return line.decode(self.fallback)


class _Transcoded(io.RawIOBase):
    """A stream in an encoding that cannot be cut at line breaks, as UTF-8; old Mac line breaks become new ones."""

    def __init__(self, stream: BinaryIO, encoding: str, target: str, old_breaks: bool) -> None:
        self._stream, self._target, self._old_breaks = stream, target, old_breaks
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            data = self._stream.read(1 << 16)
            text = self._decoder.decode(data, final=not data)
            if self._old_breaks:
                text = text.replace("\r", "\n")
            self._left = text.encode(self._target, errors="replace")
            if not data:
                break
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def decode_whole(data: bytes, encoding: str | None = None) -> str:
    """Text of a whole document, read leniently: single bad bytes become replacement characters.

    Raises ReadError where it is no text.
    """
    found = find_encoding(data[: 1 << 18], encoding)
    if not found.startswith(_WIDE) and is_binary(data):
        raise ReadError("unsupported-format", "binary data, no text; export the postings as text, HTML, CSV or JSON")
    name = "utf-8" if found == "ascii" else found
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return data.decode("cp1252" if found == "ascii" else name, errors="replace")
