"""What the README says of commands and rules is what they are."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from analyzer.cli.docs import command_table, fill, first_example, rule_table, tables_for
from analyzer.cli.main import cli
from analyzer.errors import InputError
from analyzer.render.card import rows_table
from analyzer.render.figures import number_words
from analyzer.settings import KEYS
from analyzer.verdict.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = cli.list_commands(click.Context(cli))


def command_of(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", ["README.md", "models/README.md"])
def test_documents_hold_their_tables_as_they_are_made(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert fill(text, tables_for(ROOT / name)) == text, f"run: python -m analyzer.cli.docs {name}"


def test_tables_of_the_card_leave_out_what_was_not_measured() -> None:
    rows = [{"change": "a|b", "dev": 0.5, "train": None, "seconds": 1200}, {"change": "c", "dev": None, "train": None}]
    assert rows_table(rows, {"change": str, "dev": number_words, "train": str, "seconds": "{:,}".format}) == (
        "| change | dev | seconds |\n| --- | --- | --- |\n| a&#124;b | 0.500 | 1,200 |\n| c |  |  |"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"| `analyzer {name}` |" in command_table()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_stands_in_the_readme(rule: object) -> None:
    assert f"| `{rule.code}` |" in rule_table()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_of_itself(name: str) -> None:
    command = command_of(name)
    assert f"analyzer {name}" in first_example(command) or f"analyzer {name}" in (command.help or "")
    assert first_example(command), "an Example(s): section is needed"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_its_exit_codes(name: str) -> None:
    assert re.search(r"Exit codes: 0 \w.*, 2 \w", " ".join((command_of(name).help or "").split()))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    for parameter in command_of(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"


def test_options_that_examples_name_exist() -> None:
    for name in COMMANDS:
        command = command_of(name)
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        for line in re.findall(rf"^\s+(?:.*\| )?analyzer {name}\b(.*)$", command.help or "", re.MULTILINE):
            assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", line)) <= known, line


def test_a_readme_without_markers_is_refused() -> None:
    tables = tables_for(ROOT / "README.md")
    for text in (
        "",
        "<!-- commands -->\n<!-- /commands -->\n",
        "<!-- /commands -->\n<!-- commands -->\n<!-- rules -->\n<!-- /rules -->",
    ):
        with pytest.raises(InputError, match="README"):
            fill(text, tables)
    filled = fill(
        "a\n<!-- commands -->\nstale row\n<!-- /commands -->\nb\n<!-- rules -->\n<!-- /rules -->\nc\n", tables
    )
    assert (
        fill(filled, tables) == filled
        and filled.startswith("a\n")
        and filled.endswith("\nc\n")
        and "stale" not in filled
    )


def test_help_names_the_settings_and_the_completion() -> None:
    assert "_ANALYZER_COMPLETE=bash_source" in (cli.help or "")
    text = command_of("config").help or ""
    assert all(f"{key} = " in text for key in ("select", "fail-on", "per-file-ignores")) and set(KEYS)


def test_the_hook_of_pre_commit_calls_a_command_that_is_there() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    [entry] = re.findall(r"^\s+entry: analyzer (\w+)$", text, re.MULTILINE)
    assert entry in COMMANDS
