"""JSON values of job boards → postings: a posting, a board with its postings, schema.org data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from analyzer.readers.failures import fail
from analyzer.readers.fields import find_layout, join_parts, make_posting, to_posting
from analyzer.readers.options import ReadOptions
from analyzer.types import Failure, Posting

LISTS = (
    "jobs",
    "postings",
    "results",
    "data",
    "items",
    "vacancies",
    "positions",
    "offers",
    "hits",
    "records",
    "@graph",
    "itemListElement",
    "item",
)
"""Keys under which boards and exports keep their list of postings."""
_LIST_SET = frozenset(LISTS)
_MAX_DEPTH = 6


def convert_record(value: Any, source: str, options: ReadOptions) -> Iterable[Posting | Failure]:
    """Postings of one JSON value, in its order; a failure where it holds none."""
    if isinstance(value, dict) and not _is_board(value):
        return () if _is_other_thing(value) else (_one(value, source, options),)
    found = list(find_postings(value))
    if found:
        return [_one(record, _part(source, i, len(found)), options) for i, record in enumerate(found, 1)]
    if isinstance(value, dict):
        return () if not any(key in value for key in ("title", "id", "text")) else (_one(value, source, options),)
    if value == []:
        return ()
    return (
        fail(
            "bad-record",
            source,
            f"a JSON {_kind(value)}, where an object with the fields of a posting is needed",
            value,
        ),
    )


def find_postings(value: Any, company: Any = None, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Objects that are postings in a JSON value: itself, in its list of jobs, in ``@graph``."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from find_postings(item, company, depth + 1)
    elif isinstance(value, dict):
        if _is_board(value):
            owner = value.get("name") if isinstance(value.get("name"), str) else company
            for key in LISTS:
                if isinstance(value.get(key), list | dict):
                    yield from find_postings(value[key], owner, depth + 1)
        elif not _is_other_thing(value):
            yield (
                {**value, "company": company}
                if company and not find_layout(value, ReadOptions()).keys.get("company")
                else value
            )


def record_fields(value: Any, options: ReadOptions) -> Mapping[str, str]:
    """Our field → the source's field, for the first posting in a JSON value."""
    record = next(find_postings(value), None)
    if record is None:
        return {}
    shape = _shape(record)
    return shape.fields if shape else find_layout(record, options).fields


def is_schema_posting(value: Any) -> bool:
    """Whether an object is a schema.org JobPosting."""
    kinds = value.get("@type") if isinstance(value, dict) else None
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.rpartition("/")[2].rpartition(":")[2] == "JobPosting" for name in names)


def _is_board(value: dict[str, Any]) -> bool:
    """Whether an object holds postings rather than being one."""
    if _LIST_SET.isdisjoint(value) or is_schema_posting(value):
        return False
    return any(isinstance(value.get(key), list | dict) for key in LISTS) and not any(
        isinstance(value.get(key), str)
        for key in ("description", "text", "content", "descriptionHtml", "descriptionPlain")
    )


def _is_other_thing(value: dict[str, Any]) -> bool:
    """Whether an object is schema.org data of something other than a posting."""
    return "@type" in value and not is_schema_posting(value)


def _one(record: dict[str, Any], source: str, options: ReadOptions) -> Posting | Failure:
    shape = None if options.mapping else _shape(record)
    if shape is not None:
        return shape.posting(record, source, options)
    return to_posting(record, source, options)


def _part(source: str, index: int, total: int) -> str:
    return source if total == 1 else f"{source}:{index}"


def _kind(value: Any) -> str:
    kinds = {dict: "object", list: "list", str: "string", bool: "truth value", type(None): "null"}
    return kinds.get(type(value), "number")


class _Shape:
    """A board whose postings need more than a table of names."""

    fields: ClassVar[Mapping[str, str]] = {}

    def posting(self, record: dict[str, Any], source: str, options: ReadOptions) -> Posting | Failure:
        raise NotImplementedError


class _Lever(_Shape):
    fields: ClassVar = {
        "text": "description + lists + additional",
        "id": "id",
        "title": "text",
        "location": "categories.location",
        "date": "createdAt",
    }

    def posting(self, record: dict[str, Any], source: str, options: ReadOptions) -> Posting | Failure:
        """Lever keeps the title in ``text`` and the bullets in ``lists``, each with its heading in ``text``."""
        places = record.get("categories")
        values = {
            "id": record.get("id") or record.get("hostedUrl"),
            "title": record.get("text") or record.get("title"),
            "company": record.get("company") or _lever_site(record.get("hostedUrl")),
            "location": places.get("location") if isinstance(places, dict) else record.get("location"),
            "date": record.get("createdAt"),
        }
        return make_posting(_lever_text(record), source, options, record, values)


def _lever_text(record: dict[str, Any]) -> str:
    from analyzer.readers.fields import as_html, as_text

    opening = as_text(record.get("description")) or as_text(record.get("descriptionPlain"))
    pieces = [as_html(opening)]
    lists = record.get("lists")
    for entry in lists if isinstance(lists, list) else []:
        if isinstance(entry, dict):
            content = as_text(entry.get("content"))
            items = content if "<" in content and "<ul" not in content else None
            body = f"<ul>{items}</ul>" if items and "<li" in items else as_html(content)
            pieces.append(f"<h3>{as_html(as_text(entry.get('text')))}</h3>\n{body}")
    pieces.append(as_html(as_text(record.get("additional")) or as_text(record.get("additionalPlain"))))
    return "\n".join(piece for piece in pieces if piece.strip())


def _lever_site(url: Any) -> str | None:
    parts = url.split("/") if isinstance(url, str) else []
    return parts[3] if len(parts) > 4 and "lever.co" in parts[2] else None


class _Ashby(_Shape):
    fields: ClassVar = {
        "text": "descriptionHtml",
        "id": "jobUrl",
        "title": "title",
        "location": "location + secondaryLocations",
        "date": "publishedAt",
    }

    def posting(self, record: dict[str, Any], source: str, options: ReadOptions) -> Posting | Failure:
        from analyzer.readers.fields import as_text

        others = record.get("secondaryLocations")
        values = {
            "id": record.get("jobUrl") or record.get("id"),
            "title": record.get("title"),
            "company": record.get("company") or record.get("companyName") or _ashby_board(record.get("jobUrl")),
            "location": [record.get("location"), *(others if isinstance(others, list) else [])],
            "date": record.get("publishedAt"),
        }
        text = as_text(record.get("descriptionHtml")) or as_text(record.get("descriptionPlain"))
        return make_posting(text, source, options, record, values)


def _ashby_board(url: Any) -> str | None:
    parts = url.split("/") if isinstance(url, str) else []
    return parts[3] if len(parts) > 4 and "ashbyhq.com" in parts[2] else None


class _SchemaOrg(_Shape):
    fields: ClassVar = {
        "text": "description + responsibilities + qualifications + skills",
        "id": "identifier",
        "title": "title",
        "company": "hiringOrganization",
        "location": "jobLocation",
        "date": "datePosted",
    }

    def posting(self, record: dict[str, Any], source: str, options: ReadOptions) -> Posting | Failure:
        values = {
            "id": record.get("identifier") or record.get("url") or record.get("@id"),
            "title": record.get("title") or record.get("name"),
            "company": record.get("hiringOrganization"),
            "location": record.get("jobLocation") or record.get("applicantLocationRequirements"),
            "date": record.get("datePosted"),
        }
        values["id"] = _identifier(values["id"])
        return make_posting(schema_text(record), source, options, record, values)


def schema_text(record: Mapping[str, Any]) -> str:
    """Text of a schema.org JobPosting: its description and the fields beside it that say more."""
    names = (
        "description",
        "responsibilities",
        "qualifications",
        "experienceRequirements",
        "educationRequirements",
        "skills",
        "jobBenefits",
    )
    headings = ("Description", "Responsibilities", "Qualifications", "Experience", "Education", "Skills", "Benefits")
    return join_parts([(heading, record.get(name)) for heading, name in zip(headings, names, strict=True)])


def _identifier(value: Any) -> Any:
    return value.get("value") or value.get("name") or value.get("@id") if isinstance(value, dict) else value


class _Workable(_Shape):
    fields: ClassVar = {
        "text": "full_description",
        "id": "shortcode",
        "title": "title",
        "location": "location + locations",
        "date": "published_on",
    }

    def posting(self, record: dict[str, Any], source: str, options: ReadOptions) -> Posting | Failure:
        from analyzer.readers.fields import as_text

        places = (
            record.get("location")
            or record.get("locations")
            or {k: record.get(k) for k in ("city", "state", "country")}
        )
        values = {
            "id": record.get("shortcode") or record.get("url"),
            "title": record.get("title"),
            "company": record.get("company") or record.get("account"),
            "location": places,
            "date": record.get("published_on") or record.get("created_at"),
        }
        main = as_text(record.get("full_description")) or as_text(record.get("description"))
        text = join_parts(
            [("Description", main), *((n.capitalize(), record.get(n)) for n in ("requirements", "benefits"))]
        )
        return make_posting(text, source, options, record, values)


_SCHEMA, _LEVER, _ASHBY, _WORKABLE = _SchemaOrg(), _Lever(), _Ashby(), _Workable()


def _shape(record: dict[str, Any]) -> _Shape | None:
    """The board that a posting is from where its fields cannot be told by their names alone."""
    if "@type" in record and is_schema_posting(record):
        return _SCHEMA
    if "lists" in record and ("descriptionPlain" in record or "hostedUrl" in record or "categories" in record):
        return _LEVER
    if "hostedUrl" in record and "text" in record and "title" not in record:
        return _LEVER
    if "jobUrl" in record and ("descriptionHtml" in record or "descriptionPlain" in record):
        return _ASHBY
    if "shortcode" in record and "description" in record:
        return _WORKABLE
    return None
