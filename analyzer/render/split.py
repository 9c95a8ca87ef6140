"""``Split`` → text, Markdown, JSON, HTML and Word.

JSON carries the drafts to the letter. The others show each draft under its new title, mark the duties that both jobs
do, and end with what a person must still decide.
"""

from __future__ import annotations

import html
import io
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from analyzer.errors import SettingsError
from analyzer.render.markdown import escape
from analyzer.render.words import visible
from analyzer.verdict.split import Decision, Draft, Split

_HEADING = re.compile(r"\s*(#{1,6})\s+")
_BULLET = re.compile(r"(?P<indent>\s*)(?:\\?[-+–—*•·▪●◦‣➢➤►▶✓✔❖■□○]|\(?\d{1,2}[.)])\s+")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a draft as it is set: ``heading``, ``bullet`` or ``paragraph``, its depth, and whether it is shared."""

    kind: str
    depth: int
    text: str
    shared: bool


def split_to_json(split: Split, indent: int | None = 2) -> str:
    """The drafts to the letter, as ASCII: ``{"drafts": [{"role", "title", "text", "shared"}], "to_decide": […]}``.

    ``shared`` and ``sentences`` of ``to_decide`` hold texts and indices of sentences of the posting.
    """
    return json.dumps(split_to_dict(split), indent=indent)


def split_to_dict(split: Split) -> dict[str, Any]:
    """The same as plain data."""
    return {"drafts": [_draft(d) for d in split.drafts], "to_decide": [_decision(d) for d in split.to_decide]}


def _draft(draft: Draft) -> dict[str, Any]:
    spans = dict(zip(draft.sentences, draft.spans, strict=True))
    shared = [draft.text[slice(*spans[index])] for index in draft.shared]
    return {"role": draft.role.value, "title": draft.title, "text": draft.text, "shared": shared}


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "text": decision.text,
        "sentence": decision.sentence,
        "reason": decision.reason,
        "suggestion": decision.suggestion.value if decision.suggestion else None,
        "drafts": [role.value for role in decision.placed],
    }


def split_to_text(split: Split) -> str:
    """Both drafts and the decisions as plain text, without control or direction characters."""
    parts = []
    for draft in split.drafts:
        title = visible(draft.title)
        mark = f" [{_mark(split, draft)}]"
        lines = [_plain_line(line) + (mark if shared else "") for line, shared, _ in _lines(split, draft)]
        parts.append("\n".join([title, "=" * len(title), "", *lines]))
    if split.to_decide:
        decisions = [f"- {visible(d.text)}\n  ({_where(split, d)}) {d.reason}" for d in split.to_decide]
        parts.append("\n".join(["To decide", "=========", "", *decisions]))
    return "\n\n\n".join(parts) + "\n"


def split_to_markdown(split: Split) -> str:
    """Both drafts and the decisions as Markdown; the posting's own Markdown stays, tags in it are escaped."""
    parts = []
    for draft in split.drafts:
        lines = [
            _TAG.sub("&lt;", _plain_line(line)) + (f" *({escape(_mark(split, draft))})*" if shared else "")
            for line, shared, _ in _lines(split, draft)
        ]
        parts.append("\n".join([f"# {escape(draft.title)}", "", *_with_breaks(lines)]))
    if split.to_decide:
        decisions = [f"- {escape(d.text)} — *{_where(split, d)}: {escape(d.reason)}*" for d in split.to_decide]
        parts.append("\n".join(["# To decide", "", *decisions]))
    return "\n\n---\n\n".join(parts) + "\n"


def _with_breaks(lines: list[str]) -> Iterator[str]:
    """Lines of prose with Markdown's mark for a line break, so that plain lists stay lists when rendered."""
    prose = [bool(line.strip()) and not (_HEADING.match(line) or _BULLET.match(line)) for line in lines]
    for number, line in enumerate(lines):
        broken = prose[number] and number + 1 < len(lines) and prose[number + 1]
        yield f"{line}  " if broken else line


def split_to_html(split: Split) -> str:
    """Both drafts side by side on one page without script; all text of the posting is escaped."""
    drafts = "".join(
        f"<section><h2>{html.escape(visible(draft.title))}</h2>{''.join(_html_blocks(split, draft))}</section>"
        for draft in split.drafts
    )
    rows = "".join(
        f"<li>{html.escape(visible(d.text))} <small>{html.escape(f'{_where(split, d)}: {d.reason}')}</small></li>"
        for d in split.to_decide
    )
    decide = f"<section class=decide><h2>To decide</h2><ul>{rows}</ul></section>" if rows else ""
    return _PAGE.format(title=html.escape(visible(split.title or "Two drafts")), drafts=drafts, decide=decide)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}: two drafts</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, "Noto Sans", sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem 1.5rem; }}
h3, h4, h5, h6 {{ font-size: 1.05rem; margin: 1.4rem 0 .4rem; }} ul {{ margin: .4rem 0; padding-left: 1.4rem; }}
.drafts {{ display: grid; gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }}
section {{ overflow-wrap: anywhere; }}
.drafts > section, .decide {{ border-top: 4px solid; padding-top: .5rem; }}
li.deep {{ margin-left: 1.5rem; }}
small {{ border: 1px solid; border-radius: .25rem; opacity: .85; padding: 0 .3rem; }}
.decide {{ margin-top: 2.5rem; }} .decide li {{ margin: .5rem 0; }}
@media print {{ .drafts {{ display: block; }} .drafts > section + section {{ break-before: page; }} }}
</style></head>
<body><h1>Two drafts</h1><main class="drafts">{drafts}</main>{decide}</body></html>
"""


def _html_blocks(split: Split, draft: Draft) -> Iterator[str]:
    listed = False
    for block in _blocks(split, draft):
        if (block.kind == "bullet") is not listed:
            yield "</ul>" if listed else "<ul>"
            listed = not listed
        mark = f" <small>{html.escape(_mark(split, draft))}</small>" if block.shared else ""
        inner = "".join(f"<strong>{html.escape(t)}</strong>" if b else html.escape(t) for t, b in _runs(block.text))
        if block.kind == "bullet":
            yield f"<li{' class=deep' if block.depth else ''}>{inner}{mark}</li>"
        elif block.kind == "heading":
            level = min(6, block.depth + 2)
            yield f"<h{level}>{inner}{mark}</h{level}>"
        else:
            yield f"<p>{inner}{mark}</p>"
    if listed:
        yield "</ul>"


def split_to_docx(split: Split) -> bytes:
    """Both drafts as a Word document, each on a page of its own, the decisions last.

    Raises SettingsError where python-docx is not installed.
    """
    try:
        from docx import Document
    except ImportError as error:
        raise SettingsError(
            "Word files need python-docx: install it with 'pip install \"job-posting-analyzer[docx]\"'"
        ) from error
    document: Any = Document()
    for number, draft in enumerate(split.drafts):
        if number:
            document.add_page_break()
        document.add_heading(visible(draft.title), 1)
        for block in _blocks(split, draft):
            _add_block(document, block, _mark(split, draft))
    if split.to_decide:
        document.add_page_break()
        document.add_heading("To decide", 1)
        for decision in split.to_decide:
            paragraph = document.add_paragraph(visible(decision.text), "List Bullet")
            paragraph.add_run(f" ({_where(split, decision)}: {decision.reason})").italic = True
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add_block(document: Any, block: Block, mark: str) -> None:
    if block.kind == "heading":
        paragraph = document.add_heading("", min(9, block.depth + 1))
    else:
        bullet = "List Bullet 2" if block.depth else "List Bullet"
        paragraph = document.add_paragraph("", bullet if block.kind == "bullet" else None)
    for text, strong in _runs(block.text):
        paragraph.add_run(text).bold = strong or None
    if block.shared:
        paragraph.add_run(f" ({mark})").italic = True


def _lines(split: Split, draft: Draft) -> Iterator[tuple[str, bool, bool]]:
    """The lines of a draft, with whether one of their sentences is shared, and whether they are a heading.

    A first line that is the posting's old title goes: the draft's own stands in its place.
    """
    lines = draft.text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    shared, headings = (_numbers(draft, indices, starts) for indices in (draft.shared, draft.headings))
    empty, title = True, _words(split.title or "")
    for number, line in enumerate(lines):
        if empty and title and _words(line) == title:
            title = []
            continue
        empty = empty and not line.strip()
        if not empty:
            yield line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), number in shared, number in headings


def _numbers(draft: Draft, indices: tuple[int, ...], starts: list[int]) -> set[int]:
    """Numbers of the lines on which these sentences stand."""
    spans = dict(zip(draft.sentences, draft.spans, strict=True))
    return {bisect_right(starts, spans[index][0]) - 1 for index in indices}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _plain_line(line: str) -> str:
    """A line without control or direction characters, its indent kept."""
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].expandtabs(4) + visible(body)


def _blocks(split: Split, draft: Draft) -> Iterator[Block]:
    for line, shared, headed in _lines(split, draft):
        heading, bullet = _HEADING.match(line), _BULLET.match(line)
        if not visible(line):
            continue
        if heading:
            yield Block("heading", len(heading[1]), visible(line[heading.end() :]).strip("*_ "), shared)
        elif headed:
            yield Block("heading", 2, visible(line).strip("*_ "), shared)
        elif bullet:
            depth = int(len(bullet["indent"].expandtabs(4)) > 1)
            yield Block("bullet", depth, visible(line[bullet.end() :]), shared)
        else:
            yield Block("paragraph", 0, visible(line), shared)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces of a line with whether they are set in bold."""
    at = 0
    for strong in _STRONG.finditer(text):
        if strong.start() > at:
            yield text[at : strong.start()], False
        yield strong[1], True
        at = strong.end()
    if at < len(text):
        yield text[at:], False


def _mark(split: Split, draft: Draft) -> str:
    other = next(other.role for other in split.drafts if other.role is not draft.role)
    return f"shared with the {split.taxonomy[other].job}"


def _where(split: Split, decision: Decision) -> str:
    names = [split.taxonomy[role].short for role in decision.placed]
    return "in both drafts" if len(names) == 2 else f"in the {names[0]} draft" if names else "in no draft"
