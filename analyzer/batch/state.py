"""What a batch was begun with, and whether a run may go on from it: fingerprint, lock, state."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from analyzer import __version__
from analyzer.batch.errors import BatchError
from analyzer.batch.job import Counts, Job, Kind
from analyzer.batch.places import Places, write_json
from analyzer.readers.sources import find_items

Fingerprint = dict[str, Any]
STDIN = "-"
_SHOWN = 60


def fingerprint(job: Job) -> Fingerprint:
    """All that shows in the output: version, model, options, and size and time of every input file.

    Raises InputError for a source that is not there.
    """
    options = {
        "output": job.kind.value, "sentences": job.sentences, "dedupe": job.dedupe, "limit": job.limit,
        "shard rows": job.shard_rows, **asdict(job.options),
    }  # fmt: skip
    sources = (*job.sources, *([job.options.join] if job.options.join else []))
    inputs = {source: _look_at(job.copies[STDIN] if source == STDIN else source) for source in sources}
    return {"analyzer": __version__, "model": job.version, "options": options, "inputs": inputs}


def token_of(found: Fingerprint) -> str:
    """A short name for a fingerprint."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:12]


def _look_at(source: str) -> dict[str, Any]:
    digest, files, size = hashlib.sha256(), 0, 0
    for item in find_items(source):
        files += 1
        facts = item.path.stat() if item.path else None
        size += facts.st_size if facts else 0
        digest.update(
            f"{item.name}\0{facts and (facts.st_size, facts.st_mtime_ns)}\n".encode("utf-8", "surrogateescape")
        )
    return {"files": files, "bytes": size, "digest": digest.hexdigest()[:16]}


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two fingerprints, in words."""
    words = [
        f"{key} {_brief(before.get(key))}, now {_brief(now[key])}"
        for key in ("analyzer", "model")
        if before.get(key) != now[key]
    ]
    options = before.get("options", {})
    words += [
        f"{k} {_brief(options.get(k))}, now {_brief(v)}" for k, v in now["options"].items() if options.get(k) != v
    ]
    inputs = before.get("inputs", {})
    if list(inputs) != list(now["inputs"]):
        words.append(f"input {_brief(', '.join(inputs))}, now {_brief(', '.join(now['inputs']))}")
    words += [f"{source} has changed" for source, v in now["inputs"].items() if inputs.get(source, v) != v]
    return words


def _brief(value: object) -> str:
    text = "none" if value is None or value == {} else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@contextmanager
def locked(places: Places) -> Iterator[None]:
    """Hold the output for this run alone; the system lets go of it when the process ends, however it ends.

    Raises BatchError where another run holds it, or where the place cannot be written to.
    """
    from filelock import FileLock, Timeout

    try:
        places.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(places.lock)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BatchError(
            f"{places.out}: another run is writing it; wait for it to end, or name another output"
        ) from error
    except OSError as error:
        raise BatchError(f"{places.root}: cannot be written to ({error.strerror})") from error
    try:
        yield
    finally:
        _tidy(places)
        lock.release()


def _tidy(places: Places) -> None:
    """Take the work folder away where nothing in it is worth keeping."""
    if places.state.exists():
        return
    shutil.rmtree(places.root, ignore_errors=True)
    if places.folder:
        with contextlib.suppress(OSError):  # not empty: the shards are there
            places.out.rmdir()


def check_folder(job: Job) -> None:
    """Raise BatchError for a folder that holds other things than an earlier batch's shards."""
    if job.kind is not Kind.SHARDS or not job.out.exists():
        return
    strange = [path.name for path in sorted(job.out.iterdir()) if path.name[0] not in "_." and not is_shard(path)]
    if strange:
        raise BatchError(f"{job.out}: holds other files ({_brief(', '.join(strange))}); name a new or empty folder")


def is_shard(path: Path) -> bool:
    """Whether a file in an output folder is a shard that a batch wrote."""
    return path.name.startswith("part-") and path.suffix == ".parquet"


def finished(places: Places, now: Fingerprint) -> Counts | list[str] | None:
    """The counts of the finished output that is there; or how it differs from what is asked; or None: there is none."""
    record = _read(places.record)
    if record is None or not places.out.exists():
        return None
    changed = differences(record["fingerprint"], now)
    if not changed and size_of(places) != record["bytes"]:
        changed = [f"{places.out} has been changed or damaged"]
    return changed or Counts(**record["counts"])


def size_of(places: Places) -> int:
    """Bytes of the output."""
    if places.folder:
        return sum(path.stat().st_size for path in places.out.iterdir() if is_shard(path))
    return places.out.stat().st_size


def begin(places: Places, now: Fingerprint, restart: bool) -> bool:
    """Make the work folder ready; returns whether it holds work of an earlier run to go on from.

    Raises BatchError, saying what differs, where that run was told something else, unless ``restart``.
    """
    state = _read(places.state)
    changed = differences(state, now) if state else []
    if changed and not restart:
        raise BatchError(
            f"{places.out}: an unfinished run was begun with {'; '.join(changed)}. "
            "Give the same again to go on, or --restart to begin anew"
        )
    going_on = state is not None and not changed and not restart and places.work.is_dir()
    if not going_on:
        for path in places.root.iterdir():
            if path.is_dir() and path != places.copies:
                shutil.rmtree(path)
        places.work.mkdir()
        write_json(places, places.state, now)
    for scratch in places.work.glob("*.tmp"):
        scratch.unlink(missing_ok=True)
    return going_on


def read_mark(places: Places, number: int) -> Counts | None:
    """The counts of a task that is done, None for one that is not."""
    mark = _read(places.mark(number))
    if mark is None or not places.part(number).exists() or not places.part_rejects(number).exists():
        return None
    return Counts(**{key: value for key, value in mark.items() if key != "cap"})


def _read(path: Path) -> Any:
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
