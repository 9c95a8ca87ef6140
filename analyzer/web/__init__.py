"""The page and its JSON API: ``create_app()`` is an ASGI application for any server.

>>> from analyzer.web import create_app  # doctest: +SKIP
>>> app = create_app()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.web.app import create_app
    from analyzer.web.settings import Settings

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    # FastAPI is an extra and slow to import; the command line must start without it.
    if name == "create_app":
        from analyzer.web.app import create_app

        return create_app
    if name == "Settings":
        from analyzer.web.settings import Settings

        return Settings
    raise AttributeError(f"module 'analyzer.web' has no attribute {name!r}")
