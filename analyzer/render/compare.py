"""``Comparison`` → text and plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from analyzer.render.formats import console_for
from analyzer.render.text import colour_of
from analyzer.render.words import counted, heading, headline, letters, visible
from analyzer.types import Label, LabeledSentence, Report, Zone
from analyzer.verdict.compare import Change, Comparison, Line
from analyzer.verdict.thresholds import MIX_THRESHOLD

SAME_POSTING_FROM = 0.5
"""From this part of common sentences on, two texts are told as versions of one posting."""

_MARKS = {Change.ADDED: ("+", "green"), Change.REMOVED: ("-", "red"), Change.REWORDED: ("~", "yellow"),
          Change.MOVED: ("↕", "cyan"), Change.KEPT: (" ", "default")}  # fmt: skip


def comparison_to_dict(comparison: Comparison) -> dict[str, Any]:
    """Both verdicts, the differences of the shares (second less first), and every line with what became of it."""
    return {
        "a": _verdict(comparison.left),
        "b": _verdict(comparison.right),
        "product": _letter(comparison.product),
        "marketing": _letter(comparison.marketing),
        "overlap": round(comparison.overlap, 4),
        "differences": {role.value: round(change, 4) for role, change in comparison.differences.items()},
        "lines": [
            {
                "change": line.change.value,
                "a": line.left,
                "b": line.right,
                "label_a": line.left_label.value if line.left_label else None,
                "label_b": line.right_label.value if line.right_label else None,
                "text": _sentence(comparison, line).text,
            }
            for line in comparison.lines
        ],
    }


def render_comparison(comparison: Comparison, stream: IO[str] | None = None) -> Iterator[str]:
    """Text for people, coloured where ``stream`` is a terminal."""
    sink, console = console_for(stream)
    for part in _parts(comparison, console):
        console.print(part)
        yield sink.take(console.is_terminal)


def _parts(comparison: Comparison, console: Console) -> Iterator[RenderableType]:
    reports = (comparison.left, comparison.right)
    yield Group(*(_head(letter, report) for letter, report in zip("AB", reports, strict=True)))
    yield Text(f"\n{_which(comparison)}", style="bold")
    yield _table(comparison)
    versions = comparison.overlap >= SAME_POSTING_FROM
    kind = "two versions of one posting" if versions else "two different postings"
    yield Text(f"\n{comparison.overlap:.0%} of the sentences stand in both: {kind}.", style="dim")
    if versions:
        yield from _changes(comparison)


def _head(letter: str, report: Report) -> Text:
    name, company = heading(report)
    head = Text(f"{letter}  {name}", style="bold")
    head.append(f" · {company}" if company else "", style="not bold")
    head.append(f"  {visible(report.posting.source or '')}", style="not bold dim")
    head.append(f"\n   {headline(report)}", style="not bold")
    return head


def _which(comparison: Comparison) -> str:
    product, marketing = _letter(comparison.product), _letter(comparison.marketing)
    first, second = _job_names(comparison)
    if product and marketing:
        return f"{product} is more the {first} job, {marketing} more the {second} job."
    if product:
        return f"{product} is the {first} job; neither is a {second} job."
    if marketing:
        return f"{marketing} is the {second} job; neither is a {first} job."
    return f"Neither is more of a {first} or a {second} job than the other." if first else "The roles name no pair."


def _job_names(comparison: Comparison) -> tuple[str, str]:
    taxonomy, pair = comparison.left.taxonomy, comparison.pair
    if pair is None:
        return "", ""
    return (taxonomy[pair.first].job, taxonomy[pair.second].job) if taxonomy.own else ("product", "product marketing")


def _table(comparison: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("")
    for column in ("A", "B", "change"):
        table.add_column(column, justify="right")
    left, right = comparison.left.profile, comparison.right.profile
    taxonomy = comparison.left.taxonomy
    for role, info in taxonomy.items():
        if left.shares[role] or right.shares[role]:
            name = Text(info.name, style=colour_of(Label(role.value), taxonomy))
            change = _signed(comparison.differences[role])
            table.add_row(name, f"{left.shares[role]:.0%}", f"{right.shares[role]:.0%}", change)
    table.add_row(
        f"Mix score (mixed from {MIX_THRESHOLD:.2f})",
        f"{left.mix_score:.2f}",
        f"{right.mix_score:.2f}",
        f"{right.mix_score - left.mix_score:+.2f}",
    )
    return table


def _signed(share: float) -> str:
    return f"{share:+.0%}" if round(share, 2) else "="


def _changes(comparison: Comparison) -> Iterator[RenderableType]:
    """Lines that changed, as in a diff, each duty with its letters."""
    changed = [line for line in comparison.lines if line.change is not Change.KEPT or line.relabelled]
    if not changed:
        yield Text("Nothing changed.", style="green")
        return
    counts = Counter(line.change for line in changed)
    tallied = ", ".join(counted(counts[c], c.value, c.value) for c in Change if counts[c] and c is not Change.KEPT)
    yield Text(f"\nWhat changed: {tallied or 'labels only'}", style="bold")
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for width in (1, None):
        table.add_column(width=width, no_wrap=True)
    table.add_column(overflow="fold")
    for line in changed:
        mark, colour = _MARKS[line.change]
        told = Text(visible(_sentence(comparison, line).text))
        if line.change is Change.REWORDED and line.left is not None:
            told.append(f"\nwas: {visible(comparison.left.sentences[line.left].text)}", style="dim")
        table.add_row(Text(mark, style=colour), _labels(comparison, line), told)
    yield table


def _labels(comparison: Comparison, line: Line) -> Text:
    sides = ((comparison.left, line.left), (comparison.right, line.right))
    told = list(dict.fromkeys(_letters(report, report.sentences[at]) for report, at in sides if at is not None))
    return Text("→".join(told) if any(told) else "")


def _letters(report: Report, sentence: LabeledSentence) -> str:
    return letters(sentence.label, report.taxonomy) if sentence.zone is Zone.DUTY else ""


def _sentence(comparison: Comparison, line: Line) -> LabeledSentence:
    if line.right is not None:
        return comparison.right.sentences[line.right]
    assert line.left is not None
    return comparison.left.sentences[line.left]


def _letter(side: int | None) -> str | None:
    return None if side is None else "AB"[side]


def _verdict(report: Report) -> dict[str, Any]:
    profile = report.profile
    return {
        "title": report.posting.title,
        "source": report.posting.source,
        "mixed": profile.mixed,
        "mix_score": round(profile.mix_score, 4),
        "main_role": str(profile.main_role) if profile.main_role else "none",
        "profile": {role.value: round(share, 4) for role, share in profile.shares.items()},
    }
