"""``analyzer train``: corpus → model."""

from __future__ import annotations

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
def train(corpus: Path | None, out: Path, name: str) -> None:
    """Train the classifier on a corpus and write the model; deterministic, about two minutes.

    \b
    Examples:
      analyzer train -o models
      analyzer train --corpus my-corpus -o my-model --name ours
    """
    import time

    from analyzer.learn import training

    begun = time.monotonic()
    model, facts = training.train(corpus, name)
    digest = model.save(out, **facts)
    size = (out / f"{name}.npz").stat().st_size / 1e6
    click.echo(f"{name}@{digest[:12]}: {facts['corpus']['postings']} postings, {facts['corpus']['units']} units,")
    click.echo(f"{size:.1f} MB in {out / name}.npz, trained in {time.monotonic() - begun:.0f} s")
