"""``analyzer evaluate``: a model's figures on gold postings."""

from __future__ import annotations

import json
from collections import Counter
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
def evaluate(gold: tuple[Path, ...], model: Path | None, as_json: bool) -> None:
    """Score a model on labelled postings: F1 of each role with confusion matrix, mix and main role.

    GOLD are files of JSON Lines, a posting a line: id, title, company, text, units (start, end, zone, role, also), mix
    and main_role, with the roles of the model.

    \b
    Examples:
      analyzer evaluate gold/dev.jsonl
      analyzer evaluate gold/dev.jsonl gold/mix-dev.jsonl --json
      analyzer evaluate ours.jsonl --model our-model

    Exit codes: 0 when the figures were printed, 2 bad input or usage.
    """
    from analyzer.learn.corpus import read_gold
    from analyzer.learn.evaluation import evaluate as score
    from analyzer.pipeline import Analyzer
    from analyzer.roles.model import load_model
    from analyzer.types import Posting

    analyzer = Analyzer(load_model(model))
    for file in gold:
        postings = read_gold(file, analyzer.model.taxonomy)
        reports = [analyzer(Posting(p.text, p.id, p.title, p.company)) for p in postings]
        result = score(postings, reports)
        if as_json:
            click.echo(json.dumps({"gold": file.name, "model": analyzer.model.version, **result.figures}))
            continue
        click.secho(f"{file.name} ({analyzer.model.version})", bold=True)
        click.echo(json.dumps(result.figures, indent=2))
        click.echo(_matrix(result.confusion, result.labels))


def _matrix(confusion: Counter[tuple[str, str]], labels: tuple[str, ...]) -> str:
    """Confusion counts as a table, truth down, guess across."""
    lines = [" " * 28 + "".join(f"{label[:9]:>11}" for label in labels)]
    lines += [f"{truth:<28}" + "".join(f"{confusion[truth, guess]:>11}" for guess in labels) for truth in labels]
    return "\n".join(lines)
