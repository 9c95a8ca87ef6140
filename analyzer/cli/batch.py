"""``analyzer batch``: any number of postings, one report or failure each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import completion
from analyzer.cli.main import ExitStatus

if TYPE_CHECKING:
    from analyzer.batch.engines import Engine
    from analyzer.batch.run import Result
    from analyzer.readers import ReadOptions
    from analyzer.types import Failure, Posting


@click.command()
@click.argument("inputs", nargs=-1, metavar="INPUTS...", shell_complete=completion.files)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="File ending in .jsonl, .csv, .parquet or .sqlite, or a folder for Parquet shards.",
)
@click.option(
    "--describe",
    is_flag=True,
    help="Only say what was detected in INPUTS and show the first posting as it would be read.",
)
@click.option("--sentences", is_flag=True, help="One row a sentence in place of one a posting.")
@click.option(
    "--dedupe", is_flag=True, help="Mark postings that repeat an earlier one, wholly or nearly, in 'duplicate_of'."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read only the first N postings.")
@click.option(
    "--max-rejects", type=click.IntRange(min=0), metavar="N", help="Stop when more than N rows cannot be analysed."
)
@click.option("--restart", is_flag=True, help="Begin anew in place of going on where an earlier run was ended.")
@click.option("--quiet", is_flag=True, help="No progress and no summary; errors only.")
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="ANALYZER_MODEL",
    help="Model folder; default: the shipped one.",
)
@click.option("-j", "--jobs", type=int, default=1, show_default=True, metavar="N", help="Processes; -1 is one a core.")
@click.option(
    "--engine",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="Who runs the shards.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask scheduler, as tcp://host:8786; default: a local cluster of --jobs processes.",
)
@click.option(
    "--shard-rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="Rows of a shard: what one process takes at a time, and what a file of a folder holds.  [default: 1024]",
)
@click.option("--format", "form", metavar="NAME", help="Input format, where it is not detected rightly.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Our field and the input's, as title=job_title; may be repeated.",
)
@click.option(
    "--join",
    metavar="FILE",
    help="File with the texts of rows that have none, found by the same id, as LinkedIn's job_summary.csv.",
)
@click.option("--encoding", metavar="NAME", help="Encoding of the input, where it is not detected rightly.")
@click.option("--table", metavar="NAME", help="Table of a SQLite file, or sheet of an Excel one.")
@click.option("--query", metavar="SQL", help="Query on a SQLite file.")
@click.option("--any-language", is_flag=True, help="Analyse postings that are not in English too.")
def batch(inputs: tuple[str, ...], out: Path | None, describe: bool, **options: Any) -> None:
    """Analyse every posting of files of any format: one report, or one failure, for each, in input order.

    INPUTS are files, folders, globs or addresses; - is standard input. Formats are detected. Memory does not grow
    with the input. A run that was ended goes on where it was when the same command is given again.

    \b
    Examples:
      analyzer batch postings.jsonl -o reports.jsonl
      analyzer batch export.csv --map title=job_title -o reports.parquet --jobs 4
      analyzer batch linkedin_job_postings.csv --join job_summary.csv -o reports.csv
      analyzer batch 'boards/*.json' pages.warc.gz -o reports.csv --dedupe
      analyzer batch postings.jsonl -o shards --engine dask --scheduler tcp://10.0.0.5:8786
      analyzer batch --describe export.csv

    Rows that cannot be analysed are told in OUT (as failures) and, with the raw record, in a rejects file beside it.

    Exit codes: 0 when the input was read to its end, 2 where it cannot be, or --max-rejects was passed.
    """
    if not inputs:
        raise click.UsageError("name an input: a file, a folder, a glob, or - for standard input")
    reading = _reading(options)
    if describe:
        _describe(inputs, reading)
    elif out is None:
        raise click.UsageError("say with -o where the reports go, as -o reports.jsonl")
    else:
        _run(inputs, out, reading, options)
    sys.exit(ExitStatus.OK)


def _reading(options: dict[str, Any]) -> ReadOptions:
    from analyzer.readers import ReadOptions

    pairs = [text.partition("=") for text in options["mapping"]]
    if any(not field or not column for field, _, column in pairs):
        raise click.UsageError("--map takes FIELD=COLUMN, as --map title=job_title")
    names = ("encoding", "table", "query", "any_language", "join")
    mapping = {field.strip(): column.strip() for field, _, column in pairs}
    return ReadOptions(format=options["form"], mapping=mapping, **{name: options[name] for name in names})


def _run(inputs: tuple[str, ...], out: Path, reading: ReadOptions, options: dict[str, Any]) -> None:
    from analyzer.batch.job import SHARD_ROWS, Job, kind_of
    from analyzer.batch.progress import progress
    from analyzer.batch.run import run

    taken = {name: options[name] for name in ("model", "sentences", "dedupe", "limit", "max_rejects")}
    job = Job(inputs, out, kind_of(out), reading, shard_rows=options["shard_rows"] or SHARD_ROWS, **taken)
    shown = progress(sys.stderr, job.shard_rows, options["quiet"])
    try:
        result = run(job, _engine(options), shown, lambda line: click.echo(line, err=True), options["restart"])
    except KeyboardInterrupt:
        raise click.ClickException(f"stopped; the same command goes on from here ({out})") from None
    if not options["quiet"]:
        click.echo(_summary(result, out), err=True)


def _engine(options: dict[str, Any]) -> Engine | None:
    """The engine asked for; None is this process alone."""
    from analyzer.batch import engines

    jobs = options["jobs"]
    if jobs == 0 or jobs < -1:
        raise click.UsageError("--jobs takes 1 or more, or -1 for one a core")
    if options["engine"] == "dask":
        return engines.dask(options["scheduler"], engines.cores() if jobs < 0 else jobs)
    if options["scheduler"]:
        raise click.UsageError("--scheduler goes with --engine dask")
    return None if jobs == 1 else engines.processes(jobs)


def _summary(result: Result, out: Path) -> str:
    counts = result.counts
    words = f"{counts.read:,} postings read: {counts.reported:,} reported, {counts.rejected:,} rejected"
    words += f", {counts.duplicates:,} duplicates; {result.seconds:.1f} s, {result.rate:,.0f} postings/s"
    if result.earlier.read:
        words += f" ({result.earlier.read:,} of them done by an earlier run)"
    lines = [words, f"reports: {click.format_filename(out)}"]
    if result.rejects:
        lines.append(f"rejects: {click.format_filename(result.rejects)}")
    return "\n".join(lines)


def _describe(inputs: tuple[str, ...], reading: ReadOptions) -> None:
    from analyzer.readers import describe
    from analyzer.render.words import visible

    for name in inputs:
        found = describe(name, reading)
        click.secho(visible(found.source), bold=True)
        facts = {
            "format": found.format,
            "encoding": found.encoding,
            "compression": found.compression,
            "files": found.files,
        }
        for key, value in facts.items():
            click.echo(f"  {key:<12} {visible(str(value)) if value else 'unknown' if key == 'format' else 'none'}")
        for field, column in found.fields.items():
            click.echo(f"  {field:<12} from {visible(str(column))}")
        _show_first(found.first)


def _show_first(first: Posting | Failure | None) -> None:
    from analyzer.render.words import visible
    from analyzer.types import Failure

    if first is None:
        click.echo("  no posting in it")
    elif isinstance(first, Failure):
        click.echo(f"  the first is rejected: {visible(first.message)}")
    else:
        click.echo("  first posting, as it would be read:")
        for field in ("source", "id", "title", "company", "location", "date", "text"):
            value = visible(getattr(first, field) or "")
            click.echo(f"    {field:<10} {value[:300] + '…' if len(value) > 300 else value}")
