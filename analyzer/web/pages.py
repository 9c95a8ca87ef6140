"""The pages for one posting, for two, and about the roles."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from analyzer.errors import AnalyzerError
from analyzer.learn.sources import read_sources
from analyzer.readers.single import first_title
from analyzer.render.seeker import SECTIONS, seeker_view
from analyzer.roles.taxonomy import label_name
from analyzer.text.clean import clean
from analyzer.verdict.compare import Comparison, Line
from analyzer.verdict.compare import compare as compare_reports
from analyzer.verdict.split import split
from analyzer.web.downloads import download
from analyzer.web.errors import status_of
from analyzer.web.forms import draft_of, read_form
from analyzer.web.review import Draft
from analyzer.web.templates import FOLDER, render
from analyzer.web.view import MAX_SHOWN, tag_of, view_of

router = APIRouter(include_in_schema=False)

ALIKE = 0.25
"""Two postings with this part of their sentences in common, or more, are read as versions of one."""

SAMPLES: Mapping[str, str] = {
    "tidewater": "Two jobs under one title",
    "larkfield": "A product manager",
    "fernhill": "A product marketing manager",
}
"""File name and description of each sample posting."""


@lru_cache(maxsize=8)
def sample(name: str) -> Draft:
    """The draft of a sample posting; HTTPException 404 where there is none of that name."""
    if name not in SAMPLES:
        raise HTTPException(404)
    text = (FOLDER / "samples" / f"{name}.md").read_text(encoding="utf-8")
    return Draft(text, first_title(text))


@router.get("/")
async def home(request: Request) -> Response:
    """The box; with ``?sample=NAME`` filled with a sample posting and its result."""
    name = request.query_params.get("sample")
    if not name:
        return _page(request, Draft(""))
    return await checked(request, sample(name))


@router.get("/check")
async def back(request: Request) -> Response:
    """A result has no address of its own, because nothing is stored: back to the box."""
    return RedirectResponse(request.scope.get("root_path", "") + "/", 303)


@router.post("/check")
async def check(request: Request) -> Response:
    """The result of a posting; only its part of the page where a script asks for it."""
    form = await read_form(request)
    try:
        draft = await draft_of(request, form)
        return await checked(request, draft, str(form.get("view", "")))
    except AnalyzerError as error:
        if request.headers.get("x-fragment"):
            raise
        typed = Draft(str(form.get("text", "")), str(form.get("title", "")))
        return _page(request, typed, status=status_of(error), complaint=str(error))


@router.post("/text")
async def text(request: Request) -> Response:
    """HTML of a clipboard as text with its lists and headings, for the box."""
    form = await read_form(request)
    html = str(form.get("html", ""))[: request.app.state.settings.max_text * 4]
    plain = await request.app.state.engine.run(lambda _: clean(html))
    return Response(plain.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8")


@router.post("/download/{kind}")
async def save(request: Request, kind: str) -> Response:
    """The result of a form as a file."""
    form = await read_form(request)
    draft = await draft_of(request, form)
    return await download(request, kind, draft, str(form.get("view", "")))


@router.get("/compare")
async def compare_form(request: Request) -> Response:
    """Two boxes."""
    drafts = (
        (sample("tidewater"), sample("larkfield")) if request.query_params.get("sample") else (Draft(""), Draft(""))
    )
    return await _compared(request, drafts) if drafts[0].text else _compare(request, drafts)


@router.post("/compare")
async def compare(request: Request) -> Response:
    """Two postings side by side."""
    form = await read_form(request)
    try:
        drafts = (await draft_of(request, form, "-a"), await draft_of(request, form, "-b"))
        return await _compared(request, drafts)
    except AnalyzerError as error:
        typed = [Draft(str(form.get(f"text-{side}", "")), str(form.get(f"title-{side}", ""))) for side in "ab"]
        return _compare(request, (typed[0], typed[1]), status_of(error), complaint=str(error))


@router.get("/roles")
async def roles(request: Request) -> Response:
    """What each role is, and who says so."""
    return render(request.scope, "roles.html", sources=read_sources())


@router.get("/about")
async def about(request: Request) -> Response:
    """Privacy, limits, and the API in three lines."""
    return render(request.scope, "about.html", settings=request.app.state.settings)


async def checked(request: Request, draft: Draft, audience: str = "", back: str | None = None) -> Response:
    """The page with a draft's result; ``back`` is the address of the table that it was opened from."""
    values = {"draft": draft, "audience": audience if audience == "seeker" else "recruiter", "back": back}
    response: Response = await request.app.state.engine.run(lambda _: _result(request, values))
    return response


def _result(request: Request, values: dict[str, Any]) -> Response:
    """Review, split, seeker's view and page of one posting, made on the analyzer's thread."""
    begun = time.perf_counter()
    review = request.app.state.reviewer.review(values["draft"])
    advice = seeker_view(review.report)
    values["view"], values["split"] = view_of(review), split(review.report)
    values["seeker"] = [(heading, getattr(advice, name)) for name, heading in SECTIONS]
    if request.headers.get("x-fragment"):
        response: Response = render(request.scope, "_result.html", 200, None, **values)
    else:
        response = _page(request, **values)
    response.headers["server-timing"] = f"check;dur={1000 * (time.perf_counter() - begun):.1f}"
    return response


def _page(request: Request, draft: Draft, status: int = 200, **values: Any) -> Response:
    base = {"view": None, "audience": "recruiter", "complaint": None, "samples": SAMPLES, "back": None}
    return render(request.scope, "check.html", status, None, draft=draft, **{**base, **values})


async def _compared(request: Request, drafts: tuple[Draft, Draft]) -> Response:
    state = request.app.state
    left, right = [await state.engine.run(lambda _, d=draft: state.reviewer.review(d)) for draft in drafts]
    comparison = await state.engine.run(lambda _: compare_reports(left.report, right.report))
    lines = [_line(comparison, line) for line in comparison.lines[:MAX_SHOWN]]
    both = sum(bool(line["left"] and line["right"]) for line in lines)
    return _compare(
        request,
        drafts,
        views=[view_of(left), view_of(right)],
        lines=lines,
        both=both,
        alike=comparison.overlap >= ALIKE,
    )


def _line(comparison: Comparison, line: Line) -> dict[str, Any]:
    """A line of the comparison for its table."""
    values: dict[str, Any] = {"change": line.change.value, "relabelled": line.relabelled}
    sides = (
        ("left", comparison.left, line.left, line.left_label),
        ("right", comparison.right, line.right, line.right_label),
    )
    for side, report, index, label in sides:
        values[side] = "" if index is None else report.sentences[index].text
        values[f"{side}_kind"] = label.value if label else ""
        values[f"{side}_tag"] = tag_of(label) if label else ""
        values[f"{side}_name"] = label_name(label) if label else "not there"
    return values


def _compare(request: Request, drafts: tuple[Draft, Draft], status: int = 200, **values: Any) -> Response:
    base: dict[str, Any] = {"views": None, "complaint": None}
    return render(request.scope, "compare.html", status, drafts=drafts, **{**base, **values})
