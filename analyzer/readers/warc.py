"""WARC files of web crawls: the pages in them that hold postings.

Read here rather than through a library, so that reading goes on at the next record after a damaged one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from analyzer.readers.base import Reader, Row
from analyzer.readers.failures import MAX_RECORD, fail
from analyzer.readers.options import ReadOptions
from analyzer.readers.records import convert_record
from analyzer.readers.sources import Opened
from analyzer.readers.webpage import decode_page, page_postings
from analyzer.types import Failure, Posting

_MAX_HEADER = 64_000
_MAX_LINE = 1 << 20
_PAGES = ("response", "resource")


class WarcReader(Reader):
    """A record is a row, numbered from 1 as in the file; only web pages with a posting for machines yield something."""

    format = "warc"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        self.fields = {
            "text": "description + responsibilities + …",
            "id": "identifier, else the address",
            "title": "title",
        }

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        for number, (headers, body) in enumerate(read_records(self.opened.stream), 1):
            source = f"{self.name}:{number}"
            if isinstance(body, str):
                code = "too-large" if body.startswith("over") else "bad-record"
                yield Row(number, fail(code, source, body, str(headers)))
            else:
                yield Row(number, (headers, body))

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        headers, body = row.payload
        if headers.get("warc-type") not in _PAGES or (b"JobPosting" not in body and b"gzip" not in body[:4000].lower()):
            return ()
        source = self.where(row)
        try:
            content, declared = _page(headers, body)
        except (ValueError, zlib.error) as error:
            return (fail("bad-record", source, f"the page cannot be unpacked: {error}", body),)
        postings, damaged = page_postings(decode_page(content, declared=declared))
        if not postings:
            return (fail("bad-json", source, f"its JSON-LD is not JSON ({damaged})", content),) if damaged else ()
        address = headers.get("warc-target-uri", "").strip("<>")
        named = [
            posting if posting.get("identifier") or posting.get("url") else {**posting, "url": address}
            for posting in postings
        ]
        return convert_record(named if len(named) > 1 else named[0], source, self.options)


def read_records(stream: BinaryIO) -> Iterator[tuple[dict[str, str], bytes | str]]:
    """Headers and body of each record; in place of a body that cannot be read, why.

    After damage, reading goes on at the next line that begins a record.
    """
    while line := stream.readline(_MAX_LINE):
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            yield {}, "not a record; passed over to the next one"
            if (line := _next_record(stream)) == b"":
                return
        headers = _headers(stream)
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            yield headers, "a record without its length"
            continue
        yield headers, _body(stream, int(length))


def _next_record(stream: BinaryIO) -> bytes:
    while line := stream.readline(_MAX_LINE):
        if line.startswith(b"WARC/"):
            return line
    return b""


def _body(stream: BinaryIO, length: int) -> bytes | str:
    if length > MAX_RECORD:
        while length > 0 and (piece := stream.read(min(length, 1 << 20))):
            length -= len(piece)
        return f"over {MAX_RECORD // 1_000_000} MB"
    body = stream.read(length)
    return body if len(body) == length else "the file is cut off"


def _headers(stream: BinaryIO) -> dict[str, str]:
    """Header lines up to a blank one, names in lower case."""
    headers: dict[str, str] = {}
    size = 0
    while (line := stream.readline(_MAX_HEADER)).strip() and size < _MAX_HEADER:
        size += len(line)
        name, colon, value = line.partition(b":")
        if colon:
            headers[name.decode("latin-1").strip().lower()] = value.decode("utf-8", errors="replace").strip()
    return headers


def _page(headers: dict[str, str], body: bytes) -> tuple[bytes, str | None]:
    """Content of the page in a record, and the character set its server declared. ValueError where it is damaged."""
    if headers.get("warc-type") == "resource" or not body.startswith(b"HTTP/"):
        return body, None
    head, _, content = body.partition(b"\r\n\r\n")
    served: dict[str, str] = {}
    for line in head.split(b"\r\n")[1:200]:
        name, _, value = line.decode("latin-1").partition(":")
        served[name.strip().lower()] = value.strip()
    if "chunked" in served.get("transfer-encoding", "").lower():
        content = _dechunked(content)
    packing = served.get("content-encoding", "").lower()
    if packing in ("gzip", "x-gzip", "deflate") and content[:2] in (b"\x1f\x8b", b"\x78\x9c", b"\x78\x01", b"\x78\xda"):
        content = _inflated(content)
    charset = served.get("content-type", "").lower().partition("charset=")[2].strip(" \"';")
    return content, _known(charset)


def _dechunked(content: bytes) -> bytes:
    """Content without the sizes between its chunks; as it is where it carries none."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = content.find(b"\r\n", at, at + 100)
        try:
            size = int(content[at:end].partition(b";")[0], 16) if end > 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(pieces) if pieces else content
        if size == 0:
            return b"".join(pieces)
        pieces.append(content[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def _inflated(content: bytes) -> bytes:
    inflater = zlib.decompressobj(47)
    data = inflater.decompress(content, MAX_RECORD)
    if inflater.unconsumed_tail:
        raise ValueError(f"over {MAX_RECORD // 1_000_000} MB unpacked")
    return data


def _known(charset: str) -> str | None:
    import codecs

    try:
        return codecs.lookup(charset).name if charset else None
    except (LookupError, ValueError):
        return None
