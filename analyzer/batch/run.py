"""A batch from beginning to end: lock, resume, run the tasks, put the parts together."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from analyzer.batch import state
from analyzer.batch.analysis import analyzer_of
from analyzer.batch.copies import copy_compressed, copy_stdin, index_joined
from analyzer.batch.engines import Engine, here
from analyzer.batch.errors import BatchError
from analyzer.batch.job import Counts, Job, Kind, Task, plan_tasks
from analyzer.batch.places import Places, placed, write_json
from analyzer.batch.progress import Progress, Silent
from analyzer.batch.state import STDIN, Fingerprint
from analyzer.batch.work import check_rejects, run_task
from analyzer.batch.writers import join_parts
from analyzer.errors import SettingsError
from analyzer.types import Taxonomy


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did: ``counts`` in all, ``earlier`` those of an earlier run among them, ``seconds`` of this run."""

    counts: Counts
    earlier: Counts
    seconds: float
    rejects: Path | None

    @property
    def rate(self) -> float:
        """Postings a second in this run."""
        return (self.counts.read - self.earlier.read) / self.seconds if self.seconds else 0.0


def run(
    job: Job,
    engine: Engine | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda _: None,
    restart: bool = False,
) -> Result:
    """Do a job, going on from where an earlier run of the same job was ended.

    ``say`` is told in a line what the user should know. Raises BatchError, InputError, SettingsError or ModelError.
    """
    began = time.monotonic()
    check_paths(job)
    state.check_folder(job)
    with _disk_errors(job.out), state.locked(Places(job)):
        model = analyzer_of(job.model).model
        check_roles(job, model.taxonomy)
        job = replace(job, version=model.version, copies=copy_stdin(job))
        now = state.fingerprint(job)
        job = replace(job, token=state.token_of(now))
        places = Places(job)
        done = None if restart else _done_already(places, now, say)
        if done is not None:
            _clear(places)
            return Result(done, done, time.monotonic() - began, places.rejects if done.rejected else None)
        if state.begin(places, now, restart):
            say(f"{job.out}: going on where an earlier run was ended")
        with progress or Silent() as shown:
            job = replace(job, copies={**job.copies, **copy_compressed(job)}, options=index_joined(job, say))
            tasks, counts, earlier = _run_tasks(job, places, engine or here(shown.rows), shown)
        _finish(job, places, tasks, now, counts)
        return Result(counts, earlier, time.monotonic() - began, places.rejects if counts.rejected else None)


def check_roles(job: Job, taxonomy: Taxonomy) -> None:
    """Raise SettingsError where the output has columns for other roles than the model's."""
    if taxonomy.own and job.kind is not Kind.JSONL and not job.sentences:
        raise SettingsError(
            f"{job.out}: tables have a column for each of the six roles, and this model has others; end the output in"
            " .jsonl, or add --sentences"
        )


def check_paths(job: Job) -> None:
    """Raise SettingsError where the output is an input, or lies in an input folder."""
    for source in (*job.sources, job.options.join or STDIN):
        path, out = Path(source), job.out.resolve()
        if source != STDIN and path.exists() and (path.resolve() == out or path.resolve() in out.parents):
            raise SettingsError(f"{job.out}: lies in the input {source}; name an output elsewhere")


def _done_already(places: Places, now: Fingerprint, say: Callable[[str], None]) -> Counts | None:
    found = state.finished(places, now)
    if isinstance(found, Counts):
        say(f"{places.out}: complete already, nothing to do; --restart makes it anew")
        return found
    if found:
        say(f"{places.out}: made before with {'; '.join(found)}. Made anew")
    return None


def _run_tasks(job: Job, places: Places, engine: Engine, shown: Progress) -> tuple[list[Task], Counts, Counts]:
    """All tasks that the output is made of, in order; their counts; and the counts of those done by an earlier run."""
    tasks = list(plan_tasks(job))
    if job.dedupe:
        from analyzer.batch.dedupe import find_twins

        tasks = find_twins(job, places, tasks, engine)
    marks = {task.number: mark for task in tasks if (mark := state.read_mark(places, task.number))}
    shown.begin(len(tasks), len(marks))
    total, used = Counts(), list[Task]()
    results = engine(run_task, job, (task for task in tasks if task.number not in marks))
    with contextlib.closing(results):  # type: ignore[type-var]  # every engine is a generator
        for task in tasks:
            counts = marks.get(task.number) or next(results)
            if task.number not in marks:
                shown.task(counts.read)
            if job.limit is not None and total.read + counts.read > job.limit:
                counts = run_task(job, replace(task, cap=job.limit - total.read))
            total += counts
            used.append(task)
            check_rejects(total.rejected, job.max_rejects)
            if total.read == job.limit:
                break
    return used, total, sum(marks.values(), Counts())


def _finish(job: Job, places: Places, tasks: Sequence[Task], now: Fingerprint, counts: Counts) -> None:
    """Put parts and rejects in place, then the record, and only then take the work away."""
    if places.folder:
        _place_shards(places, tasks)
    else:
        with placed(places.scratch(), places.out) as scratch:
            join_parts(job, [places.part(task.number) for task in tasks], scratch)
    if counts.rejected:
        with placed(places.scratch(), places.rejects) as scratch, scratch.open("wb") as sink:
            for task in tasks:
                _append(places.part_rejects(task.number), sink)
    else:
        places.rejects.unlink(missing_ok=True)
    write_json(places, places.record, {"fingerprint": now, "counts": asdict(counts), "bytes": state.size_of(places)})
    _clear(places)


def _place_shards(places: Places, tasks: Sequence[Task]) -> None:
    for old in [path for path in places.out.iterdir() if state.is_shard(path)]:
        old.unlink()
    for task in tasks:
        places.part(task.number).replace(places.shard(task.number))


def _append(source: Path, sink: BinaryIO) -> None:
    with source.open("rb") as stream:
        shutil.copyfileobj(stream, sink, 1 << 20)


def _clear(places: Places) -> None:
    # The state goes first: what is left of a work folder without it is thrown away, never gone on from.
    places.state.unlink(missing_ok=True)
    for path in places.root.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BatchError(
            f"{error.filename or out}: {error.strerror or error}; what was done is kept, run again to go on"
        ) from error
