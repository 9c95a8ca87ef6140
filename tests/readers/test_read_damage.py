"""Damage costs the damaged row, with its reason; the rows after it go on."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.readers import ReadOptions, read, read_bytes
from analyzer.readers import failures as limits
from analyzer.types import Failure, Posting

Put = Callable[..., str]


def outcome(data: bytes | str, name: str = "x", **options: object) -> list[str | None]:
    """Ids of postings and codes of failures, in order."""
    found = read_bytes(data.encode() if isinstance(data, str) else data, name, ReadOptions(**options))  # type: ignore[arg-type]
    return [item.id if isinstance(item, Posting) else f"!{item.code}" for item in found]


JSON_LINES = [
    ("cut", '{"id": "b", "text": "x', "!bad-json"),
    ("no text", '{"id": "b", "title": "PM"}', "!no-text"),
    ("empty text", '{"id": "b", "text": " \\n "}', "!no-text"),
    ("null text", '{"id": "b", "text": null}', "!no-text"),
    ("number", "17", "!bad-record"),
    ("string", '"text"', "!bad-record"),
    ("not a number", '{"id": NaN, "text": "Own it"}', None),
    ("deep", "[" * 100_000, "!bad-json"),
    ("deep object", '{"a":' * 100_000 + "1" + "}" * 100_000, "!bad-json"),
    ("huge number", '{"text": "Own it", "id": ' + "9" * 10_000 + "}", "!bad-json"),
    ("prose", "nothing of the kind", "!bad-json"),
]


@pytest.mark.parametrize(("line", "code"), [case[1:] for case in JSON_LINES], ids=[case[0] for case in JSON_LINES])
def test_a_bad_json_line_costs_itself(line: str, code: str | None) -> None:
    good = ['{"id": "a", "text": "Own it"}', '{"id": "c", "text": "Plan it"}']
    assert outcome("\n".join([good[0], line, *good]), "x.jsonl") == ["a", code, "a", "c"]


def test_a_bad_line_names_its_place_and_shows_its_beginning() -> None:
    failure = list(read_bytes(b'{"id": "a", "text": "Own it"}\n{"x"' + b"y" * 5000, "x.jsonl"))[1]
    assert isinstance(failure, Failure)
    assert failure.source == "x.jsonl:2" and failure.message.startswith("x.jsonl:2: not JSON")
    assert failure.raw.startswith('{"x"yyy') and len(failure.raw) == limits.RAW_LIMIT


def test_surrogates_and_control_characters_can_be_written_on() -> None:
    found = list(read_bytes(rb'{"id": "\ud800", "text": "a \ud83d\ude00 \udfff b", "title": "t\u0000"}', "x.jsonl"))
    assert found[0].id == "\ufffd" and found[0].text == "a 😀 \ufffd b"  # type: ignore[union-attr]
    json.dumps(found[0].text, ensure_ascii=False).encode()  # type: ignore[union-attr]


def test_other_encodings_within_a_file_are_told() -> None:
    lines = ['{"id": "a", "text": "Café own it"}'.encode(), '{"id": "b", "text": "Café"}'.encode("latin-1")]
    assert outcome(b"\n".join([lines[0], lines[1], *lines[:1] * 5]), "x.jsonl") == ["a", "!bad-encoding", *["a"] * 5]
    table = b"id,text\na,Caf\xc3\xa9\nb,Caf\xe9\nc,Th\xc3\xa9\nd,Th\xc3\xa9\ne,Th\xc3\xa9\n"
    assert outcome(table, "x.csv") == ["a", "!bad-encoding", "c", "d", "e"]
    array = (
        b'[{"id": "a", "text": "Caf\xc3\xa9"}, {"id": "b", "text": "Caf\xe9"}, '
        + b'{"id": "c", "text": "Th\xc3\xa9"},' * 5
    )
    assert outcome(array[:-1] + b"]", "x.json") == ["a", "!bad-encoding", *"ccccc"]
    assert outcome("id,text\na,Café\n".encode("cp1252"), encoding="cp1252") == ["a"]
    for name in ("utf-16", "utf-16-be", "utf-32"):
        data = "id,text\na,Café\n".encode("utf-16-le" if name == "utf-16" else name)
        assert outcome(data, "x.csv", encoding=name) == ["a"]


@pytest.mark.parametrize(
    ("encoding", "company", "notes"),
    [
        ("cp1252", "Ferry & Søns", "And launch it."),
        (
            "cp1250",
            "Škoda Žižkov",
            "Budete připravovat plány výrobků, vést tým a mluvit s našimi zákazníky každý den. Řídíte.",
        ),
        (
            "cp1251",
            "Ромашка",
            "Вы будете готовить планы продуктов, вести команду и говорить с нашими клиентами каждый день.",
        ),
    ],
)
def test_a_few_foreign_letters_are_western_and_many_are_what_they_are(encoding: str, company: str, notes: str) -> None:
    rows = "".join(
        f'{k},{company},"Own the roadmap with the team and for our users. {notes}"\n'
        for k in range(3 if encoding == "cp1252" else 12)
    )
    (first, *_) = read_bytes(f"id,company,text\n{rows}".encode(encoding), "x.csv")
    assert isinstance(first, Posting)
    assert (first.company, first.text.endswith(notes)) == (company, True)


TABLES = [
    ("a quote left open", 'id,title,text\na,x,"one"\nb,x,"open\nc,x,"three"\nd,x,four\n', ["a", "!bad-row", "c", "d"]),
    ("open to the end", 'id,title,text\na,x,one\nb,x,"open\nc,x,three\nd,x,four\n', ["a", "!bad-row", "c", "d"]),
    ("quotes within", 'id,title,text\na,x,"say "hi" now"\nb,x,two\n', ["!bad-row", "b"]),
    ("too many fields", "id,title,text\na,x,one,y,z\nb,x,two\n", ["!bad-row", "b"]),
    ("too few fields", "id,title,text\na\nb,x,two\n", ["!bad-row", "b"]),
    (
        "lines of prose between",
        "id,title,text\na,x,one\nWe are a firm\nof much prose\nb,x,two\n",
        ["a", "!bad-row", "b"],
    ),
    ("trailing delimiters", "id,title,text\na,x,one,,\nb,x,two\n", ["a", "b"]),
    ("blank lines", "id,title,text\n\na,x,one\n\n\nb,x,two\n", ["a", "b"]),
    ("empty text", "id,title,text\na,x,\nb,x,two\n", ["!no-text", "b"]),
    ("missing words", "id,title,text\na,x,NaN\nb,x,two\n", ["!no-text", "b"]),
    ("nul characters", "id,title,text\na,x,o\x00e\nb,x,two\n", ["a", "b"]),
    ("header only", "id,title,text\n", []),
    ("nothing", "", ["!no-text"]),
]


@pytest.mark.parametrize(("table", "want"), [case[1:] for case in TABLES], ids=[case[0] for case in TABLES])
def test_a_bad_row_costs_itself(table: str, want: list[str]) -> None:
    assert outcome(table, "x.csv") == want


ARRAYS = [
    ('[{"id":"a","text":"x"},{"id":"b",text:"x"},{"id":"c","text":"x"}]', ["a", "!bad-json", "c"]),
    ('[{"id":"a","text":"x"} {"id":"b","text":"x"},{"id":"c","text":"x"}]', ["a", "b", "c"]),
    ('[{"id":"a","text":"x"},{"id":"b","te', ["a", "!bad-json"]),
    ('[{"id":"a","text":"x"},', ["a"]),
    ('[{"id":"a","text":"x"}', ["a", "!bad-json"]),
    ('{"jobs":[{"id":"a","text":"x"},{"id":,},{"id":"c","text":"x"}],"meta":{}}', ["a", "!bad-json", "c"]),
    ('{"jobs":[{"id":"a","text":"x"}', ["a", "!bad-json", "!bad-json"]),
    ('[{"id":"a","text":"x"}, 5, null, {"id":"b","text":"x"}]', ["a", "!bad-record", "!bad-record", "b"]),
    ("[" * 200_000, ["!bad-json"]),
    (
        '[{"id":"a","text":"x"},' + '{"a":' * 50_000 + "1" + "}" * 50_000 + ',{"id":"b","text":"x"}]',
        ["a", "!bad-json", "b"],
    ),
    ("[]", []),
    ('{"jobs": []}', []),
    ('{"title": "PM", "results": []}', ["!no-text"]),
]


@pytest.mark.parametrize(("text", "want"), ARRAYS, ids=range(len(ARRAYS)))
def test_a_bad_element_costs_itself(text: str, want: list[str]) -> None:
    assert outcome(text, "x.json") == want


def test_a_record_beyond_the_limit_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("encodings", "delimited", "jsondoc", "jsonlines", "fields", "warc", "nquads"):
        monkeypatch.setattr(f"analyzer.readers.{module}.MAX_RECORD", 5000)
    big = "x " * 50_000
    lines = [json.dumps({"id": name, "text": text}) for name, text in (("a", "Own it"), ("b", big), ("c", "Plan it"))]
    assert outcome("\n".join(lines), "x.jsonl") == ["a", "!too-large", "c"]
    assert outcome(f"[{','.join(lines)}]", "x.json") == ["a", "!too-large", "c"]
    assert outcome(f"id,text\na,Own it\nb,{big}\nc,Plan it\n", "x.csv") == ["a", "!too-large", "c"]
    opened = f'id,text\na,Own it\nb,"{"line without end" + chr(10)}' + "prose\n" * 2000
    assert outcome(opened, "x.csv")[:2] == ["a", "!too-large"]


def test_archives_that_are_cut_give_what_comes_before() -> None:
    lines = "\n".join(json.dumps({"id": str(i), "text": f"Own it {i}"}) for i in range(5000)).encode()
    packed = gzip.compress(lines)
    found = outcome(packed[: len(packed) // 2], "x.gz")
    assert len(found) > 1000 and found[0] == "0" and found[-1] == "!damaged-archive"
    assert found[-2] == "!bad-json"
    broken = bytearray(packed)
    broken[-6] ^= 255
    assert outcome(bytes(broken), "x.gz")[-2:] == ["4999", "!damaged-archive"]
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", '{"id": "a", "text": "Own it"}\n')
        archive.writestr("b.jsonl", lines)
    whole = bytearray(sink.getvalue())
    whole[len(whole) // 2] ^= 255
    found = outcome(bytes(whole), "x.zip")
    assert found[0] == "a" and found[-1] == "!damaged-archive"
    assert outcome(sink.getvalue()[:-30], "x.zip") == ["!damaged-archive"]


def test_bombs_are_left_alone() -> None:
    deflate = zlib.compressobj(9, wbits=31)
    bomb = b"".join(deflate.compress(b"x" * 1_000_000) for _ in range(40)) + deflate.flush()
    assert outcome(bomb, "x.gz", format="jsonl") == ["!bad-json", "!too-large"]
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("a.txt", "Own it")
    for name in ("b.zip", "c.zip", "d.zip"):
        inner, sink = sink.getvalue(), io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            archive.writestr(name, inner)
    assert outcome(sink.getvalue(), "x.zip") == ["!unsupported-format"]


@pytest.mark.parametrize("name", [".", "..", "/", "//x", "../../x.txt", "a" * 5000, "é\n.txt"])
def test_odd_names_in_an_archive_are_only_names(name: str) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(name, "Own it")
        archive.writestr("z.txt", "Plan it")
    assert "z.txt" in outcome(sink.getvalue(), "x.zip")


def test_a_locked_member_says_so(put: Put) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("a.txt", "Own it")
    data = bytearray(sink.getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    assert outcome(bytes(data), "x.zip") == ["!encrypted"]


def test_damaged_tables_are_failures(put: Put) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = io.BytesIO()
    table = pa.Table.from_pylist([{"id": str(i), "text": f"Own it {i}" * 50} for i in range(30)])
    parquet.write_table(table, sink, row_group_size=10, compression="none", use_dictionary=False)
    data = bytearray(sink.getvalue())
    place = parquet.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(1).data_page_offset
    data[place : place + 60] = b"\xff" * 60
    found = outcome(bytes(data))
    assert [x for x in found if x and x.startswith("!")] == ["!damaged-file"]
    assert [x for x in found if x and not x.startswith("!")] == [str(i) for i in [*range(10), *range(20, 30)]]
    assert outcome(bytes(data[:-10])) == ["!damaged-file"]
    assert outcome(b"SQLite format 3\x00" + b"x" * 500) == ["!damaged-file"]
    assert outcome(b"%PDF-1.7\nnothing") == ["!damaged-file"]


def test_a_huge_text_repeated_in_a_parquet_dictionary_is_read_one_by_one() -> None:
    import tracemalloc

    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int32()), pa.array(["Own it. " * 250_000]))
    sink = io.BytesIO()
    parquet.write_table(pa.table({"text": texts.cast(pa.string())}), sink)
    data = sink.getvalue()
    tracemalloc.start()
    before = pa.total_allocated_bytes()
    found = read_bytes(data, "x", ReadOptions(any_language=True))
    assert sum(isinstance(item, Posting) for item in found) == 300
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    assert pa.total_allocated_bytes() - before < 40_000_000
    tracemalloc.stop()


def test_an_endless_view_is_given_up(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    monkeypatch.setattr("analyzer.readers.sqlite._PATIENCE", 0.2)
    database = sqlite3.connect(":memory:")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS text FROM n WHERE x < 0"
    database.execute(f"CREATE VIEW jobs AS {endless}")
    assert outcome(database.serialize()) == ["!damaged-file"]


def test_a_file_that_cannot_be_opened_does_not_end_a_folder(put: Put, tmp_path: object) -> None:
    put("d/a.txt", "Own it")
    put("d/b.csv", "a,b\n1,2\n")
    put("d/c.txt", "Plan it")
    found = list(read(f"{tmp_path}/d"))
    assert [f.code if isinstance(f, Failure) else f.text for f in found] == ["Own it", "no-text", "Plan it"]


def test_every_code_is_in_the_table() -> None:
    import re
    from pathlib import Path

    import analyzer.readers

    folder = Path(analyzer.readers.__file__).parent
    used = {
        code
        for file in folder.glob("*.py")
        for code in re.findall(r'(?:fail|ReadError|Damage)\(\s*"([a-z-]+)"', file.read_text())
    }
    used |= {
        code for file in folder.glob("*.py") for code in re.findall(r'self\.damage = \("([a-z-]+)"', file.read_text())
    }
    documented = set(re.findall(r"^\| ``([a-z-]+)``", analyzer.readers.__doc__ or "", re.M))
    assert len(used) > 8
    assert used <= documented, used - documented


def test_a_stray_byte_order_mark_costs_its_own_line_only(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    good = b'{"id": "%d", "title": "Baker", "text": "You will bake bread and rolls with us every morning."}\n'
    file.write_bytes(good % 1 + b"\xff\xfe\n" + good % 2)
    found = list(read(str(file)))
    assert [item.id for item in found if isinstance(item, Posting)] == ["1", "2"]
    assert [item.code for item in found if isinstance(item, Failure)] in (["bad-encoding"], ["bad-json"])
