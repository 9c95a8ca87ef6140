"""Dates as sources write them → ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_ISO = re.compile(r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?)?)?$")
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?$|\d(?:\.\d+)?[eE]\+?\d\d?$")
_FORMS = (
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%a, %d %b %Y %H:%M:%S %Z",
)
_EARLIEST, _LATEST = 631_152_000, 4_102_444_800
"""1990 and 2100, in seconds since 1970: a number outside is no date of a posting."""


def iso_date(value: Any) -> str | None:
    """A date or moment as ISO 8601, UTC for moments given as numbers; None where it cannot be told.

    Numbers count seconds, milliseconds, microseconds or nanoseconds since 1970. ``04/05/2024`` is None: day or month?

    >>> iso_date(1713397508000), iso_date("April 17, 2024"), iso_date("04/05/2024")
    ('2024-04-17T23:45:08Z', '2024-04-17', None)
    """
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(float(value)) if abs(value) < 1e20 else None
    if isinstance(value, dict):
        return iso_date(value["@value"]) if isinstance(value.get("@value"), str) else None
    text = value.strip()[:60] if isinstance(value, str) else ""
    if _ISO.match(text):
        return _checked(text.replace(" UTC", "Z"))
    if _NUMBER.match(text) and not (len(text) == 8 and text.isdigit()):
        return _from_epoch(float(text))
    return _from_words(text) if text else None


def _checked(text: str) -> str | None:
    try:
        dt.datetime.fromisoformat(text + "-01" if len(text) == 7 else text)
    except ValueError:
        return None
    return text


def _from_epoch(number: float) -> str | None:
    for unit in (1, 1e3, 1e6, 1e9):
        if _EARLIEST <= number / unit < _LATEST:
            moment = dt.datetime.fromtimestamp(int(number / unit), dt.UTC)
            return moment.isoformat().replace("+00:00", "Z")
    return None


def _from_words(text: str) -> str | None:
    for form in _FORMS:
        try:
            return dt.datetime.strptime(text, form).date().isoformat()  # a day has no zone
        except ValueError:
            continue
    return None
