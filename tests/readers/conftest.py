"""Postings to write into files, and a place to write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Put = Callable[[str, "bytes | str"], str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file and gives its name."""

    def write(name: str, content: bytes | str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


@pytest.fixture(scope="session")
def rows() -> list[dict[str, str]]:
    """Five postings with what makes files hard: quotes, commas, line breaks, letters beyond ASCII, backslashes."""
    texts = [
        'We hire.\n\n* Own the "roadmap", and write stories\n* Talk to customers',
        "Café Zürich – own the launch plan;\tand the messaging",
        r"Paths like C:\jobs\new and \"quoted\" words, with the team",
        "<p>Own the <b>backlog</b></p><ul><li>Plan sprints</li></ul>",
        "One line only, for the record",
    ]
    return [
        {
            "id": f"j{i}",
            "title": f"Product Manager {i}",
            "company": "Acme, Inc.",
            "location": "Zürich",
            "description": text,
        }
        for i, text in enumerate(texts, 1)
    ]
