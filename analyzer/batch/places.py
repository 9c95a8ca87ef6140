"""Where a batch puts its files: the output, and beside it (or in it, for a folder) the work and the record."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from analyzer.batch.job import Job, Kind


class Places:
    """Paths of one batch. For ``reports.jsonl``: work in ``reports.jsonl.run/``, record in ``reports.jsonl.run.json``,
    rejects in ``reports.jsonl.rejects.jsonl``; in a folder ``_run/``, ``_run.json`` and ``_rejects.jsonl``.
    """

    def __init__(self, job: Job) -> None:
        out = job.out
        folder = job.kind is Kind.SHARDS
        self.out = out
        self.folder = folder
        self.root = out / "_run" if folder else out.with_name(out.name + ".run")
        self.record = out / "_run.json" if folder else out.with_name(out.name + ".run.json")
        self.rejects = out / "_rejects.jsonl" if folder else out.with_name(out.name + ".rejects.jsonl")
        self.state = self.root / "run.json"
        self.lock = self.root / "lock"
        self.copies = self.root / "copies"
        self.work = self.root / (job.token or "work")
        self._suffix = ".parquet" if folder or job.kind is Kind.PARQUET else f".{job.kind.value}"

    def part(self, number: int) -> Path:
        """The part of the output that a task writes."""
        return self.work / f"{number:06d}{self._suffix}"

    def shard(self, number: int) -> Path:
        """Where that part ends up in a folder of shards."""
        return self.out / f"part-{number:06d}.parquet"

    def part_rejects(self, number: int) -> Path:
        """The rejects of a task."""
        return self.work / f"{number:06d}.rejects"

    def mark(self, number: int) -> Path:
        """The completion marker of a task: its counts. Written last."""
        return self.work / f"{number:06d}.done"

    def signatures(self, number: int) -> Path:
        """What a task's postings look like, for finding twins."""
        return self.work / f"{number:06d}.npz"

    def scratch(self) -> Path:
        """A new name for a file on its way; a run that was ended may still be writing to its own."""
        return self.work / f"{os.getpid()}-{secrets.token_hex(4)}.tmp"


@contextmanager
def placed(scratch: Path, target: Path) -> Iterator[Path]:
    """A scratch path to write to, which becomes ``target`` at once, whole and on disk, or not at all."""
    try:
        yield scratch
        with scratch.open("rb") as written:
            os.fsync(written.fileno())
        scratch.replace(target)
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)


def write_json(places: Places, target: Path, data: object) -> None:
    """Put plain data into a file, at once or not at all."""
    with placed(places.scratch(), target) as scratch:
        scratch.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
