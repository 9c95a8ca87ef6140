"""Web Data Commons N-Quads: what pages say for machines, one statement a line, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from analyzer.readers.base import Reader, Row
from analyzer.readers.encodings import Lines
from analyzer.readers.failures import MAX_RECORD, fail
from analyzer.readers.options import ReadOptions
from analyzer.readers.records import convert_record
from analyzer.readers.sources import Opened
from analyzer.types import Failure, Posting

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_QUAD = re.compile(
    r"\s*(<[^<>\s]*>|_:\S+)\s+<([^<>\s]*)>\s+"
    r'(<[^<>\s]*>|_:\S+|"[^"\\]*(?:\\.[^"\\]*)*")(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?'
    r"\s*(<[^<>]*>|_:\S+)?\s*\.\s*(?:#.*)?$",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_MAX_STATEMENTS = 200_000
_MAX_DEPTH = 4

Statement = tuple[str, str, str]


class QuadsReader(Reader):
    """The statements of one page (graph) are a row, numbered from 1; pages that describe no posting yield nothing."""

    format = "nquads"

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        self._lines = Lines(opened, options.encoding)
        self.encoding = self._lines.found
        self.fields = {
            "text": "description + responsibilities + …",
            "id": "identifier",
            "title": "title",
            "company": "hiringOrganization",
        }

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        number, graph, size = 1, "", 0
        page: list[Any] = []
        for index, (_, line) in enumerate(self._lines.read(), 1):
            found = self._parse(line, index)
            if found is None:
                continue
            if isinstance(found, Failure):
                page.append(found)
                continue
            size += len(line or b"")
            if page and found[1] != graph:
                yield Row(number, (graph, page))
                number, page, size = number + 1, [], 0
            graph = found[1]
            if size <= MAX_RECORD and len(page) < _MAX_STATEMENTS:
                page.append(found[0])
            elif page and page[-1] is not None:
                page.append(None)
        if page:
            yield Row(number, (graph, page))

    def _parse(self, line: bytes | None, number: int) -> tuple[Statement, str] | Failure | None:
        """Statement and graph of a line, None for a blank one or a comment."""
        source = f"{self.name}:line {number}"
        if line is None:
            return fail("too-large", source, f"a line of over {MAX_RECORD // 1_000_000} MB")
        try:
            text = self._lines.decode(line)
        except UnicodeDecodeError:
            return fail("bad-encoding", source, f"not {self._lines.encoding.upper()}", line)
        if not text.strip() or text.lstrip().startswith("#"):
            return None
        match = _QUAD.match(text.rstrip("\n"))
        if match is None:
            return fail("bad-quad", source, "not a statement of N-Quads", line)
        subject, predicate, value, graph = match.groups()
        return (subject, predicate, value), graph or ""

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        graph, page = row.payload
        source = self.where(row)
        found: list[Posting | Failure] = [entry for entry in page if isinstance(entry, Failure)]
        if any(entry is None for entry in page):
            found.append(
                fail(
                    "too-large",
                    source,
                    f"a page with over {_MAX_STATEMENTS} statements or {MAX_RECORD // 1_000_000} MB",
                )
            )
        statements = [entry for entry in page if isinstance(entry, tuple)]
        if any(predicate == _TYPE and _is_posting(value) for _, predicate, value in statements):
            records = list(_postings(statements, graph))
            found += convert_record(records if len(records) > 1 else records[0], source, self.options)
        return found


def _is_posting(value: str) -> bool:
    return value.rstrip(">").rpartition("/")[2] == "JobPosting"


def _postings(statements: list[Statement], graph: str) -> Iterator[dict[str, Any]]:
    nodes: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in statements:
        name = "@type" if predicate == _TYPE else predicate.rpartition("/")[2].rpartition("#")[2]
        nodes.setdefault(subject, {}).setdefault(name, []).append(value)
    for subject, properties in nodes.items():
        if any(_is_posting(value) for value in properties.get("@type", ())):
            record = _object(properties, nodes, 0)
            record["@type"] = "JobPosting"
            record.setdefault("identifier", subject[1:-1] if subject.startswith("<") else graph.strip("<>"))
            yield record


def _object(properties: dict[str, list[str]], nodes: dict[str, dict[str, list[str]]], depth: int) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, values in properties.items():
        read = [_value(value, nodes, depth) for value in dict.fromkeys(values[:100])]
        record[name] = read[0] if len(read) == 1 else read
    return record


def _value(value: str, nodes: dict[str, dict[str, list[str]]], depth: int) -> Any:
    if value.startswith('"'):
        return unescape(value[1:-1])
    if value in nodes and depth < _MAX_DEPTH:
        return _object(nodes[value], nodes, depth + 1)
    return value[1:-1] if value.startswith("<") else ""


def unescape(text: str) -> str:
    r"""A literal without the escapes of N-Quads (``\n``, ``\"``, ``\u00e9``)."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return _LETTERS.get(match.group(3), match.group(3))
    point = int(code, 16)
    return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
