"""Text of a posting on a page: what steers a screen taken out. Templates escape the rest."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]+"
)
"""Unlike ``words.visible``, joiners stay: emoji and several scripts need them, and a page draws them."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def shown(text: object) -> str:
    """Text without control, direction and lone surrogate code points; line breaks and tabs stay.

    >>> shown("Own\\x00 the \\u202eroadmap")
    'Own the roadmap'
    """
    return _SURROGATE.sub("\ufffd", _HIDDEN.sub("", str(text)))
