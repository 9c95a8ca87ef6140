"""Forms of the page → drafts and files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from analyzer.errors import InputError
from analyzer.readers import ReadOptions, read_bytes
from analyzer.types import Failure, Posting
from analyzer.web.engine import Engine, UnreadableError
from analyzer.web.review import Draft
from analyzer.web.settings import Settings

LABEL = "label:"
"""What the name of a correction's field begins with; the key of the sentence follows."""

_MAX_NAME = 200
NO_TEXT = frozenset({"no-text", "other-language"})
"""Failures of a file that can be read and holds no posting."""


@dataclass(frozen=True, slots=True)
class FileIn:
    """An uploaded file: its name without folders, and its bytes."""

    name: str
    data: bytes


async def read_form(request: Request) -> FormData:
    """The form of a request, with as many fields as the settings allow."""
    settings: Settings = request.app.state.settings
    return await request.form(max_files=4, max_fields=settings.max_fields, max_part_size=settings.max_upload)


async def draft_of(request: Request, form: FormData, suffix: str = "") -> Draft:
    """The draft in a form; a chosen file goes before the text in the box. ``suffix`` ends the names of the fields.

    Raises UnreadableError or InputError where the file holds no posting, or more than one.
    """
    labels = {name.removeprefix(LABEL): str(value) for name, value in form.items() if name.startswith(LABEL) and value}
    text, title, company = (_word(form, name + suffix) for name in ("text", "title", "company"))
    file = await file_of(form, "file" + suffix)
    if file is None:
        return Draft(text, title.strip() or None, company.strip() or None, labels)
    engine: Engine = request.app.state.engine
    posting = await engine.run(lambda _: single_posting(file))
    return Draft(posting.text, title.strip() or posting.title, company.strip() or posting.company, labels)


async def file_of(form: FormData, name: str) -> FileIn | None:
    """The file chosen in a field, or None where there is none."""
    upload = form.get(name)
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    plain = upload.filename.replace("\\", "/").rpartition("/")[2]
    return FileIn(plain[-_MAX_NAME:].lstrip("-.") or "upload", await upload.read())


def single_posting(file: FileIn) -> Posting:
    """The one posting in a file; errors as for ``draft_of``."""
    found = list(islice(read_bytes(file.data, file.name, ReadOptions(any_language=True)), 2))
    if not found:
        raise InputError(f"{file.name}: there is nothing in this file.")
    first = found[0]
    if isinstance(first, Failure):
        raise refusal(first)
    if len(found) > 1:
        raise InputError(f"{file.name}: this file holds several postings; upload it under “Many postings”.")
    return first


def refusal(failure: Failure) -> InputError:
    """The error that turns a whole file away."""
    return (InputError if failure.code in NO_TEXT else UnreadableError)(failure.message)


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""
