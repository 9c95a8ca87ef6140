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

    A corpus folder holds postings/*.txt and source_phrases.tsv, in the format of the shipped corpus. One for roles of
    your own holds roles.toml, and units.tsv (role and text, tab-separated, one duty a row; posting and zone where
    wanted), postings/*.txt, or both. The model then tells your roles apart wherever --model names it.

    \b
    Examples:
      analyzer train -o models
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
    model, facts = training.train(corpus, name)
    digest = model.save(out, **facts)
    size = (out / f"{name}.npz").stat().st_size / 1e6
    click.echo(f"{name}@{digest[:12]}: {facts['corpus']['postings']} postings, {facts['corpus']['units']} units,")
    click.echo(f"{size:.1f} MB in {out / name}.npz, trained in {time.monotonic() - begun:.0f} s")
