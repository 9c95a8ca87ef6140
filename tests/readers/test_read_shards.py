"""Shards: put together they are the whole, whatever the format and in whatever order they are read."""

from __future__ import annotations

import gzip
import itertools
import json
import pickle
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError
from analyzer.readers import ReadOptions, Shard, plan_shards, read, read_shard

Put = Callable[..., str]
ANY = ReadOptions(any_language=True)


def rows(count: int) -> list[dict[str, str]]:
    return [{"id": str(i), "title": "PM", "text": f'Own "{i}",\nand plan Café {i}'} for i in range(count)]


def csv_of(count: int) -> bytes:
    lines = ['{id},{title},"{text}"'.format(**{**row, "text": row["text"].replace('"', '""')}) for row in rows(count)]
    return ("id,title,text\n" + "\n".join(lines[:7]) + '\nbroken,"open\n' + "\n".join(lines[7:]) + "\n").encode()


def parquet_of(count: int) -> bytes:
    import io

    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows(count)), sink, row_group_size=4)
    return sink.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "a.csv": lambda: csv_of(23),
    "mark.csv": lambda: b"\xef\xbb\xbf" + csv_of(23),
    "wide.csv": lambda: csv_of(23).decode().encode("utf-16"),
    "a.csv.gz": lambda: gzip.compress(csv_of(23)),
    "a.jsonl": lambda: b"\n\n{\n" + "\n".join(json.dumps(row) for row in rows(23)).encode(),
    "a.jsonl.gz": lambda: gzip.compress("\n".join(json.dumps(row) for row in rows(23)).encode()),
    "cut.jsonl.gz": lambda: gzip.compress("\n".join(json.dumps(row) for row in rows(2300)).encode())[:-200],
    "a.json": lambda: json.dumps(rows(23)).encode(),
    "a.parquet": lambda: parquet_of(23),
    "a.txt": lambda: b"Own it",
    "empty.jsonl": lambda: b"",
    "broken.parquet": lambda: b"PAR1 and no more",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_shards_make_up_the_whole_in_any_order(name: str, size: int, put: Put) -> None:
    source = put(name, FILES[name]())
    shards = [pickle.loads(pickle.dumps(shard)) for shard in plan_shards(source, size if "cut" not in name else 500)]  # noqa: S301  # our own
    assert [shard.index for shard in shards] == list(range(len(shards)))
    whole = list(read(source))
    assert list(itertools.chain.from_iterable(read_shard(shard) for shard in shards)) == whole
    shuffled = random.Random(1).sample(shards, len(shards))  # noqa: S311  # an order, no secret
    pieces = {shard.index: list(read_shard(shard)) for shard in shuffled}
    assert [item for index in sorted(pieces) for item in pieces[index]] == whole
    if size == 4 and name in ("a.csv", "a.jsonl", "a.parquet"):
        assert len(shards) >= 6
        assert all(len(piece) <= 4 for piece in pieces.values())


def test_shards_of_folders_and_archives_are_counted_on(put: Put, tmp_path: Path) -> None:
    import zipfile

    put("d/a.csv", csv_of(9))
    put("d/b.txt", "Own it")
    with zipfile.ZipFile(tmp_path / "d" / "c.zip", "w") as archive:
        archive.writestr("x/y.jsonl", "\n".join(json.dumps(row) for row in rows(9)))
        archive.writestr("z.png", b"\x89PNG" + bytes(100))
    source = str(tmp_path / "d")
    shards = list(plan_shards(source, 4))
    assert [shard.index for shard in shards] == list(range(len(shards)))
    assert list(itertools.chain.from_iterable(map(read_shard, shards))) == list(read(source))
    assert shards == list(plan_shards(source, 4))


def test_a_changed_file_is_not_read_on_from_an_old_place(put: Put) -> None:
    source = put("a.json", json.dumps(rows(10)))
    shards = list(plan_shards(source, 4))
    assert len(list(read_shard(shards[0]))) == 4
    put("a.json", json.dumps(list(reversed(rows(10)))))
    assert [item.id for item in read_shard(shards[1])] == ["5", "4", "3", "2"]


def test_standard_input_has_no_shards() -> None:
    with pytest.raises(InputError, match="save it to a file first"):
        plan_shards("-", 10)
    with pytest.raises(InputError, match="no such file"):
        plan_shards("/nowhere.csv", 10)


LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30)
    | st.sampled_from(['a,"b', 'c","d', '"', "x,y", '{"text": "x"}']),
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(LINES, st.integers(1, 5), st.sampled_from(["csv", "jsonl"]))
def test_shards_of_anything_make_up_the_whole(lines: list[str], size: int, form: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(("id,text\n" + "\n".join(lines)).encode())
        options = ReadOptions(format=form, any_language=True)
        shards = list(plan_shards(str(path), size, options))
        parts = [item for shard in shards for item in read_shard(shard, options)]
        assert parts == list(read(str(path), options))


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.jsonl.gz", "a.nq"])
def test_memory_does_not_grow_with_the_file(name: str, tmp_path: Path) -> None:
    """Reading ten times as much takes no more memory."""

    def peak(count: int) -> int:
        path = tmp_path / name
        text = "Own it. " * 100
        if name == "a.csv":
            path.write_text("id,text\n" + f"1,{text}\n" * count)
        elif name == "a.json":
            path.write_text("[" + ",".join([json.dumps({"id": 1, "text": text})] * count) + "]")
        elif name == "a.nq":
            kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/JobPosting>"
            page = f'_:a {kind} <http://{{0}}> .\n_:a <http://schema.org/description> "{{1}}" <http://{{0}}> .\n'
            path.write_text("".join(page.format(i, text) for i in range(count)))
        else:
            data = (json.dumps({"id": 1, "text": text}) + "\n").encode() * count
            path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
        tracemalloc.start()
        found = sum(1 for _ in read(str(path), ANY))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == count
        return used

    small = peak(400)
    assert peak(4_000) < small + 600_000


def test_a_shard_is_small_and_says_where(put: Put) -> None:
    source = put("a.jsonl", "\n".join(json.dumps(row) for row in rows(3)))
    assert list(plan_shards(source, 2)) == [
        Shard(source, 0, 0, len("\n".join(json.dumps(row) for row in rows(2))) + 1, "bytes", 1),
        Shard(source, 1, len("\n".join(json.dumps(row) for row in rows(2))) + 1, None, "bytes", 3),
    ]
