"""``analyzer config``: the settings in force, and where each comes from."""

from __future__ import annotations

import json
from typing import Any

import click

from analyzer.cli import completion
from analyzer.cli.check import rule_options
from analyzer.settings import AUDIENCES, FORMATS, Settings, as_rows, settings_for


@click.command()
@click.argument("file", default="-", metavar="[FILE]", shell_complete=completion.files)
@click.option("-f", "--format", type=click.Choice(FORMATS), help="As in 'analyzer check'.")
@click.option("--for", "audience", type=click.Choice(AUDIENCES), help="As in 'analyzer check'.")
@click.option("--explain", is_flag=True, default=None, help="As in 'analyzer check'.")
@rule_options
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def config(file: str, as_json: bool, **given: Any) -> None:
    """Print the settings in force for FILE (default: the working folder), and where each comes from.

    They are read from the nearest analyzer.toml, or pyproject.toml with a table [tool.job-posting-analyzer], in the
    folder of FILE or above it. Options given here count as they would for 'analyzer check'.

    \b
    Examples:
      analyzer config
      analyzer config drafts/pm.md --json

    \b
    A settings file:
      select = ["MIX", "TTL"]
      fail-on = "error"
      per-file-ignores = { "archive/*" = ["MIX001"] }

    Exit codes: 0 when the settings were printed, 2 where a file or an option holds what no setting can be.
    """
    from analyzer.verdict.rules import select_rules

    settings = settings_for(file, given)
    rules = [rule.code for rule in select_rules(settings.select, settings.ignore)]
    for codes in settings.per_file_ignores.values():
        select_rules(codes)
    if as_json:
        rows = {key: {"value": value, "from": origin} for key, value, origin in as_rows(settings)}
        click.echo(json.dumps({"file": _file(settings), "settings": rows, "rules": rules}, indent=2))
        return
    click.echo(f"Settings file: {_file(settings) or 'none found'}\n")
    for key, value, origin in as_rows(settings):
        shown = json.dumps(value) if value is not None else "the shipped one"
        click.echo(f"{key:<18}{shown:<28}{click.style(f'  # {origin}', dim=True)}")
    click.echo(f"\nRules in force: {', '.join(rules) or 'none'}")


def _file(settings: Settings) -> str | None:
    return str(settings.file) if settings.file else None
