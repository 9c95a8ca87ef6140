"""Postings and failures in → reports and failures out, in order; nothing that one posting does stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import islice
from pathlib import Path

from threadpoolctl import threadpool_limits

from analyzer.batch.rows import Item
from analyzer.errors import InputError
from analyzer.pipeline import BATCH, Analyzer
from analyzer.roles.model import load_model
from analyzer.types import Failure, Posting, Report


@lru_cache(maxsize=2)
def analyzer_of(model: Path | None) -> Analyzer:
    """The pipeline with the model of a folder (None: the shipped one), loaded once a process. Raises ModelError."""
    return Analyzer(load_model(model))


def one_thread() -> AbstractContextManager[object]:
    """Around a batch: products of its size gain nothing from threads, which burn half as much again in waiting."""
    limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
    return limits


def analyze_rows(rows: Iterable[Posting | Failure], analyzer: Analyzer) -> Iterator[Item]:
    """A report or failure for each row, in order; at most ``BATCH`` rows are held at once."""
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        reports = iter(_reports([row for row in batch if isinstance(row, Posting)], analyzer))
        for row in batch:
            yield row if isinstance(row, Failure) else _outcome(next(reports), row)


def _reports(postings: Sequence[Posting], analyzer: Analyzer) -> list[Report | Exception]:
    try:
        return list(analyzer.pipe(postings))
    except Exception:  # one posting that breaks us must not take 127 others with it
        return [_alone(posting, analyzer) for posting in postings]


def _alone(posting: Posting, analyzer: Analyzer) -> Report | Exception:
    try:
        return analyzer(posting)
    except Exception as error:  # told in the rejects, with the posting that did it
        return error


def _outcome(result: Report | Exception, posting: Posting) -> Item:
    if isinstance(result, Report):
        return result
    if isinstance(result, InputError):
        code, why = result.code, str(result)
    else:
        code, why = "internal-error", f"a fault of the analyzer ({type(result).__name__}: {result}); please report it"
    return Failure(posting.id, posting.source, code, f"{posting.source}: {why}", posting.text[:1000])
