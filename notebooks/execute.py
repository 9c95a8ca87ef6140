"""Runs notebooks top to bottom and writes their outputs into them; then draws the pictures of the model card.

python notebooks/execute.py            # all of them
python notebooks/execute.py 03-errors  # one
"""

from __future__ import annotations

import sys
from pathlib import Path

import charts
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent
TIMEOUT = 120
"""Seconds that a cell may take."""


def execute(file: Path) -> nbformat.NotebookNode:
    """A notebook with fresh outputs, run in its own folder. Raises nbclient's CellExecutionError where a cell does."""
    notebook = nbformat.read(file, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()
    # The rest says which versions ran it, so it would change with every machine.
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def main(names: list[str]) -> None:
    """Execute the notebooks of these names (without ending), else all, in place."""
    for file in [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(execute(file), file)
        print(file.name)
    for picture in charts.write_card_pictures():
        print(picture.name)


if __name__ == "__main__":
    main(sys.argv[1:])
