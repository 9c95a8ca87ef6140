"""The charts of the notebooks, in one style.

Colours are those of Okabe and Ito ("Color Universal Design", 2008), which the colour-blind tell apart; every chart
says the same in words or letters as well. Charts are drawn to PNG when a cell shows them, so that they are seen where
no script runs.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import vl_convert
from IPython.display import HTML

from analyzer.roles.taxonomy import TAXONOMY

ROOT = Path(__file__).resolve().parents[1]
INK, SOFT, LINE = "#222222", "#5f5f5f", "#e4e4e4"
BLUE, ORANGE = "#0072B2", "#D55E00"
COLOURS = {
    "product_manager": "#0072B2",
    "product_marketing_manager": "#CC79A7",
    "marketing_manager": "#E69F00",
    "project_manager": "#009E73",
    "community_manager": "#56B4E9",
    "marcom": "#D55E00",
    "shared": "#4B4B6B",
    "general": "#9A9A9A",
    "none": "#C8C8C8",
}
NAMES = {
    **{str(role): info.name for role, info in TAXONOMY.items()},
    "shared": "Shared by both product jobs",
    "general": "General duty",
    "none": "None",
}
SHORT = {
    **{str(role): info.short for role, info in TAXONOMY.items()},
    "shared": "both",
    "general": "any",
    "none": "none",
}
WIDTH = 520
_SCALE_FACTOR = 1.6


def use_house_style() -> None:
    """Draw every chart of this session in the style of this module, as PNG with its title as text beside."""
    alt.theme.register("house", enable=True)(_theme)
    alt.renderers.register("house", _shown)
    alt.renderers.enable("house")


def _shown(spec: Mapping[str, Any]) -> dict[str, str]:
    title = spec.get("title") or spec.get("layer", [{}])[0].get("title", "")
    words = title if isinstance(title, str) else f"{title.get('text')} ({title.get('subtitle')})"
    return {"image/png": base64.b64encode(_png(spec)).decode("ascii"), "text/plain": f"Chart: {words}"}


def _png(spec: Mapping[str, Any]) -> bytes:
    """A chart drawn. Its pixels are packed anew, since vl-convert packs for speed and takes four times the bytes."""
    drawn = vl_convert.vegalite_to_png(dict(spec), scale=_SCALE_FACTOR)
    head, pixels, place = drawn[:8], b"", 8
    chunks = []
    while place < len(drawn):
        (length,) = struct.unpack(">I", drawn[place : place + 4])
        kind, body = drawn[place + 4 : place + 8], drawn[place + 8 : place + 8 + length]
        if kind == b"IDAT":
            pixels += body
        else:
            chunks.append((kind, body))
        place += 12 + length
    chunks.insert(-1, (b"IDAT", zlib.compress(zlib.decompress(pixels), 9)))
    return head + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def save(chart: alt.TopLevelMixin, file: Path) -> None:
    """Write a chart as PNG."""
    file.write_bytes(_png(chart.to_dict()))


def table(rows: pd.DataFrame | Sequence[Mapping[str, Any]], **formats: str) -> HTML:
    """Rows as a plain table, the same whenever it is made; ``formats`` are format strings of columns."""
    frame = pd.DataFrame(rows)
    written = {
        column: (lambda value, how=how: "–" if pd.isna(value) else how.format(value)) for column, how in formats.items()
    }
    return HTML(frame.to_html(index=False, border=0, na_rep="–", justify="left", formatters=written))


def _theme() -> alt.theme.ThemeConfig:
    font = "Liberation Sans"
    axis = {"labelColor": INK, "titleColor": SOFT, "gridColor": LINE, "domainColor": SOFT, "tickColor": SOFT}
    return alt.theme.ThemeConfig(
        config={
            "font": font,
            "background": "white",
            "view": {"stroke": None, "continuousWidth": WIDTH},
            "axis": {**axis, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 260},
            "title": {"fontSize": 15, "anchor": "start", "color": INK, "subtitleColor": SOFT, "offset": 12},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 260},
            "header": {"labelFontSize": 12, "titleFontSize": 12, "labelFontWeight": "bold", "labelColor": INK},
            "bar": {"color": BLUE},
        }
    )


def figures(name: str = "figures.json") -> Any:
    """What stands in a data file beside the model: ``figures.json``, ``ablations.json`` or ``learning-curve.json``."""
    return json.loads((ROOT / "models" / name).read_text(encoding="utf-8"))


def role_colour(field: str, keys: Sequence[str] = tuple(COLOURS)) -> alt.Color:
    """Colour by a field that holds keys of roles, with a legend in words."""
    scale = alt.Scale(domain=list(keys), range=[COLOURS[key] for key in keys])
    return alt.Color(f"{field}:N", scale=scale, legend=alt.Legend(title=None, labelExpr=_named(NAMES)))


def role_axis(
    kind: type[alt.X] | type[alt.Y], field: str, title: str | None = None, short: bool = False, **options: Any
) -> Any:
    """An axis of roles in the order of the telling, in words or letters; ``options`` are those of ``alt.Axis``."""
    axis = alt.Axis(title=title, labelExpr=_named(SHORT if short else NAMES), labelAngle=0, **options)
    return kind(f"{field}:N", sort=list(COLOURS), axis=axis)


def _named(names: Mapping[str, str]) -> str:
    return f"({json.dumps(names)})[datum.value]"


def counted_bars(frame: pd.DataFrame, value: str, title: str, axis: str) -> alt.LayerChart:
    """A bar a role (column ``role``), each with its number."""
    base = alt.Chart(frame, title=title).encode(role_axis(alt.Y, "role"), alt.X(f"{value}:Q", title=axis))
    bars = base.mark_bar().encode(color=role_colour("role").legend(None))
    numbers = base.mark_text(align="left", dx=4, fontSize=12, color=INK).encode(text=alt.Text(f"{value}:Q", format=","))
    return (bars + numbers).properties(width=WIDTH)


def heat(
    frame: pd.DataFrame, x: Any, y: Any, value: str, shown: str, title: str | Mapping[str, Any], shown_format: str = ","
) -> alt.LayerChart:
    """A matrix coloured by ``value`` (0 to 1), with ``shown`` written into each cell that is not empty."""
    base = alt.Chart(frame, title=title).encode(x, y)
    scale = alt.Scale(range=["#f5f8fc", "#08519c"], domain=[0, 1])
    cells = base.mark_rect(stroke="white").encode(color=alt.Color(f"{value}:Q", scale=scale, legend=None))
    ink = alt.when(alt.datum[value] > 0.5).then(alt.value("white")).otherwise(alt.value(INK))
    words = base.transform_filter(alt.datum[shown] > 0).mark_text(fontSize=12)
    return (cells + words.encode(text=alt.Text(f"{shown}:Q", format=shown_format), color=ink)).properties(
        width=WIDTH, height=290
    )


def confusion_chart(confusion: Mapping[str, Any], title: str) -> alt.LayerChart:
    """The confusion matrix of ``figures.json``: number of units, coloured by their part of the row."""
    labels = confusion["labels"]
    rows = [
        {"truth": truth, "guess": guess, "units": units, "part": units / max(1, sum(counts))}
        for truth, counts in zip(labels, confusion["counts"], strict=True)
        for guess, units in zip(labels, counts, strict=True)
    ]
    x = role_axis(alt.X, "guess", "label that the model gives", short=True, orient="top")
    subtitle = "number of units; the darker, the larger its part of the row"
    y = role_axis(alt.Y, "truth", "label that people gave")
    return heat(pd.DataFrame(rows), x, y, "part", "units", alt.TitleParams(title, subtitle=subtitle))


def interval_chart(found: Mapping[str, Any], title: str) -> alt.LayerChart:
    """F1 of each label with its 95 % interval, from the figures of one gold file."""
    rows = [
        {"role": label, "f1": value, "low": found["f1_95ci"][label][0], "high": found["f1_95ci"][label][1]}
        for label, value in found["f1"].items()
        if value is not None and found["f1_95ci"][label]
    ]
    subtitle = "95 % interval: bootstrap over postings"
    scale = alt.Scale(domain=[0, 1], nice=False)
    base = alt.Chart(pd.DataFrame(rows), title=alt.TitleParams(title, subtitle=subtitle)).encode(
        role_axis(alt.Y, "role")
    )
    bars = base.mark_rule(strokeWidth=3).encode(alt.X("low:Q", scale=scale, title="F1"), alt.X2("high:Q"))
    points = base.mark_point(filled=True, size=110, opacity=1).encode(alt.X("f1:Q", scale=scale))
    words = base.mark_text(dy=-11, fontSize=12, color=INK).encode(
        alt.X("f1:Q", scale=scale), text=alt.Text("f1:Q", format=".2f")
    )
    colour = role_colour("role").legend(None)
    return (bars.encode(color=colour) + points.encode(color=colour) + words).properties(width=WIDTH, height=330)


def reliability_chart(bins: Sequence[Mapping[str, Any]], title: str) -> alt.VConcatChart:
    """Confidence against accuracy of each bin, above the number of units in it."""
    frame = pd.DataFrame(bins)
    scale = alt.Scale(domain=[0, 1], nice=False)
    line = pd.DataFrame({"x": [0, 1], "y": [0, 1]})
    exact = (
        alt.Chart(line)
        .mark_line(color=SOFT, strokeDash=[5, 4])
        .encode(alt.X("x:Q", scale=scale), alt.Y("y:Q", scale=scale))
    )
    base = alt.Chart(frame).encode(
        alt.X("confidence:Q", scale=scale, title=None, axis=alt.Axis(format="%")),
        alt.Y("accuracy:Q", scale=scale, title="labels that are right", axis=alt.Axis(format="%")),
    )
    gaps = base.mark_rule(color=ORANGE, strokeWidth=2).encode(alt.Y2("confidence:Q"))
    points = base.mark_point(filled=True, size=110, color=BLUE, opacity=1)
    above = (exact + gaps + points).properties(width=420, height=330)
    x = alt.X("from:Q", scale=scale, title="confidence of the label", axis=alt.Axis(format="%"))
    y = alt.Y(
        "count:Q",
        scale=alt.Scale(type="log", domainMin=1),
        title="units (log)",
        axis=alt.Axis(values=[1, 10, 100, 1000], format=","),
    )
    below = (
        alt.Chart(frame)
        .mark_bar(color=BLUE, stroke="white")
        .encode(x, alt.X2("to:Q"), y, alt.Y2(datum=1))
        .properties(width=420, height=90)
    )
    subtitle = "dashed: confidence is accuracy; orange: how far a bin is from it"
    return alt.vconcat(above, below, spacing=8).properties(title=alt.TitleParams(title, subtitle=subtitle))


def write_card_pictures() -> list[Path]:
    """Draw what the model card shows, from ``models/figures.json``; returns the files."""
    file = ROOT / "models" / "reliability.png"
    alt.theme.register("house", enable=True)(_theme)
    save(reliability_chart(figures()["gold"]["dev.jsonl"]["reliability"], "Reliability on real postings"), file)
    return [file]
