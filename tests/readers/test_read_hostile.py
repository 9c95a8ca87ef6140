"""Whatever is in a file: no crash, no endless reading, and no good row lost."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.readers import FORMATS, ReadOptions, read_bytes
from analyzer.readers.fields import make_posting
from analyzer.types import Failure, Posting

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY = ReadOptions(any_language=True)
GOOD = {"id": "good", "title": "Product Manager", "text": 'Own the "roadmap", café\nand more'}
LAST = {"id": "last", "text": "Plan the launch"}


def check(data: bytes, options: ReadOptions = ANY) -> list[Posting | Failure]:
    """Everything in a file, each of it fit to be written on."""
    found = list(read_bytes(data, "hostile", options))
    for item in found:
        assert isinstance(item, Posting | Failure)
        fields = (
            (item.id, item.title, item.text, item.date)
            if isinstance(item, Posting)
            else (item.message, item.raw, item.id)
        )
        "".join(field for field in fields if field).encode()
        assert item.source
    return found


FRAGMENTS = st.sampled_from(
    [
        b'"',
        b"\\",
        b",",
        b"\n",
        b"\r\n",
        b"\t",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"<",
        b">",
        b"---\n",
        b"title: x\n",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"id,text\n",
        b'{"text": "x"}',
        b'{"jobs": [',
        b"null",
        b"NaN",
        b"WARC/1.0\r\n",
        b"Content-Length: 9\r\n\r\n",
        b"_:a <http://p> ",
        b'<script type="application/ld+json">',
        b"</script>",
        b'"@type": "JobPosting"',
        b"&lt;p&gt;",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"PAR1",
        b"%PDF-1.7\n",
    ]
)
SOUP = st.lists(FRAGMENTS | st.binary(max_size=8), max_size=40).map(b"".join)


@FEW
@given(SOUP)
def test_soup_is_read_or_refused(data: bytes) -> None:
    check(data)


@pytest.mark.parametrize("form", FORMATS)
@settings(FEW, max_examples=15)
@given(data=SOUP)
def test_soup_under_every_forced_format(form: str, data: bytes) -> None:
    check(data, ReadOptions(format=form, any_language=True))


def _sqlite() -> bytes:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE jobs (id, title, text)")
    database.executemany("INSERT INTO jobs VALUES (?, ?, ?)", [tuple(GOOD.values())] * 20)
    database.commit()
    return bytes(database.serialize())


def _parquet() -> bytes:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([GOOD] * 20), sink, row_group_size=5)
    return sink.getvalue()


def _excel() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (list(GOOD), list(GOOD.values())):
        book.active.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _word() -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("Own the roadmap")
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _zip() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", json.dumps(GOOD) + "\n")
        archive.writestr("b.csv", "id,text\n1,Own it\n")
    return sink.getvalue()


LINKED = json.dumps({"@type": "JobPosting", "description": "Own it"})
PAGE = f'<html><script type="application/ld+json">{LINKED}</script></html>'
WHOLE: dict[str, Callable[[], bytes]] = {
    "sqlite": _sqlite,
    "parquet": _parquet,
    "excel": _excel,
    "word": _word,
    "zip": _zip,
    "gzip": lambda: gzip.compress(json.dumps(GOOD).encode() * 20),
    "json": lambda: json.dumps({"name": "x", "jobs": [GOOD] * 5}, indent=1).encode(),
    "jsonl": lambda: b"\n".join([json.dumps(GOOD).encode()] * 5),
    "csv": lambda: b'id,title,text\n1,PM,"Own\nit"\n2,PM,"say ""hi"""\n3,x,y\n',
    "html": lambda: PAGE.encode(),
    "nquads": lambda: (
        b"_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/JobPosting> <http://x> .\n" * 3
    ),
    "warc": lambda: (
        f"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: {len(PAGE)}\r\n\r\n{PAGE}\r\n\r\n".encode() * 3
    ),
    "markdown": lambda: b"---\ntitle: PM\ncompany: [a, b]\n---\nOwn it\n",
}
_made: dict[str, bytes] = {}


@pytest.mark.parametrize("kind", WHOLE)
@settings(FEW, max_examples=25)
@given(
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 3), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6
    )
)
def test_a_file_with_bytes_changed_dropped_and_put_in(kind: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = _made[kind] if kind in _made else _made.setdefault(kind, WHOLE[kind]())
    for place, how, piece in edits:
        at = int(place * len(data))
        data = {
            0: data[:at] + piece + data[at + len(piece) :],
            1: data[:at] + data[at + 3 :],
            2: data[:at] + piece + data[at:],
            3: data[:at],
        }[how]
    check(data)


LINE = st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=60)


@FEW
@given(st.lists(LINE, max_size=6))
def test_good_json_lines_survive_any_lines_between(lines: list[str]) -> None:
    text = "\n".join([json.dumps(GOOD), *lines, json.dumps(LAST)])
    found = check(text.encode(), ReadOptions(format="jsonl", any_language=True))
    assert next(item.id for item in found if isinstance(item, Posting)) == "good"
    assert found[-1] == Posting(LAST["text"], "last", source=f"hostile:{len(lines) + 2}")


@FEW
@given(st.lists(LINE.filter(lambda line: '"' not in line), max_size=6))
def test_good_csv_rows_survive_any_lines_without_quotes_between(lines: list[str]) -> None:
    text = "\n".join(["id,title,text", "good,PM,Own it", *lines, "last,PM,Plan it"])
    found = check(text.encode(), ReadOptions(format="csv", any_language=True))
    ids = [item.id for item in found if isinstance(item, Posting)]
    assert ids[:1] == ["good"] and ids[-1:] == ["last"]


BROKEN_ROW = st.sampled_from(
    ['b,x,"open', 'b,"x"y,z', 'b,x,"a" b"', "b", "b,x,y,z,w", 'b,"x, y', '"', '""",', "prose, prose"]
)


@FEW
@given(st.lists(BROKEN_ROW, min_size=1, max_size=4))
def test_good_csv_rows_survive_broken_ones(broken: list[str]) -> None:
    rows = [
        "id,title,text",
        'good,PM,"Own it"',
        *[line for bad in broken for line in (bad, 'good,PM,"Own ""it"" all"')],
        'last,"P, M","Plan it"',
    ]
    found = check("\n".join(rows).encode(), ReadOptions(format="csv", any_language=True))
    ids = [item.id for item in found if isinstance(item, Posting)]
    assert ids.count("good") == len(broken) + 1 and ids[-1] == "last"
    assert any(isinstance(item, Failure) for item in found)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from([*GOOD, "lists", "jobs", "@type"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@FEW
@given(st.lists(VALUES, max_size=5), st.integers(1, 50))
def test_good_elements_survive_any_elements_between_in_pieces_of_any_size(values: list[object], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analyzer.readers.jsondoc._CHUNK", chunk)
        found = check(json.dumps([GOOD, *values, LAST]).encode(), ReadOptions(format="json", any_language=True))
    assert isinstance(found[0], Posting) and found[0].text == GOOD["text"]
    assert isinstance(found[-1], Posting) and found[-1].text == LAST["text"]


@FEW
@given(
    st.sampled_from(['{"id": "b",', '{"id": "b", text: 1}', "{]", '{"id": "b", "text": "x}', '{"id": tru}', "@"]),
    st.integers(1, 50),
)
def test_good_elements_survive_a_broken_one_in_pieces_of_any_size(broken: str, chunk: int) -> None:
    text = (
        ",\n".join(json.dumps(row) for row in [GOOD] * 3)
        + ",\n"
        + broken
        + ",\n"
        + ",\n".join(json.dumps(LAST) for _ in range(5))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analyzer.readers.jsondoc._CHUNK", chunk)
        found = check(f"[{text}]".encode(), ReadOptions(format="json", any_language=True))
    ids = [item.id for item in found if isinstance(item, Posting)]
    assert ids[:3] == ["good"] * 3 and ids.count("last") >= 3
    assert "bad-json" in [item.code for item in found if isinstance(item, Failure)]


@FEW
@given(
    st.dictionaries(
        st.sampled_from(
            [*GOOD, "location", "lists", "categories", "hostedUrl", "jobUrl", "@type", "description", "shortcode"]
        ),
        VALUES,
    )
)
def test_records_with_anything_in_their_fields(record: dict[str, object]) -> None:
    assert len(check(json.dumps([record]).encode(), ReadOptions(format="json", any_language=True))) <= 5


@FEW
@given(st.text(max_size=200))
def test_any_text_is_kept_as_it_is_or_refused(text: str) -> None:
    found = make_posting(text, "x:1", ReadOptions(any_language=True), {}, {})
    assert isinstance(found, Failure) == (not text or text.isspace())
    if isinstance(found, Posting) and "#" not in text:
        assert found.text == text
