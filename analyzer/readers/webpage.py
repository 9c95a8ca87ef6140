"""Web pages: postings in their JSON-LD or microdata, else the page itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from analyzer.readers.base import Reader, Row
from analyzer.readers.encodings import decode_whole, find_encoding
from analyzer.readers.failures import MAX_RECORD, ReadError, fail
from analyzer.readers.fields import make_posting
from analyzer.readers.records import convert_record, find_postings, is_schema_posting, record_fields
from analyzer.types import Failure, Posting

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
_DECODER = json.JSONDecoder(strict=False)
_MAX_CLIMB = 200
_MAX_SCRIPTS = 1000
_MAX_PROPERTIES = 5000


class HtmlReader(Reader):
    """The page is one row: its postings where it describes them for machines, else all its text as one posting."""

    format = "html"
    single = True

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        data = self.opened.stream.read(MAX_RECORD + 1)
        if len(data) > MAX_RECORD:
            raise ReadError("too-large", f"a page of over {MAX_RECORD // 1_000_000} MB")
        self.encoding = self.options.encoding or declared_charset(data) or find_encoding(data[: 1 << 18])
        yield Row(1, decode_page(data, self.options.encoding))

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        postings, damaged = page_postings(row.payload)
        if postings:
            self.fields = self.fields or record_fields(postings[0], self.options)
            return convert_record(postings if len(postings) > 1 else postings[0], self.name, self.options)
        self.fields = {"text": "page", "title": "h1"}
        if damaged and not _body_text(row.payload):
            return (fail("bad-json", self.name, f"its JSON-LD is not JSON ({damaged})", row.payload),)
        values = {"id": self.name.rpartition("/")[2] if self.name != "-" else None, "title": page_title(row.payload)}
        text = row.payload if _body_text(row.payload) else ""
        return (make_posting(text, self.name, self.options, row.payload, values),)


def declared_charset(data: bytes) -> str | None:
    """The character set that a page's head names, where there is such a one and the page has no mark of its own."""
    import codecs

    match = _CHARSET.search(data[:4096])
    if match is None or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        name = codecs.lookup(match.group(1).decode("ascii")).name
    except LookupError:
        return None
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def decode_page(data: bytes, encoding: str | None = None, declared: str | None = None) -> str:
    """Text of a page: UTF-8 where it is that, else as declared in its head or by its server, else as guessed."""
    if not encoding:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = declared or declared_charset(data)
    return decode_whole(data, encoding)


def page_postings(page: str) -> tuple[list[dict[str, Any]], str]:
    """schema.org postings in a page (JSON-LD first, else microdata), and why a JSON-LD block could not be read."""
    if "JobPosting" not in page:
        return [], ""
    tree = LexborHTMLParser(page)
    found: list[dict[str, Any]] = []
    damaged = ""
    for node in tree.css('script[type*="ld+json" i]')[:_MAX_SCRIPTS]:
        try:
            value = _loads(node.text() or "")
        except (ValueError, RecursionError) as error:
            damaged = str(error)[:120]
            continue
        found += [record for record in find_postings(value) if is_schema_posting(record)]
    return found or list(_microdata(tree)), damaged


def _loads(text: str) -> Any:
    try:
        return _DECODER.decode(text.strip())
    except ValueError:
        return _DECODER.decode(_WRAPPING.sub("", _WRAPPING.sub("", text)).strip())


def _microdata(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    for scope in tree.css('[itemtype*="schema.org/JobPosting" i]')[:_MAX_SCRIPTS]:
        yield {"@type": "JobPosting", **_properties(scope)}


def _properties(scope: LexborNode) -> dict[str, Any]:
    """Properties of an item; a repeated one is a list, an item within is an object."""
    found: dict[str, Any] = {}
    for node in scope.css("[itemprop]")[:_MAX_PROPERTIES]:
        if node == scope or _owner(node) != scope:
            continue
        value = _properties(node) if "itemscope" in node.attributes else _property(node)
        for name in (node.attributes.get("itemprop") or "").split():
            key = name.rpartition("/")[2]
            if key in found:
                found[key] = [*(found[key] if isinstance(found[key], list) else [found[key]]), value]
            else:
                found[key] = value
    return found


def _owner(node: LexborNode) -> LexborNode | None:
    parent = node.parent
    for _ in range(_MAX_CLIMB):
        if parent is None or "itemscope" in parent.attributes:
            return parent
        parent = parent.parent
    return None


def _property(node: LexborNode) -> str:
    """Value of a property: what its tag is made to carry, else its HTML where it has blocks, else its text."""
    for name in ("content", "datetime", "href", "src"):
        if value := node.attributes.get(name):
            return str(value)
    inner = node.css_first("p, li, br, ul, div, h1, h2, h3, h4")
    return str(node.inner_html or "") if inner is not None else (node.text(deep=True) or "").strip()


def page_title(page: str) -> str | None:
    """The first heading of a page, else the name in its head."""
    tree = LexborHTMLParser(page)
    for selector in ("h1", "title"):
        node = tree.css_first(selector)
        text = " ".join((node.text(deep=True) or "").split()) if node is not None else ""
        if text:
            return text[:300]
    return None


def _body_text(page: str) -> bool:
    from analyzer.text.clean import html_to_text

    return bool(html_to_text(page).strip())
