"""Sources that cannot be read from the middle, laid down in plain files, so that their pieces can be read apart."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from analyzer.batch.job import Job
from analyzer.batch.places import Places
from analyzer.batch.state import STDIN
from analyzer.readers import ReadOptions
from analyzer.readers.failures import ReadError
from analyzer.readers.joined import build_index
from analyzer.readers.sources import Opened, find_items

_CHUNK = 1 << 20
_ENDING = re.compile(r"\.(gz|gzip|zst|zstd)$", re.IGNORECASE)


def copy_stdin(job: Job) -> dict[str, str]:
    """Standard input, where it is a source, as a file named after its content; the same bytes give the same file."""
    if STDIN not in job.sources:
        return {}
    digest = hashlib.sha256()
    folder = Places(job).copies.absolute()
    folder.mkdir(exist_ok=True)
    target = folder / "new"
    with target.open("wb") as sink:
        while chunk := sys.stdin.buffer.read(_CHUNK):
            digest.update(chunk)
            sink.write(chunk)
    final = target.replace(folder / digest.hexdigest()[:12])
    os.utime(final, (0, 0))  # the same bytes are the same input, whenever they came
    return {STDIN: str(final)}


def copy_compressed(job: Job) -> dict[str, str]:
    """Sources that are one compressed local file, unpacked; damaged ones are left to the readers, who tell of it."""
    copies: dict[str, str] = {}
    places = Places(job)
    for number, source in enumerate(job.sources):
        if source == STDIN or not Path(source).is_file():
            continue
        target = places.copies.absolute() / job.token / f"{number}-{_ENDING.sub('', Path(source).name)}"
        if target.exists() or _unpack(source, target, places):
            copies[source] = str(target)
    return copies


def index_joined(job: Job, say: Callable[[str], None]) -> ReadOptions:
    """The job's options with an index of the texts that are joined, laid down beside the work where there are any."""
    if job.options.join is None:
        return job.options
    places = Places(job)
    target = places.copies.absolute() / job.token / "joined.sqlite"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = places.scratch()
        unusable = build_index(job.options, scratch)
        scratch.replace(target)
        if unusable:
            say(f"{job.options.join}: {unusable:,} of its rows have no text or no id, or cannot be read")
    return replace(job.options, join_index=str(target))


def _unpack(source: str, target: Path, places: Places) -> bool:
    with contextlib.suppress(ReadError), _opened(source) as opened:
        if opened.compression is None or opened.compression == "zip":
            return False
        scratch = places.scratch()
        with scratch.open("wb") as sink:
            while chunk := opened.stream.read(_CHUNK):
                sink.write(chunk)
        if not opened.damage:
            target.parent.mkdir(parents=True, exist_ok=True)
            scratch.replace(target)
            return True
        scratch.unlink()
    return False


@contextlib.contextmanager
def _opened(source: str) -> Iterator[Opened]:
    with Opened(next(iter(find_items(source)))) as opened:
        yield opened
