"""A text with some of its sentences left out, all else as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from analyzer.types import LabeledSentence

_ENDS = "\r\n\x0b\x0c\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_ENDS}]*(?:\r\n|[{_ENDS}]|\Z)")
_UNDERLINE = re.compile(r"\s*[-=~*_]{2,}\s*\Z")
_OPENED = re.compile(r"(?<=[^*_])[*_]{1,3}\Z|\A[*_]{1,3}\Z")
"""Emphasis that opens directly before a sentence, a list mark apart (that has a space behind it)."""

Spans = tuple[tuple[int, int], ...]


def assemble(text: str, sentences: Sequence[LabeledSentence], kept: Collection[int]) -> tuple[str, Spans]:
    """The text with only the kept sentences, and their offsets in it, in order.

    A line goes when none of its sentences is kept; lines without a sentence stay. Blank lines around what went are
    not doubled, and the line that underlines a heading goes with it.
    """
    lines: list[str] = []
    spans: list[tuple[int, int]] = []
    at, length, cut, dropped = 0, 0, False, False
    for match in _LINE.finditer(text):
        first = at
        while at < len(sentences) and sentences[at].start < match.end():
            at += 1
        held = [index - first for index in range(first, at) if index in kept]
        if at > first and not held:
            cut = dropped = True
            continue
        blank = not match[0].strip()
        doubled = blank and cut and (not lines or not lines[-1].strip())
        if doubled or (at == first and dropped and _UNDERLINE.match(match[0])):
            continue
        line, places = _line_with(text, match.span(), sentences[first:at], held)
        spans += [(length + start, length + end) for start, end in places]
        lines.append(line)
        length += len(line)
        cut, dropped = cut and blank, False
    whole = "".join(lines)
    lead = len(whole) - len(whole.lstrip("\r\n"))
    return whole.strip("\r\n"), tuple((start - lead, end - lead) for start, end in spans)


def _line_with(
    text: str, line: tuple[int, int], sentences: Sequence[LabeledSentence], kept: Sequence[int]
) -> tuple[str, list[tuple[int, int]]]:
    """One line with only the kept of its sentences, and their offsets in it."""
    start, end = line
    if len(kept) == len(sentences):
        return text[start:end], [(s.start - start, s.end - start) for s in sentences]
    prefix = text[start : sentences[0].start]
    if kept[0]:
        prefix = _OPENED.sub("", prefix)
    result, spans = prefix, []
    for place, index in enumerate(kept):
        before, after = _furniture(text, sentences, index, end)
        if place:
            result += before or (" " if kept[place - 1] != index - 1 else "")
        spans.append((len(result), len(result) + len(sentences[index].text)))
        result += sentences[index].text + after
    body = text[start:end].rstrip(_ENDS)
    if result.count("**") % 2 and not body.count("**") % 2:
        result, spans = _closed(result, spans, len(prefix), opened=kept[0] == 0)
    return result + text[start + len(body) : end], spans


def _closed(line: str, spans: list[tuple[int, int]], at: int, opened: bool) -> tuple[str, list[tuple[int, int]]]:
    """A line whose emphasis lost its other half, with that half put back: at its end, or else before the first word."""
    if opened and line.rfind("**") < len(line) // 2:
        return line + "**", spans
    return f"{line[:at]}**{line[at:]}", [(start + 2, end + 2) for start, end in spans]


def _furniture(text: str, sentences: Sequence[LabeledSentence], index: int, line_end: int) -> tuple[str, str]:
    """What stands before and after a sentence of a line: that between two of them is cut at its first white space."""
    before = ""
    if index:
        gap = text[sentences[index - 1].end : sentences[index].start]
        before = gap[len(_tight(gap)) :]
    following = sentences[index + 1].start if index + 1 < len(sentences) else line_end
    return before, _tight(text[sentences[index].end : following])


def _tight(gap: str) -> str:
    """The part of a gap before its first white space."""
    head = re.match(r"\S*", gap)
    return head[0] if head else ""
