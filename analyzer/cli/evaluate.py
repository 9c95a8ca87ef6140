"""``analyzer evaluate``: a model's figures on gold postings."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="ANALYZER_MODEL",
    help="Model folder; default: the shipped one.",
)
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON, one line a file.")
@click.option(
    "--figures",
    "figures_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the figures of all files to this JSON file; no text of the postings is in it.",
)
def evaluate(gold: tuple[Path, ...], model: Path | None, as_json: bool, figures_file: Path | None) -> None:
    """Score a model on labelled postings: F1 of each role with confusion matrix, mix and main role.

    GOLD are files of JSON Lines, a posting a line: id, title, company, text, units (start, end, zone, role, also), mix
    and main_role, with the roles of the model. Told are F1 of each label with its 95 % interval (bootstrap over
    postings), confidence against accuracy, how many units are told as unsure and how many of these are right.

    \b
    Examples:
      analyzer evaluate gold/dev.jsonl
      analyzer evaluate gold/dev.jsonl gold/mix-dev.jsonl --json
      analyzer evaluate gold/dev.jsonl gold/mix-dev.jsonl --figures models/figures.json
      analyzer evaluate ours.jsonl --model our-model

    Exit codes: 0 when the figures were printed, 2 bad input or usage.
    """
    from analyzer.learn.corpus import read_gold
    from analyzer.learn.evaluation import evaluate as score
    from analyzer.pipeline import Analyzer
    from analyzer.render.figures import figures_text
    from analyzer.roles.model import load_model
    from analyzer.types import Posting

    if figures_file and len({file.name for file in gold}) < len(gold):
        raise click.UsageError("--figures keeps figures by file name, and two of the files have the same one")
    analyzer = Analyzer(load_model(model))
    found = {}
    for file in gold:
        postings = read_gold(file, analyzer.model.taxonomy)
        reports = [analyzer(Posting(p.text, p.id, p.title, p.company)) for p in postings]
        found[file.name] = figures = score(postings, reports).figures
        if as_json:
            click.echo(json.dumps({"gold": file.name, "model": analyzer.model.version, **figures}))
        else:
            click.secho(f"{file.name} ({analyzer.model.version})", bold=True)
            click.echo(figures_text(figures))
    if figures_file:
        page = json.dumps({"model": analyzer.model.version, "gold": found}, indent=1)
        figures_file.write_text(page + "\n", encoding="utf-8")
