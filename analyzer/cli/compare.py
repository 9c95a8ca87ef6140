"""``analyzer compare``: two postings, or two versions of one, side by side."""

from __future__ import annotations

import json

import click

from analyzer.cli import completion
from analyzer.cli.check import load_model_of, out_stream


@click.command()
@click.argument("a", shell_complete=completion.files)
@click.argument("b", shell_complete=completion.files)
@click.option("-f", "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True,
              help="text for people, json for programs.")  # fmt: skip
@click.option("--model", type=click.Path(file_okay=False, exists=True), envvar="ANALYZER_MODEL",
              help="Model folder; default: the shipped model.")  # fmt: skip
def compare(a: str, b: str, form: str, model: str | None) -> None:
    """Compare two postings: which is the product job, which the marketing job; or what moved between two versions.

    \b
    Examples:
      analyzer compare pm.md pmm.md
      analyzer compare draft-1.md draft-2.md --format json

    Exit codes: 0 when both were read, 2 bad input or usage.
    """
    from analyzer.pipeline import Analyzer
    from analyzer.readers.single import read_posting
    from analyzer.render.compare import comparison_to_dict, render_comparison
    from analyzer.verdict.compare import compare as compare_reports

    if a == b == "-":
        raise click.UsageError("only one of the two can be standard input")
    analyzer = Analyzer(load_model_of(model))
    left, right = (analyzer(read_posting(name, taxonomy=analyzer.model.taxonomy)) for name in (a, b))
    comparison = compare_reports(left, right)
    if form == "json":
        click.echo(json.dumps(comparison_to_dict(comparison), indent=2))
        return
    stream = out_stream()
    for piece in render_comparison(comparison, stream):
        stream.write(piece)
