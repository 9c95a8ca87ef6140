"""Files that are one posting: plain text, and Markdown with or without front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from analyzer.readers.base import Reader, Row
from analyzer.readers.encodings import decode_whole, find_encoding
from analyzer.readers.failures import MAX_RECORD, ReadError
from analyzer.readers.fields import find_layout, make_posting
from analyzer.readers.options import ReadOptions
from analyzer.readers.single import first_title
from analyzer.readers.sources import Opened
from analyzer.types import Failure, Posting

_FRONT = re.compile(r"\s*---[ \t]*\r?\n(.*?)(?:\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.S)
_PAIR = re.compile(r"([A-Za-z_][\w -]{0,60}):[ \t]+(\S.*)")
_HEADING = re.compile(r"[ \t]{0,3}#[ \t]+(\S.*)")
_MAX_FRONT = 64_000


class TextReader(Reader):
    """The file is one posting; its title is the first line where that reads as one."""

    format = "text"
    single = True

    def __init__(self, opened: Opened, options: ReadOptions) -> None:
        super().__init__(opened, options)
        self.encoding = find_encoding(opened.head, options.encoding)
        self.fields = {"text": "file", "title": "first line"}

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        data = self.opened.stream.read(MAX_RECORD + 1)
        if len(data) > MAX_RECORD:
            raise ReadError(
                "too-large", f"a text of over {MAX_RECORD // 1_000_000} MB; name its format if it holds many postings"
            )
        yield Row(1, decode_whole(data, self.options.encoding).removeprefix("\ufeff"))

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        values = {"id": file_id(self.name), "title": first_title(row.payload)}
        return (make_posting(row.payload, self.name, self.options, row.payload, values),)


class MarkdownReader(TextReader):
    """Front matter gives title, company, location and date; the rest is the text."""

    format = "markdown"

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        front, body = split_front_matter(row.payload)
        layout = find_layout([str(key) for key in front], self.options)
        values: dict[str, Any] = {ours: front.get(key) for ours, key in layout.keys.items()}
        values["id"] = values.get("id") or file_id(self.name)
        values["title"] = values.get("title") or _heading(body) or first_title(body)
        self.fields = {"text": "body", **layout.keys}
        self.fields.pop("text" if not body.strip() else "", None)
        text = body if body.strip() else next((str(front[key]) for _, key in layout.parts if front.get(key)), "")
        return (make_posting(text, self.name, self.options, row.payload, values),)


def file_id(name: str) -> str | None:
    """The name of a file as the id of its posting; None for standard input."""
    return None if name == "-" else PurePath(name.rpartition("!")[2]).name


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Front matter as a mapping, and the text after it; an empty mapping and the whole text where there is none."""
    match = _FRONT.match(text[:_MAX_FRONT])
    if match is None:
        return {}, text
    found = _load(match.group(1))
    return ({str(key): value for key, value in found.items()}, text[match.end() :]) if found else ({}, text)


def _load(source: str) -> Mapping[Any, Any]:
    """Front matter as YAML; where it is none, or has aliases (they grow without bound), its ``key: value`` lines."""
    import yaml

    try:
        if not any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, Loader=yaml.SafeLoader)):
            found = yaml.safe_load(source)
            return found if isinstance(found, dict) else {}
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError):
        pass
    pairs = (match for line in source.splitlines() if (match := _PAIR.match(line)))
    return {match.group(1): match.group(2).strip().strip("\"'") for match in pairs}


def _heading(body: str) -> str | None:
    for line in body[:5000].split("\n"):
        if line.strip():
            match = _HEADING.match(line)
            return re.sub(r"\]\([^)]*\)|[*_\[\]`]+", " ", match.group(1)).strip(" #") if match else None
    return None
