"""Reports and failures → lines of JSON, quickly, in ASCII only: no terminal or log is steered by posting text."""

from __future__ import annotations

import codecs
import json
from typing import Any

import orjson

from analyzer.batch.rows import Item
from analyzer.render.json import failure_to_dict, to_dict
from analyzer.types import Report

_ESCAPES = "analyzer-json"


def to_line(item: Item, duplicate_of: str | None = None) -> bytes:
    """One line, with its line feed: the JSON of ``analyzer.render.json``, with ``duplicate_of`` for a twin."""
    data = to_dict(item) if isinstance(item, Report) else failure_to_dict(item)
    if duplicate_of is not None:
        data["duplicate_of"] = duplicate_of
    return dump(data)


def dump(data: Any) -> bytes:
    """Plain data as one line of ASCII JSON."""
    try:
        line = orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # A half of a surrogate pair, which JSON input may hold: no UTF-8, but the slower writer escapes it.
        return json.dumps(data, separators=(",", ":")).encode("ascii") + b"\n"
    return line if line.isascii() else line.decode("utf-8").encode("ascii", _ESCAPES)


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be")
    return "".join(f"\\u{units[k]:02x}{units[k + 1]:02x}" for k in range(0, len(units), 2)), error.end


codecs.register_error(_ESCAPES, _escape)
