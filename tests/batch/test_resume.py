"""Runs that are ended at any moment, runs that are told something else, and two runs at once."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from made_postings import posting, write_postings

from analyzer.batch.errors import BatchError
from analyzer.batch.job import Job, kind_of
from analyzer.batch.run import Result, run
from analyzer.errors import AnalyzerError, InputError, SettingsError
from analyzer.readers import ReadOptions

OUTPUTS = ["out.jsonl", "out.parquet", "out.sqlite", "shards"]
SWEEP = Path(__file__).with_name("killed_at_every_step.py")
needs_sigkill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def batch(
    source: Path | str, out: Path, model: Path, told: list[str] | None = None, restart: bool = False, **options: Any
) -> Result:
    job = Job((str(source),), out, kind_of(out), model=model, **{"shard_rows": 16, **options})
    return run(job, say=(told if told is not None else []).append, restart=restart)


def content(folder: Path) -> dict[str, bytes]:
    """All files of a finished run that users read, by name; the record holds the time taken and is left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("run.json"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@needs_sigkill
@pytest.mark.parametrize("name", OUTPUTS)
def test_killed_before_and_after_every_step_and_run_again(
    name: str, written: Path, model: Path, tmp_path: Path
) -> None:
    """A child kills itself around its n-th rename, unlink or removal, for every n; the next run must mend it."""
    done = subprocess.run(
        [sys.executable, SWEEP, str(written), str(model), str(tmp_path), name],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) > 20


@needs_sigkill
@pytest.mark.parametrize("marks", [0, 2, 7])
def test_the_command_killed_from_outside_goes_on(marks: int, model: Path, tmp_path: Path) -> None:
    source = write_postings(tmp_path / "in.jsonl", 600)
    command = [
        sys.executable, "-m", "analyzer", "batch", str(source), "--model", str(model),
        "--shard-rows", "16", "--jobs", "2", "-o",
    ]  # fmt: skip
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    subprocess.run([*command, str(tmp_path / "a" / "out.jsonl")], check=True, capture_output=True, timeout=120)
    out = tmp_path / "b" / "out.jsonl"
    process = subprocess.Popen([*command, str(out)], stderr=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not reached(out, marks):
        os.sched_yield()
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert not out.exists()
    again = subprocess.run([*command, str(out)], check=True, capture_output=True, text=True, timeout=120)
    assert content(tmp_path / "b") == content(tmp_path / "a")
    assert "going on where an earlier run was ended" in again.stderr
    assert marks == 0 or "done by an earlier run" in again.stderr


def reached(out: Path, marks: int) -> bool:
    root = out.with_name(out.name + ".run")
    return len(list(root.glob("*/*.done"))) >= marks if marks else (root / "run.json").exists()


def end_early(source: Path, out: Path, model: Path, **options: Any) -> None:
    """Leave an unfinished run behind: it stops at the second reject."""
    with pytest.raises(BatchError, match="2 rows rejected"):
        batch(source, out, model, max_rejects=1, shard_rows=4, **options)


def test_max_rejects_stops_and_a_higher_one_goes_on(written: Path, model: Path, tmp_path: Path) -> None:
    end_early(written, tmp_path / "out.jsonl", model)
    assert not (tmp_path / "out.jsonl").exists()
    told: list[str] = []
    result = batch(written, tmp_path / "out.jsonl", model, told, max_rejects=2, shard_rows=4)
    assert (result.counts.read, result.counts.rejected) == (60, 2)
    assert result.earlier.read == 12 and "going on" in told[0]


def other_model(model: Path, folder: Path) -> Path:
    from analyzer.roles.model import load_model

    loaded = load_model(model)
    object.__setattr__(loaded, "name", "other")
    loaded.save(folder)
    return folder


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"sentences": True}, "sentences False, now True"),
        ({"limit": 9}, "limit none, now 9"),
        ({"options": ReadOptions(any_language=True)}, "any_language False, now True"),
        ({"model": "other"}, "model small@"),
        ({"source": "more"}, "has changed"),
    ],
)
def test_an_unfinished_run_told_otherwise_is_refused_in_words(
    change: dict[str, Any], word: str, model: Path, tmp_path: Path
) -> None:
    source, out = write_postings(tmp_path / "in.jsonl", 30), tmp_path / "out.jsonl"
    end_early(source, out, model)
    if change.pop("source", None):
        write_postings(source, 31)
    if change.pop("model", None):
        model = other_model(model, tmp_path / "other")
    with pytest.raises(BatchError, match=word) as refused:
        batch(source, out, model, shard_rows=4, **change)
    assert "--restart" in str(refused.value)
    assert batch(source, out, model, restart=True, shard_rows=4, **change).earlier.read == 0


def test_a_finished_output_is_not_made_twice_unless_something_changed(model: Path, tmp_path: Path) -> None:
    source, out, told = write_postings(tmp_path / "in.jsonl", 20), tmp_path / "out.jsonl", list[str]()
    first = batch(source, out, model)
    before = out.stat().st_mtime_ns
    assert batch(source, out, model, told).counts == first.counts
    assert "complete already" in told.pop() and out.stat().st_mtime_ns == before
    write_postings(source, 21)
    assert batch(source, out, model, told).counts.read == 21
    assert "in.jsonl has changed. Made anew" in told.pop()
    out.write_bytes(out.read_bytes()[:-100])
    batch(source, out, model, told)
    assert "changed or damaged" in told.pop() and len(out.read_bytes().splitlines()) == 21


def test_two_runs_on_one_output_are_not_possible(written: Path, model: Path, tmp_path: Path) -> None:
    root = tmp_path / "out.jsonl.run"
    root.mkdir()
    with FileLock(root / "lock"), pytest.raises(BatchError, match="another run is writing it"):
        batch(written, tmp_path / "out.jsonl", model)
    assert batch(written, tmp_path / "out.jsonl", model).counts.read == 60


def test_nothing_but_output_rejects_and_record_stays(written: Path, model: Path, tmp_path: Path) -> None:
    batch(written, tmp_path / "out.jsonl", model)
    batch(written, tmp_path / "shards", model)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.jsonl", "out.jsonl.rejects.jsonl", "out.jsonl.run.json", "shards",
    ]  # fmt: skip
    marked = sorted(path.name for path in (tmp_path / "shards").iterdir() if not path.name.startswith("part-"))
    assert marked == ["_rejects.jsonl", "_run.json"]


@pytest.mark.parametrize("limit", [1, 7, 16, 17, 40, 59, 60, 1000])
def test_a_limit_reads_the_first_rows(limit: int, written: Path, model: Path, tmp_path: Path) -> None:
    batch(written, tmp_path / "all.jsonl", model)
    result = batch(written, tmp_path / "some.jsonl", model, limit=limit)
    ids = [[json.loads(line)["id"] for line in (tmp_path / name).open("rb")] for name in ("all.jsonl", "some.jsonl")]
    assert ids[1] == ids[0][:limit] and result.counts.read == min(limit, 60)


def test_many_small_files_share_tasks_and_keep_their_order(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    folder.mkdir()
    for k in range(40):
        (folder / f"{k:02d}.md").write_text(f"# Product Manager\n\n{posting(k)['description']}", encoding="utf-8")
    result = batch(folder, tmp_path / "out.jsonl", model)
    names = [Path(json.loads(line)["source"]).name for line in (tmp_path / "out.jsonl").open("rb")]
    assert result.counts.read == 40 and [name[:2] for name in names] == [f"{k:02d}" for k in range(40)]


def test_compressed_input_gives_the_rows_of_the_plain_file(written: Path, model: Path, tmp_path: Path) -> None:
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(written.read_bytes()))
    batch(written, tmp_path / "plain.jsonl", model)
    batch(packed, tmp_path / "packed.jsonl", model)
    plain, unpacked = ((tmp_path / name).read_text("ascii") for name in ("plain.jsonl", "packed.jsonl"))
    assert unpacked == plain.replace(str(written), str(packed))


def test_standard_input_is_read_once_and_named_as_such(written: Path, model: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "analyzer", "batch", "-", "--model", str(model), "--shard-rows", "16", "-o"]
    for _ in range(2):
        with written.open("rb") as stream:
            done = subprocess.run(
                [*command, str(tmp_path / "out.jsonl")],
                stdin=stream,
                check=True,
                capture_output=True,
                text=True,
                timeout=120,
            )  # fmt: skip
    assert "complete already" in done.stderr
    sources = [json.loads(line)["source"] for line in (tmp_path / "out.jsonl").open("rb")]
    assert sources == [f"-:{k + 1}" for k in range(60)]
    assert "out.jsonl.run" not in (tmp_path / "out.jsonl").read_text("ascii")


@pytest.mark.parametrize(
    ("source", "out", "error", "words"),
    [
        ("in.jsonl", "in.jsonl", SettingsError, "lies in the input"),
        (".", "out.jsonl", SettingsError, "lies in the input"),
        ("missing.jsonl", "out.jsonl", InputError, "missing.jsonl"),
        ("in.jsonl", "taken", BatchError, "holds other files"),
        ("in.jsonl", "taken/thesis.doc/out.csv", BatchError, "cannot be written to"),
    ],
)
def test_bad_paths_are_refused_in_one_line(
    source: str, out: str, error: type[AnalyzerError], words: str, model: Path, tmp_path: Path
) -> None:
    write_postings(tmp_path / "in.jsonl", 3)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.doc").write_text("mine")
    before = content(tmp_path)
    with pytest.raises(error, match=words) as refused:
        batch(tmp_path / source, tmp_path / out, model)
    assert "\n" not in str(refused.value)
    assert content(tmp_path) == before
