"""``analyzer summary``: what a batch found."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html"]),
    help="Default: by the ending of -o, else text.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: standard output."
)
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="Rows of the long tables."
)
def summary(out: Path, form: str | None, output: Path | None, top: int) -> None:
    """Sum up the output of 'analyzer batch': mixed postings by title, company and month, and what titles hide.

    OUT is any output of batch with a row a posting. The HTML page is one file with its charts, and needs no network.

    \b
    Examples:
      analyzer summary reports.jsonl
      analyzer summary shards -o summary.html
      analyzer summary reports.parquet --format markdown --top 20

    Exit codes: 0 when the summary was written, 2 where OUT is none.
    """
    from analyzer.batch import pages
    from analyzer.batch.summary import summarize

    endings = {".html": "html", ".htm": "html", ".md": "markdown"}
    form = form or endings.get(output.suffix.lower() if output else "", "text")
    make = {"text": pages.to_text, "markdown": pages.to_markdown, "html": pages.to_html}[form]
    page = make(summarize(out), top)
    if output is None:
        click.echo(page, nl=False)
    else:
        output.write_text(page, encoding="utf-8")
        click.echo(f"summary: {click.format_filename(output)}", err=True)
