"""Records of any source → postings: which of its fields is which of ours.

The names are those of the sources in use (JobSpy, Greenhouse, Lever, Ashby, Workable, schema.org, LinkedIn, Google,
EMSCAD, Eurostat); they are compared without case, spaces and punctuation, so ``jobTitle``, ``job_title`` and
``Job Title`` are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from analyzer.readers.dates import iso_date
from analyzer.readers.failures import MAX_RECORD, fail
from analyzer.readers.joined import find_text
from analyzer.readers.language import foreign_language
from analyzer.readers.options import FIELDS, ReadOptions
from analyzer.text.clean import is_html
from analyzer.types import Failure, Posting

TEXT_NAMES = (
    "text",
    "fulldescription",
    "description",
    "jobdescription",
    "descriptionhtml",
    "descriptionplain",
    "content",
    "jobsummary",
    "jobdesc",
    "jobad",
    "jobadvertisement",
    "advert",
    "vacancytext",
    "postingtext",
    "body",
    "rawtext",
    "html",
    "markdown",
    "descriptiontext",
    "jobdetails",
    "details",
)
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": (
        "id",
        "jobid",
        "jobpostingid",
        "postingid",
        "identifier",
        "shortcode",
        "internaljobid",
        "reqid",
        "requisitionid",
        "jobkey",
        "joburl",
        "joblink",
        "url",
        "link",
        "absoluteurl",
        "hostedurl",
    ),
    "title": ("title", "jobtitle", "positiontitle", "position", "jobname", "titlename", "role", "vacancytitle", "name"),
    "company": (
        "company",
        "companyname",
        "hiringorganization",
        "employer",
        "employername",
        "organization",
        "organisation",
        "account",
        "boardtoken",
        "firm",
    ),
    "location": ("location", "joblocation", "locations", "joblocations", "city", "place", "locationname"),
    "date": (
        "date",
        "dateposted",
        "postedat",
        "posteddate",
        "publishedat",
        "publishedon",
        "publicationdate",
        "originallistedtime",
        "listedtime",
        "firstseen",
        "createdat",
        "createdon",
        "updatedat",
        "postingdate",
        "crawldate",
    ),
}
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Company profile", ("companyprofile",)),
    ("Description", TEXT_NAMES),
    ("Responsibilities", ("responsibilities", "jobresponsibilities", "duties", "tasks")),
    ("Requirements", ("requirements", "jobrequirements")),
    ("Qualifications", ("qualifications", "jobqualifications", "educationrequirements", "experiencerequirements")),
    ("Minimum qualifications", ("minimumqualifications", "minqualifications", "basicqualifications")),
    ("Preferred qualifications", ("preferredqualifications", "desiredqualifications")),
    ("Skills", ("requiredskills",)),
    ("Benefits", ("benefits", "jobbenefits")),
)
"""Columns that together make the text of a posting, in this order, each under its heading."""

_MASK = re.compile(r"#(URL|EMAIL|PHONE)_[0-9a-f]{8,64}#")
_PLAIN = re.compile(r"[^a-z0-9]+")
_MISSING = frozenset(("", "nan", "none", "null", "n/a", "na", "<na>", "nat"))
_ESCAPED = re.compile(r"&lt;/?[a-z]")
_MAX_SHORT = 500
_MIN_REPEAT = 40

Record = Mapping[str, Any]
Getter = Callable[[Any], Any]


class Layout:
    """Where in a source's records our fields are, for one set of field names.

    ``fields`` maps our fields to the source's names; ``parts`` are heading and key of each piece of the text.
    """

    __slots__ = ("fields", "keys", "parts", "single")

    def __init__(self, names: Sequence[str], mapping: Mapping[str, str]) -> None:
        plain: dict[str, str] = {}
        for name in names:
            plain.setdefault(_PLAIN.sub("", name.lower()), name)
        self.parts = _mapped_parts(names, mapping["text"]) if "text" in mapping else _known_parts(plain)
        self.keys: dict[str, str] = {}
        taken = {key for _, key in self.parts}
        for ours in FIELDS[1:]:
            known = (plain[name] for name in NAMES[ours] if name in plain)
            key = mapping.get(ours) or next((name for name in known if name not in taken), None)
            if key is not None:
                self.keys[ours] = key
                taken.add(key)
        self.single = self.parts[0][1] if len(self.parts) == 1 else None
        text = {"text": " + ".join(key for _, key in self.parts)} if self.parts else {}
        self.fields: Mapping[str, str] = text | self.keys


@lru_cache(maxsize=256)
def _layout(names: tuple[str, ...], mapping: tuple[tuple[str, str], ...]) -> Layout:
    return Layout(names, dict(mapping))


def find_layout(names: Iterable[str], options: ReadOptions) -> Layout:
    """The layout of records with these field names."""
    return _layout(tuple(names), tuple(options.mapping.items()))


def score_names(names: Iterable[str]) -> int:
    """How many of these names are known ones, a name of the text counting double; tells a header from a row."""
    plain = {_PLAIN.sub("", name.lower()) for name in names}
    text = any(plain & set(part) for _, part in PARTS)
    return 2 * text + sum(bool(plain & set(known)) for known in NAMES.values())


def to_posting(record: Record, source: str, options: ReadOptions, layout: Layout | None = None) -> Posting | Failure:
    """The posting in a record, or why there is none. ``record`` maps the source's names to values."""
    layout = layout or find_layout(record, options)
    key = layout.single
    text = (
        as_text(_reach(record, key))
        if key is not None
        else join_parts([(head, _reach(record, key)) for head, key in layout.parts])
    )
    values = {ours: _reach(record, key) for ours, key in layout.keys.items()}
    return make_posting(text, source, options, record, values)


def make_posting(text: str, source: str, options: ReadOptions, raw: Any, values: Record) -> Posting | Failure:
    """A posting of its text and the source's values of the other fields, checked; or why it is none."""
    name = short_text(values.get("id"))
    if options.join and name and (not text or text.isspace()):
        text = find_text(options, name) or ""
    if not text or text.isspace():
        return fail("no-text", source, _no_text(raw, options, name), raw, name)
    if len(text) > MAX_RECORD:
        return fail("too-large", source, f"a text of over {MAX_RECORD // 1_000_000} MB", text, name)
    if "#" in text:
        text = _MASK.sub(r"[\1]", text)
    if not text.isascii():
        text = _mend(text)
    if not options.any_language and (language := foreign_language(text)):
        return fail("other-language", source, f"not in English ({language}); --any-language keeps it", text, name)
    title, company, location = (short_text(values.get(ours)) for ours in ("title", "company", "location"))
    return Posting(text, name, title, company, location, iso_date(values.get("date")), source)


def _no_text(raw: Any, options: ReadOptions, name: str | None) -> str:
    if options.join:
        return (
            f"no text: {options.join} has none for {name}" if name else f"no id to find its text by in {options.join}"
        )
    if isinstance(raw, Mapping) and not find_layout(raw, options).parts:
        names = ", ".join(str(name)[:40] for name in list(raw)[:12])
        return f"no field with the text; fields are: {names or 'none'}; name it with --map text=FIELD"
    return "no text: the description is empty"


def join_parts(parts: Iterable[tuple[str, Any]]) -> str:
    """Pieces of a text, each under its heading where there are several; without those that repeat another."""
    texts = [(heading, text) for heading, value in parts if (text := as_text(value).strip())]
    whole = [(head, text) for place, (head, text) in enumerate(texts) if not _repeats(text, place, texts)]
    if len(whole) <= 1:
        return whole[0][1] if whole else ""
    if any(is_html(text) for _, text in whole):
        return "\n".join(f"<h2>{escape(heading)}</h2>\n{as_html(text)}" for heading, text in whole)
    return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in whole)


def _repeats(text: str, place: int, texts: Sequence[tuple[str, str]]) -> bool:
    """Whether a piece stands in an earlier one, or, if it is long, within a longer one."""
    others = ((other, index) for index, (_, other) in enumerate(texts) if index != place)
    return any(
        (text == other and index < place) or (len(other) > len(text) >= _MIN_REPEAT and text in other)
        for other, index in others
    )


def as_html(text: str) -> str:
    """A piece as HTML: plain text with its line breaks kept, entity-escaped HTML with one escape taken away."""
    if not is_html(text):
        return escape(text, quote=False).replace("\n", "<br>\n")
    if _ESCAPED.search(text) and "</" not in text:
        from html import unescape

        return unescape(text)
    return text


def as_text(value: Any) -> str:
    """A value as text: lists line by line as bullets, missing values as nothing."""
    if isinstance(value, str):
        return "" if len(value) < 5 and value.lower() in _MISSING else value
    if isinstance(value, list | tuple):
        lines = [text for item in value[:10_000] if (text := as_text(item).strip())]
        return "\n".join(f"* {line}" for line in lines) if len(lines) > 1 else "".join(lines)
    if isinstance(value, Mapping):
        inner = next(
            (value[key] for key in ("@value", "html", "text", "plain", "value", "name", "description") if key in value),
            None,
        )
        return inner if isinstance(inner, str) else ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None or value != value or isinstance(value, bool) else str(value)


def short_text(value: Any) -> str | None:
    """A value as one line: names of objects, places from their address, numbers without a needless ``.0``."""
    text = _named(value, 0) if isinstance(value, dict | list | tuple) else as_text(value)
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    text = " ".join(text[: _MAX_SHORT * 4].split())[:_MAX_SHORT]
    if text and not text.isascii():
        text = _mend(text)
    return text or None


_ADDRESS = ("streetAddress", "addressLocality", "city", "addressRegion", "region", "state", "addressCountry", "country")


def _named(value: Any, depth: int) -> str:
    if depth > 5:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(dict.fromkeys(text for item in value[:20] if (text := _named(item, depth + 1))))
    if not isinstance(value, dict):
        return as_text(value)
    if "address" in value:
        return _named(value["address"], depth + 1) or _named(value.get("name"), depth + 1)
    if any(key in value for key in _ADDRESS[1:]):
        return ", ".join(text for key in _ADDRESS[1:] if (text := _named(value.get(key), depth + 1)))
    keys = ("name", "displayName", "legalName", "location", "value", "@value", "text", "title", "label", "id", "@id")
    return next((text for key in keys if (text := _named(value.get(key), depth + 1))), "")


def _known_parts(plain: Mapping[str, str]) -> list[tuple[str, str]]:
    found = ((heading, next((plain[name] for name in names if name in plain), None)) for heading, names in PARTS)
    return [(heading, key) for heading, key in found if key is not None]


def _mapped_parts(names: Sequence[str], wanted: str) -> list[tuple[str, str]]:
    keys = [wanted] if wanted in names else [key for key in wanted.split("+") if key]
    return [(key.replace("_", " ").strip().capitalize(), key) for key in keys]


def _reach(record: Record, key: str) -> Any:
    """The value of a field; ``a.b`` is field ``b`` of the object in field ``a``."""
    if key in record or "." not in key:
        return record.get(key)
    value: Any = record
    for step in key.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _mend(text: str) -> str:
    """Text without lone surrogates, which cannot be written as UTF-8; pairs become the character they stand for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")
    return text
