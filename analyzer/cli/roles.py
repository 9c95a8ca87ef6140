"""``analyzer roles``: the roles, their definitions and sources."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def roles(as_json: bool) -> None:
    """Print the six roles with their definitions and the documents behind them.

    \b
    Example:
      analyzer roles
    """
    from analyzer.learn.sources import read_sources
    from analyzer.roles.taxonomy import TAXONOMY

    sources = read_sources()
    if as_json:
        rows = [
            {"role": str(i.role), "name": i.name, "definition": i.definition, "sources": list(i.sources)}
            for i in TAXONOMY.values()
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for info in TAXONOMY.values():
        click.secho(f"{info.name} ({info.role})", bold=True)
        click.echo(f"  {info.definition}")
        for key in info.sources:
            click.echo(f"  · {sources[key].cite()}: {sources[key].says.get(str(info.role), '')}".rstrip(": "))
        click.echo()
