"""The source documents: who says what of the roles (``corpus/sources.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import CorpusError
from analyzer.resources import resource


@dataclass(frozen=True, slots=True)
class Source:
    """A source document; ``says`` maps a role to what the document says of it, in its words."""

    key: str
    title: str
    author: str
    site: str
    year: int | None
    says: Mapping[str, str]

    def cite(self) -> str:
        """Author, title and year in one phrase."""
        year = f", {self.year}" if self.year else ""
        return f"{self.author}, “{self.title}”{year}"


def read_sources(folder: Path | None = None) -> dict[str, Source]:
    """All source documents by key. Raises CorpusError where the file is missing or malformed."""
    file = (folder or resource("corpus")) / "sources.toml"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        return {
            key: Source(key, row["title"], row["author"], row["site"], row.get("year"), row.get("says", {}))
            for key, row in data.items()
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise CorpusError(f"{file}: cannot be read as the table of sources ({error})") from error
