"""What the JSON API takes; what it gives back is ``report.schema.json``, the contract of every output."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

import analyzer.render.json
from analyzer.types import Posting, Role

_WORD = Annotated[str, StringConstraints(max_length=1_000)]


class PostingIn(BaseModel):
    """A posting: its text is plain text, Markdown, HTML or entity-escaped HTML."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="Up to 400,000 characters, unless the service allows less; more gives 413.",
        examples=["## What you'll do\n* Own the product roadmap\n* Plan launches and write battlecards for sales\n"],
    )
    title: _WORD | None = Field(default=None, examples=["Product Manager"])
    company: _WORD | None = None
    id: _WORD | None = None

    def posting(self) -> Posting:
        """The posting of the domain."""
        return Posting(self.text, id=self.id, title=self.title, company=self.company)


class BatchIn(BaseModel):
    """Postings to be read one by one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    postings: Annotated[list[PostingIn], Field(min_length=1, max_length=1_000)]


class DraftOut(BaseModel):
    """One of the two postings that a mixed one splits into."""

    role: Role
    title: str
    text: str


class DecisionOut(BaseModel):
    """A sentence that a person must look at: why, and the role whose draft it would fit best (null for none)."""

    sentence: int = Field(ge=0, description="Index into the report's sentences.")
    text: str
    reason: str
    suggestion: Role | None


class SplitOut(BaseModel):
    """Two drafts, and what is left to decide."""

    drafts: list[DraftOut]
    to_decide: list[DecisionOut]


class ErrorBody(BaseModel):
    """A stable kebab-case code and one line in words."""

    code: str
    message: str


class ErrorOut(BaseModel):
    """What went wrong."""

    error: ErrorBody


class Health(BaseModel):
    """That the service runs, and with which model."""

    status: str
    model: str


@lru_cache(maxsize=1)
def report_schemas() -> dict[str, Any]:
    """The parts of the report's JSON Schema as components of an OpenAPI document, with their references rewritten."""
    file = Path(analyzer.render.json.__file__).with_name("report.schema.json")
    text = file.read_text(encoding="utf-8").replace('"#/$defs/', '"#/components/schemas/')
    parts: dict[str, Any] = json.loads(text)["$defs"]
    return parts
