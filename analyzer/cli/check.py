"""``analyzer check``: the verdict for each posting."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from analyzer.cli import completion
from analyzer.cli.main import ExitStatus
from analyzer.errors import InputError
from analyzer.settings import AUDIENCES, FORMATS, LEVELS, Settings, at_least, settings_for
from analyzer.types import Failure, Level, Report

if TYPE_CHECKING:
    from analyzer.pipeline import Analyzer
    from analyzer.roles.model import RoleModel
    from analyzer.verdict.rules import Rule


def as_codes(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Codes of a repeated option, each value split at commas; None where the option was not given."""
    codes = tuple(code.strip() for value in values for code in value.split(",") if code.strip())
    return codes or None


def as_level(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Level | None:
    """A level by its name."""
    return Level(value) if value else None


def rule_options(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say which findings count; ``check`` and ``config`` share them."""
    options = (
        click.option("--select", multiple=True, callback=as_codes, metavar="CODES", shell_complete=completion.codes,
                     help="Only rules whose code begins so: MIX, TTL001; repeat, or part by commas."),
        click.option("--ignore", multiple=True, callback=as_codes, metavar="CODES", shell_complete=completion.codes,
                     help="Not the rules whose code begins so; the longer of two prefixes wins."),
        click.option("--fail-on", type=click.Choice(LEVELS), callback=as_level,
                     help="Exit with 1 from findings of this level on.  [default: warning]"),
        click.option("--min-level", type=click.Choice(LEVELS), callback=as_level,
                     help="Show findings of this level on; hidden ones still count for --fail-on.  [default: note]"),
        click.option("--exit-zero", is_flag=True, default=None,
                     help="Exit with 0 whatever is found; bad input still exits with 2."),
        click.option("--model", type=click.Path(file_okay=False, exists=True), envvar="ANALYZER_MODEL",
                     help="Model folder; default: the shipped model."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("files", nargs=-1, metavar="[FILES|-]...", shell_complete=completion.files)
@click.option("--title", help="Job title, where the text does not carry it.")
@click.option("--company", help="Name of the employer.")
@click.option(
    "-f", "--format", "form", type=click.Choice(FORMATS),
    help="text, markdown and html for people; json (a list for several postings) and jsonl for programs; sarif and"
    " github for code review.  [default: by the ending of --output, else text]",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file instead of the terminal.")
@click.option(
    "--for", "audience", type=click.Choice(AUDIENCES),
    help="Speak to the writer of the posting, or to one who may apply.  [default: recruiter]",
)  # fmt: skip
@click.option(
    "--explain",
    is_flag=True,
    default=None,
    help="Say of each duty which words made its label, and which way the job faces.",
)
@rule_options
def check(
    files: tuple[str, ...], title: str | None, company: str | None, form: str | None, output: str | None, **given: Any
) -> None:
    """Say of each posting what the job really is, and whether it is two jobs.

    FILES are text, Markdown or HTML files, one posting each; - (or nothing, with a pipe) is standard input.
    The title is taken from --title, else from the first heading of the text where that reads as a job title.
    Settings in analyzer.toml or pyproject.toml hold unless the command line says otherwise (see 'analyzer config').
    A comment in a draft switches rules off for it: <!-- analyzer: ignore MIX001 -->

    \b
    Examples:
      analyzer check posting.md
      analyzer check drafts/*.txt --fail-on error
      analyzer check posting.md --explain -o report.html
      analyzer check advert.txt --for seeker
      analyzer check drafts/*.md --select MIX,TTL --format github
      curl -s https://example.org/job.html | analyzer check - --format json

    Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 bad input or usage.
    """
    from analyzer.render.words import visible

    if not files and sys.stdin.isatty():
        raise click.UsageError("name a file, or - for standard input")
    names = files or ("-",)
    overall = settings_for(names[0], {**given, "format": form or _format_of(output)})
    results: list[tuple[Settings, Report | Failure]] = []
    _write(_judged(names, title, company, given, results), overall, output)
    for _, result in results:
        if isinstance(result, Failure):
            click.echo(f"error: {visible(result.message)}", err=True)
    sys.exit(_status(results, overall.exit_zero))


def _judged(
    names: Sequence[str],
    title: str | None,
    company: str | None,
    given: dict[str, Any],
    results: list[tuple[Settings, Report | Failure]],
) -> Iterator[Report | Failure]:
    """Results one by one; ``results`` keeps each with its settings, for the exit code."""
    for name in names:
        settings = settings_for(name, given)
        result = _judge(name, title, company, settings)
        results.append((settings, result))
        yield result


def _judge(name: str, title: str | None, company: str | None, settings: Settings) -> Report | Failure:
    from analyzer.readers.single import read_posting

    analyzer = _analyzer(settings.model, _rules(settings, name), settings.explain)
    try:
        return _located(analyzer(read_posting(name, title, company, analyzer.model.taxonomy)), name)
    except InputError as error:
        message = str(error) if str(error).startswith(name) else f"{name}: {error}"
        return Failure(None, name, error.code, message)


def _located(report: Report, name: str) -> Report:
    """The report, told as cleaned where its text is not the file's own (front matter, Word, a field of a record)."""
    from analyzer.readers.single import decode

    if report.cleaned or name == "-":
        return report
    try:
        same = decode(Path(name).read_bytes(), name) == report.text
    except (OSError, InputError):
        same = False
    return report if same else replace(report, cleaned=True)


def _rules(settings: Settings, name: str) -> tuple[Rule, ...]:
    """The rules in force for an input."""
    from analyzer.verdict.rules import select_rules

    chosen = select_rules(settings.select, settings.ignore)
    ignored = settings.ignored_for(name)
    dropped = select_rules(ignored) if ignored else ()
    return tuple(rule for rule in chosen if rule not in dropped)


@lru_cache(maxsize=16)
def _analyzer(model: str | None, rules: tuple[Rule, ...], explain: bool) -> Analyzer:
    from analyzer.pipeline import Analyzer

    return Analyzer(load_model_of(model), rules, explain)


@lru_cache(maxsize=4)
def load_model_of(folder: str | None) -> RoleModel:
    """The model in a folder, or the shipped one; read once. Raises ModelError where it cannot be read."""
    from analyzer.roles.model import load_model

    return load_model(Path(folder) if folder else None)


def _format_of(output: str | None) -> str | None:
    from analyzer.render.formats import ENDINGS

    return ENDINGS.get(Path(output).suffix.lower()) if output else None


def _write(results: Iterator[Report | Failure], settings: Settings, output: str | None) -> None:
    from analyzer.render.formats import FORMATS as RENDERERS
    from analyzer.render.formats import render_text
    from analyzer.render.view import View

    view = View(settings.audience, settings.explain, settings.min_level)
    stream = None if output else out_stream()
    if settings.format == "text":
        pieces = render_text(results, view, stream)
    else:
        pieces = RENDERERS[settings.format](results, view)
    if stream is not None:
        for piece in pieces:
            stream.write(piece)
            stream.flush()
    else:
        write_file(str(output), "".join(pieces))


def out_stream() -> IO[str]:
    """Standard output, with signs that its encoding does not know shown as question marks."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return sys.stdout


def write_file(name: str, content: str | bytes) -> None:
    """Write an output file whole. Raises InputError where that cannot be done."""
    data = content.encode("utf-8", errors="replace") if isinstance(content, str) else content
    try:
        Path(name).write_bytes(data)
    except OSError as error:
        raise InputError(f"{name}: cannot be written ({error.strerror}); choose another place") from error


def _status(results: Sequence[tuple[Settings, Report | Failure]], exit_zero: bool) -> ExitStatus:
    if any(isinstance(result, Failure) for _, result in results):
        return ExitStatus.ERROR
    found = any(
        at_least(finding.level, settings.fail_on)
        for settings, result in results
        if isinstance(result, Report)
        for finding in result.findings
    )
    return ExitStatus.FINDINGS if found and not exit_zero else ExitStatus.OK
