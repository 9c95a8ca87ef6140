"""Refusals in words: a page for people, JSON for programs."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from analyzer.errors import AnalyzerError
from analyzer.web.engine import BusyError, TooLargeError, UnreadableError
from analyzer.web.guard import local_path
from analyzer.web.templates import render

CODES = {
    400: "bad-request",
    403: "refused",
    404: "not-found",
    405: "wrong-method",
    408: "too-slow",
    413: "too-large",
    415: "unreadable",
    422: "bad-input",
    500: "broken",
    503: "busy",
}
"""Status → code in the JSON API."""

WORDS = {
    400: "The body cannot be read: a form, or JSON in UTF-8 that is not nested too deeply, is needed.",
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
    500: "Something broke while reading this posting. Nothing was stored; please tell the owner of this service.",
}
_TITLES = {
    400: "The request was cut short or malformed",
    403: "Refused",
    404: "Not found",
    405: "Not that way",
    408: "Too slow",
    413: "Too large",
    415: "This cannot be read",
    422: "Nothing to read",
    500: "Something broke",
    503: "Busy just now",
}


def status_of(error: AnalyzerError) -> int:
    """HTTP status for an error of the domain."""
    if isinstance(error, BusyError):
        return 503
    if isinstance(error, TooLargeError):
        return 413
    return 415 if isinstance(error, UnreadableError) else 422


def is_api(scope: Scope) -> bool:
    """Whether a request is a program's."""
    path = local_path(scope)
    return path.startswith("/api/") or path in ("/healthz", "/openapi.json")


def refuse(scope: Scope, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """The answer to a request that was turned away, or failed."""
    extra = dict(headers or {})
    if status == 503:
        extra.setdefault("retry-after", "5")
    if is_api(scope):
        body = {"error": {"code": CODES.get(status, "error"), "message": message}}
        return JSONResponse(body, status_code=status, headers=extra)
    wants_part = any(name == b"x-fragment" for name, _ in scope["headers"])
    template = "_error.html" if wants_part else "error.html"
    title = _TITLES.get(status, HTTPStatus(status).phrase)
    return render(scope, template, status, extra, heading=title, message=message)
