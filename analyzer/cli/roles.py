"""``analyzer roles``: the roles, their definitions and sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from analyzer.learn.sources import Source
    from analyzer.types import RoleInfo, Taxonomy


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--model", type=click.Path(file_okay=False, exists=True), envvar="ANALYZER_MODEL",
              help="Model folder; default: the shipped model.")  # fmt: skip
def roles(as_json: bool, model: str | None) -> None:
    """Print the roles with their definitions and the documents behind them: the six, or those of a model.

    \b
    Examples:
      analyzer roles
      analyzer roles --json
      analyzer roles --model our-model

    Exit codes: 0 when the roles were printed, 2 bad input or usage.
    """
    from analyzer.cli.check import load_model_of
    from analyzer.learn.sources import read_sources
    from analyzer.roles.taxonomy import TAXONOMY

    taxonomy = load_model_of(model).taxonomy if model else TAXONOMY
    if as_json:
        click.echo(json.dumps([_as_data(info) for info in taxonomy.values()], indent=2))
        return
    sources = {} if taxonomy.own else read_sources()
    for info in taxonomy.values():
        _tell(info, sources)
    for line in _pairs(taxonomy):
        click.echo(line)


def _as_data(info: RoleInfo) -> dict[str, Any]:
    return {
        "role": str(info.role), "name": info.name, "short": info.short, "definition": info.definition,
        "internal": info.internal, "sources": list(info.sources),
    }  # fmt: skip


def _tell(info: RoleInfo, sources: Mapping[str, Source]) -> None:
    click.echo(f"{click.style(info.name, bold=True)} ({info.short}, {info.role})")
    click.echo(f"  {info.definition}")
    for key in info.sources:
        source = sources.get(key)
        said = f"{source.cite()}: {source.says.get(str(info.role), '')}" if source else key
        click.echo(f"  · {said}".rstrip(": "))
    click.echo()


def _pairs(taxonomy: Taxonomy) -> list[str]:
    if not taxonomy.pairs:
        return ["No two of them are kept apart."]
    told = ", ".join(f"{taxonomy[pair.first].name} and {taxonomy[pair.second].name}" for pair in taxonomy.pairs)
    return [f"Must not meet in one posting: {told}"]
