"""The JSON API: check, split, batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from analyzer.pipeline import Analyzer
from analyzer.render.json import failure_to_dict, to_dict
from analyzer.types import Posting, Report
from analyzer.verdict.split import Split, split
from analyzer.web.models import BatchIn, DecisionOut, DraftOut, ErrorOut, Health, PostingIn, SplitOut
from analyzer.web.review import Reviewer

router = APIRouter()

CHUNK = 32
"""Postings of a batch read in one go; between two of them other requests get their turn."""

_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorOut, "description": "The request was cut short or malformed."},
    403: {"model": ErrorOut, "description": "Another host name or another site's page asked."},
    408: {"model": ErrorOut, "description": "The request took too long to arrive."},
    413: {"model": ErrorOut, "description": "More than the service takes."},
    415: {"model": ErrorOut, "description": "The body is not declared as JSON."},
    422: {"model": ErrorOut, "description": "The body does not fit the schema, or holds no text to read."},
    503: {"model": ErrorOut, "description": "Busy; try again after the seconds that Retry-After names."},
}


def _ok(description: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": schema}}}, **_ERRORS}


_REPORT = {"$ref": "#/components/schemas/report"}
_ITEMS = {"type": "array", "items": {"anyOf": [_REPORT, {"$ref": "#/components/schemas/failure"}]}}
_BATCH = {"type": "object", "required": ["reports"], "properties": {"reports": _ITEMS}, "additionalProperties": False}


@router.post("/api/check", responses=_ok("The report of the posting.", _REPORT), tags=["postings"])
async def check(body: PostingIn, request: Request) -> JSONResponse:
    """Check one posting: whose duty each sentence is, the verdict and the findings."""
    state = request.app.state
    report = await state.engine.run(_read(state.reviewer, body.posting()))
    report = await state.engine.run(lambda _: state.reviewer.explainer.reasons(report))
    return JSONResponse(to_dict(report))


@router.post("/api/split", responses=_ERRORS, tags=["postings"])
async def split_posting(body: PostingIn, request: Request) -> SplitOut:
    """Split one posting into two drafts, product management and product marketing, and what is left to decide."""
    state = request.app.state
    return split_out(split(await state.engine.run(_read(state.reviewer, body.posting()))))


@router.post(
    "/api/batch", responses=_ok("A report or a failure for each posting, in order.", _BATCH), tags=["postings"]
)
async def batch(body: BatchIn, request: Request) -> JSONResponse:
    """Check up to a thousand postings; one without text gives a failure, not an error."""
    postings = [item.posting() for item in body.postings]
    results: list[dict[str, Any]] = []
    for start in range(0, len(postings), CHUNK):
        results += await request.app.state.engine.run(
            _read_all(request.app.state.reviewer, postings[start : start + CHUNK])
        )
    return JSONResponse({"reports": results})


@router.get("/healthz", tags=["service"], responses={403: _ERRORS[403]})
async def healthz(request: Request) -> Health:
    """That the service runs, and with which model."""
    return Health(status="ok", model=request.app.state.engine.analyzer.model.version)


def split_out(parts: Split) -> SplitOut:
    """A split as the API gives it."""
    return SplitOut(
        drafts=[DraftOut(role=draft.role, title=draft.title, text=draft.text) for draft in parts.drafts],
        to_decide=[
            DecisionOut(sentence=d.sentence, text=d.text, reason=d.reason, suggestion=d.suggestion)
            for d in parts.to_decide
        ],
    )


def _read(reviewer: Reviewer, posting: Posting) -> Callable[[Analyzer], Report]:
    return lambda _: reviewer.read(posting)


def _read_all(reviewer: Reviewer, postings: Sequence[Posting]) -> Callable[[Analyzer], list[dict[str, Any]]]:
    def work(_: Analyzer) -> list[dict[str, Any]]:
        return [
            to_dict(item) if isinstance(item, Report) else failure_to_dict(item) for item in reviewer.pipe(postings)
        ]

    return work
