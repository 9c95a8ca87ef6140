"""Plain or Markdown text → sentences, bullets and headings with exact offsets.

The cuts are: line ends; sentence ends; a semicolon before a capital; inline list marks; and seams where
scraping lost a line break ("life cyclesPerforming", "roadmap.Work with", "preferred5+ years").
List marks, numbering and emphasis around a sentence are furniture and lie outside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from analyzer.text.headings import section_of
from analyzer.text.starters import OPENERS, STARTERS
from analyzer.types import Form, Sentence

MAX_SENTENCE_CHARS = 2_000
"""Longer runs are cut at a space (or hard, where there is none): nobody writes such a sentence, hostile input does."""

_MAX_HEADING_WORDS = 9
_MAX_KEPT_LINE = 500

# Plain numbers inside, because combining enum flags costs more than all pattern matching together.
_LINE_BIT, _PARAGRAPH, _BULLET, _HASH = map(int, (Form.LINE, Form.PARAGRAPH, Form.BULLET, Form.HASH))
_EMPHASIS, _ENDS_LINE, _NESTED, _TITLE = map(int, (Form.EMPHASIS, Form.ENDS_LINE, Form.NESTED, Form.TITLE))
_FORMS = tuple(Form(number) for number in range(256))

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_GLYPHS = "•·▪●◦‣➢➤►▶✓✔❖■□○\uf0a7\uf0b7\u2043\u2219"
_OPENING = re.compile(
    rf"""(?: [\s>|\u200b-\u200d\ufeff] | <!--[^\n]{{0,300}}?-->
      | (?P<list> \\?[-+–—](?=[\s*_]) | \\?\*(?=\s) | [{_GLYPHS}] | \(?\d{{1,2}}[.)](?=\s) | \(?[a-zA-Z][.)](?=\s) | [o§](?=\s) )
      | (?P<hash> \#{{1,6}}(?=[\s*_\w\[]) )
      | (?P<mark> [*_]{{1,3}} ) )*""",
    re.VERBOSE,
)
# One scan finds the few places where a cut may be; the exact patterns run only there. It begins with a set of characters
# that are rare in prose, over which the matcher skips several times as fast as over alternatives.
_CANDIDATE = re.compile(
    rf"""[A-Z0-9.!?…;{_GLYPHS}]
      (?: (?<=[a-z][a-z)][A-Z0-9]) | (?<=[.!?…])(?=[.!?…"'”’)\]*_`]*[\sA-Z]) | (?<=;)(?=\s+[A-Z]) | (?<=[{_GLYPHS}])(?=\s?\w) )""",
    re.VERBOSE,
)
_STOP = re.compile(r"""[.!?…]+["'”’)\]*_`]*\s+(?=[^\w\s]{0,4}\s?[A-Z\d])""")
_SEMICOLON = re.compile(r";\s+(?=[A-Z])")
_GLUED_STOP = re.compile(r"""(?<=[a-z)\]%])[.!?]["'”’)\]*]*(?=[A-Z][a-z'’])""")
_INLINE_GLYPH = re.compile(r"(?<=\s)[•▪●◦‣➢►❖■\uf0a7\uf0b7](?=\s?\w)")
_CAMEL = re.compile(r"(?<=[a-z][a-z])(?=[A-Z][a-z])|(?<=[a-z]\))(?=[A-Z][a-z])")
_YEARS = re.compile(r"(?<=[a-z][a-z])(?=\d{1,2}\+?[ ]?(?:years|yrs))")
_LAST_TOKEN = re.compile(r"[\w.&'’-]+\Z")
_NEXT_WORD = re.compile(r"[A-Za-z]+")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "etc",
        "sr",
        "jr",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "no",
        "nos",
        "approx",
        "dept",
        "est",
        "incl",
        "ca",
        "cf",
        "al",
        "fig",
        "ext",
        "tel",
        "u.s",
        "u.k",
        "u.s.a",
        "u.n",
        "ph.d",
        "b.a",
        "b.s",
        "b.sc",
        "m.a",
        "m.s",
        "m.sc",
        "m.b.a",
        "a.m",
        "p.m",
        "d.c",
        "misc",
        "min",
        "max",
        "avg",
        "resp",
        "hon",
        "rev",
        "gov",
        "sen",
        "rep",
    ]
)


def segment(text: str) -> list[Sentence]:
    """Cut a text into sentences.

    In: plain text or Markdown of any length. Out: sentences in order, not overlapping, with
    ``text[s.start:s.end] == s.text``, offsets in code points, each with at least two letters in a row.

    >>> [s.text for s in segment("## Duties\\n* Own the roadmap.Work with design\\n* **Launches:** plan them")]
    ['Duties', 'Own the roadmap.', 'Work with design', 'Launches:** plan them']
    """
    sentences: list[Sentence] = []
    heading, section, line_end_before = -1, None, -1
    for line in _LINE.finditer(text):
        line_start, line_end = line.span()
        cut = _cut_line if line_end - line_start <= _MAX_KEPT_LINE else _cut_line.__wrapped__
        pieces = cut(line[0])
        if not pieces:
            continue
        paragraph = _PARAGRAPH if line_end_before < 0 or text.count("\n", line_end_before, line_start) > 1 else 0
        line_end_before = line_end
        for start, end, form, piece in pieces:
            if form & _TITLE:
                heading, section = len(sentences), section_of(piece)
            whole_form = _FORMS[form | paragraph]
            sentences.append(Sentence(line_start + start, line_start + end, piece, whole_form, heading, section))
            paragraph = 0
    return sentences


@lru_cache(maxsize=32_768)
def _cut_line(line: str) -> tuple[tuple[int, int, int, str], ...]:
    """Offsets, form (as a plain number) and text of every sentence of a line, without its furniture.

    Lines are kept because a third of them repeat in scraped postings.
    """
    opening = _OPENING.match(line)
    pieces = _pieces(line, opening.end() if opening else 0, len(line))
    first = _line_form(opening, line) if pieces else 0
    last = len(pieces) - 1
    out = []
    for k, (start, end, marked) in enumerate(pieces):
        form = (first if k == 0 else 0) | (_EMPHASIS if marked else 0) | (_ENDS_LINE if k == last else 0)
        if last == 0 and _is_title(line, start, end, form):
            form |= _TITLE
        out.append((start, end, form, line[start:end]))
    return tuple(out)


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Sentences within one line: offsets, and whether an emphasis mark stands directly before."""
    pieces = []
    for cut in [*_cuts(text, start, end), end]:
        for chunk_start, chunk_end in _chunks(start, cut, text):
            piece = _trim(text, chunk_start, chunk_end)
            if _TWO_LETTERS.search(text, piece[0], piece[1]):
                pieces.append(piece)
        start = cut
    return pieces


def _line_form(opening: re.Match[str] | None, line: str) -> int:
    if opening is None:
        return _LINE_BIT
    bullet, hashes, mark = opening.groups()
    form = _LINE_BIT
    if bullet:
        form |= _BULLET
        if line[0] == "\t" or line[:4].isspace():
            form |= _NESTED
    return form | (_HASH if hashes else 0) | (_EMPHASIS if mark else 0)


def _is_title(text: str, start: int, end: int, form: int) -> bool:
    """Whether a sentence alone on its line reads as a heading."""
    if form & _HASH:
        return end - start < 160
    if form & _BULLET or end - start > 90:
        return False
    last = text[end - 1]
    if last in ".!;,":
        return False
    words = text.count(" ", start, end) + 1
    return words <= _MAX_HEADING_WORDS + (4 if last == ":" or form & _EMPHASIS else 0)


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Offsets within one line where a new sentence begins, in order."""
    cuts = set()
    for match in _CANDIDATE.finditer(text, start, end):
        at = match.start()
        if not text[at].isalnum():
            cuts.add(_cut_at_stop(text, start, at, end))
        elif at > start and _cut_at_seam(text, start, at, end):
            cuts.add(at)
    cuts.discard(0)
    return sorted(cuts) if cuts else []


def _cut_at_stop(text: str, start: int, at: int, end: int) -> int:
    """Offset of the sentence that begins after a stop, a semicolon or at an inline list mark; 0 where none does."""
    sign = text[at]
    if sign == ";":
        match = _SEMICOLON.match(text, at, end)
        return match.end() if match else 0
    if sign in _GLYPHS:
        return at if _INLINE_GLYPH.match(text, at, end) else 0
    match = _STOP.match(text, at, end)
    if match:
        return 0 if _abbreviated(text, start, at) else match.end()
    match = _GLUED_STOP.match(text, at, end)
    return match.end() if match and not _inside_link(text, start, at) else 0


def _cut_at_seam(text: str, start: int, cut: int, end: int) -> bool:
    """Whether a line break was lost at ``cut``, between a small letter and a capital or a number of years."""
    if text[cut].isdigit():
        return _YEARS.match(text, cut, end) is not None
    return (
        _CAMEL.match(text, cut, end) is not None and _seam(text, start, cut, cut) and not _inside_link(text, start, cut)
    )


def _seam(text: str, start: int, at: int, cut: int) -> bool:
    """Whether two words run together at ``cut`` because a line break was lost, not because a brand is written so."""
    right = _NEXT_WORD.match(text, cut)
    left = _LAST_TOKEN.search(text, max(start, at - 40), at)
    if right is None or left is None:
        return right is not None and right[0] in STARTERS
    return right[0] in (OPENERS if left[0][0].isupper() else STARTERS)


def _abbreviated(text: str, start: int, at: int) -> bool:
    """Whether the full stop at ``at`` belongs to an abbreviation or an initial."""
    if text[at] != ".":
        return False
    token = _LAST_TOKEN.search(text, max(start, at - 24), at)
    if token is None:
        return False
    word = token[0].lower().strip("'’-")
    return word in _ABBREVIATIONS or (len(word) == 1 and token[0].isupper())


def _inside_link(text: str, start: int, at: int) -> bool:
    """Whether ``at`` lies in an address: a URL, a link target or an e-mail."""
    begin = max(start, text.rfind(" ", max(start, at - 300), at))
    token = text[begin:at]
    return "://" in token or "www." in token or "](" in token or "@" in token


def _chunks(start: int, end: int, text: str) -> Iterable[tuple[int, int]]:
    return ((start, end),) if end - start <= MAX_SENTENCE_CHARS else _long_chunks(start, end, text)


def _long_chunks(start: int, end: int, text: str) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE_CHARS:
        cut = text.rfind(" ", start + MAX_SENTENCE_CHARS // 2, start + MAX_SENTENCE_CHARS)
        cut = cut if cut > 0 else start + MAX_SENTENCE_CHARS
        yield start, cut
        start = cut
    yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int, bool]:
    """Offsets without furniture at both ends, and whether an emphasis mark stood in front."""
    marked = False
    if start < end and not text[start].isalnum():
        opening = _OPENING.match(text, start, end)
        if opening:
            start, marked = opening.end(), opening["mark"] is not None
    while end > start and (text[end - 1].isspace() or text[end - 1] in "*_|\u200b\u200c\u200d\ufeff"):
        end -= 1
    return start, end, marked


def furniture(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of ``text[start:end]`` without the list marks, numbering, emphasis and space around it.

    >>> text = "  * **Own the roadmap** "
    >>> start, end = furniture(text, 0, len(text)); text[start:end]
    'Own the roadmap'
    """
    start, end, _ = _trim(text, start, end)
    return start, end
