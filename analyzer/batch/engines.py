"""Who runs the tasks: this process, joblib's processes, or a Dask cluster. Each yields the counts in task order."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from itertools import islice
from typing import Any

from analyzer.batch.errors import BatchError, needs
from analyzer.batch.job import Counts, Job, Task
from analyzer.batch.work import run_task

CONNECT_SECONDS = 20
"""How long a Dask scheduler may take to answer."""

Worker = Callable[[Job, Task], Counts]
Engine = Callable[[Worker, Job, Iterable[Task]], Iterator[Counts]]


def here(told: Callable[[int], None] | None = None) -> Engine:
    """In this process, one task after the other; ``told`` hears of rows as they are done."""

    def engine(worker: Worker, job: Job, tasks: Iterable[Task]) -> Iterator[Counts]:
        for task in tasks:
            yield run_task(job, task, told) if worker is run_task else worker(job, task)

    return engine


def processes(jobs: int) -> Engine:
    """In ``jobs`` processes of this machine (-1: one a core); each loads the model once."""

    def engine(worker: Worker, job: Job, tasks: Iterable[Task]) -> Iterator[Counts]:
        from joblib import Parallel, delayed
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1)
        # Tasks that are under way when a limit is reached, or too much is rejected, are cancelled on purpose.
        warnings.filterwarnings("ignore", message=".*still being processed by the workers have been cancelled")
        try:
            yield from parallel(delayed(worker)(job, task) for task in tasks)
        except TerminatedWorkerError as error:
            raise BatchError(
                "a worker process was ended, perhaps for want of memory; run again with fewer --jobs"
            ) from error

    return engine


def dask(scheduler: str | None = None, workers: int = 1) -> Engine:
    """On the Dask cluster at ``scheduler``, or on a local one of ``workers`` processes made for the purpose.

    Workers read the shards and write the parts themselves, so input, output and model must be where they can reach
    them by the same names. Raises SettingsError, naming the extra, where Dask is missing, BatchError where the
    scheduler does not answer.
    """

    def engine(worker: Worker, job: Job, tasks: Iterable[Task]) -> Iterator[Counts]:
        job = replace(job, out=job.out.absolute(), model=job.model and job.model.absolute())
        with _client(scheduler, workers) as client:
            stream, ahead = iter(tasks), max(4, 2 * len(client.nthreads()))
            waiting = deque(client.submit(worker, job, task, pure=False) for task in islice(stream, ahead))
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(client.submit(worker, job, task, pure=False) for task in islice(stream, 1))

    return engine


def cores() -> int:
    """Processors that this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Any]:
    with needs("Dask", "dask"):
        distributed: Any = import_module("distributed")
    if scheduler:
        try:
            client = distributed.Client(scheduler, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise BatchError(f"no Dask scheduler answers at {scheduler}: {error}") from error
        with client:
            yield client
        return
    cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40)
    with cluster, distributed.Client(cluster) as client:
        yield client
