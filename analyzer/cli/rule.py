"""``analyzer rule``: what a rule looks for, who says so, and what to do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import completion

if TYPE_CHECKING:
    from analyzer.verdict.rules import Rule


@click.command()
@click.argument("code", required=False, shell_complete=completion.codes)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def rule(code: str | None, as_json: bool) -> None:
    """Explain the rule CODE: when it applies, what to do about it, and the words of its source. Without CODE, list all.

    \b
    Examples:
      analyzer rule
      analyzer rule MIX001
      analyzer rule --json

    Exit codes: 0 when it was told, 2 where there is no such rule.
    """
    from analyzer.verdict.rules import RULES, rule_of

    chosen = (rule_of(code),) if code else RULES
    if as_json:
        click.echo(json.dumps([_as_data(r) for r in chosen], indent=2))
    elif code:
        _tell(chosen[0])
    else:
        for r in RULES:
            click.echo(f"{click.style(r.code, bold=True)}  {r.level:<8} {r.name}")
        click.echo("\nMore on one: analyzer rule MIX001")


def _as_data(rule: Rule) -> dict[str, Any]:
    names = ("code", "name", "level", "about", "message", "advice", "seeker", "question", "source", "quote")
    return {name: str(getattr(rule, name)) for name in names}


def _tell(rule: Rule) -> None:
    from analyzer.render.words import cite

    click.echo(f"{click.style(rule.code, bold=True)} {rule.name} ({rule.level})\n")
    parts = {
        "When": rule.about,
        "It says": _blanks(rule.message),
        "What to do": _blanks(rule.advice),
        "If you apply": _blanks(rule.seeker),
        "Worth asking": _blanks(rule.question),
        "Source": f"“{rule.quote}” {cite(rule.source)}",
        "Switch off": f"--ignore {rule.code}, or in a draft <!-- analyzer: ignore {rule.code} -->",
    }
    for head, text in parts.items():
        click.echo(click.wrap_text(text, 96, f"{head + ':':<14}", " " * 14))


def _blanks(template: str) -> str:
    """A rule's text with the two product jobs by name, and an ellipsis for what else a posting fills in; blanks that
    only add a sentence are left out.
    """
    from analyzer.roles.taxonomy import TAXONOMY
    from analyzer.verdict.wording import with_article

    first, second = (TAXONOMY[role].job for role in (TAXONOMY.pairs[0].first, TAXONOMY.pairs[0].second))
    known = {
        "first": first, "second": second, "a_first": with_article(first), "a_second": with_article(second),
        "one": "product management", "other": "marketing", "roles": "six",
    }  # fmt: skip
    text = re.sub(r"(?<=\.)(?:\{\w+\})+$", "", template)
    return re.sub(r"\{(\w+)\}", lambda blank: known.get(blank[1], "…"), text)
