"""The README's tables of commands and rules, made from the commands and rules themselves, and those of the model
card, made from the figures beside it.

``python -m analyzer.cli.docs README.md models/README.md`` writes them between their markers; a test fails where they
differ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from analyzer.cli.main import cli, first_sentence
from analyzer.errors import InputError
from analyzer.render.card import card_tables
from analyzer.verdict.rules import RULES


def command_table() -> str:
    """Every command with what it does and its first example, as a Markdown table."""
    context = click.Context(cli, info_name="analyzer")
    rows = ["| command | does | for example |", "| --- | --- | --- |"]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        rows.append(f"| `analyzer {name}` | {_cell(first_sentence(command))} | `{_cell(first_example(command))}` |")
    return "\n".join(rows)


def rule_table() -> str:
    """Every rule with its level and when it applies, as a Markdown table."""
    rows = ["| code | level | name | applies to |", "| --- | --- | --- | --- |"]
    rows += [f"| `{rule.code}` | {rule.level} | {_cell(rule.name)} | {_cell(rule.about)} |" for rule in RULES]
    return "\n".join(rows)


def first_example(command: click.Command | None) -> str:
    """The first line under ``Example(s):`` in a command's help; empty where there is none."""
    found = re.search(r"Examples?:\n\s*(\S[^\n]*)", (command.help if command else "") or "")
    return found[1].strip() if found else ""


def tables_for(file: Path) -> dict[str, str]:
    """The tables of a document by the names of their markers: a card's beside its figures, else the README's."""
    if (file.parent / "figures.json").exists():
        return card_tables(file.parent)
    return {"commands": command_table(), "rules": rule_table()}


def fill(text: str, tables: Mapping[str, str]) -> str:
    """A document with its tables in place. Raises InputError where a pair of markers is missing."""
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise InputError(f"README: {begin.strip()} and {end} must each stand in it once, on a line of its own")
        text = f"{text[: text.index(begin)]}{begin}{table}\n{text[text.index(end) :]}"
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for file in map(Path, sys.argv[1:]):
        file.write_text(fill(file.read_text(encoding="utf-8"), tables_for(file)), encoding="utf-8")
