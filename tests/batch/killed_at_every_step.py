"""Not a test: run by test_resume.py. Kills a batch around each of its renames and removals, and mends it.

Arguments: input, model folder, scratch folder, name of the output. Prints the number of kills; exits with 1 where a
mended output differs from an undisturbed one.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from analyzer.batch.job import Job, kind_of
from analyzer.batch.run import run


def main(source: str, model: str, scratch: str, name: str) -> int:
    """Kill at the first step, the second, and so on, until a run gets through."""

    os.fsync = lambda _: None  # a killed process loses nothing that it wrote, only a power cut does

    def work(folder: Path) -> None:
        out = folder / name
        run(Job((source,), out, kind_of(out), model=Path(model), shard_rows=30))

    whole = Path(scratch) / "whole"
    whole.mkdir()
    work(whole)  # here and not in a child, so that the children find all loaded
    kills = 0
    while True:
        folder = Path(scratch) / f"killed-{kills}"
        folder.mkdir()
        killed = in_child(partial(work, folder), kills) == signal.SIGKILL
        in_child(partial(work, folder), None)
        if content(folder) != content(whole):
            print(f"killed at step {kills}: {sorted(content(folder))} differ from {sorted(content(whole))}")
            return 1
        shutil.rmtree(folder)
        if not killed:
            print(kills, "kills")
            return 0
        kills += 1


def in_child(work: Callable[[], Any], at: int | None) -> int:
    """Do work in a process of its own, killed at step ``at``; returns the signal that ended it, 0 for none."""
    child = os.fork()
    if not child:
        try:
            if at is not None:
                arm(at)
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 70)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a run failed")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def arm(at: int) -> None:
    """From now on the process dies before its ``at // 2``-th step (even numbers) or after it (odd ones)."""
    left = [at]

    def deadly(step: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            for turn in range(2):
                if turn:
                    result = step(*args, **options)
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
            return result

        return wrapped

    pathlib.Path.replace = deadly(pathlib.Path.replace)  # type: ignore[method-assign]
    pathlib.Path.unlink = deadly(pathlib.Path.unlink)  # type: ignore[method-assign]
    shutil.rmtree = deadly(shutil.rmtree)  # type: ignore[assignment]


def content(folder: Path) -> dict[str, bytes]:
    """What users read of a finished run."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("run.json")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
