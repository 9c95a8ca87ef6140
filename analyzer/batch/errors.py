"""What can go wrong with a batch as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.errors import AnalyzerError, SettingsError


class BatchError(AnalyzerError):
    """A batch cannot start or go on: its output is locked, was begun otherwise, or too many rows were rejected."""

    code = "bad-batch"


@contextmanager
def needs(library: str, extra: str) -> Iterator[None]:
    """Around the import of an optional library: SettingsError, naming the extra that brings it, where it is missing."""
    try:
        yield
    except ImportError as error:
        raise SettingsError(
            f"{library} is not installed; it comes with: pip install 'job-posting-analyzer[{extra}]'"
        ) from error
