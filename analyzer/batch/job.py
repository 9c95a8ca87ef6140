"""What a batch is told to do, cut into tasks; all of it picklable, for engines that send it to other processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from analyzer.errors import SettingsError
from analyzer.readers import ReadOptions, Shard, plan_shards

SHARD_ROWS = 1024
"""Rows of a shard: some seconds of work, so that little is lost when a run is ended."""

_TYPICAL_BYTES = 4096
_UNKNOWN_SHARE = 1 / 64


class Kind(StrEnum):
    """What is written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    SQLITE = "sqlite"
    SHARDS = "shards"


_ENDINGS = {
    ".jsonl": Kind.JSONL, ".ndjson": Kind.JSONL, ".csv": Kind.CSV, ".parquet": Kind.PARQUET,
    ".sqlite": Kind.SQLITE, ".sqlite3": Kind.SQLITE, ".db": Kind.SQLITE, "": Kind.SHARDS,
}  # fmt: skip


def kind_of(out: Path) -> Kind:
    """What a path asks for by its ending; a folder or a name without an ending is a folder of shards.

    Raises SettingsError for any other ending.
    """
    kind = Kind.SHARDS if out.is_dir() else _ENDINGS.get(out.suffix.lower())
    if kind is None:
        raise SettingsError(
            f"{out}: cannot write '{out.suffix}'; end it in .jsonl, .csv, .parquet or .sqlite, or name a folder"
        )
    return kind


@dataclass(frozen=True, slots=True)
class Job:
    """A batch: what to read, how, and what to write where.

    ``out`` is a file, or for ``Kind.SHARDS`` a folder. ``model`` is a model folder (None: the shipped one) and
    ``version`` the ``name@digest`` it must have. ``limit`` and ``max_rejects`` count rows. ``token`` names the work:
    two jobs that differ in anything that shows in the output have different ones. ``copies`` maps
    sources that cannot be read from the middle (standard input, compressed files) to the files they were laid down in.
    """

    sources: tuple[str, ...]
    out: Path
    kind: Kind
    options: ReadOptions = field(default_factory=ReadOptions)
    model: Path | None = None
    version: str = ""
    sentences: bool = False
    dedupe: bool = False
    limit: int | None = None
    max_rejects: int | None = None
    shard_rows: int = SHARD_ROWS
    token: str = ""
    copies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of a job that is done, or not, as a whole: about ``shard_rows`` rows.

    ``cap`` is how many of its rows to read at most; ``twins`` maps the place of a row among the task's rows to the
    source of the earlier posting that it repeats.
    """

    number: int
    shards: tuple[Shard, ...]
    cap: int | None = None
    twins: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows: ``read`` is ``reported`` plus ``rejected``; ``duplicates`` are among the reported.

    ``seconds`` is the time the work took.
    """

    read: int = 0
    reported: int = 0
    rejected: int = 0
    duplicates: int = 0
    seconds: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.read + other.read,
            self.reported + other.reported,
            self.rejected + other.rejected,
            self.duplicates + other.duplicates,
            self.seconds + other.seconds,
        )


def plan_tasks(job: Job) -> Iterator[Task]:
    """The tasks of a job, in input order and the same on every run over the same input.

    A large file is several tasks; many small files are put together into one. Raises InputError for a source that
    is not there.
    """
    number, held, weight = 0, list[Shard](), 0.0
    for shards, share in _files(job):
        if held and (weight + share > 1 or len(shards) > 1):
            yield Task(number, tuple(held), job.limit)
            number, held, weight = number + 1, [], 0.0
        if len(shards) > 1:
            for shard in shards:
                yield Task(number, (shard,), job.limit)
                number += 1
        else:
            held, weight = held + shards, weight + share
    if held:
        yield Task(number, tuple(held), job.limit)


def _files(job: Job) -> Iterator[tuple[list[Shard], float]]:
    """The shards of each file in turn, and how much of a task a file of one shard fills."""
    for source in job.sources:
        shards = plan_shards(job.copies.get(source, source), job.shard_rows, job.options)
        for name, group in groupby(shards, key=lambda shard: shard.source):
            yield list(group), _share(name, job.shard_rows)


def _share(name: str, rows: int) -> float:
    path = Path(name)
    return path.stat().st_size / (rows * _TYPICAL_BYTES) if path.is_file() else _UNKNOWN_SHARE
