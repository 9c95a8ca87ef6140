"""``analyzer train``: corpus → model."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click


@click.command()
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Corpus folder; default: the shipped one.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for the model's files.")
@click.option("--name", default="duties", show_default=True, help="Name of the model.")
@click.option(
    "--share", type=click.FloatRange(0.01, 1), default=1.0, show_default=True,
    help="Part of the postings to train on, for a learning curve.",
)  # fmt: skip
@click.option(
    "--gold",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Train on this file of labelled postings instead, as a yardstick.",
)
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="A setting of the estimator; may be repeated.")
def train(corpus: Path | None, out: Path, name: str, share: float, gold: Path | None, pairs: tuple[str, ...]) -> None:
    """Train the classifier on a corpus and write the model; deterministic, a few minutes on two cores.

    A corpus folder holds postings/*.txt and source_phrases.tsv, in the format of the shipped corpus. One for roles of
    your own holds roles.toml, and units.tsv (role and text, tab-separated, one duty a row; posting and zone where
    wanted), postings/*.txt, or both. The model then tells your roles apart wherever --model names it.

    \b
    Examples:
      analyzer train -o models
      analyzer train -o half --share 0.5
      analyzer train -o narrow --set hidden=32 --set members=1
      analyzer train --corpus our-roles -o our-model --name ours
      analyzer check posting.md --model our-model

    \b
    A roles.toml:
      [roles.data_analyst]
      name = "Data analyst"
      short = "DA"
      definition = "Answers questions of the business with data."
      internal = 0.2                 # 1 faces inward, 0 outward
      titles = ["data analyst"]      # job titles that promise it
      source = "Our career ladder"   # may be left out
      [roles.data_engineer]
      ...
      [[pairs]]                      # must not meet in one posting
      roles = ["data_analyst", "data_engineer"]

    Exit codes: 0 when the model was written, 2 bad input or usage.
    """
    import time

    from analyzer.learn import training

    begun = time.monotonic()
    model, facts = training.train(corpus, name, share, gold, **dict(map(_setting, pairs)))
    digest = model.save(out, **facts)
    size = (out / f"{name}.npz").stat().st_size / 1e6
    click.echo(f"{name}@{digest[:12]}: {facts['corpus']['postings']} postings, {facts['corpus']['units']} units,")
    click.echo(f"{size:.1f} MB in {out / name}.npz, trained in {time.monotonic() - begun:.0f} s")


def _setting(pair: str) -> tuple[str, float | int]:
    """A parameter of the estimator with its value, from ``KEY=VALUE``."""
    from analyzer.roles.classifier import RoleClassifier

    key, _, value = pair.partition("=")
    defaults = {k: v for k, v in RoleClassifier().get_params().items() if isinstance(v, int | float) and k != "jobs"}
    if key not in defaults:
        near = get_close_matches(key, defaults, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(defaults))}"
        raise click.UsageError(f"--set {pair}: no such setting; {hint}")
    try:
        number = type(defaults[key])(value)
    except ValueError:
        number = 0
    if number <= 0:
        kind = "whole number" if isinstance(defaults[key], int) else "number"
        raise click.UsageError(f"--set {pair}: the value is a {kind} above zero")
    return key, number
