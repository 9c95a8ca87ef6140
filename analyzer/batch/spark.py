"""Spark: a data frame of postings → a data frame of rows, analysed by the executors.

The rows and their types are those of every other output. The model is loaded once in each Python worker; this package
(and pyarrow) must be installed where the executors run.

As a job, ``analyse.py``::

    from pyspark.sql import SparkSession
    from analyzer.batch.spark import analyze

    spark = SparkSession.builder.appName("postings").getOrCreate()
    postings = spark.read.parquet("s3a://bucket/postings").withColumnRenamed("description", "text")
    analyze(postings).write.parquet("s3a://bucket/reports")

submitted with::

    spark-submit --master spark://10.0.0.5:7077 --conf spark.sql.execution.arrow.maxRecordsPerBatch=2000 analyse.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.batch.arrow import INPUT_COLUMNS, BatchAnalyzer
from analyzer.batch.rows import columns
from analyzer.errors import SettingsError

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES = {"text": "string", "flag": "boolean", "number": "double", "count": "bigint", "texts": "array<string>"}


def analyze(
    df: Any, sentences: bool = False, mapping: Mapping[str, str] | None = None, model: Path | str | None = None
) -> Any:
    """A lazy data frame with a row a posting, or a row a sentence, of the postings in ``df``.

    ``df`` has a column ``text`` and may have ``id``, ``title``, ``company``, ``location``, ``date`` and ``source``;
    ``mapping`` gives our name → the column's where they differ (``{"title": "job_title"}``). ``model`` is a folder that
    every executor can read; default: the shipped model. Raises SettingsError where there is no text column.
    """
    names = {name: (mapping or {}).get(name, name) for name in INPUT_COLUMNS}
    chosen = [df[column].cast("string").alias(name) for name, column in names.items() if column in df.columns]
    if names["text"] not in df.columns:
        raise SettingsError(
            f"no column '{names['text']}'; name the one with the description, as mapping={{'text': 'body'}}"
        )
    work = _Batches(BatchAnalyzer(sentences, Path(model) if model else None))
    return df.select(*chosen).mapInArrow(work, ddl(sentences))


def ddl(sentences: bool = False) -> str:
    """The schema of the rows as Spark writes it: ``name type, …``."""
    return ", ".join(f"`{name}` {_TYPES[kind]}" for name, kind in columns(sentences))


class _Batches:
    """The batch function as Spark calls it: batches in, batches out."""

    def __init__(self, one: BatchAnalyzer) -> None:
        self._one = one

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(self._one, batches)
