"""The format of a file, by what is in it; its name decides only where the content leaves it open."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import PurePosixPath

from analyzer.errors import SettingsError
from analyzer.readers.base import Reader
from analyzer.readers.delimited import looks_delimited
from analyzer.readers.encodings import find_encoding, is_binary
from analyzer.readers.failures import ReadError
from analyzer.readers.options import ReadOptions
from analyzer.readers.sources import Opened

_READERS = {
    "csv": ("delimited", "DelimitedReader"),
    "tsv": ("delimited", "DelimitedReader"),
    "jsonl": ("jsonlines", "JsonLinesReader"),
    "json": ("jsondoc", "JsonReader"),
    "parquet": ("parquet", "ParquetReader"),
    "sqlite": ("sqlite", "SqliteReader"),
    "xlsx": ("excel", "ExcelReader"),
    "text": ("drafts", "TextReader"),
    "markdown": ("drafts", "MarkdownReader"),
    "docx": ("office", "WordReader"),
    "pdf": ("office", "PdfReader"),
    "html": ("webpage", "HtmlReader"),
    "nquads": ("nquads", "QuadsReader"),
    "warc": ("warc", "WarcReader"),
}
FORMATS = tuple(_READERS)
"""Names for ``ReadOptions.format``."""

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"WARC/", "warc"),
    (b"%PDF-", "pdf"),
)
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Office file; save it as .docx or .xlsx"),
    (b"{\\rtf", "RTF; save it as .docx or text"),
    (b"BZh", "bzip2; unpack it, or use gzip, zstd or zip"),
    (b"\xfd7zXZ", "xz; unpack it, or use gzip, zstd or zip"),
    (b"7z\xbc\xaf", "7z; unpack it, or use gzip, zstd or zip"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "RAR; unpack it, or use zip"),
)
_QUAD = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:<[a-z][^<>\s]*>|_:\S+)[ \t]+<[a-z][^<>\s]*>[ \t]+[<_\"]")
_TAG = re.compile(
    r"<!--|<(?:!doctype|html|head|body|div|p|h[1-6]|ul|ol|section|article|table|span|script|meta|b|strong|br|main|title|\?xml)\b",
    re.I,
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)")
_JSON_LIST = re.compile(r"\[\s*[\[{\]\"]")
_JSON_OBJECT = re.compile(r"\{\s*[\"}]")
_PACKED = (".gz", ".zst", ".zstd", ".gzip")


def open_reader(opened: Opened, options: ReadOptions) -> Reader:
    """The reader for an open file. ReadError where nothing can read it, SettingsError for an unknown forced format."""
    kind = options.format or detect(opened, options.encoding)
    if kind not in _READERS:
        raise SettingsError(f"format: there is no {kind!r}; formats are {', '.join(FORMATS)}")
    module, name = _READERS[kind]
    reader: type[Reader] = getattr(import_module(f"analyzer.readers.{module}"), name)
    return reader(opened, options)


def detect(opened: Opened, encoding: str | None = None) -> str:
    """Name of the format of an open file. ReadError where it is none that can be read."""
    head = opened.head
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx" if _is_excel(opened) else "docx"
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise ReadError("unsupported-format", f"cannot be read: {what}")
    return _detect_text(_text_head(head, encoding), _ending(opened.name))


def _text_head(head: bytes, encoding: str | None) -> str:
    found = find_encoding(head, encoding)
    if not found.startswith(("utf-16", "utf-32")) and is_binary(head):
        raise ReadError("unsupported-format", "binary data, no text; export the postings as text, HTML, CSV or JSON")
    return head.decode("utf-8" if found == "ascii" else found, errors="replace").removeprefix("\ufeff")


def _detect_text(head: str, ending: str) -> str:
    start = head.lstrip()
    if ending in ("csv", "tsv", "tab"):
        return "tsv" if ending == "tab" else "csv"
    if ending in ("jsonl", "ndjson"):
        return "jsonl"
    if _JSON_OBJECT.match(start) or _JSON_LIST.match(start):
        return "jsonl" if _is_json_lines(start) else "json"
    if _FRONT_MATTER.match(start):
        return "markdown"
    if start.startswith(("<", "_:", "#")) and _QUAD.match(start):
        return "nquads"
    if start.startswith("<") and _TAG.match(start):
        return "html"
    return _detect_prose(start, ending)


def _detect_prose(start: str, ending: str) -> str:
    if ending in ("md", "markdown", "mdx"):
        return "markdown"
    if ending in ("html", "htm", "xhtml"):
        return "html"
    if ending in ("nq", "nquads"):
        return "nquads"
    if ending == "json":
        return "json"
    head = start[:65_536]
    return "csv" if looks_delimited(head if "\n" in head else head.replace("\r", "\n")) else "text"


def _is_json_lines(start: str) -> bool:
    """Whether most of the first lines are JSON values by themselves; the last line may be cut and does not count."""
    lines = [line for line in start.split("\n")[:50] if line.strip()]
    if len(lines) < 2:
        return False
    counted = lines[:-1] if len(lines) > 2 else lines
    whole = sum(line.startswith(("{", "[")) and _is_json(line) for line in counted)
    return 2 * whole >= len(counted)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_excel(opened: Opened) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(opened.seekable()) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def _ending(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/").partition("?")[0])
    if path.suffix.lower() in _PACKED:
        path = path.with_suffix("")
    return path.suffix.lower().lstrip(".")
