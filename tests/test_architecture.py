"""Imports point one way: each room imports only from the rooms above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "analyzer"

TEXT = {"types", "errors", "resources", "text"}
ROLES = TEXT | {"roles"}
VERDICT = ROLES | {"verdict"}
PIPELINE = VERDICT | {"pipeline"}
LEARN = PIPELINE | {"learn"}
ALLOWED = {
    "types": set(),
    "errors": set(),
    "resources": set(),
    "text": TEXT,
    "roles": ROLES,
    "verdict": VERDICT,
    "pipeline": PIPELINE,
    "learn": LEARN,
    "pipeline_spacy": PIPELINE | {"pipeline_spacy"},
    "settings": {"types", "errors"},
    "readers": TEXT | {"readers", "roles"},
    "render": VERDICT | {"render", "learn"},
    "batch": LEARN | {"readers", "render", "batch", "settings"},
    "web": LEARN | {"readers", "render", "batch", "web", "settings"},
    "cli": LEARN | {"readers", "render", "batch", "web", "cli", "settings"},
}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem in ALLOWED)


def imported_rooms(path: Path) -> set[str]:
    """Rooms of the package that a file imports from, inside functions too."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module] if node.module != "analyzer" else [f"analyzer.{a.name}" for a in node.names]
        rooms |= {m.split(".")[1] for m in modules if m.startswith("analyzer.")}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_up_only(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert imported_rooms(path) <= ALLOWED[room], f"{room} may import {sorted(ALLOWED[room])}"


def test_the_check_sees_imports_inside_functions(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("def f():\n    from analyzer.cli.main import main\n")
    assert imported_rooms(file) == {"cli"}
