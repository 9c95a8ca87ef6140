"""The README's tables of commands and rules, made from the commands and rules themselves.

``python -m analyzer.cli.docs README.md`` writes them between their markers; a test fails where they differ.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from analyzer.cli.main import cli, first_sentence
from analyzer.errors import InputError
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


def fill(text: str) -> str:
    """A README with both tables in place. Raises InputError where a pair of markers is missing."""
    for name, table in (("commands", command_table()), ("rules", rule_table())):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise InputError(f"README: {begin.strip()} and {end} must each stand in it once, on a line of its own")
        text = f"{text[: text.index(begin)]}{begin}{table}\n{text[text.index(end) :]}"
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(fill(file.read_text(encoding="utf-8")), encoding="utf-8")
