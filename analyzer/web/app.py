"""The application: one analyzer, the page, the JSON API, and the gate before both."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from analyzer import __version__
from analyzer.errors import AnalyzerError
from analyzer.pipeline import Analyzer
from analyzer.web import api, pages, uploads
from analyzer.web.engine import Engine
from analyzer.web.errors import WORDS, refuse, status_of
from analyzer.web.guard import Guard
from analyzer.web.models import report_schemas
from analyzer.web.review import Reviewer
from analyzer.web.settings import Settings
from analyzer.web.spool import Spool
from analyzer.web.templates import STATIC

ABOUT = """Says of a job posting whose duty each sentence is, and whether the posting asks for two jobs in one.

Nothing that is sent here is stored, and nothing leaves the machine that the service runs on. Every error has the form
`{"error": {"code", "message"}}`."""


def create_app(analyzer: Analyzer | None = None, settings: Settings | None = None) -> FastAPI:
    """The ASGI application.

    ``analyzer`` is used on one thread of its own from now on (default: the shipped model); ``settings`` default to
    those of the environment. Raises ModelError where the model cannot be read, SettingsError for a bad host name.
    """
    settings = settings or Settings.from_environment()
    engine = Engine(analyzer if analyzer is not None else Analyzer(), settings)
    app = FastAPI(
        title="Job posting analyzer",
        version=__version__,
        description=ABOUT,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.engine = settings, engine
    app.state.reviewer = Reviewer(engine.analyzer, settings.max_text)
    app.state.spool = Spool(settings)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(uploads.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _handle_errors(app)
    app.add_middleware(Guard, settings=settings, refuse=refuse)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign] # FastAPI's documented way to extend the schema
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.spool.close()
    app.state.engine.close()


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(AnalyzerError)
    async def domain(request: Request, error: AnalyzerError) -> Response:
        return refuse(request.scope, status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return refuse(request.scope, 422, _why_invalid(error))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        words = WORDS.get(error.status_code, str(error.detail))
        return refuse(request.scope, error.status_code, words, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        return refuse(request.scope, 500, WORDS[500])


def _why_invalid(error: RequestValidationError) -> str:
    """The first complaint of the validation in words, without the input in it."""
    for complaint in error.errors():
        if complaint["type"] == "json_invalid":
            return "The body is not JSON."
        place = ".".join(str(part) for part in complaint["loc"] if part != "body")
        # The place may hold the name of a field that the sender made up.
        safe = json.dumps(place)[1:-1][:100]
        return f"{safe}: {complaint['msg']}" if safe else str(complaint["msg"])
    return "The request does not fit the schema in /openapi.json."


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the report's JSON Schema among its components."""
    if not app.openapi_schema:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        parts = schema.setdefault("components", {}).setdefault("schemas", {})
        parts.update(report_schemas())
        for name in ("HTTPValidationError", "ValidationError"):
            parts.pop(name, None)
        app.openapi_schema = schema
    return app.openapi_schema
