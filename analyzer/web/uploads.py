"""Many postings: an export goes in, progress comes out while it is read, then a table and files to download."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse

from analyzer.batch.rows import POSTING_COLUMNS, posting_rows
from analyzer.batch.writers import safe_cell
from analyzer.errors import AnalyzerError, InputError
from analyzer.readers import read_bytes
from analyzer.render.json import to_json
from analyzer.types import Failure, Posting, Report
from analyzer.web.engine import BusyError, Engine
from analyzer.web.errors import status_of
from analyzer.web.forms import FileIn, file_of, read_form, refusal
from analyzer.web.pages import checked
from analyzer.web.review import Draft, Reviewer
from analyzer.web.settings import Settings
from analyzer.web.table import PAGE, SORTS, TONES, Query, Row, charts, pick, read_rows, row_of, write_rows
from analyzer.web.templates import render, text_of

router = APIRouter(include_in_schema=False)

CHUNK = 32
"""Postings read in one go; between two of them other requests get their turn."""

_FILES = {"reports.jsonl": "application/x-ndjson", "postings.csv": "text/csv; charset=utf-8"}


@dataclass
class Run:
    """An upload while it is read."""

    name: str
    found: Iterator[Posting | Failure]
    folder: Path
    rows: list[Row] = field(default_factory=list)
    full: bool = False
    late: bool = False


@router.get("/batch")
async def batch_form(request: Request) -> Response:
    """The form for an export."""
    return _form(request)


@router.post("/batch")
async def batch(request: Request) -> Response:
    """Read an export; the page is sent while it is read."""
    form = await read_form(request)
    try:
        file = await file_of(form, "file")
        if file is None:
            raise InputError(
                "Choose a file first: an export as CSV, JSON, JSON Lines, Excel or Parquet, or a ZIP of postings."
            )
        token, run = await _start(request, file)
    except AnalyzerError as error:
        return _form(request, status_of(error), str(error))
    # Nothing buffers the steps on their way, so that the progress is seen while it is made.
    headers = {"x-accel-buffering": "no"}
    return StreamingResponse(_stream(request, token, run), media_type="text/html; charset=utf-8", headers=headers)


@router.get("/batch/{token}")
async def table(request: Request, token: str) -> Response:
    """The table of an upload, in another order or filtered; only the table where a script asks for it."""
    folder = _folder(request, token)
    rows = read_rows(folder / "rows.jsonl")
    values = _table(rows, Query.of(request.query_params), token)
    if request.headers.get("x-fragment"):
        return render(request.scope, "_table.html", **values)
    notes = (folder / "notes.txt").read_text(encoding="utf-8").splitlines()
    return render(request.scope, "batch_result.html", steps="", name=notes[0], notes=notes[1:], **values)


@router.get("/batch/{token}/posting/{number}")
async def posting(request: Request, token: str, number: int) -> Response:
    """The whole result of one posting of an upload."""
    with (_folder(request, token) / "postings.jsonl").open(encoding="utf-8") as stream:
        line = next(islice(stream, number - 1, number), None) if number > 0 else None
    data = json.loads(line) if line else None
    if data is None:
        raise HTTPException(404)
    draft = Draft(data["text"], data["title"], data["company"])
    return await checked(request, draft, back=f"/batch/{token}")


@router.get("/batch/{token}/{name}")
async def save(request: Request, token: str, name: str) -> Response:
    """The reports or the table as a file."""
    folder = _folder(request, token)
    if name not in _FILES:
        raise HTTPException(404)
    return FileResponse(folder / name, media_type=_FILES[name], filename=name)


@router.post("/batch/{token}/remove")
async def remove(request: Request, token: str) -> Response:
    """Remove the results of an upload now."""
    request.app.state.spool.remove(token)
    return RedirectResponse(request.scope.get("root_path", "") + "/batch", 303)


def _form(request: Request, status: int = 200, complaint: str | None = None) -> Response:
    return render(request.scope, "batch.html", status, complaint=complaint, settings=request.app.state.settings)


def _folder(request: Request, token: str) -> Path:
    folder: Path | None = request.app.state.spool.find(token)
    if folder is None or not (folder / "notes.txt").exists():
        raise HTTPException(404)
    return folder


async def _start(request: Request, file: FileIn) -> tuple[str, Run]:
    """A run with its first chunk read. Raises UnreadableError or InputError where the whole file gives nothing."""
    engine: Engine = request.app.state.engine
    settings: Settings = request.app.state.settings
    found = read_bytes(file.data, file.name)
    first = await engine.run(lambda _: list(islice(found, 1)))
    if not first:
        raise InputError(f"{file.name}: there is nothing in this file.")
    if isinstance(first[0], Failure) and first[0].source == file.name:
        raise refusal(first[0])
    token, folder = request.app.state.spool.create()
    return token, Run(file.name, islice(_chain(first, found), settings.max_postings + 1), folder)


def _chain(first: list[Posting | Failure], rest: Iterator[Posting | Failure]) -> Iterator[Posting | Failure]:
    yield from first
    yield from rest


async def _stream(request: Request, token: str, run: Run) -> AsyncIterator[str]:
    """The page: its head, a line a chunk while the postings are read, then the result."""
    scope, state = request.scope, request.app.state
    settings: Settings = state.settings
    yield text_of(scope, "batch_head.html", name=run.name)
    with _Files(run.folder) as files:
        until = time.monotonic() + settings.upload_seconds
        try:
            while await state.engine.run(lambda _: _chunk(state.reviewer, run, files, settings)):
                yield text_of(scope, "_step.html", count=len(run.rows))
                run.late = time.monotonic() > until
                if run.full or run.late:
                    break
        except BusyError:
            run.late = True
    notes = _notes(run, settings)
    write_rows(run.folder / "rows.jsonl", run.rows)
    (run.folder / "notes.txt").write_text("\n".join([run.name, *notes]), encoding="utf-8", errors="replace")
    yield text_of(scope, "batch_tail.html", name=run.name, notes=notes, **_table(run.rows, Query(), token))


class _Files:
    """What is kept of an upload: full reports, the table as CSV, and the postings for their own pages."""

    def __init__(self, folder: Path) -> None:
        self._reports = (folder / "reports.jsonl").open("w", encoding="utf-8")
        self._postings = (folder / "postings.jsonl").open("w", encoding="utf-8")
        self._sheet = (folder / "postings.csv").open("w", encoding="utf-8", newline="", errors="replace")
        self._writer = csv.writer(self._sheet, lineterminator="\n")
        self._writer.writerow([name for name, _ in POSTING_COLUMNS])

    def add(self, result: Report | Failure, model: str) -> None:
        """One line in each file."""
        self._reports.write(to_json(result) + "\n")
        self._writer.writerows([_cell(v) for v in row] for row in posting_rows(result, model))
        kept = None if isinstance(result, Failure) else result.posting
        fields = kept and {"text": kept.text, "title": kept.title, "company": kept.company}
        self._postings.write(json.dumps(fields) + "\n")

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._reports, self._postings, self._sheet):
            file.close()


def _chunk(reviewer: Reviewer, run: Run, files: _Files, settings: Settings) -> bool:
    """Read the next postings, on the analyzer's thread; whether there were any."""
    items = list(islice(run.found, CHUNK))
    room = settings.max_postings - len(run.rows)
    run.full = len(items) > room
    for result in reviewer.pipe(items[:room]):
        run.rows.append(row_of(len(run.rows) + 1, result))
        files.add(result, reviewer.analyzer.model.version)
    return bool(items)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return safe_cell(value)
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _notes(run: Run, settings: Settings) -> list[str]:
    notes = []
    if run.full:
        notes.append(f"Only the first {settings.max_postings:,} postings were read; for more, use “analyzer batch”.")
    if run.late:
        notes.append("The time for one upload was up before the end of the file; for more, use “analyzer batch”.")
    return notes


def _table(rows: list[Row], query: Query, token: str) -> dict[str, Any]:
    picked = pick(rows, query)
    pages = max(1, -(-len(picked) // PAGE))
    page = min(query.page, pages)
    verdicts, roles, scores = charts(rows)
    return {
        "token": token, "query": query, "total": len(rows), "count": len(picked), "page": page, "pages": pages,
        "rows": picked[(page - 1) * PAGE : page * PAGE], "sorts": SORTS, "tones": TONES,
        "verdicts": verdicts, "main_roles": roles, "scores": scores,
    }  # fmt: skip
