"""Every output of ``analyzer check`` behind one function: results in, text out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from analyzer.render.json import failure_to_dict, to_dict, to_json
from analyzer.render.view import View, shown
from analyzer.types import Failure, Report

if TYPE_CHECKING:
    from rich.console import Console

Results = Iterable[Report | Failure]
PLAIN_WIDTH = 100
"""Columns of text output where no terminal says how wide it is."""


def render_text(results: Results, view: View, stream: IO[str] | None = None) -> Iterator[str]:
    """Text for people, posting by posting, with a closing line.

    Coloured and as wide as the terminal where ``stream`` is one (``NO_COLOR`` and ``FORCE_COLOR`` are heeded); else
    plain, ``PLAIN_WIDTH`` columns wide, without space at the ends of lines.
    """
    from analyzer.render.text import closing_line, print_report

    sink, console = console_for(stream)
    styled = console.is_terminal
    done: list[Report | Failure] = []
    for result in results:
        done.append(result)
        if isinstance(result, Report):
            print_report(shown(result, view.floor), console, view)
            yield sink.take(styled)
    if any(isinstance(result, Report) for result in done):
        console.print(closing_line(done, view.floor))
        yield sink.take(styled)


class Sink(io.StringIO):
    """A string that answers for the encoding of what it stands for, so that no bar is drawn that it cannot show."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self.told_encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a string has none of its own
        return self.told_encoding

    def take(self, styled: bool) -> str:
        """What was written since the last time; without styles, lines lose the space at their ends."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text if styled else "".join(f"{line.rstrip()}\n" for line in text.split("\n")[:-1])


def console_for(stream: IO[str] | None) -> tuple[Sink, Console]:
    """A console that writes into a string as it would into the stream (None: a file), and that string."""
    from rich.console import Console

    sink = Sink(getattr(stream, "encoding", None) or "utf-8")
    outer = Console(file=stream) if stream is not None else None
    if outer is None or not outer.is_terminal:
        return sink, Console(file=sink, highlight=False, width=PLAIN_WIDTH, color_system=None, force_terminal=False)
    color: Any = outer.color_system
    return sink, Console(file=sink, highlight=False, width=outer.width, color_system=color, force_terminal=True)


def _told(results: Results, view: View) -> Iterator[Report | Failure]:
    """Results with the findings that the view tells."""
    for result in results:
        yield shown(result, view.floor) if isinstance(result, Report) else result


def _json(results: Results, view: View) -> Iterator[str]:
    data = [to_dict(r) if isinstance(r, Report) else failure_to_dict(r) for r in _told(results, view)]
    yield json.dumps(data[0] if len(data) == 1 else data, indent=2) + "\n"


def _jsonl(results: Results, view: View) -> Iterator[str]:
    for result in _told(results, view):
        yield to_json(result) + "\n"


def _markdown(results: Results, view: View) -> Iterator[str]:
    from analyzer.render.markdown import to_markdown

    for k, result in enumerate(_told(results, view)):
        yield ("\n---\n\n" if k else "") + to_markdown(result, view)


def _html(results: Results, view: View) -> Iterator[str]:
    from analyzer.render.html import to_html

    yield to_html(_told(results, view), view)


def _sarif(results: Results, view: View) -> Iterator[str]:
    from analyzer.render.sarif import to_sarif

    yield json.dumps(to_sarif(_told(results, view)), indent=2) + "\n"


def _github(results: Results, view: View) -> Iterator[str]:
    from analyzer.render.github import to_github

    for line in to_github(_told(results, view)):
        yield line + "\n"


FORMATS: dict[str, Callable[[Results, View], Iterator[str]]] = {
    "text": render_text,
    "json": _json,
    "jsonl": _jsonl,
    "markdown": _markdown,
    "html": _html,
    "sarif": _sarif,
    "github": _github,
}
"""Renderers by the name of their format; each yields the output piece by piece."""

ENDINGS: dict[str, str] = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".sarif": "sarif",
}
"""Formats by the ending of an output file."""
