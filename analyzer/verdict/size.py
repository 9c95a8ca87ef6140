"""What a posting says of the employer's size: a small firm or a first hire may well put two jobs on one person."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from analyzer.types import LabeledSentence, Size, Zone

_SMALL = re.compile(
    "|".join(
        (
            r"\b(?:first|1st|founding|sole|only) (?:\w+ ){0,2}(?:product|marketing|pm|pmm|hire|employee|marketer)\b",
            r"\b(?:pre-?seed|seed[- ](?:stage|funded|round)|early[- ]stage|early hire|bootstrapped)\b",
            r"\bsmall (?:but \w+ )?(?:team|company|business|startup|start-up|firm|organi[sz]ation)\b",
            r"\b(?:tiny|two-person|three-person|four-person|five-person) (?:team|company|startup|start-up)\b",
            r"\b(?:one of (?:our|the) first|wear(?:ing)? many hats)\b",
            r"\bteam of (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\b",
        )
    ),
    re.IGNORECASE,
)
_HEADCOUNT = re.compile(
    r"\b(?:we are|we're|we’re|currently|company of|team of|staff of|over|about|around|some|with|of|more than|employs"
    r"|employing)\s+"
    r"(?:a\s+)?(?:team\s+of\s+)?(?P<n>\d{1,3}(?:,\d{3})*)\+?\s*"
    r"(?P<what>people|employees|staff|colleagues|of us|persons|team members|strong)\b",
    re.IGNORECASE,
)
_LARGE = re.compile(
    r"\b(?:fortune (?:50|100|500|1000)|nasdaq|nyse|ftse|publicly[- ]traded|listed company|multinational"
    r"|global leader with)\b",
    re.IGNORECASE,
)
SMALL_HEADCOUNT = 50
LARGE_HEADCOUNT = 1000

_Hints = Sequence[tuple[re.Pattern[str], Sequence[str]]]
_SMALL_HINTS = "first|1st|founding|sole|only|seed|early|bootstrapped|small|tiny|-person|hats|team of"
_HINTS: _Hints = (
    (_HEADCOUNT, ("people", "employees", "staff", "colleagues", "of us", "persons", "team members", "strong")),
    (_LARGE, ("fortune", "nasdaq", "nyse", "ftse", "traded", "listed", "multinational", "global leader")),
    (_SMALL, _SMALL_HINTS.split("|")),
)
"""Literals without one of which a pattern cannot match: looking for these first is several times as fast."""
_LITERALS = tuple(literal for pattern, literals in _HINTS if pattern is not _HEADCOUNT for literal in literals)
_COUNTED = re.compile(r"[0-9]\+?\s*(?:people|employees|staff|colleagues|of us|persons|team members|strong)")


def company_size(text: str) -> tuple[Size, tuple[int, int] | None]:
    """Size told by a posting's text, with the offsets of the words that tell it; (unknown, None) where none do.

    >>> company_size("We are a team of 12 people in Graz.")[0]
    <Size.SMALL: 'small'>
    """
    return _read(text, _promising(text, _HINTS))


def size_of(sentences: Sequence[LabeledSentence]) -> tuple[Size, tuple[int, ...]]:
    """Size told by a posting's sentences, with the indices of those that tell it.

    Requirements tell nothing: "experience in early-stage companies" speaks of where the applicant has been.
    A head count outweighs words.
    """
    hinted = _hinted([s.text if s.zone is not Zone.REQUIREMENT else "" for s in sentences])
    told = [(index, *_told(sentences[index].text)) for index in hinted]
    counted = [size for _, size, by_count in told if by_count and size is not Size.UNKNOWN]
    worded = [size for _, size, _ in told if size is not Size.UNKNOWN]
    best = next(iter(counted), Size.LARGE if Size.LARGE in worded else worded[0] if worded else Size.UNKNOWN)
    return best, tuple(index for index, size, _ in told if size is best and size is not Size.UNKNOWN)


@lru_cache(maxsize=4096)
def _told(text: str) -> tuple[Size, bool]:
    """Size told by a sentence, and whether it holds a head count."""
    size = company_size(text)[0]
    return size, size is not Size.UNKNOWN and _HEADCOUNT.search(text) is not None


def _hinted(texts: Sequence[str]) -> list[int]:
    """Indices of the texts that may tell a size, in order: those that hold a literal, or a number of people."""
    lowered = [text.lower() for text in texts]
    ends = list(accumulate(len(text) + 1 for text in lowered))
    whole = "\n".join(lowered)
    found = {bisect_right(ends, match.start()) for match in _COUNTED.finditer(whole)}
    for literal in _LITERALS:
        at = whole.find(literal)
        while at >= 0:
            index = bisect_right(ends, at)
            found.add(index)
            at = whole.find(literal, ends[index])
    return sorted(found)


def _promising(text: str, hints: _Hints) -> _Hints:
    """The patterns that may match a text, each with its literals that the text holds."""
    lowered = text.lower()
    found = [(pattern, [literal for literal in literals if literal in lowered]) for pattern, literals in hints]
    return [(pattern, literals) for pattern, literals in found if literals]


def _read(text: str, hints: _Hints) -> tuple[Size, tuple[int, int] | None]:
    patterns = [pattern for pattern, _ in hints]
    for match in _HEADCOUNT.finditer(text) if _HEADCOUNT in patterns else ():
        count = int(match["n"].replace(",", ""))
        if count >= LARGE_HEADCOUNT:
            return Size.LARGE, match.span()
        if 1 < count <= SMALL_HEADCOUNT and match["what"].lower() != "strong":
            return Size.SMALL, match.span()
    large = _LARGE.search(text) if _LARGE in patterns else None
    if large:
        return Size.LARGE, large.span()
    small = _SMALL.search(text) if _SMALL in patterns else None
    return (Size.SMALL, small.span()) if small else (Size.UNKNOWN, None)
