"""One task, from its shards to its part of the output: what every engine runs, wherever it runs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import islice

from analyzer.batch.analysis import analyze_rows, analyzer_of, one_thread
from analyzer.batch.errors import BatchError
from analyzer.batch.job import Counts, Job, Task
from analyzer.batch.lines import dump
from analyzer.batch.places import Places, placed, write_json
from analyzer.batch.rows import Item
from analyzer.batch.writers import Pair, write_part
from analyzer.pipeline import Analyzer
from analyzer.readers import read_shard
from analyzer.types import Failure, Posting

_TOLD_EVERY = 128
_COLLECT_EVERY = 100_000


def run_task(job: Job, task: Task, told: Callable[[int], None] | None = None) -> Counts:
    """Read, analyse and write a task; its part and its rejects are in place before its marker is.

    ``told`` is called with a number of rows each time so many more are done. Raises BatchError beyond
    ``max_rejects`` or where the model is not the job's, InputError and ModelError as the readers and the model do.
    """
    places, begun = Places(job), time.monotonic()
    run = _Run(job, task, told)
    items = analyze_rows(read_rows(job, task), checked_analyzer(job))
    with (
        _rare_collection(),
        one_thread(),
        placed(places.scratch(), places.part_rejects(task.number)) as rejects,
        placed(places.scratch(), places.part(task.number)) as part,
        rejects.open("wb") as sink,
    ):
        write_part(job, part, run.watch(items, sink.write))
    counts = Counts(run.read, run.read - run.rejected, run.rejected, len(task.twins), time.monotonic() - begun)
    write_json(places, places.mark(task.number), {**asdict(counts), "cap": task.cap})
    return counts


def read_rows(job: Job, task: Task) -> Iterator[Posting | Failure]:
    """The rows of a task, at most ``cap`` of them."""
    rows = (row for shard in task.shards for row in read_shard(shard, job.options))
    for copy, name in {job.copies[name]: name for name in job.copies}.items():
        if any(shard.source == copy for shard in task.shards):
            rows = (_renamed(row, copy, name) for row in rows)
    return islice(rows, task.cap) if task.cap is not None else rows


def _renamed(row: Posting | Failure, copy: str, name: str) -> Posting | Failure:
    """The row with its source told by the name the user knows, not by that of the copy it was read from."""
    if row.source is None or not row.source.startswith(copy):
        return row
    source = name + row.source[len(copy) :]
    if isinstance(row, Failure):
        return replace(row, source=source, message=row.message.replace(copy, name))
    return replace(row, source=source)


def checked_analyzer(job: Job) -> Analyzer:
    """The pipeline with the job's model. Raises BatchError where this machine holds another one."""
    analyzer = analyzer_of(job.model)
    if job.version and analyzer.model.version != job.version:
        analyzer_of.cache_clear()
        analyzer = analyzer_of(job.model)
    if job.version and analyzer.model.version != job.version:
        raise BatchError(
            f"a worker has model {analyzer.model.version}, the batch {job.version}; give both the same model"
        )
    return analyzer


def reject_line(failure: Failure) -> bytes:
    """A rejected row as a line of JSON: where it stands, why it was rejected, and how it begins."""
    source, _, position = (failure.source or "").rpartition(":")
    known = position.isdigit()
    return dump(
        {
            "id": failure.id,
            "source": source if known else failure.source,
            "position": int(position) if known else None,
            "code": failure.code,
            "reason": failure.message,
            "raw": failure.raw,
        }
    )


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Around work that makes many objects and no cycles: the collector of cycles looks at them more seldom."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Run:
    """Counts what passes by, sets the rejects aside and stops where there are too many of them."""

    def __init__(self, job: Job, task: Task, told: Callable[[int], None] | None) -> None:
        self._limit, self._twins, self._told = job.max_rejects, task.twins, told
        self.read = self.rejected = 0

    def watch(self, items: Iterable[Item], reject: Callable[[bytes], object]) -> Iterator[Pair]:
        for item in items:
            yield item, self._twins.get(self.read)
            self.read += 1
            if isinstance(item, Failure):
                self.rejected += 1
                reject(reject_line(item))
                check_rejects(self.rejected, self._limit)
            if self._told and self.read % _TOLD_EVERY == 0:
                self._told(_TOLD_EVERY)


def check_rejects(rejected: int, limit: int | None) -> None:
    """Raise BatchError where more rows were rejected than ``limit`` allows."""
    if limit is not None and rejected > limit:
        raise BatchError(f"{rejected} rows rejected, --max-rejects allows {limit}; see --describe, or raise the limit")
