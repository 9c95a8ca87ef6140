"""Postings that repeat an earlier one, to the letter or nearly: found before the analysis, by MinHash.

Two texts are twins where the sets of their runs of ``SHINGLE`` words share ``THRESHOLD`` of their union (the Jaccard
index), estimated with ``PERMUTATIONS`` hash functions (standard error 0.035 at the threshold): Broder, "On the
resemblance and containment of documents", 1997. Workers compute the signatures; one index in the driver, of some
kilobytes a posting, finds the pairs.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from analyzer.batch.engines import Engine
from analyzer.batch.errors import needs
from analyzer.batch.job import Counts, Job, Task
from analyzer.batch.places import Places, placed
from analyzer.batch.work import read_rows
from analyzer.text.clean import clean
from analyzer.types import Failure

SHINGLE = 3
THRESHOLD = 0.8
PERMUTATIONS = 128
SEED = 1


def find_twins(job: Job, places: Places, tasks: Sequence[Task], engine: Engine) -> list[Task]:
    """The tasks, each with the places of its rows that repeat an earlier posting and the sources of those."""
    _blank()
    missing = [task for task in tasks if not places.signatures(task.number).exists()]
    for _ in engine(sign_task, job, missing):
        pass
    index = _Index()
    return [replace(task, twins=_twins_of(places, task, index)) for task in tasks]


def sign_task(job: Job, task: Task) -> Counts:
    """Write the signatures of a task's postings: place, exact hash, MinHash and source of each."""
    begun, places, blank = time.monotonic(), Places(job), _blank()
    rows = [(k, row) for k, row in enumerate(read_rows(job, task)) if not isinstance(row, Failure)]
    words = [clean(row.text).casefold().split() for _, row in rows]
    arrays: dict[str, Any] = {
        "place": np.array([k for k, _ in rows], dtype=np.int64),
        "exact": np.array([_exact(text) for text in words], dtype=np.uint64),
        "near": np.array([_near(text, blank) for text in words], dtype=np.uint32).reshape(len(rows), PERMUTATIONS),
        "source": np.frombuffer(
            "\n".join(row.source or "" for _, row in rows).encode("utf-8", "replace"), dtype=np.uint8
        ),
    }
    with placed(places.scratch(), places.signatures(task.number)) as scratch, scratch.open("wb") as sink:
        np.savez(sink, **arrays)
    return Counts(seconds=time.monotonic() - begun)


def _blank() -> Any:
    """A MinHash of nothing, whose copies share its hash functions."""
    with needs("datasketch", "dedupe"):
        from datasketch import MinHash
    return MinHash(num_perm=PERMUTATIONS, seed=SEED, hashfunc=crc32)


def _exact(words: Sequence[str]) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _near(words: Sequence[str], blank: Any) -> npt.NDArray[np.uint32]:
    count = max(1, len(words) - SHINGLE + 1)
    shingles = {" ".join(words[k : k + SHINGLE]).encode("utf-8", "replace") for k in range(count)}
    sketch = blank.copy()
    sketch.update_batch(sorted(shingles))
    values: npt.NDArray[np.uint32] = sketch.hashvalues.astype(np.uint32)
    return values


class _Index:
    """Postings met so far that repeat none before them."""

    def __init__(self) -> None:
        from datasketch import MinHashLSH

        self._blank = _blank()
        self._near = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
        self._exact: dict[int, str] = {}
        self._sketches: list[npt.NDArray[np.uint32]] = []
        self._sources: list[str] = []

    def meet(self, exact: int, sketch: npt.NDArray[np.uint32], source: str) -> str | None:
        """The source of the first posting that this one repeats; where there is none, it is kept itself."""
        if exact in self._exact:
            return self._exact[exact]
        hashed = self._blank.copy()
        hashed.hashvalues = sketch.astype(hashed.hashvalues.dtype)
        alike: list[int] = [
            k for k in sorted(self._near.query(hashed)) if (self._sketches[k] == sketch).mean() >= THRESHOLD
        ]
        if alike:
            first = self._exact[exact] = self._sources[alike[0]]
            return first
        self._near.insert(len(self._sources), hashed)
        self._exact[exact] = source
        self._sketches.append(sketch)
        self._sources.append(source)
        return None


def _twins_of(places: Places, task: Task, index: _Index) -> dict[int, str]:
    with np.load(places.signatures(task.number), allow_pickle=False) as saved:
        place, exact, near = saved["place"].tolist(), saved["exact"].tolist(), saved["near"]
        sources = saved["source"].tobytes().decode("utf-8").split("\n")
    twins = {}
    for k, digest, sketch, source in zip(place, exact, near, sources, strict=False):
        twin = index.meet(digest, sketch.copy(), source)
        if twin is not None:
            twins[k] = twin
    return twins
