"""Job boards and data in pages: each as its source writes it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from analyzer.readers import ReadOptions, read, read_bytes
from analyzer.text.clean import clean
from analyzer.types import Failure, Posting


def read_json(value: object, **options: object) -> list[Posting | Failure]:
    return list(read_bytes(json.dumps(value).encode(), "x.json", ReadOptions(**options)))  # type: ignore[arg-type]


def only(found: list[Posting | Failure]) -> Posting:
    assert len(found) == 1 and isinstance(found[0], Posting), found
    return found[0]


def test_greenhouse_keeps_its_escaped_html_for_the_cleaner() -> None:
    job = {
        "id": 44,
        "internal_job_id": 5,
        "title": "Product Manager",
        "location": {"name": "Berlin"},
        "updated_at": "2024-05-06T07:08:09-04:00",
        "content": "&lt;p&gt;Own the &lt;strong&gt;roadmap&lt;/strong&gt;&lt;/p&gt;",
        "absolute_url": "https://x/44",
        "company_name": "Acme",
    }
    found = only(read_json({"jobs": [job], "meta": {"total": 1}}))
    assert found == Posting(job["content"], "44", "Product Manager", "Acme", "Berlin", job["updated_at"], "x.json:1")
    assert clean(found.text) == "Own the **roadmap**"


def test_lever_has_its_title_in_text_and_its_bullets_in_lists() -> None:
    job = {
        "id": "u-1",
        "text": "Product Marketing Manager",
        "categories": {"location": "Paris", "team": "Marketing"},
        "createdAt": 1713397508000,
        "description": "<div>We hire.</div>",
        "descriptionPlain": "We hire.",
        "hostedUrl": "https://jobs.lever.co/acme/u-1",
        "lists": [
            {"text": "What you'll do", "content": "<li>Own the launch</li><li>Write the message</li>"},
            {"text": "You", "content": "Know <b>it</b>"},
        ],
        "additional": "<div>We are fair.</div>",
    }
    found = only(read_json([job]))
    assert (found.id, found.title, found.company, found.location, found.date) == (
        "u-1",
        "Product Marketing Manager",
        "acme",
        "Paris",
        "2024-04-17T23:45:08Z",
    )
    assert clean(found.text).split() == (
        [
            "We",
            "hire.",
            "###",
            "What",
            "you'll",
            "do",
            "*",
            "Own",
            "the",
            "launch",
            "*",
            "Write",
            "the",
            "message",
            "###",
            "You",
            "Know",
            "**it**",
            "We",
            "are",
            "fair.",
        ]
    )


def test_ashby_and_workable() -> None:
    ashby = {
        "title": "Community Manager",
        "location": "Oslo",
        "secondaryLocations": [{"location": "Rome"}],
        "publishedAt": "2024-05-06T07:08:09.123+00:00",
        "descriptionHtml": "<p>Run the forum</p>",
        "descriptionPlain": "Run the forum",
        "jobUrl": "https://jobs.ashbyhq.com/acme/1",
        "id": "z",
    }
    found = only(read_json({"apiVersion": "1", "jobs": [ashby]}))
    assert (found.id, found.company, found.location, found.text) == (
        ashby["jobUrl"],
        "acme",
        "Oslo; Rome",
        "<p>Run the forum</p>",
    )
    workable = {
        "title": "PM",
        "shortcode": "A1",
        "url": "https://x/A1",
        "city": "Athens",
        "country": "Greece",
        "published_on": "2024-05-06",
        "description": "<p>Own it</p>",
        "full_description": "<p>Own it</p><p>Know it</p>",
    }
    found = only(read_json({"name": "Acme", "description": None, "jobs": [workable]}))
    assert found == Posting(
        workable["full_description"], "A1", "PM", "Acme", "Athens, Greece", "2024-05-06", "x.json:1"
    )


SCHEMA = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Marketing Manager",
    "datePosted": "2024-05-06",
    "identifier": {"@type": "PropertyValue", "name": "Acme", "value": "M-7"},
    "hiringOrganization": {"@type": "Organization", "name": "Acme"},
    "jobLocation": {
        "@type": "Place",
        "address": {"@type": "PostalAddress", "addressLocality": "Bonn", "addressCountry": {"name": "DE"}},
    },
    "description": "<p>Run the campaigns</p>",
    "responsibilities": "Plan the budget\nBuy media",
    "qualifications": "<p>Run the campaigns</p>",
}
POSTING = Posting(
    "<h2>Description</h2>\n<p>Run the campaigns</p>\n<h2>Responsibilities</h2>\nPlan the budget<br>\nBuy media",
    "M-7",
    "Marketing Manager",
    "Acme",
    "Bonn, DE",
    "2024-05-06",
)
JSON_LD = {
    "alone": SCHEMA,
    "in a list": [{"@type": "WebSite", "name": "x"}, SCHEMA],
    "in a graph": {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "x"}, SCHEMA]},
    "several types": {**SCHEMA, "@type": ["JobPosting", "Thing"]},
    "full type": {**SCHEMA, "@type": "http://schema.org/JobPosting"},
    "in an item list": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": SCHEMA}]},
}


def without_source(posting: Posting | Failure) -> tuple[object, ...]:
    assert isinstance(posting, Posting), posting
    return posting.text, posting.id, posting.title, posting.company, posting.location, posting.date


@pytest.mark.parametrize("form", JSON_LD)
@pytest.mark.parametrize("place", ["alone", "page", "commented page"])
def test_json_ld_in_all_its_places(form: str, place: str) -> None:
    text = json.dumps(JSON_LD[form])
    if place == "commented page":
        text = f"\n<!--\n{text};\n-->\n"
    page = f"<html><head><script type='application/ld+json'>{text}</script></head><body><p>Menu</p></body></html>"
    found = list(read_bytes((text if place == "alone" else page).encode(), "x"))
    assert [without_source(p) for p in found] == [without_source(POSTING)]


def test_a_page_with_several_postings_and_a_broken_block() -> None:
    blocks = [json.dumps(SCHEMA), "{broken", json.dumps({**SCHEMA, "identifier": "M-8"})]
    page = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    found = list(read_bytes(f"<html>{page}</html>".encode(), "x.html"))
    assert [(p.id, p.source) for p in found] == [("M-7", "x.html:1"), ("M-8", "x.html:2")]


def test_microdata() -> None:
    page = """<html><body><div itemscope itemtype="https://schema.org/JobPosting">
      <h1 itemprop="title">Project Manager</h1><meta itemprop="datePosted" content="2024-05-06">
      <span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
        <b itemprop="name">Acme</b></span>
      <span itemprop="jobLocation" itemscope>
        <i itemprop="address" itemscope><u itemprop="addressLocality">Bern</u></i></span>
      <div itemprop="description"><p>Run it</p><ul><li>Plan</li></ul></div></div></body></html>"""
    found = only(list(read_bytes(page.encode(), "x.html")))
    assert (found.title, found.company, found.location, found.date) == ("Project Manager", "Acme", "Bern", "2024-05-06")
    assert found.text == "<p>Run it</p><ul><li>Plan</li></ul>"


def test_a_page_without_data_is_read_whole_in_its_own_encoding() -> None:
    head = "<head><meta charset=iso-8859-2><title>Acme</title></head>"
    page = f"<html>{head}<body><h1>PM</h1><p>Łódź: own it</p></body></html>"
    found = only(list(read_bytes(page.encode("iso-8859-2"), "dir/x.html")))
    assert (found.title, found.id, found.source) == ("PM", "x.html", "dir/x.html")
    assert clean(found.text) == "# PM\n\nŁódź: own it"
    empty = list(read_bytes(b"<html><head><title>x</title></head><body></body></html>", "x.html"))
    assert [f.code for f in empty if isinstance(f, Failure)] == ["no-text"]


QUADS = r"""# a comment
_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/JobPosting> <http://x/1> .
_:a <http://schema.org/JobPosting/title> "Product Manager"@en <http://x/1> .
_:a <http://schema.org/JobPosting/description> "Own the \"roadmap\"\nand caf\u00E9" <http://x/1> .
_:a <http://schema.org/JobPosting/hiringOrganization> _:b <http://x/1> .
_:b <http://schema.org/Organization/name> "Acme" <http://x/1> .
_:a <http://schema.org/JobPosting/datePosted> "2024-05-06"^^<http://schema.org/Date> <http://x/1> .
this line is broken
_:c <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/Product> <http://x/2> .
_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/JobPosting> <http://x/3> .
_:a <http://schema.org/title> "Community Manager" <http://x/3> .
_:a <http://schema.org/description> "Run the forum" <http://x/3> .
"""


def test_n_quads_page_by_page() -> None:
    found = list(read_bytes(QUADS.encode(), "x.nq"))
    assert [(f.code, f.source) for f in found if isinstance(f, Failure)] == [("bad-quad", "x.nq:line 8")]
    first, second = (p for p in found if isinstance(p, Posting))
    assert first == Posting(
        'Own the "roadmap"\nand café', "http://x/1", "Product Manager", "Acme", None, "2024-05-06", "x.nq:1"
    )
    assert (second.id, second.title, second.text) == ("http://x/3", "Community Manager", "Run the forum")


def warc(kind: str, body: bytes, url: str = "http://x/1", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {size}\r\n\r\n".encode()
        + body
        + b"\r\n\r\n"
    )


def http(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode() + body


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (body[:half], body[half:], b""))


def test_warc_records_with_pages_however_they_were_sent() -> None:
    import gzip

    page = (
        f"<html><script type='application/ld+json'>{json.dumps(SCHEMA | {'identifier': None})}</script></html>".encode()
    )
    data = '{"@type": "JobPosting", "description": "Café"}'
    latin = f'<html><script type="application/ld+json">{data}</script></html>'.encode("latin-1")
    records = [
        warc("warcinfo", b"software: x"),
        warc("response", http(page), "http://x/plain"),
        warc("response", http(chunked(page), "Transfer-Encoding: chunked"), "http://x/chunked"),
        warc("response", http(gzip.compress(page), "Content-Encoding: gzip"), "http://x/gzip"),
        warc("response", http(latin, "Content-Type: text/html; charset=ISO-8859-1"), "http://x/latin"),
        warc("response", http(b"<html>nothing</html>"), "http://x/none"),
        warc("response", b"garbage", length=-5),
        b"more garbage\r\n",
        warc("resource", page, "http://x/last"),
    ]
    packed = b"".join(gzip.compress(record) for record in records)
    for data in (b"".join(records), packed):
        found = list(read_bytes(data, "x.warc"))
        assert [p.id for p in found if isinstance(p, Posting)] == [
            f"http://x/{n}" for n in ["plain", "chunked", "gzip", "latin", "last"]
        ]
        assert {f.code for f in found if isinstance(f, Failure)} == {"bad-record"}
    assert [p.text for p in found if isinstance(p, Posting)][3] == "Café"


def test_emscad_columns_are_joined_and_its_masks_shortened() -> None:
    mask = "#URL_" + "0a" * 32 + "#"
    header = "job_id,title,location,company_profile,description,requirements,benefits"
    data = f"{header}\n1,PM,US,We are {mask},Own it,Know it,\n"
    found = only(list(read_bytes(data.encode(), "x.csv")))
    assert found.text == "## Company profile\n\nWe are [URL]\n\n## Description\n\nOwn it\n\n## Requirements\n\nKnow it"


def test_google_columns_are_joined_under_headings() -> None:
    data = "Company,Title,Responsibilities,Minimum Qualifications,Preferred Qualifications\nG,PM,Own it,BA,MBA\n"
    found = only(list(read_bytes(data.encode(), "x.csv")))
    assert (
        found.text
        == "## Responsibilities\n\nOwn it\n\n## Minimum qualifications\n\nBA\n\n## Preferred qualifications\n\nMBA"
    )
    assert (found.title, found.company) == ("PM", "G")


def test_eurostat_and_linkedin_names() -> None:
    found = only(list(read_bytes(b"job_posting_id,job_title,job_description\n9,PM,Own it\n", "x")))
    assert (found.id, found.title, found.text) == ("9", "PM", "Own it")
    data = b"job_id,company_name,title,description,location,original_listed_time\n7,A,PM,Own it,US,1.713397508E12\n"
    found = only(list(read_bytes(data, "x")))
    assert (found.id, found.company, found.date) == ("7", "A", "2024-04-17T23:45:08Z")


DATES = [
    (1713397508, "2024-04-17T23:45:08Z"),
    ("1713397508000", "2024-04-17T23:45:08Z"),
    ("2024-05-06", "2024-05-06"),
    ("2024-05", "2024-05"),
    ("2024-05-06 10:00:00 UTC", "2024-05-06 10:00:00Z"),
    ("May 6, 2024", "2024-05-06"),
    ("20240506", "2024-05-06"),
    ("2024-13-45", None),
    ("04/05/2024", None),
    ("yesterday", None),
    (True, None),
    (float("nan"), None),
    (1e300, None),
    (-5, None),
    ("9" * 40, None),
    ([], None),
]


@pytest.mark.parametrize(("value", "date"), DATES)
def test_dates_become_iso_or_nothing(value: object, date: str | None) -> None:
    assert only(read_json({"text": "Own it", "date": value})).date == date


def test_markdown_front_matter_that_is_no_yaml_or_grows_is_read_line_by_line(put: Callable[..., str]) -> None:
    laughs = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*{'a' if i == 0 else f'b{i - 1}'}, *a]\n" for i in range(40))
    for extra in ("bad: [\n", laughs):
        found = only(list(read(put("x.md", f"---\ntitle: PM: growth\n{extra}---\nOwn it\n"))))
        assert (found.title, found.text) == ("PM: growth", "Own it\n")
    found = only(list(read(put("y.md", "# Product Manager\n\nOwn it\n"))))
    assert (found.title, found.text) == ("Product Manager", "# Product Manager\n\nOwn it\n")
