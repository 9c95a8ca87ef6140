"""The notebooks run from top to bottom, and what is committed of them is of the shipped model."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

from execute import FOLDER, execute  # noqa: E402 (it needs nbclient)
from nbclient.exceptions import CellExecutionError  # noqa: E402

from analyzer.roles.model import load_model  # noqa: E402

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MODELS = FOLDER.parent / "models"
HOW = "run: analyzer evaluate gold/dev.jsonl gold/mix-dev.jsonl --figures models/figures.json, then make notebooks"
MACHINE = re.compile(r"/home/|/Users/|/tmp/|/root/|/work/|[A-Z]:\\\\| at 0x[0-9a-f]{6}")


def outputs(file: Path) -> list[dict]:
    """All outputs of a committed notebook."""
    return [output for cell in nbformat.read(file, as_version=4).cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_it_runs_from_top_to_bottom(file: Path) -> None:
    ran = [cell for cell in execute(file).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in ran] == list(range(1, len(ran) + 1))


def test_a_cell_that_raises_fails_the_run(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in ("1 + 1", "raise ValueError('no such role')")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "bad.ipynb")
    with pytest.raises(CellExecutionError, match="no such role"):
        execute(tmp_path / "bad.ipynb")


def test_there_are_four() -> None:
    assert [file.stem for file in NOTEBOOKS] == ["01-corpus", "02-training", "03-errors", "04-use"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_its_committed_outputs_are_whole(file: Path) -> None:
    cells = [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), HOW
    found = outputs(file)
    assert not [o for o in found if o["output_type"] == "error" or o.get("name") == "stderr"]
    assert sum("image/png" in o.get("data", {}) for o in found) >= 2
    words = [
        json.dumps({k: v for k, v in o.get("data", {"": o.get("text")}).items() if k != "image/png"}) for o in found
    ]
    assert not [text[:200] for text in words if MACHINE.search(text)]


@pytest.mark.parametrize("file", ["02-training", "03-errors"])
def test_its_outputs_are_of_the_shipped_model(file: str) -> None:
    assert load_model().version in (FOLDER / f"{file}.ipynb").read_text(encoding="utf-8"), HOW


def test_the_figures_are_of_the_shipped_model() -> None:
    figures = json.loads((MODELS / "figures.json").read_text(encoding="utf-8"))
    assert figures["model"] == load_model().version, HOW
    assert set(figures["gold"]) == {"dev.jsonl", "mix-dev.jsonl"}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("ablations.json", {"change": str, "dev": float, "accuracy": float, "train": float, "seconds": int}),
        ("learning-curve.json", {"postings": int, "units": int, "macro_f1": float, "accuracy": float}),
    ],
)
def test_rows_of_the_data_files_have_their_keys(name: str, keys: dict[str, type]) -> None:
    rows = json.loads((MODELS / name).read_text(encoding="utf-8"))
    assert rows
    for row in rows:
        assert set(keys) <= set(row) <= {*keys, "postings", "note"}, row
        assert all(row[key] is None or isinstance(row[key], kind) for key, kind in keys.items()), row
