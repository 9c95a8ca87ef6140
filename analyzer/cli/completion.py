"""What the shell offers for arguments; options and choices it knows from the commands themselves."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


def files(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, by the shell's own means."""
    return [CompletionItem(incomplete, type="file")]


def codes(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes of rules; of a list parted by commas, the last one."""
    from analyzer.verdict.rules import RULES

    before, comma, last = incomplete.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{rule.code}", help=rule.name)
        for rule in RULES
        if rule.code.startswith(last.strip().upper())
    ]
