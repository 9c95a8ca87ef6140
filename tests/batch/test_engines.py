"""The same postings through every engine that is installed give the same rows."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analyzer.batch import engines
from analyzer.batch.arrow import BatchAnalyzer, schema
from analyzer.batch.errors import BatchError
from analyzer.batch.job import Job, Kind, kind_of
from analyzer.batch.rows import columns
from analyzer.batch.run import run
from analyzer.batch.summary import read_rows
from analyzer.errors import SettingsError
from analyzer.readers import read
from analyzer.types import Posting

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="Dask is not installed (extra 'dask')"
)


def missing_for_spark() -> str:
    """What Spark lacks here, in a word for the report of skipped tests; empty where nothing does."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed (extra 'spark')"
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    return "" if java else "there is no Java for Spark (Debian: default-jre-headless)"


def batch(
    source: Path, out: Path, model: Path, engine: engines.Engine | None = None, **options: Any
) -> list[dict[str, Any]]:
    run(Job((str(source),), out, kind_of(out), model=model, shard_rows=16, **options), engine)
    return list(read_rows(out)) if not options.get("sentences") else []


@pytest.fixture(scope="module")
def rows(written: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The rows of this process alone, against which every engine is held."""
    return batch(written, tmp_path_factory.mktemp("here") / "shards", model)


@pytest.mark.parametrize("name", ["shards", "out.jsonl"])
def test_processes_give_the_bytes_of_one_process(name: str, written: Path, model: Path, tmp_path: Path) -> None:
    batch(written, tmp_path / "one" / name, model)
    batch(written, tmp_path / "two" / name, model, engines.processes(2))
    assert content(tmp_path / "one" / name) == content(tmp_path / "two" / name)


def content(out: Path) -> list[bytes]:
    return [path.read_bytes() for path in (sorted(out.glob("part-*")) if out.is_dir() else [out])]


def test_processes_stop_at_the_limit_and_at_too_many_rejects(written: Path, model: Path, tmp_path: Path) -> None:
    assert len(batch(written, tmp_path / "some.jsonl", model, engines.processes(2), limit=20)) == 20
    with pytest.raises(BatchError, match="rows rejected"):
        batch(written, tmp_path / "none.jsonl", model, engines.processes(2), max_rejects=0)


@needs_dask
def test_dask_gives_the_rows_of_one_process(
    rows: list[dict[str, Any]], written: Path, model: Path, tmp_path: Path
) -> None:
    assert batch(written, tmp_path / "shards", model, engines.dask(workers=2)) == rows
    assert len(sorted((tmp_path / "shards").glob("part-*.parquet"))) == 4


@needs_dask
def test_dask_takes_the_address_of_a_scheduler(
    rows: list[dict[str, Any]], written: Path, model: Path, tmp_path: Path
) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        engine = engines.dask(cluster.scheduler_address)
        assert batch(written, tmp_path / "out.parquet", model, engine) == rows


@needs_dask
def test_no_scheduler_is_told_in_one_line(
    written: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 1)
    with pytest.raises(BatchError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        batch(written, tmp_path / "out.jsonl", model, engines.dask("tcp://127.0.0.1:9"))


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark of two threads on this machine."""
    if reason := missing_for_spark():
        pytest.skip(reason)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "16").getOrCreate()
    yield session
    session.stop()


def records(source: Path) -> list[dict[str, Any]]:
    """The postings of a file as a table would hold them, under a source's own names."""
    postings = [row for row in read(str(source)) if isinstance(row, Posting)]
    names = ("id", "title", "company", "location", "date", "source")
    return [{"body": p.text, **{name: getattr(p, name) for name in names}} for p in postings]


@pytest.mark.parametrize("sentences", [False, True])
def test_spark_gives_the_rows_of_one_process(
    sentences: bool, spark: Any, written: Path, model: Path, tmp_path: Path
) -> None:
    from analyzer.batch.spark import analyze

    out = tmp_path / "out.parquet"
    batch(written, out, model, sentences=sentences)
    kept = [row for row in pa.parquet.read_table(out).to_pylist() if row["error"] is None]
    frame = spark.createDataFrame(records(written)).repartition(3)
    analyzed = analyze(frame, sentences, {"text": "body"}, model)
    found = [row.asDict() for row in analyzed.collect()]
    assert sorted(map(as_text, found)) == sorted(map(as_text, kept))
    assert [field.name for field in analyze(frame, sentences, {"text": "body"}, model).schema] == [
        n for n, _ in columns(sentences)
    ]


def as_text(row: dict[str, Any]) -> str:
    return json.dumps(row)


def test_spark_needs_a_text_column(spark: Any) -> None:
    from analyzer.batch.spark import analyze

    with pytest.raises(SettingsError, match="no column 'text'"):
        analyze(spark.createDataFrame([{"title": "Product Manager"}]))


def test_the_batch_function_travels_and_keeps_the_schema(
    rows: list[dict[str, Any]], written: Path, model: Path
) -> None:
    function = pickle.loads(pickle.dumps(BatchAnalyzer(model=model)))  # noqa: S301  # our own bytes
    table = [{**record, "text": record["body"]} for record in records(written)]
    found = function(pa.RecordBatch.from_pylist(table))
    assert found.schema == schema()
    assert found.to_pylist() == [row for row in rows if row["error"] is None]


def test_the_batch_function_gives_a_reason_for_every_row_without_text(model: Path) -> None:
    batch = pa.RecordBatch.from_pylist([{"id": 7, "text": None}, {"id": None, "text": " "}, {"id": 8, "text": "***"}])
    found = BatchAnalyzer(model=model)(batch).to_pylist()
    assert [(row["id"], row["error_code"], row["mixed"]) for row in found] == [
        ("7", "no-text", None), (None, "no-text", None), ("8", "bad-input", None),
    ]  # fmt: skip
    assert BatchAnalyzer(model=model)(batch.slice(0, 0)).num_rows == 0


def test_a_worker_with_another_model_refuses(written: Path, model: Path, tmp_path: Path) -> None:
    from analyzer.batch.work import checked_analyzer

    job = Job((str(written),), tmp_path / "out.jsonl", Kind.JSONL, model=model, version="small@000000000000")
    with pytest.raises(BatchError, match="a worker has model small@"):
        checked_analyzer(job)
