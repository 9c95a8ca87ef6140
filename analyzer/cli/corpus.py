"""``analyzer corpus``: check the corpus and count it."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Counts as JSON, for programs.")
def corpus(folder: Path | None, as_json: bool) -> None:
    """Check every row of a corpus folder (default: the shipped corpus) and count it.

    The first row that breaks the format is named with its file and line.

    \b
    Examples:
      analyzer corpus
      analyzer corpus my-corpus --json

    Exit codes: 0 when every row is sound, 2 otherwise.
    """
    from analyzer.learn.corpus import count, read_corpus, read_source_phrases
    from analyzer.learn.own import read_own, read_taxonomy
    from analyzer.resources import resource

    folder = folder or resource("corpus")
    taxonomy = read_taxonomy(folder)
    postings = read_own(folder, taxonomy) if taxonomy.own else read_corpus(folder)
    phrases = [] if taxonomy.own else read_source_phrases(folder)
    figures = count(postings, taxonomy)
    if as_json:
        click.echo(json.dumps({**figures, "source_phrases": len(phrases)}, indent=2))
        return
    click.echo(f"{figures['postings']} postings, {figures['units']} units, {len(phrases)} source phrases: no errors")
    for table in ("roles", "zones", "main_roles", "sizes", "mix"):
        click.secho(f"\n{table.replace('_', ' ')}", bold=True)
        for name, number in figures[table].items():
            click.echo(f"  {name:<28}{number:>7}")
