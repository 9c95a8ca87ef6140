"""The command line: parse, call, echo. What the commands do lives elsewhere."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from importlib import import_module
from typing import Any

import click

from analyzer import __version__
from analyzer.errors import AnalyzerError


class ExitStatus(IntEnum):
    """What the exit code of every command says."""

    OK = 0
    """Nothing found at or above --fail-on."""
    FINDINGS = 1
    """Findings at or above --fail-on."""
    ERROR = 2
    """Bad input or usage."""


_COMMANDS = {
    "check": "analyzer.cli.check:check",
    "split": "analyzer.cli.split:split",
    "compare": "analyzer.cli.compare:compare",
    "rule": "analyzer.cli.rule:rule",
    "config": "analyzer.cli.config:config",
    "batch": "analyzer.cli.batch:batch",
    "summary": "analyzer.cli.summary:summary",
    "serve": "analyzer.cli.serve:serve",
    "roles": "analyzer.cli.roles:roles",
    "corpus": "analyzer.cli.corpus:corpus",
    "train": "analyzer.cli.train:train",
    "evaluate": "analyzer.cli.evaluate:evaluate",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and says domain errors in one line with exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands in the order of the documentation."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every command with its first sentence, whole."""
        rows = [(name, first_sentence(self.get_command(ctx, name))) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, with errors of the domain turned into one clear line."""
        try:
            return super().invoke(ctx)
        except AnalyzerError as error:
            raise _Refused("".join(c if c.isprintable() else " " for c in str(error))) from error
        except BrokenPipeError:
            # The reader of our output (head, less) has left; that is no error of ours, and click would call it 1.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(ExitStatus.OK)


def first_sentence(command: click.Command | None) -> str:
    """The first sentence of a command's help, without its full stop."""
    text = " ".join(((command.help if command else "") or "").split("\n\n")[0].split())
    return text.split(". ")[0].rstrip(".")


class _Refused(click.ClickException):
    exit_code = int(ExitStatus.ERROR)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="analyzer")
def cli() -> None:
    """Read product and marketing job postings: whose duty is each sentence, and is this one job or two?

    \b
    Examples:
      analyzer check posting.txt
      pbpaste | analyzer check - --title "Product Manager"
      analyzer check drafts/*.md -o report.html
      analyzer split posting.md -o drafts.docx
      analyzer batch postings.jsonl -o reports.jsonl

    \b
    Completion of commands and options, in the shell's start file:
      bash  eval "$(_ANALYZER_COMPLETE=bash_source analyzer)"
      zsh   eval "$(_ANALYZER_COMPLETE=zsh_source analyzer)"
      fish  _ANALYZER_COMPLETE=fish_source analyzer | source

    Exit codes: 0 nothing found, 1 findings, 2 bad input or usage.
    """


def main() -> None:
    """Entry point of the console script."""
    cli.main(prog_name="analyzer")
