"""One draft from one file or standard input → a posting."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

from analyzer.errors import InputError
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.roles.titles import title_role
from analyzer.text.clean import clean
from analyzer.types import Failure, Posting, Taxonomy

MAX_BYTES = 20_000_000
_ENCODINGS = ("utf-8-sig", "cp1252")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_TITLE = 120


def read_posting(
    name: str, title: str | None = None, company: str | None = None, taxonomy: Taxonomy = TAXONOMY
) -> Posting:
    """The posting in a file, or on standard input for ``-``: text, Markdown, HTML, Word, PDF, or any with one posting.

    The first line of a text is its title where it names a role of the taxonomy. Raises InputError, naming the file and
    what to try, where it is missing, a folder, empty, binary, too large, or holds several postings.
    """
    data = _read(name)
    if not data.strip():
        raise InputError(f"{name}: empty; give the text of a posting")
    found = _read_marked(data, name) or _read_text(data, name, taxonomy)
    id = None if name == "-" else found.id or Path(name).name
    return replace(found, id=id, title=title or found.title, company=company or found.company, source=name)


def decode(data: bytes, name: str) -> str:
    """Text of bytes: UTF-8, else UTF-16 where marked so, else Windows-1252. InputError where it is no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    sample = data[:100_000]
    if len(_BINARY.findall(sample)) > len(sample) // 200:
        raise InputError(f"{name}: binary data, no text; export the posting as text, Markdown or HTML")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def first_title(text: str, taxonomy: Taxonomy = TAXONOMY) -> str | None:
    """The first line of a text where it is short and names one of the roles."""
    for line in clean(text[:5000]).split("\n"):
        plain = re.sub(r"\]\([^)]*\)|[#*_\[\]]+", " ", line).strip(" :–—-")
        if plain:
            return " ".join(plain.split()) if len(plain) <= _MAX_TITLE and title_role(plain, taxonomy) else None
    return None


def _read_text(data: bytes, name: str, taxonomy: Taxonomy) -> Posting:
    text = decode(data, name)
    if not text.strip():
        raise InputError(f"{name}: empty; give the text of a posting")
    return Posting(text, title=first_title(text, taxonomy))


def _read_marked(data: bytes, name: str) -> Posting | None:
    """The posting in a file of a format of its own; None where it is text, or Markdown without front matter."""
    from analyzer.readers.detect import detect
    from analyzer.readers.failures import ReadError
    from analyzer.readers.options import ReadOptions
    from analyzer.readers.shards import read_bytes
    from analyzer.readers.sources import Item, Opened

    shown = "input" if name == "-" else name
    try:
        with Opened(Item(shown, lambda: io.BytesIO(data))) as opened:
            kind = detect(opened)
            plain = opened.compression is None and (
                kind == "text"
                or (kind == "markdown" and not opened.head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"---"))
            )
    except ReadError as error:
        raise InputError(f"{name}: {error}") from error
    if plain:
        return None
    found = list(islice(read_bytes(data, shown, ReadOptions(any_language=True)), 2))
    if not found:
        raise InputError(f"{name}: no posting in it; give the text of a posting")
    if len(found) > 1:
        raise InputError(f"{name}: several postings in one file; use 'analyzer batch'")
    if isinstance(found[0], Failure):
        raise InputError(found[0].message.replace(f"{shown}:", f"{name}:", 1))
    return found[0]


def _read(name: str) -> bytes:
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _read_file(Path(name))
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error.__class__.__name__})") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: over {MAX_BYTES // 1_000_000} MB; for many postings use 'analyzer batch'")
    return data


def _read_file(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path}: a folder; name the files in it, or use 'analyzer batch'")
    if not path.exists():
        raise InputError(f"{path}: no such file")
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
