"""Speed and memory of a batch on the pool of real postings; run by ``make bench``, never by ``make test``.

The reference is measured in the same run: ``spacy.blank("en").pipe`` merely tokenizing the same texts. The two take
turns over slices of the pool, so that what else goes on in the machine burdens both alike, and the aim is held against
processor time, which waiting for others does not lengthen.

``BENCH_MODEL`` names a model folder other than the shipped one, ``BENCH_POSTINGS`` the largest number of postings.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.analysis import analyzer_of
from analyzer.batch.job import Job, Kind
from analyzer.batch.lines import to_line
from analyzer.batch.run import run
from analyzer.pipeline import BATCH
from analyzer.readers import read
from analyzer.roles.labels import label_sentences
from analyzer.text.clean import clean
from analyzer.text.segment import segment
from analyzer.types import Posting

POOL = Path(__file__).resolve().parents[2].parent / "shared" / "pool" / "postings.jsonl.gz"
MODEL = Path(os.environ["BENCH_MODEL"]) if "BENCH_MODEL" in os.environ else None
LARGEST = int(os.environ.get("BENCH_POSTINGS", "200000"))

SLICES = 10
AIM = 0.8
"""Our postings a second over the tokenizer's."""
TWO_JOBS = 1.8
"""Two processes' postings a second over one's, in a run long enough for their start not to count."""
LONG_RUN = 40_000
LINEAR = 1.25
"""Most that a posting of the largest number may cost, over one of 10,000."""
MOST_MEMORY = 600
"""Megabytes."""
BIG_FILE = 10**9
"""Bytes of a large file."""

pytestmark = pytest.mark.skipif(not POOL.exists(), reason=f"the pool is not there: {POOL}")


def lines(number: int) -> Iterator[bytes]:
    """So many lines of the pool, from its beginning again where it ends, each with an id of its own."""
    with gzip.open(POOL) as stream:
        pool = list(islice(stream, min(number, 10_000)))
    again = (line.replace(b'"id": "', b'"id": "%d-' % turn, 1) for turn in count() for line in pool)
    return islice(again, number)


def written(path: Path, number: int) -> Path:
    with path.open("wb") as sink:
        sink.writelines(lines(number))
    return path


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    begun, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - used


def once(benchmark: Any, work: Callable[[], Any]) -> Any:
    return benchmark.pedantic(work, rounds=1, iterations=1)


def test_end_to_end_against_tokenizing(benchmark: Any, tmp_path: Path) -> None:
    """Read, clean, segment, label, judge and write in one process, against tokenizing alone."""
    import spacy

    number = min(10_000, LARGEST)
    rows = list(lines(number))
    tokenizer = spacy.blank("en")
    analyzer_of(MODEL)

    def measure() -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        ours, theirs = [], []
        for k in range(SLICES):
            part = rows[k * number // SLICES : (k + 1) * number // SLICES]
            source, out = tmp_path / f"{k}.jsonl", tmp_path / f"{k}.out.jsonl"
            source.write_bytes(b"".join(part))
            texts = [json.loads(row)["description"] for row in part]
            theirs.append(timed(partial(tokenize, tokenizer, texts)))
            ours.append(timed(partial(run, Job((str(source),), out, Kind.JSONL, model=MODEL))))
        return ours, theirs

    ours, theirs = once(benchmark, measure)
    clock, processor = (
        sum(theirs[k][m] for k in range(SLICES)) / sum(ours[k][m] for k in range(SLICES)) for m in (0, 1)
    )
    rates = {name: round(number / sum(t[0] for t in times)) for name, times in (("ours", ours), ("tokenizer", theirs))}
    tell(benchmark, {"postings a second": rates, "ratio": clock, "ratio by processor time": processor})
    assert processor >= AIM


def tokenize(tokenizer: Any, texts: list[str]) -> int:
    return sum(len(doc) for doc in tokenizer.pipe(texts))


def test_two_jobs_against_one(benchmark: Any, tmp_path: Path) -> None:
    """The pool several times over through one process, then through two, their start counted in."""
    source = written(tmp_path / "pool.jsonl", min(LONG_RUN, LARGEST))
    figures = once(benchmark, lambda: {jobs: by_command(source, tmp_path / f"{jobs}.jsonl", jobs) for jobs in (1, 2)})
    (one, one_used), (two, two_used) = figures.values()
    seconds = {"one": one, "two": two, "one, of the processor": one_used, "two, of the processor": two_used}
    tell(benchmark, {"seconds": seconds, "ratio": one / two, "ratio with a core each": 2 * one_used / two_used})
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert one / two >= TWO_JOBS


def by_command(source: Path, out: Path, jobs: int) -> tuple[float, float]:
    """Seconds by the clock and of the processors of the command ``analyzer batch``."""
    command = [sys.executable, "-m", "analyzer", "batch", str(source), "-o", str(out), "--jobs", str(jobs), "--quiet"]
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, *(["--model", str(MODEL)] if MODEL else [])], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return time.perf_counter() - begun, used


def test_cost_is_linear_and_memory_bounded(benchmark: Any, tmp_path: Path) -> None:
    """1,000, 10,000 and 200,000 postings, each in a process of its own: seconds of processor, megabytes at the most."""
    sizes = [size for size in (1_000, 10_000, 200_000) if size <= LARGEST]

    def measure() -> dict[int, dict[str, float]]:
        sources = ((size, written(tmp_path / "in.jsonl", size)) for size in sizes)
        return {size: in_own_process(source, tmp_path / f"{size}.jsonl") for size, source in sources}

    figures = once(benchmark, measure)
    tell(benchmark, {f"{size:,} postings": figures[size] for size in sizes})
    per_posting = {size: figures[size]["processor seconds"] / size for size in sizes}
    assert all(figure["megabytes"] < MOST_MEMORY for figure in figures.values())
    assert per_posting[sizes[-1]] <= LINEAR * per_posting[min(10_000, sizes[-1])]


def test_a_large_file_within_bounded_memory(benchmark: Any, tmp_path: Path) -> None:
    """A JSON Lines file of a gigabyte, made of the pool: megabytes at the most."""
    source, size = tmp_path / "in.jsonl", min(BIG_FILE, 8192 * LARGEST)
    with source.open("wb") as sink:
        for line in lines(10 * LARGEST):
            if sink.write(line) and sink.tell() >= size:
                break
    figures = once(benchmark, lambda: in_own_process(source, tmp_path / "out.jsonl"))
    tell(benchmark, {"bytes": source.stat().st_size, **figures})
    assert figures["megabytes"] < MOST_MEMORY


def test_where_the_time_goes(benchmark: Any, tmp_path: Path) -> None:
    """Share of each stage in the processor time of one process; nothing is asserted but that all were run."""
    source = written(tmp_path / "pool.jsonl", min(10_000, LARGEST))
    spent = once(benchmark, lambda: stages(source))
    whole = sum(spent.values())
    tell(benchmark, {"seconds": whole, "share": {name: round(part / whole, 3) for name, part in spent.items()}})
    assert all(spent.values())


def stages(source: Path) -> dict[str, float]:
    """Seconds of each stage, run one after the other on batches as ``Analyzer.pipe`` makes them."""
    analyzer, spent = analyzer_of(MODEL), dict.fromkeys(("read", "clean", "segment", "label", "judge", "write"), 0.0)

    def stage(name: str, work: Callable[[], Any]) -> Any:
        begun = time.process_time()
        result = work()
        spent[name] += time.process_time() - begun
        return result

    rows = read(str(source))
    while batch := stage("read", lambda: [row for row in islice(rows, BATCH) if isinstance(row, Posting)]):
        texts = stage("clean", lambda batch=batch: [clean(posting.text) for posting in batch])
        cut = stage("segment", lambda texts=texts: [segment(text) for text in texts])
        labeled = stage("label", lambda cut=cut: label(analyzer.model, cut))
        reports = stage("judge", partial(list, map(analyzer._judge, batch, texts, labeled)))
        stage("write", lambda reports=reports: [to_line(report) for report in reports])
    return spent


def label(model: Any, cut: list[Any]) -> list[Any]:
    """Labelled sentences of each posting."""
    labeled = iter(label_sentences([s for sentences in cut for s in sentences], model.probabilities(cut), model))
    return [tuple(islice(labeled, len(sentences))) for sentences in cut]


OWN_PROCESS = """
import json, resource, sys, time
from pathlib import Path
from analyzer.batch.analysis import analyzer_of
from analyzer.batch.job import Job, Kind
from analyzer.batch.run import run
source, out, model = sys.argv[1:]
model = Path(model) if model else None
analyzer_of(model)
begun = time.process_time()
run(Job((source,), Path(out), Kind.JSONL, model=model))
seconds = time.process_time() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"processor seconds": seconds, "megabytes": peak}))
"""


def in_own_process(source: Path, out: Path) -> dict[str, float]:
    """Processor seconds and megabytes of a batch in a new process."""
    command = [sys.executable, "-c", OWN_PROCESS, str(source), str(out), str(MODEL or "")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # our own command
    out.unlink()
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def tell(benchmark: Any, facts: dict[str, Any]) -> None:
    """Put figures into the benchmark's record and on the screen."""
    benchmark.extra_info.update(facts)
    sys.__stderr__.write(f"\n  {json.dumps(facts, default=str)}\n")  # type: ignore[union-attr]  # pytest keeps it
