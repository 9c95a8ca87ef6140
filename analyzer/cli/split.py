"""``analyzer split``: a mixed posting as two drafts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli import completion
from analyzer.cli.check import load_model_of, out_stream, write_file

if TYPE_CHECKING:
    from analyzer.verdict.split import Split

_FORMATS = ("markdown", "html", "text", "docx", "json")
_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".docx": "docx",
    ".json": "json",
}


@click.command()
@click.argument("file", default="-", metavar="[FILE|-]", shell_complete=completion.files)
@click.option("--title", help="Job title, where the text does not carry it.")
@click.option("--company", help="Name of the employer.")
@click.option(
    "-f", "--format", "form", type=click.Choice(_FORMATS),
    help="Form of the drafts.  [default: by the ending of --output, else markdown]",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file; docx needs one.")
@click.option("--model", type=click.Path(file_okay=False, exists=True), envvar="ANALYZER_MODEL",
              help="Model folder; default: the shipped model.")  # fmt: skip
def split(
    file: str, title: str | None, company: str | None, form: str | None, output: str | None, model: str | None
) -> None:
    """Write a mixed posting as two drafts, one for product management and one for product marketing.

    Both carry what is said of the company, the offer and how to apply; requirements go to the side they serve; duties
    that both jobs share are marked. Nothing is invented, and what a person must still decide is listed at the end.

    \b
    Examples:
      analyzer split posting.md
      analyzer split posting.md -o drafts.docx
      analyzer split posting.html --format json

    Exit codes: 0 when the drafts were written, 2 bad input or usage.
    """
    from analyzer.pipeline import Analyzer
    from analyzer.readers.single import read_posting
    from analyzer.verdict.split import split as split_report

    form = form or (_ENDINGS.get(Path(output).suffix.lower()) if output else None) or "markdown"
    if form == "docx" and not output:
        raise click.UsageError("a Word document needs a file: add -o drafts.docx")
    analyzer = Analyzer(load_model_of(model))
    report = analyzer(read_posting(file, title, company, analyzer.model.taxonomy))
    if not report.profile.mixed:
        click.echo("note: this posting reads as one job; see 'analyzer check'", err=True)
    content = _rendered(split_report(report), form)
    if output:
        write_file(output, content)
    else:
        out_stream().write(str(content))


def _rendered(drafts: Split, form: str) -> str | bytes:
    from analyzer.render import split as render

    if form == "docx":
        return render.split_to_docx(drafts)
    if form == "json":
        return render.split_to_json(drafts) + "\n"
    renderers = {"markdown": render.split_to_markdown, "html": render.split_to_html, "text": render.split_to_text}
    return renderers[form](drafts)
