"""What a posting says of the employer's size: a small firm or a first hire may well put two jobs on one person."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from analyzer.types import LabeledSentence, Size, Zone

_JOB = r"(?:hire|employee|manager|marketer|person|pm|pmm|owner)"
_NOT_AN_ADVERB = r"(?<!\bnot )(?<!\bwe )(?<!-)"
"""Before "first" and "only": of "not only marketing", "we only hire" and "remote-first" none tells a size."""
_FIRM = r"(?:company|startup|start-up|venture(?! capital| fund| invest)|business|team)"
_WE_ARE = r"\bwe(?: are|['’]re)"
_WORDS_OF_FIRMS = (
    rf"{_NOT_AN_ADVERB}\b(?:first|1st|founding|sole|only) (?:\w+ ){{0,2}}(?:pm|pmm|hire|employee|marketer)\b",
    rf"{_NOT_AN_ADVERB}\b(?:first|1st|founding|sole|only) (?:\w+ ){{0,2}}(?:product|marketing)"
    rf"(?:(?: | & |/)\w+){{0,2}} {_JOB}\b",
    r"\b(?:pre-?seed|seed[- ](?:stage|funded|round)|early hire|bootstrapped)\b",
    rf"\bearly[- ]stage (?:[\w-]+ ){{0,2}}{_FIRM}\b",
    r"\bsmall (?:but \w+ )?(?:company|startup|start-up|firm|organi[sz]ation)\b",
    # Not "as a small business owner" or "a small business bank": those are customers.
    rf"(?:{_WE_ARE}|\bas)(?: an?)?(?: \w+)? small (?:but \w+ )?business"
    r"(?=\s*(?:[^\w\s]|$|(?:and|based|but|for|from|in|of|on|our|run|that|we|where|which|with|you)\b))",
    r"\b(?:tiny|two-person|three-person|four-person|five-person) (?:company|startup|start-up)\b",
    r"\bone of (?:our|the) first (?:[\w-]+ ){0,2}(?:hires|employees|members|people(?! to (?!join\b)))\b",
    r"\bwear(?:ing)? many hats\b",
)
_WORDS_OF_TEAMS = (
    r"\bsmall (?:but \w+ )?team\b",
    r"\b(?:tiny|two-person|three-person|four-person|five-person) team\b",
    r"\bteam of (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\b",
)
_SMALL = re.compile("|".join((*_WORDS_OF_FIRMS, *_WORDS_OF_TEAMS)), re.IGNORECASE)
_SMALL_IN_DUTIES = re.compile("|".join(_WORDS_OF_FIRMS), re.IGNORECASE)
"""In a duty, a small team is the one that the person leads."""
_ABOUT = r"(?:about|almost|around|currently|just|more than|nearly|now|only|over|roughly|some)"
_NUMBER = r"(?P<{}>\d{{1,3}}(?:,\d{{3}})*)"
_HEADCOUNT = re.compile(
    rf"\b(?:(?P<firm>we are|we're|we’re|company of|employs?|employing)|(?P<own>our|team of|staff of)"
    rf"|currently|over|about|around|some|with|of|more than)\s+"
    rf"(?:{_ABOUT}\s+){{0,2}}(?:a\s+)?(?:team\s+of\s+)?(?:{_ABOUT}\s+)?{_NUMBER.format('n')}\+?\s*"
    r"(?P<what>people|employees|staff|colleagues|of us|persons|team members|strong)\b"
    # "A team of 30", but neither "a team of 30 engineers", who are a part of a firm, nor "a sales team of 30".
    r"|(?:(?P<we>we are|we're|we’re)\s+)?\b(?:a|our|the|whole|entire|small|growing|remote|distributed|international)\s+"
    rf"team\s+of\s+(?:{_ABOUT}\s+)?{_NUMBER.format('bare')}\b\+?"
    r"(?=$|[,.](?!\d)|[;:!?)]|\s+[–—-]\s|\s+(?:across|and|at|based|from|in|on|spread|that|who|with|working)(?!-)\b)",
    re.IGNORECASE,
)
_USERS = re.compile(
    r"\s+(?:in (?:[\w-]+\s+){1,3})?(?:(?:who|that|to|already|now|actively|can|could|daily|today|have|has)\s+){0,3}"
    r"(?:earn\w*|use|uses|used|using|rely|relying|relied|depend|trust(?! (?:each|one))|trusted|save|saved|saving"
    r"|(?P<people>(?:across|around) the (?:world|globe)|world-?wide|globally|book|borrow|buy|choose|download|enjoy"
    r"|invest|learn|listen|love|order|pay|play|read|send|shop|subscribe|visit|watch))\b",
    re.IGNORECASE,
)
"""What follows a number of users. Words of the group ``people`` may follow a number of employees as well."""
_LARGE = re.compile(
    r"\b(?:a (?:global |large |leading )?fortune (?:50|100|500|1000) (?:[\w-]+ ){0,2}company"
    r"|nasdaq|nyse|ftse|publicly[- ]traded|listed company|multinational|global leader with)\b",
    re.IGNORECASE,
)
SMALL_HEADCOUNT = 50
LARGE_HEADCOUNT = 1000

_Hints = Sequence[tuple[re.Pattern[str], Sequence[str]]]
_SMALL_HINTS = "first|1st|founding|sole|only|seed|early|bootstrapped|small|tiny|-person|hats|team of"
_HINTS: _Hints = (
    (
        _HEADCOUNT,
        ("people", "employees", "staff", "colleagues", "of us", "persons", "team members", "strong", "team of"),
    ),
    (_LARGE, ("fortune", "nasdaq", "nyse", "ftse", "traded", "listed", "multinational", "global leader")),
    (_SMALL, _SMALL_HINTS.split("|")),
)
"""Literals without one of which a pattern cannot match: looking for these first is several times as fast."""
_LITERALS = tuple(literal for pattern, literals in _HINTS if pattern is not _HEADCOUNT for literal in literals)
_COUNTED = re.compile(r"[0-9]\+?\s*(?:people|employees|staff|colleagues|of us|persons|team members|strong)")


def company_size(text: str, duty: bool = False) -> tuple[Size, tuple[int, int] | None]:
    """Size told by a posting's text, with the offsets of the words that tell it; (unknown, None) where none do.

    ``duty``: the text is a duty, whose team is the one that the person leads.

    >>> company_size("We are a team of 12 people in Graz.")[0]
    <Size.SMALL: 'small'>
    >>> company_size("Lead a team of 12 people", duty=True)[0]
    <Size.UNKNOWN: 'unknown'>
    """
    size, span, _ = _read(text, _promising(text, _HINTS), duty)
    return size, span


def size_of(sentences: Sequence[LabeledSentence]) -> tuple[Size, tuple[int, ...]]:
    """Size told by a posting's sentences, with the indices of those that tell it.

    Requirements tell nothing: "experience in early-stage companies" speaks of where the applicant has been.
    A head count outweighs words. A team in a duty tells nothing either.
    """
    hinted = _hinted([s.text if s.zone is not Zone.REQUIREMENT else "" for s in sentences])
    told = [(index, *_told(sentences[index].text, sentences[index].zone is Zone.DUTY)) for index in hinted]
    counted = [size for _, size, by_count in told if by_count and size is not Size.UNKNOWN]
    worded = [size for _, size, _ in told if size is not Size.UNKNOWN]
    best = next(iter(counted), Size.LARGE if Size.LARGE in worded else worded[0] if worded else Size.UNKNOWN)
    return best, tuple(index for index, size, _ in told if size is best and size is not Size.UNKNOWN)


@lru_cache(maxsize=4096)
def _told(text: str, duty: bool) -> tuple[Size, bool]:
    """Size told by a sentence, and whether a head count tells it."""
    size, _, counted = _read(text, _promising(text, _HINTS), duty)
    return size, counted


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


def _read(text: str, hints: _Hints, duty: bool) -> tuple[Size, tuple[int, int] | None, bool]:
    """Size told by a text, the offsets of the words that tell it, and whether they are a head count."""
    patterns = [pattern for pattern, _ in hints]
    for match in _HEADCOUNT.finditer(text) if _HEADCOUNT in patterns else ():
        size = _counted(match, duty)
        if size is not Size.UNKNOWN:
            return size, match.span(), True
    large = _LARGE.search(text) if _LARGE in patterns else None
    if large:
        return Size.LARGE, large.span(), False
    small = (_SMALL_IN_DUTIES if duty else _SMALL).search(text) if _SMALL in patterns else None
    return (Size.SMALL, small.span(), False) if small else (Size.UNKNOWN, None, False)


def _counted(match: re.Match[str], duty: bool) -> Size:
    """Size told by a head count; unknown where it counts users, or the team that a duty is about."""
    count, what = int((match["n"] or match["bare"]).replace(",", "")), (match["what"] or "").lower()
    if not (match["firm"] or match["we"]):
        own = match["own"] or match["bare"]
        if (duty and (own or count <= SMALL_HEADCOUNT)) or (not own and _are_users(match, what)):
            return Size.UNKNOWN
    if count >= LARGE_HEADCOUNT:
        return Size.LARGE
    return Size.SMALL if 1 < count <= SMALL_HEADCOUNT and what != "strong" else Size.UNKNOWN


def _are_users(match: re.Match[str], what: str) -> bool:
    """Whether those counted use a product; "1,200 employees worldwide" work for the firm all the same."""
    users = _USERS.match(match.string, match.end())
    return users is not None and (users["people"] is None or what in {"people", "persons"})
