"""Templates, compiled once, with every value escaped."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.types import Scope

from analyzer import __version__
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.web.corrections import CHOICES
from analyzer.web.safe import shown

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The Jinja environment: autoescape on, an undefined name is an error."""
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters["shown"] = shown
    env.globals.update(choices=tuple(CHOICES.values()), taxonomy=TAXONOMY, version=__version__, stamp=stamp())
    return env


@lru_cache(maxsize=1)
def stamp() -> str:
    """Digest of the static files: part of their addresses, so that a new version is never served from a cache."""
    sha = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        sha.update(file.read_bytes())
    return sha.hexdigest()[:10]


def text_of(scope: Scope, template: str, /, **values: Any) -> str:
    """A template as text; links in it begin with the path that a proxy put in front (``root``)."""
    return environment().get_template(template).render(root=scope.get("root_path", ""), **values)


def render(
    scope: Scope, template: str, status: int = 200, headers: dict[str, str] | None = None, /, **values: Any
) -> HTMLResponse:
    """A template as a response."""
    return HTMLResponse(text_of(scope, template, **values).encode("utf-8", "replace"), status, headers)
