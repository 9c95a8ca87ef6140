"""Reports and failures → flat rows, one a posting or one a sentence: what every table and every engine holds.

Every input row gives a row: one that failed has its reason in ``error_code`` and ``error`` and no verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.types import Failure, Report, Role
from analyzer.verdict.certainty import close_call, unsure_of

Item = Report | Failure
Row = tuple[Any, ...]

SHARE_PREFIX = "share_"
_REASON = (("error_code", "text"), ("error", "text"), ("duplicate_of", "text"))

POSTING_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "text"), ("source", "text"), ("title", "text"), ("company", "text"), ("location", "text"), ("date", "text"),
    ("model", "text"), ("mixed", "flag"), ("mix_score", "number"), ("unsure", "flag"),
    ("main_role", "text"), ("title_role", "text"), ("size", "text"),
    *((SHARE_PREFIX + role.value, "number") for role in Role),
    ("internal", "number"), ("external", "number"), ("sentences", "count"), ("duties", "number"),
    ("findings", "texts"), *_REASON,
)  # fmt: skip
"""Name and kind of each column of a posting's row; kinds are text, flag, number, count and texts (a list)."""

SENTENCE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "text"), ("source", "text"), ("title", "text"), ("company", "text"), ("date", "text"), ("model", "text"),
    ("sentence", "count"), ("start", "count"), ("end", "count"), ("text", "text"), ("label", "text"), ("zone", "text"),
    ("confidence", "number"), ("unsure", "flag"), ("also", "text"), *_REASON,
)  # fmt: skip
"""The same for a sentence's row; ``sentence`` counts from 0 within the posting."""

_POSTING_VERDICT = len(POSTING_COLUMNS) - 7 - len(_REASON)
_SENTENCE_VERDICT = len(SENTENCE_COLUMNS) - 6 - len(_REASON)


def columns(sentences: bool) -> tuple[tuple[str, str], ...]:
    """The columns of rows of sentences, or of postings."""
    return SENTENCE_COLUMNS if sentences else POSTING_COLUMNS


def row_maker(sentences: bool) -> Callable[[Item, str, str | None], list[Row]]:
    """The function that makes an item's rows: ``(item, model version, source of its first twin or None)``."""
    return sentence_rows if sentences else posting_rows


def posting_rows(item: Item, model: str, duplicate_of: str | None = None) -> list[Row]:
    """The one row of a posting, with a value for each of ``POSTING_COLUMNS``."""
    if isinstance(item, Failure):
        head: Row = (item.id, item.source, None, None, None, None, model)
        return [(*head, *(None,) * _POSTING_VERDICT, item.code, item.message, duplicate_of)]
    posting, profile = item.posting, item.profile
    return [
        (
            posting.id, posting.source, posting.title, posting.company, posting.location, posting.date, model,
            profile.mixed, round(profile.mix_score, 4), close_call(profile),
            _name(profile.main_role), _name(profile.title_role), profile.size.value,
            *(round(profile.shares[role], 4) for role in Role),
            round(profile.internal, 4), round(profile.external, 4), len(item.sentences), float(profile.duties),
            [finding.code for finding in item.findings], None, None, duplicate_of,
        )
    ]  # fmt: skip


def sentence_rows(item: Item, model: str, duplicate_of: str | None = None) -> list[Row]:
    """A row a sentence, with a value for each of ``SENTENCE_COLUMNS``; one row where the posting failed."""
    if isinstance(item, Failure):
        head: Row = (item.id, item.source, None, None, None, model)
        return [(*head, *(None,) * _SENTENCE_VERDICT, item.code, item.message, duplicate_of)]
    posting = item.posting
    head = (posting.id, posting.source, posting.title, posting.company, posting.date, model)
    tail = (None, None, duplicate_of)
    return [
        (
            *head,
            k,
            s.start,
            s.end,
            s.text,
            str(s.label),
            str(s.zone),
            round(s.confidence, 4),
            unsure_of(s),
            s.also and str(s.also),
            *tail,
        )
        for k, s in enumerate(item.sentences)
    ]


def _name(role: Role | None) -> str:
    return role.value if role else "none"
