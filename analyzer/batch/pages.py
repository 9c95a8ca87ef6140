"""A summary → plain text, Markdown, or one HTML page that needs nothing else; posting text in it is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from analyzer.batch.errors import needs
from analyzer.batch.summary import Group, Summary, largest, most_mixed
from analyzer.render.words import visible
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Role

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~&$])")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the summary: heading, names of the columns, cells as shown (the first is a name)."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "none"


def headline(summary: Summary) -> str:
    """The summary in one sentence."""
    every = summary.all
    words = f"{every.postings:,} postings, {every.mixed:,} of them mixed ({every.mixed_share:.1%})"
    left_out = [
        f"{n:,} {what}" for n, what in ((summary.duplicates, "duplicates"), (summary.rejected, "rejected")) if n
    ]
    return words + (f"; left out: {' and '.join(left_out)}" if left_out else "") + "."


def tables(summary: Summary, top: int = 10) -> list[Table]:
    """The tables of the summary, of at most ``top`` rows where they could be long."""
    mixed = ("postings", "mixed", "share")
    return [
        Table("Mixed, by the role in the title", ("role", *mixed), _mixed_rows(largest(summary.titles, 99), role_name)),
        Table("Mixed, by company", ("company", *mixed), _mixed_rows(most_mixed(summary.companies, top), visible)),
        Table(
            "Mixed, by month", ("month", *mixed), _mixed_rows(sorted(summary.months.items()), visible),
            "no posting has a date",
        ),
        Table(
            "Shares of the roles in the duties, by the role in the title",
            ("title", *(TAXONOMY[role].name for role in Role)),
            tuple((role_name(name), *_shares(group)) for name, group in largest(summary.titles, 99)),
        ),
        Table("Titles that promise another job", ("title", "duties", "postings", "titles"), _mismatches(summary, top)),
        Table(
            "Most typical mixed postings", ("title", "company", "score", "product", "marketing", "source"),
            _typical(summary, top),
        ),
    ]  # fmt: skip


def role_name(name: str) -> str:
    """The name of a role for people; ``none`` is a title that names none of the six."""
    return TAXONOMY[Role(name)].name if name in set(Role) else "another title"


def _mixed_rows(groups: Sequence[tuple[str, Group]], named: Callable[[str], str]) -> tuple[tuple[str, ...], ...]:
    return tuple((_short(named(n)), f"{g.postings:,}", f"{g.mixed:,}", f"{g.mixed_share:.1%}") for n, g in groups)


def _shares(group: Group) -> tuple[str, ...]:
    return tuple(f"{group.share(role.value):.0%}" for role in Role)


def _mismatches(summary: Summary, top: int) -> tuple[tuple[str, ...], ...]:
    def titles(pair: tuple[str, str]) -> str:
        return "; ".join(_short(visible(title)) for title, _ in summary.examples[pair].most_common(3))

    found = sorted(summary.mismatches.items(), key=lambda item: (-item[1], item[0]))[:top]
    return tuple((role_name(p[0]), role_name(p[1]), f"{n:,}", titles(p)) for p, n in found)


def _typical(summary: Summary, top: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            _short(visible(t.title)), _short(visible(t.company)), f"{t.score:.2f}",
            f"{t.product:.0%}", f"{t.marketing:.0%}", _short(visible(t.source)),
        )
        for t in summary.typical[:top]
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def to_text(summary: Summary, top: int = 10) -> str:
    """The summary for a terminal or a log."""
    parts = [headline(summary)]
    for table in tables(summary, top):
        parts.append(f"\n{table.heading}")
        parts += _aligned(table) if table.rows else [f"  ({table.empty})"]
    return "\n".join(parts) + "\n"


def _aligned(table: Table) -> list[str]:
    lines = [table.columns, *table.rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(table.columns))]
    numeric = [all(row[k][:1].isdigit() for row in table.rows) for k in range(len(table.columns))]
    cells = [[c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, numeric, strict=True)] for line in lines]
    return ["  " + "  ".join(line).rstrip() for line in cells]


def to_markdown(summary: Summary, top: int = 10) -> str:
    """The summary as GitHub-flavoured Markdown."""
    parts = ["# Summary of postings", "", headline(summary)]
    for table in tables(summary, top):
        parts += ["", f"## {table.heading}", ""]
        if table.rows:
            parts += [_line(table.columns), _line(["---"] * len(table.columns))]
            parts += [_line([_MARKDOWN.sub(r"\\\1", cell) for cell in row]) for row in table.rows]
        else:
            parts.append(table.empty)
    return "\n".join(parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def to_html(summary: Summary, top: int = 10) -> str:
    """The summary as one page with its charts in it; it loads nothing and runs nothing.

    Raises SettingsError, naming the extra, where the libraries for charts are missing.
    """
    with needs("Jinja2", "charts"):
        from jinja2 import Environment

    source = files("analyzer.batch").joinpath("summary.html.jinja").read_text(encoding="utf-8")
    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    drawn, models = charts(summary, top), sorted(summary.models)
    return page.render(
        headline=headline(summary),
        tables=tables(summary, top),
        charts=drawn,
        models=models,
    )


def charts(summary: Summary, top: int = 10) -> list[tuple[str, str]]:
    """Heading and SVG of each chart that has something to show."""
    with needs("Altair with vl-convert", "charts"):
        import altair
        import vl_convert
    titles = [(role_name(name), group) for name, group in largest(summary.titles, 99)]
    companies = [(_short(visible(name)), group) for name, group in most_mixed(summary.companies, top)]
    drawn = [
        ("Roles in the duties, by the role in the title", _role_chart(altair, titles)),
        ("Mixed postings, by the role in the title", _mixed_chart(altair, titles)),
        ("Companies with the most mixed postings", _mixed_chart(altair, companies)),
        ("Share of mixed postings, by month", _month_chart(altair, sorted(summary.months.items()))),
    ]
    return [(heading, vl_convert.vegalite_to_svg(chart.to_dict())) for heading, chart in drawn if chart is not None]


def _role_chart(altair: Any, groups: Sequence[tuple[str, Group]]) -> Any:
    rows = [
        {"title": name, "role": TAXONOMY[role].name, "share": group.share(role.value)}
        for name, group in groups if group.with_duties for role in Role
    ]  # fmt: skip
    return _bars(altair, rows, "share", "role", percent=True)


def _mixed_chart(altair: Any, groups: Sequence[tuple[str, Group]]) -> Any:
    rows = [{"title": name, "postings": group.mixed} for name, group in groups if group.mixed]
    return _bars(altair, rows, "postings", None, percent=False)


def _bars(altair: Any, rows: Sequence[Mapping[str, Any]], value: str, colour: str | None, percent: bool) -> Any:
    if not rows:
        return None
    axis = altair.Axis(format="%", title=value) if percent else altair.Axis(format=",d", title=value, tickMinStep=1)
    scale = altair.Scale(domain=[0, 1]) if percent else altair.Scale()
    encodings = {
        "y": altair.Y("title:N", sort=None, title=None, axis=altair.Axis(labelLimit=320)),
        "x": altair.X(f"{value}:Q", axis=axis, scale=scale),
    }
    if colour:
        encodings["color"] = altair.Color(f"{colour}:N", sort=[TAXONOMY[role].name for role in Role], title=None)
    return altair.Chart(altair.Data(values=list(rows))).mark_bar().encode(**encodings).properties(width=520)


def _month_chart(altair: Any, groups: Sequence[tuple[str, Group]]) -> Any:
    rows = [{"month": name, "mixed": group.mixed_share} for name, group in groups]
    if len(rows) < 2:
        return None
    y = altair.Y("mixed:Q", axis=altair.Axis(format="%"), title="mixed")
    chart = altair.Chart(altair.Data(values=rows)).mark_line(point=True)
    return chart.encode(x=altair.X("month:O", title=None), y=y).properties(width=520, height=220)
