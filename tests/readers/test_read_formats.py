"""Every format, written here and read back: the same postings come out of each."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import InputError, SettingsError
from analyzer.readers import ReadOptions, describe, read, read_bytes
from analyzer.types import Failure, Posting

Rows = list[dict[str, str]]


def as_csv(rows: Rows, delimiter: str = ",", **dialect: object) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter, **dialect)  # type: ignore[arg-type]
    writer.writerow(list(rows[0]))
    writer.writerows([list(row.values()) for row in rows])
    return sink.getvalue()


def as_parquet(rows: Rows) -> bytes:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), sink, row_group_size=2)
    return sink.getvalue()


def as_sqlite(rows: Rows) -> bytes:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE other (a, b)")
    database.execute("CREATE TABLE jobs (id, title, company, location, description)")
    database.executemany("INSERT INTO jobs VALUES (?, ?, ?, ?, ?)", [tuple(row.values()) for row in rows])
    database.commit()
    return bytes(database.serialize())


def as_excel(rows: Rows) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Jobs of this month"])
    book.active.append([])
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.create_sheet("notes").append(["nothing", "here"])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._" + name, b"\x00")
        archive.writestr(name, data)
    return sink.getvalue()


FORMATS: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "csv": ("csv", lambda rows: as_csv(rows).encode()),
    "semicolons": ("csv", lambda rows: as_csv(rows, ";").encode()),
    "tabs": ("csv", lambda rows: as_csv(rows, "\t").encode()),
    "bars": ("csv", lambda rows: as_csv(rows, "|").encode()),
    "all quoted": ("csv", lambda rows: as_csv(rows, quoting=csv.QUOTE_ALL).encode()),
    "backslash escapes": ("csv", lambda rows: as_csv(rows, quoting=csv.QUOTE_NONNUMERIC, escapechar="\\").encode()),
    "backslashes for quotes": (
        "csv",
        lambda rows: as_csv(rows, quoting=csv.QUOTE_ALL, escapechar="\\", doublequote=False).encode(),
    ),
    "csv with mark": ("csv", lambda rows: as_csv(rows).encode("utf-8-sig")),
    "csv in utf-16": ("csv", lambda rows: as_csv(rows).encode("utf-16")),
    "csv in cp1252": ("csv", lambda rows: as_csv(rows).encode("cp1252")),
    "csv with old breaks": ("csv", lambda rows: as_csv(rows, lineterminator="\r").replace("\n", "\r").encode()),
    "json": ("json", lambda rows: json.dumps(rows).encode()),
    "indented json": ("json", lambda rows: json.dumps(rows, indent=2, ensure_ascii=False).encode()),
    "json in utf-16": ("json", lambda rows: json.dumps(rows, ensure_ascii=False).encode("utf-16")),
    "object with jobs": ("json", lambda rows: json.dumps({"meta": {"total": 5}, "jobs": rows}).encode()),
    "object within": ("json", lambda rows: json.dumps({"data": {"results": rows}}).encode()),
    "json one after another": ("json", lambda rows: "\n".join(json.dumps(row, indent=1) for row in rows).encode()),
    "jsonl": ("jsonl", lambda rows: "\n".join(json.dumps(row) for row in rows).encode()),
    "jsonl with blank lines": ("jsonl", lambda rows: "\r\n\r\n".join(json.dumps(row) for row in rows).encode() + b"\n"),
    "parquet": ("parquet", as_parquet),
    "sqlite": ("sqlite", as_sqlite),
    "excel": ("xlsx", as_excel),
}


def content(postings: list[Posting | Failure]) -> list[tuple[str | None, ...]]:
    return [
        (p.id, p.title, p.company, p.location, p.text.replace("\r", "\n")) if isinstance(p, Posting) else (p.message,)
        for p in postings
    ]


def expected(rows: Rows) -> list[tuple[str | None, ...]]:
    return [(r["id"], r["title"], r["company"], r["location"], r["description"]) for r in rows]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_gives_back_what_was_written(kind: str, rows: Rows, put: Callable[..., str]) -> None:
    form, write = FORMATS[kind]
    name = put("export.data", write(rows))
    assert content(list(read(name))) == expected(rows)
    assert describe(name).format == form


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "parquet", "sqlite", "excel"])
@pytest.mark.parametrize("packing", ["gzip", "zstd", "zip", "gzip in zip"])
def test_a_packed_format_gives_the_same(kind: str, packing: str, rows: Rows, put: Callable[..., str]) -> None:
    data = FORMATS[kind][1](rows)
    if packing == "zstd":
        data = pytest.importorskip("zstandard").compress(data)
    if packing.startswith("gzip"):
        data = gzip.compress(data)
    if packing.endswith("zip") and packing != "gzip":
        data = zipped("inner.data", data)
    assert content(list(read(put("packed", data)))) == expected(rows)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_upload_in_memory_gives_the_same(kind: str, rows: Rows) -> None:
    assert content(list(read_bytes(FORMATS[kind][1](rows), "upload"))) == expected(rows)


def test_sources_name_file_and_row(rows: Rows, put: Callable[..., str]) -> None:
    name = put("a.csv", as_csv(rows))
    assert [p.source for p in read(name)] == [f"{name}:{i}" for i in range(1, 6)]
    packed = put("b.zip", zipped("in/x.csv", as_csv(rows).encode()))
    assert next(read(packed)).source == f"{packed}!in/x.csv:1"
    assert content(list(read(f"{packed}!in/x.csv"))) == expected(rows)


def test_folders_and_globs_are_read_in_order_without_hidden_files(
    rows: Rows, put: Callable[..., str], tmp_path: Path
) -> None:
    put("jobs/b/two.jsonl", json.dumps(rows[1]))
    put(
        "jobs/a.md", "---\ntitle: Product Owner\ncompany: Acme\ndate: 2024-05-06\n---\nOwn the backlog with the team.\n"
    )
    put("jobs/.hidden.json", "{")
    put("jobs/_SUCCESS", "")
    found = list(read(str(tmp_path / "jobs")))
    assert [(p.id, p.title, p.text) for p in found if isinstance(p, Posting)] == [
        ("a.md", "Product Owner", "Own the backlog with the team.\n"),
        ("j2", "Product Manager 2", rows[1]["description"]),
    ]
    assert found[0].date == "2024-05-06" and found[0].company == "Acme"  # type: ignore[union-attr]
    assert content(list(read(str(tmp_path / "jobs" / "*" / "*.jsonl")))) == expected(rows[1:2])
    assert describe(str(tmp_path / "jobs")).files == 2


def test_standard_input_is_read(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(gzip.compress(as_csv(rows).encode()))

    monkeypatch.setattr("sys.stdin", Stdin)
    assert content(list(read("-"))) == expected(rows)


def test_urls_are_read_through_fsspec(rows: Rows) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/jobs/a.csv", as_csv(rows).encode())
    memory.pipe("/jobs/b.parquet", as_parquet(rows))
    assert content(list(read("memory://jobs/a.csv"))) == expected(rows)
    assert content(list(read("memory://jobs/*"))) == expected(rows) * 2


def test_tables_sheets_and_queries_are_chosen(rows: Rows, put: Callable[..., str]) -> None:
    database = put("x.db", as_sqlite(rows))
    query = "SELECT id, description AS text FROM jobs WHERE id > 'j3' ORDER BY id DESC"
    assert [p.id for p in read(database, ReadOptions(query=query))] == ["j5", "j4"]
    with pytest.raises(InputError, match="tables are: jobs, other"):
        list(read(database, ReadOptions(table="nope")))
    with pytest.raises(InputError, match="cannot be read"):
        list(read(database, ReadOptions(query="DELETE FROM jobs")))
    with pytest.raises(InputError, match="sheets are: Sheet, notes"):
        list(read(put("x.xlsx", as_excel(rows)), ReadOptions(table="nope")))


def test_mapping_names_other_columns(put: Callable[..., str]) -> None:
    name = put("a.csv", "nr,job,duties,needs\n1,PM,Own the roadmap,Know the market\n")
    options = ReadOptions(mapping={"id": "nr", "title": "job", "text": "duties+needs"})
    assert next(read(name, options)) == Posting(
        "## Duties\n\nOwn the roadmap\n\n## Needs\n\nKnow the market", "1", "PM", source=f"{name}:1"
    )
    with pytest.raises(InputError, match="no column 'x'; columns are: nr, job, duties, needs"):
        list(read(name, ReadOptions(mapping={"text": "x"})))
    with pytest.raises(SettingsError, match="no such field: salary"):
        ReadOptions(mapping={"salary": "x"})
    nested = put("a.json", json.dumps([{"posting": {"body": "Own the roadmap"}, "who": {"name": "Acme"}}]))
    deep = ReadOptions(mapping={"text": "posting.body", "company": "who.name"})
    assert next(read(nested, deep)) == Posting("Own the roadmap", company="Acme", source=f"{nested}:1")


def test_a_file_without_a_text_column_is_one_failure_that_says_what_to_do(put: Callable[..., str]) -> None:
    found = list(read(put("a.csv", "a,b\n1,2\n3,4\n")))
    assert [
        (f.code, "--map text=COLUMN" in f.message, "a, b" in f.message) for f in found if isinstance(f, Failure)
    ] == [("no-text", True, True)]


def test_what_is_not_there_is_an_input_error() -> None:
    for name in ("/nowhere/a.csv", "/nowhere/*.csv", "/nowhere/a.zip!b.csv"):
        with pytest.raises(InputError):
            read(name)
    with pytest.raises(SettingsError, match="formats are csv"):
        list(read_bytes(b"x", "x", ReadOptions(format="docs")))
    with pytest.raises(SettingsError, match="no encoding is called"):
        list(read_bytes(b"id,text\n1,x", "x", ReadOptions(encoding="klingon")))


def test_describe_shows_what_was_detected(rows: Rows, put: Callable[..., str]) -> None:
    found = describe(put("a.csv", gzip.compress(as_csv(rows).encode())))
    assert (found.format, found.encoding, found.compression, found.files) == ("csv", "utf-8", "gzip", 1)
    assert found.fields == {
        "text": "description",
        "id": "id",
        "title": "title",
        "company": "company",
        "location": "location",
    }
    assert isinstance(found.first, Posting) and found.first.id == "j1"
    assert describe(put("empty.jsonl", "")).first is None or isinstance(describe(put("e", "")).first, Failure)


DETECTED = {
    "text": [
        "Product Manager\n\nOwn the roadmap, the backlog, and the team.",
        "",
        "[Apply](https://x.org) for this job",
    ],
    "markdown": ["---\ntitle: x\n---\nText"],
    "html": ["<!DOCTYPE html><html><body>x</body></html>", "<p>Own it</p>", "<!-- c --><div>x</div>"],
    "nquads": ['<http://a/b> <http://schema.org/title> "x" <http://g> .\n', "_:a <http://s/t> _:b <http://g> .\n"],
    "json": ["[]", "{}", '[{"text": "x"}]', '{\n "text": "x"}', '{"text": "x"}'],
    "jsonl": ['{"text": "x"}\n{"text": "y"}\n', '{"text": "x"\n{"text": "y"}\n'],
    "csv": ["title,description\nx,y\n", "job_id;job_title;job_description\n1;x;y"],
    "warc": ["WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in DETECTED.items() for text in texts])
def test_formats_are_told_by_content(kind: str, text: str, put: Callable[..., str]) -> None:
    assert describe(put("file", text)).format == kind


BINARY = [
    b"\xd0\xcf\x11\xe0" + b"\x00" * 500,
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    b"\x00\x01\x02" * 200,
    b"{\\rtf1 x}",
    b"BZh9xx",
]


@pytest.mark.parametrize("data", BINARY)
def test_what_cannot_be_read_says_so(data: bytes, put: Callable[..., str]) -> None:
    found = list(read(put("x.bin", data)))
    assert [f.code for f in found if isinstance(f, Failure)] == ["unsupported-format"]


def test_word_and_pdf_drafts_are_read(put: Callable[..., str]) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("Product Manager", 0)
    document.add_heading("What you'll do", 1)
    document.add_paragraph("Own the roadmap", style="List Bullet")
    document.add_paragraph("We are a small team.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Pay", "Good"
    sink = io.BytesIO()
    document.save(sink)
    found = next(read(put("draft.docx", sink.getvalue())))
    assert isinstance(found, Posting)
    assert (found.id, found.title) == ("draft.docx", "Product Manager")
    lines = [line for line in found.text.split("\n") if line]
    assert lines == [
        "# Product Manager",
        "## What you'll do",
        "* Own the roadmap",
        "We are a small team.",
        "Pay",
        "Good",
    ]


def pdf_of(text: str) -> bytes:
    """A PDF of one page, made by hand."""
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in text.split("\n"))
    stream = f"BT /F1 12 Tf 50 700 Td {shown} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content_ in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj".encode() + content_ + b"endobj\n"
    table = b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    return body + head + table + f"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF".encode()


def test_pdf_text_is_read_and_broken_lines_are_joined(put: Callable[..., str]) -> None:
    pytest.importorskip("pypdf")
    found = next(
        read(put("draft.pdf", pdf_of("Product Manager\nOwn the roadmap with\nthe whole team.\nPlan launches.")))
    )
    assert isinstance(found, Posting), found
    assert found.title == "Product Manager"
    assert found.text.strip().split("\n") == [
        "Product Manager",
        "Own the roadmap with the whole team.",
        "Plan launches.",
    ]
    empty = next(read(put("scan.pdf", pdf_of(""))))
    assert isinstance(empty, Failure) and empty.code == "no-text" and "scan" in empty.message
