"""Where the files that travel with the package lie: in the wheel beside the code, in a checkout at its top level."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Path of a shipped folder or file, such as ``"models"`` or ``"corpus/sources.toml"``; it may not exist."""
    bundled = _PACKAGE / "_data" / name
    return bundled if bundled.exists() else _PACKAGE.parent / name
