"""``Report`` → one HTML page that needs nothing else: no script, no font, no picture, nothing from the network.

Roles show by colour, by letters and by the kind of underline, so the page reads in black and white and in print. Every
text of a posting passes ``escape``; a content security policy forbids what slips through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from analyzer import __version__
from analyzer.render.place import ENDS
from analyzer.render.seeker import SECTIONS, seeker_view
from analyzer.render.view import View
from analyzer.render.words import (
    UNSURE,
    cite,
    counted,
    duties_of,
    facts_line,
    heading,
    headline,
    letters,
    mark_of,
    name_of,
    place_of,
    ranked,
    tally,
    unsure_told,
    visible,
)
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Failure, Finding, Form, Label, LabeledSentence, Report, Role, Taxonomy, Zone
from analyzer.verdict.certainty import unsure_duties, unsure_of
from analyzer.verdict.focus import Axis, read_focus

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CSS_NAMES = ("pm", "pmm", "mm", "pjm", "cm", "mc")
_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_EMPHASIS = re.compile(r"\*\*|__|\\(?=[-*+.])")
_NUMBER = re.compile(r"\(?\w{1,2}[.)]")
_LEVEL_WORDS = {"note": "Note", "warning": "Warning", "error": "Error"}


def css_name(label: Label, taxonomy: Taxonomy = TAXONOMY) -> str:
    """Class of a label in the style sheet: each role has one, by its place; beyond six they come round again."""
    place = place_of(label, taxonomy)
    if place is None:
        return "both" if label is Label.SHARED else "any"
    return _CSS_NAMES[place % len(_CSS_NAMES)]


def escape(text: str) -> str:
    """Text of a posting for HTML content and quoted attributes; control and direction characters become spaces."""
    return html.escape(visible(text), quote=True)


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet of the page."""
    return files("analyzer.render").joinpath("page.css").read_text(encoding="utf-8")


def to_html(results: Iterable[Report | Failure], view: View | None = None) -> str:
    """One page over all postings, with a table of contents where there are several."""
    done, view = list(results), view or View()
    bodies = [
        report_html(result, f"p{k}", view) if isinstance(result, Report) else _failure(result, f"p{k}")
        for k, result in enumerate(done, 1)
    ]
    title = _name(done[0]) if len(done) == 1 else counted(len(done), "job posting")
    return page(title, [_contents(done), *bodies] if len(done) > 1 else bodies)


def page(title: str, bodies: Iterable[str]) -> str:
    """A whole page around parts that are HTML already; ``title`` is plain text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)} – job posting analysis</title>\n<style>\n{style()}</style>\n</head>\n<body>\n<main>\n"
        f"{''.join(bodies)}</main>\n<footer>job-posting-analyzer {__version__}. Made on your computer; "
        "nothing was sent anywhere.</footer>\n</body>\n</html>\n"
    )


def report_html(report: Report, anchor: str = "p1", view: View | None = None) -> str:
    """One report as an ``article``; ``anchor`` begins every id in it, so that several fit on one page."""
    view = view or View()
    numbers = _numbers(report)
    telling = _seeker(report) if view.for_seeker else _findings(report, anchor, numbers)
    return (
        f'<article id="{anchor}">\n{_head(report)}<div class="columns">\n'
        f'<div class="facts">\n{_shares(report)}{telling}{_focus(report, anchor, numbers)}</div>\n'
        f"{posting_html(report, anchor, numbers, view)}</div>\n</article>\n"
    )


def _numbers(report: Report) -> dict[int, int]:
    """Number on the page of every sentence that is a duty or evidence, by its index, in reading order."""
    evidence = {index for finding in report.findings for index in finding.sentences}
    kept = [i for i, s in enumerate(report.sentences) if i in evidence or s.zone is Zone.DUTY]
    return {index: number for number, index in enumerate(kept, 1)}


def _head(report: Report) -> str:
    name, company = heading(report)
    profile = report.profile
    kind = "mixed" if profile.mixed else "one" if profile.main_role else "none"
    facts = facts_line(report)
    source = visible(report.posting.source or "")
    under = " · ".join(html.escape(part) for part in (company, source) if part and part not in ("-", name))
    return (
        f"<header>\n<h1>{html.escape(name)}</h1>\n"
        + (f'<p class="source">{under}</p>\n' if under else "")
        + f'<p class="verdict {kind}"><strong>{html.escape(headline(report))}</strong>'
        + (f"<small>{html.escape(facts)}</small>" if facts else "")
        + "</p>\n</header>\n"
    )


def _shares(report: Report) -> str:
    shares = ranked(report.profile)
    if not shares:
        return ""
    bar = "".join(_fill(report, role, share) for role, share in shares)
    rows = "".join(
        _share_row(report, Label(role.value), len(duties_of(report, role)), f"<b>{share:.0%}</b>")
        for role, share in shares
    )
    for label in (Label.SHARED, Label.NONE):
        count = sum(s.label is label and s.zone is Zone.DUTY for s in report.sentences)
        rows += _share_row(report, label, count, "") if count else ""
    unsure = len(unsure_duties(report.sentences))
    told = f"{UNSURE} behind the letters: the analyzer is unsure of {counted(unsure, 'duty', 'duties')}."
    note = f'<p class="source">{told}</p>\n'
    return (
        f'<section class="shares">\n<h2>Whose work it is</h2>\n<div class="bar" aria-hidden="true">{bar}</div>\n'
        f'<table class="legend"><tbody>{rows}</tbody></table>\n{note if unsure else ""}</section>\n'
    )


def _fill(report: Report, role: Role, share: float) -> str:
    told = f"<b>{escape(report.taxonomy[role].short)}</b>" if share >= 0.12 else ""
    name = css_name(Label(role.value), report.taxonomy)
    return f'<span class="fill {name}" style="width:{share:.2%}">{told}</span>'


def _share_row(report: Report, label: Label, count: int, share: str) -> str:
    name = css_name(label, report.taxonomy)
    return (
        f'<tr><td><span class="chip {name}">{escape(letters(label, report.taxonomy))}</span></td>'
        f'<td><span class="role {name}">{escape(name_of(label, report.taxonomy))}</span></td>'
        f'<td class="figure">{counted(count, "duty", "duties")}</td><td class="figure">{share}</td></tr>'
    )


def _findings(report: Report, anchor: str, numbers: Mapping[int, int]) -> str:
    if not report.findings:
        return '<section class="findings">\n<h2>Findings</h2>\n<p class="clean">Nothing found.</p>\n</section>\n'
    cards = "".join(_finding(finding, report, anchor, numbers) for finding in report.findings)
    return f'<section class="findings">\n<h2>Findings</h2>\n{cards}</section>\n'


def _finding(finding: Finding, report: Report, anchor: str, numbers: Mapping[int, int]) -> str:
    level = finding.level.value
    quote = (
        f"<blockquote>“{escape(finding.quote)}” <cite>{escape(cite(finding.source))}</cite></blockquote>"
        if finding.quote
        else ""
    )
    links = _links(finding.sentences, report, anchor, numbers)
    return (
        f'<div class="finding {level}">\n<h3><span class="level">{_LEVEL_WORDS[level]}</span> '
        f"<code>{escape(finding.code)}</code> {escape(finding.name)}</h3>\n<p>{escape(finding.message)}</p>\n"
        f'<p class="advice"><b>What to do:</b> {escape(finding.advice)}</p>\n{quote}'
        + (f'<p class="evidence">Evidence: {links} {unsure_told(report, finding)}</p>\n' if links else "")
        + "</div>\n"
    )


def _links(indices: Sequence[int], report: Report, anchor: str, numbers: Mapping[int, int]) -> str:
    """Links to sentences in the posting; each carries its number, and its words for those who hover or listen."""
    return " ".join(
        f'<a class="{css_name(report.sentences[i].label, report.taxonomy)}" href="#{anchor}-s{i}" '
        f'title="{escape(report.sentences[i].text[:200])}">{numbers[i]}</a>'
        for i in indices
        if i in numbers
    )


def _seeker(report: Report) -> str:
    seen = seeker_view(report)
    parts = []
    for name, title in SECTIONS:
        lines = getattr(seen, name)
        if lines:
            items = "".join(f"<li>{escape(line)}</li>" for line in lines)
            parts.append(f'<section class="seeker {name}">\n<h2>{title}</h2>\n<ul>{items}</ul>\n</section>\n')
    return "".join(parts)


def _focus(report: Report, anchor: str, numbers: Mapping[int, int]) -> str:
    axes = [axis for axis in read_focus(report.sentences, report.taxonomy) if axis.low.share or axis.high.share]
    if not axes:
        return ""
    told = "".join(_axis(axis, report, anchor, numbers) for axis in axes)
    return f'<section class="focus">\n<h2>Which way it faces</h2>\n{told}</section>\n'


def _axis(axis: Axis, report: Report, anchor: str, numbers: Mapping[int, int]) -> str:
    low, high = axis.low, axis.high
    links = [_links(side.sentences, report, anchor, numbers) for side in (low, high)]
    ends = "".join(
        f'<div><b>{side.share:.0%}</b> {ENDS[side.name]}<span class="evidence">{link}</span></div>'
        for side, link in zip((low, high), links, strict=True)
    )
    said = f"“{escape(axis.quote)}” <cite>{escape(cite(axis.source))}</cite>" if axis.quote else ""
    return (
        f'<div class="axis">\n<div class="ends">{ends}</div>\n<div class="scale" aria-hidden="true">'
        f'<span style="width:{low.share:.2%}"></span></div>\n'
        + (f'<p class="source">{said}</p>\n' if said else "")
        + "</div>\n"
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a line: a sentence (by index), or the text between two."""

    text: str
    index: int = -1


def posting_html(
    report: Report, anchor: str, numbers: Mapping[int, int] | None = None, view: View | None = None
) -> str:
    """The posting itself, every duty marked with its role; list marks and emphasis become layout."""
    numbers, view = _numbers(report) if numbers is None else numbers, view or View()
    lines = []
    for mark, pieces, gap in _lines(report):
        here = [report.sentences[piece.index] for piece in pieces if piece.index >= 0]
        kind = _line_kind(here, mark) + (" gap" if gap else "")
        body = "".join(_piece(piece, report, anchor, numbers, view) for piece in pieces)
        number = f'<span class="mark">{html.escape(mark)}</span> ' if _NUMBER.fullmatch(mark) else ""
        tag_name = "h3" if kind.startswith("head") else "p"
        lines.append(f'<{tag_name} class="{kind}">{number}{body}</{tag_name}>\n')
    label = escape(f"Posting: {heading(report)[0]}")
    return f'<section class="posting" aria-label="{label}">\n{"".join(lines)}</section>\n'


def _line_kind(sentences: Sequence[LabeledSentence], mark: str) -> str:
    first = sentences[0] if sentences else None
    if first is not None and len(sentences) == 1 and _is_heading(first):
        return "head"
    if first is not None and first.form & Form.BULLET:
        kind = "item nested" if first.form & Form.NESTED else "item"
        return f"{kind} numbered" if _NUMBER.fullmatch(mark) else kind
    return "line"


def _is_heading(sentence: LabeledSentence) -> bool:
    return bool(sentence.form & Form.HASH) or (sentence.zone is Zone.HEADING and bool(sentence.form & Form.TITLE))


def _lines(report: Report) -> Iterator[tuple[str, list[_Piece], bool]]:
    """Lines with something to read: list mark, pieces, and whether a blank line stands before."""
    sentences, at, last_end = report.sentences, 0, 0
    for line in _LINE.finditer(report.text):
        begin, end = line.span()
        pieces, mark, here = [], "", begin
        while at < len(sentences) and sentences[at].start < end:
            between = report.text[here : sentences[at].start]
            if here == begin:
                mark = between.strip(" \t>|*_#")
                between = "" if len(mark) <= 4 else between
            pieces += _between(between)
            pieces.append(_Piece(sentences[at].text, at))
            here, at = sentences[at].end, at + 1
        pieces += _between(report.text[here:end])
        if any(any(c.isalnum() for c in piece.text) for piece in pieces):
            yield mark, pieces, report.text.count("\n", last_end, begin) > 1
            last_end = end


def _between(text: str) -> list[_Piece]:
    plain = _EMPHASIS.sub("", text)
    if any(c.isalnum() for c in plain):
        return [_Piece(plain.strip("*_"))]
    return [_Piece(" ")] if text else []


def _piece(piece: _Piece, report: Report, anchor: str, numbers: Mapping[int, int], view: View) -> str:
    if piece.index < 0:
        return f" {escape(piece.text)} " if piece.text.strip() else " "
    sentence = report.sentences[piece.index]
    text = escape(_EMPHASIS.sub("", sentence.text))
    number = numbers.get(piece.index)
    if number is None:
        return text
    return _duty(report, sentence, text, f"{anchor}-s{piece.index}", number, view)


def _duty(report: Report, sentence: LabeledSentence, text: str, anchor: str, number: int, view: View) -> str:
    if sentence.zone is not Zone.DUTY:
        return f'<span class="other" id="{anchor}"><span class="number">{number}</span>{text}</span>'
    taxonomy = report.taxonomy
    name, roles = css_name(sentence.label, taxonomy), name_of(sentence.label, taxonomy)
    roles += f" and {taxonomy[sentence.also].name}" if sentence.also else ""
    sure = f"{roles}, {sentence.confidence:.0%} sure" + (": unsure" if unsure_of(sentence) else "")
    why = ""
    if view.explain and sentence.why:
        why = f'<small class="why">{"; ".join(escape(reason) for reason in sentence.why)}</small>'
    return (
        f'<mark class="{name}" id="{anchor}"><abbr class="chip {name}" title="{html.escape(sure)}">'
        f'<span class="number">{number}</span>{escape(mark_of(sentence, taxonomy))}</abbr>'
        f'<span class="said">{text}</span></mark>{why}'
    )


def _contents(results: Sequence[Report | Failure]) -> str:
    rows = "".join(_contents_row(result, f"p{k}") for k, result in enumerate(results, 1))
    return (
        f'<nav aria-label="Postings">\n<h1>{counted(len(results), "job posting")}</h1>\n<table class="contents">'
        f"<thead><tr><th>Posting</th><th>Verdict</th><th>Findings</th></tr></thead><tbody>{rows}</tbody></table>\n</nav>\n"
    )


def _contents_row(result: Report | Failure, anchor: str) -> str:
    if isinstance(result, Failure):
        verdict, found = "Not read", ""
    else:
        verdict, found = headline(result), tally(result.findings) or "none"
    link = f'<a href="#{anchor}">{escape(_name(result))}</a>'
    return f"<tr><td>{link}</td><td>{html.escape(verdict)}</td><td>{found}</td></tr>"


def _name(result: Report | Failure) -> str:
    if isinstance(result, Report):
        return " · ".join(part for part in heading(result) if part)
    return visible(result.id or result.source or "Posting")


def _failure(failure: Failure, anchor: str) -> str:
    return (
        f'<article id="{anchor}">\n<header><h1>{escape(_name(failure))}</h1>\n<p class="verdict failed">'
        f"<strong>Not read</strong><small>{escape(failure.message)}</small></p></header>\n</article>\n"
    )
