"""Words for templates."""

from __future__ import annotations

import re

_ACRONYM = re.compile(r"[A-Z0-9]{2,}(?![a-z])")
_VOWEL_SOUNDS = "AEFHILMNORSX8"
"""First letters of acronyms that are spoken with a vowel first."""


def with_article(noun: str) -> str:
    """A noun with its indefinite article, by the sound that it begins with.

    >>> with_article("product manager"), with_article("ML engineer"), with_article("analyst"), with_article("UX writer")
    ('a product manager', 'an ML engineer', 'an analyst', 'a UX writer')
    """
    first = noun[:1]
    vowel = first in _VOWEL_SOUNDS if _ACRONYM.match(noun) else first.lower() in "aeio" or noun.startswith("un")
    return f"{'an' if vowel else 'a'} {noun}"
