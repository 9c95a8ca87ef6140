"""``Report`` → text for a terminal: the verdict, the shares as bars, the findings, every duty with its role."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.render.place import Place, evidence_told, focus_told, places
from analyzer.render.seeker import SECTIONS, seeker_view
from analyzer.render.view import View, shown
from analyzer.render.words import (
    UNSURE,
    cite,
    counted,
    duties,
    duties_of,
    facts_line,
    heading,
    headline,
    letters,
    mark_of,
    name_of,
    place_of,
    ranked,
    shared_told,
    sides,
    tag,
    tally,
    unsure_told,
    visible,
)
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Failure, Finding, Label, LabeledSentence, Level, Report, Role, Taxonomy
from analyzer.verdict.certainty import unsure_of

_COLOURS = ("bright_blue", "bright_magenta", "yellow", "green", "cyan", "bright_red")
_MARKS = {Level.NOTE: ("i", "cyan"), Level.WARNING: ("!", "yellow"), Level.ERROR: ("x", "red")}
_MAX_WIDTH = 110
_MIN_SIDES = 76
"""From so many columns on, two sides stand next to each other; in less they follow one another."""
_BAR = 34


def colour_of(label: Label, taxonomy: Taxonomy = TAXONOMY) -> str:
    """Style of a label: each role has a colour, by its place; beyond six they come round again."""
    place = place_of(label, taxonomy)
    if place is None:
        return "bold" if label is Label.SHARED else "dim"
    return _COLOURS[place % len(_COLOURS)]


def render(report: Report, width: int = 100, view: View | None = None, blocks: bool = True) -> RenderableType:
    """A rich renderable of the whole report; posting text in it carries no control characters and no markup.

    ``blocks`` draws the bars from block characters; without, from number signs.
    """
    view = view or View()
    parts: list[RenderableType] = [_head(report), _shares(report, width, blocks)]
    if view.for_seeker:
        parts += _seeker(report)
    else:
        parts += [_finding(report, finding) for finding in report.findings]
    if view.explain:
        parts += _focus(report)
    parts.append(_sides(report, width, view) if report.profile.mixed else _duties(report, duties(report), view))
    return Group(*parts, Text())


def print_report(report: Report, console: Console, view: View | None = None) -> None:
    """Print a report to a console."""
    width = min(console.width, _MAX_WIDTH)
    blocks = console.encoding.lower().startswith("utf")
    console.print(render(report, width, view, blocks), width=width)


def closing_line(results: Sequence[Report | Failure], floor: Level = Level.NOTE) -> Text:
    """One line over all postings: how many were read, what was found, and what stays untold below ``floor``."""
    reports = [result for result in results if isinstance(result, Report)]
    told = [shown(report, floor).findings for report in reports]
    untold = [f for report, own in zip(reports, told, strict=True) for f in report.findings if f not in own]
    failed = len(results) - len(reports)
    rest = f"; {tally(untold)} not shown" if untold else ""
    rest += f"; {counted(failed, 'input')} could not be read" if failed else ""
    read = f"{counted(len(reports), 'posting')} read"
    if not any(told):
        passed = not untold and not failed
        return Text(
            f"{'All checks passed' if passed else 'Nothing found'}: {read}{rest}.", style="green" if passed else ""
        )
    where = f" in {sum(map(bool, told))} of them" if len(reports) > 1 else ""
    return Text(f"{read}: {tally(f for own in told for f in own)}{where}{rest}.", style="bold")


def _head(report: Report) -> RenderableType:
    name, company = heading(report)
    profile = report.profile
    colour = "yellow" if profile.mixed else "green" if profile.main_role else "default"
    head = Text()
    head.append(name, style="bold")
    head.append(f" · {company}" if company else "")
    source = visible(report.posting.source or "")
    if source not in ("", "-", name):
        head.append(f"  {source}", style="dim")
    head.append(f"\n{headline(report)}", style=f"bold {colour}")
    facts = facts_line(report)
    if facts:
        head.append(f"\n{facts}", style="dim")
    return head


def _shares(report: Report, width: int, blocks: bool) -> RenderableType:
    """One bar a role, readable without colour."""
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(width=3)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    room = max(6, min(_BAR, width - 56))
    for role, share in ranked(report.profile):
        info, colour = report.taxonomy[role], colour_of(Label(role.value), report.taxonomy)
        cells = max(1, round(share * room))
        bar = Text(("█" if blocks else "#") * cells, style=colour)
        bar.append(("░" if blocks else ".") * (room - cells), style="dim")
        told = Text(counted(len(duties_of(report, role)), "duty", "duties"), style="dim")
        table.add_row(Text(info.short, style=f"bold {colour}"), info.name, bar, f"{share:.0%}", told)
    shared = report.profile.counts[Label.SHARED]
    note = Text(f"and {shared_told(report)}", style="dim") if shared else None
    rows: list[RenderableType] = [table] if table.row_count else []
    return Padding(Group(*rows, note) if note else Group(*rows), (1, 0, 0, 2) if rows or note else 0)


def _finding(report: Report, finding: Finding) -> RenderableType:
    mark, colour = _MARKS[finding.level]
    head = Text(f"{mark} {finding.code} ", style=f"bold {colour}")
    head.append(visible(finding.name), style="bold default")
    head.append(f"  {finding.level}", style="dim")
    body = [Text(visible(finding.message)), Text(f"→ {visible(finding.advice)}")]
    if finding.quote:
        body.append(Text(f"“{visible(finding.quote)}” {cite(finding.source)}", style="dim italic"))
    where = evidence_told(report, finding)
    if where:
        body.append(Text(f"Evidence: {where}. {unsure_told(report, finding)}".rstrip(". "), style="dim"))
    return Padding(Group(head, Padding(Group(*body), (0, 0, 0, 2))), (1, 0, 0, 0))


def _focus(report: Report) -> list[RenderableType]:
    told = focus_told(report)
    return [Text("\nWhich way it faces", style="bold"), _list([Text(line) for line in told], "•")] if told else []


def _seeker(report: Report) -> list[RenderableType]:
    seen = seeker_view(report)
    parts: list[RenderableType] = []
    for name, title in SECTIONS:
        lines = getattr(seen, name)
        if lines:
            parts.append(Text(f"\n{title}", style="bold"))
            parts.append(_list([Text(visible(line)) for line in lines], "?" if name == "questions" else "•"))
    return parts


def _list(items: Sequence[RenderableType], mark: str) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(width=3, justify="right", style="dim")
    table.add_column(overflow="fold")
    for item in items:
        table.add_row(mark, item)
    return table


def _duties(report: Report, sentences: Sequence[LabeledSentence], view: View, title: str = "Duties") -> RenderableType:
    """A list of duties: line, letters of the role, text, confidence."""
    if not sentences:
        return Text()
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(width=_lines_width(report), justify="right", style="dim")
    table.add_column(min_width=3, no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(width=4, justify="right", style="dim")
    lines = _line_numbers(report)
    for sentence in sentences:
        whose = Text(mark_of(sentence, report.taxonomy), style=colour_of(sentence.label, report.taxonomy))
        body = _with_reasons(Text(visible(sentence.text)), sentence, view)
        table.add_row(lines.get(sentence.start, ""), whose, body, f"{sentence.confidence:.0%}")
    unnamed = dict.fromkeys(s.label for s in sentences if s.label in (Label.NONE, Label.SHARED))
    told = [f"{letters(label)}: {name_of(label, report.taxonomy).lower()}" for label in unnamed]
    legend = ", ".join(told + [f"{UNSURE}: unsure"] * any(map(unsure_of, sentences)))
    head = Text(f"\n{title}", style="bold")
    head.append(f"  {legend}" if legend else "", style="not bold dim")
    return Group(head, table)


def _with_reasons(text: Text, sentence: LabeledSentence, view: View) -> Text:
    if view.explain and sentence.why:
        text.append(f"\n{'; '.join(map(visible, sentence.why))}", style="dim italic")
    return text


def _line_numbers(report: Report) -> dict[int, str]:
    """Line of each sentence by its offset; empty where the input has no such lines."""
    found: list[Place] = places(report) or []
    return {sentence.start: str(place.line) for sentence, place in zip(report.sentences, found, strict=False)}


def _lines_width(report: Report) -> int:
    return max((len(line) for line in _line_numbers(report).values()), default=0)


def _sides(report: Report, width: int, view: View) -> RenderableType:
    """The two sides of a mix next to each other, then all other duties."""
    roles = sides(report)
    columns = [duties_of(report, role) for role in roles]
    if width < _MIN_SIDES:
        names = [f"{report.taxonomy[role].name} duties" for role in roles]
        both = [_duties(report, column, view, name) for column, name in zip(columns, names, strict=True)]
        return Group(*both, _rest(report, columns, view))
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, pad_edge=False)
    for k, role in enumerate(roles):
        table.add_column(_side_head(report, role, len(columns[k])), ratio=1, overflow="fold")
    for k in range(max(map(len, columns))):
        table.add_row(*(_item(report, column, k, view) for column in columns))
    return Group(Text(), table, _rest(report, columns, view))


def _side_head(report: Report, role: Role, count: int) -> Text:
    colour = colour_of(Label(role.value), report.taxonomy)
    return Text(f"{report.taxonomy[role].name} ({count})", style=f"bold {colour}")


def _item(report: Report, column: list[LabeledSentence], k: int, view: View) -> RenderableType:
    if k >= len(column):
        return ""
    sentence = column[k]
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(width=_lines_width(report) or 1, justify="right", style="dim")
    table.add_column(overflow="fold")
    text = Text(visible(sentence.text))
    if sentence.also:
        text.append(f" ({tag(sentence, report.taxonomy)})", style="bold")
    if unsure_of(sentence):
        text.append(" (unsure)", style="dim")
    table.add_row(_line_numbers(report).get(sentence.start, "•"), _with_reasons(text, sentence, view))
    return table


def _rest(report: Report, columns: Sequence[Sequence[LabeledSentence]], view: View) -> RenderableType:
    placed = {sentence.start for column in columns for sentence in column}
    return _duties(report, [s for s in duties(report) if s.start not in placed], view, "Other duties")
