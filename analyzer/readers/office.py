"""Word and PDF drafts, through python-docx and pypdf (extra ``documents``)."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from analyzer.readers.base import Reader, Row
from analyzer.readers.drafts import file_id
from analyzer.readers.failures import MAX_DOCUMENT, ReadError
from analyzer.readers.fields import make_posting
from analyzer.readers.single import first_title
from analyzer.types import Failure, Posting

_EXTRA = "needs the extra 'documents': pip install 'job-posting-analyzer[documents]'"
_MAX_PAGES = 200
_MAX_TEXT = 5_000_000
_WRAPPED = re.compile(r"(?<=[a-z,;]) ?\n(?=[a-z(])")
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


class _DraftReader(Reader):
    single = True

    def rows(self, offset: int = 0, first: int = 1) -> Iterator[Row]:
        yield Row(1, self.extract(self.opened.seekable(MAX_DOCUMENT)))

    def extract(self, stream: BinaryIO) -> tuple[str, str | None]:
        """Text and title of a document."""
        raise NotImplementedError

    def convert(self, row: Row) -> Iterable[Posting | Failure]:
        text, title = row.payload
        self.fields = {"text": "document", "title": "title style" if title else "first line"}
        values = {"id": file_id(self.name), "title": title or first_title(text)}
        return (make_posting(text, self.name, self.options, "", values),)


class WordReader(_DraftReader):
    """Paragraphs, headings, list items and tables as Markdown, so that the form of a line is kept."""

    format = "docx"

    def extract(self, stream: BinaryIO) -> tuple[str, str | None]:
        try:
            import docx
        except ImportError:
            raise ReadError("missing-library", f"Word {_EXTRA}") from None
        check_unpacked_size(stream)
        try:
            return _word_text(docx.Document(stream))
        except Exception as error:  # a hostile file makes python-docx raise anything
            raise ReadError(
                "damaged-file", f"no Word file that can be read ({type(error).__name__}); save it again as .docx"
            ) from error


def check_unpacked_size(stream: BinaryIO) -> None:
    """ReadError where an office document unpacks to too much; zipfile never unpacks more than is declared."""
    try:
        with zipfile.ZipFile(stream) as archive:
            total = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError("damaged-file", f"damaged or cut off: {error}") from error
    if total > 4 * MAX_DOCUMENT:
        raise ReadError("too-large", f"unpacks to over {4 * MAX_DOCUMENT // 1_000_000} MB")
    stream.seek(0)


def _word_text(document: Any) -> tuple[str, str | None]:
    lines: list[str] = []
    title = None
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += [
                f"\n{text}"
                for row in block.rows
                for text in dict.fromkeys(cell.text.strip() for cell in row.cells)
                if text
            ]
            continue
        text = block.text.strip()
        style = (block.style.name or "") if block.style is not None else ""
        if text and style == "Title" and title is None:
            title = text
        if text:
            lines.append(_marked(text, style, block))
    return "\n".join(lines).strip(), title


def _marked(text: str, style: str, paragraph: Any) -> str:
    """A paragraph with the Markdown mark of its style."""
    if style == "Title":
        return f"\n# {text}\n"
    if style.startswith("Heading"):
        return f"\n## {text}\n"
    properties = paragraph._p.pPr
    listed = style.startswith("List") or (properties is not None and properties.numPr is not None)
    return f"* {text}" if listed else f"\n{text}\n"


class PdfReader(_DraftReader):
    """Text of the pages; lines that were broken for the page are joined where the sentence plainly goes on."""

    format = "pdf"

    def extract(self, stream: BinaryIO) -> tuple[str, str | None]:
        try:
            import pypdf
        except ImportError:
            raise ReadError("missing-library", f"PDF {_EXTRA}") from None
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        try:
            reader = pypdf.PdfReader(stream)
            if reader.is_encrypted and not reader.decrypt(""):
                raise ReadError("encrypted", "a password is needed; save it without one")
            text = _pdf_text(reader)
        except ReadError:
            raise
        except Exception as error:  # a hostile file makes pypdf raise anything
            raise ReadError(
                "damaged-file", f"no PDF that can be read ({type(error).__name__}); export it again"
            ) from error
        if not text.strip():
            raise ReadError("no-text", "holds no text; is it a scan? give the text, or a PDF with text in it")
        return text, None


def _pdf_text(reader: Any) -> str:
    pages: list[str] = []
    for number, page in enumerate(reader.pages):
        if number >= _MAX_PAGES or sum(map(len, pages)) > _MAX_TEXT:
            break
        pages.append(page.extract_text())
    text = "\n".join(pages).replace("\x00", "")
    return _WRAPPED.sub(" ", _HYPHEN.sub("-", text))
