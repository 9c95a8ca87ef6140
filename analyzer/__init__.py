"""Read product and marketing job postings: which sentence is whose duty, and what the job really is.

>>> from analyzer import analyze
>>> report = analyze("Own the roadmap.\\nWrite user stories with engineering.", title="Product Manager")
>>> report.profile.mixed
False
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.types import (
    Failure,
    Finding,
    Form,
    Label,
    LabeledSentence,
    Level,
    Posting,
    Profile,
    Report,
    Role,
    Sentence,
    Size,
    Zone,
)

if TYPE_CHECKING:
    from analyzer.pipeline import Analyzer, analyze

__version__ = "0.1.0"
__all__ = [
    "Analyzer", "Failure", "Finding", "Form", "Label", "LabeledSentence", "Level", "Posting", "Profile",
    "Report", "Role", "Sentence", "Size", "Zone", "analyze",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # The pipeline needs numpy; the types alone must not, so that help and completion stay quick.
    if name in ("Analyzer", "analyze"):
        from analyzer import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
