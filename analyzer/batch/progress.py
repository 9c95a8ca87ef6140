"""How far a batch has come: a bar on a terminal, a line a minute in a log, or nothing."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Protocol, Self, TextIO

import click

LOG_SECONDS = 60.0


class Progress(Protocol):
    """Hears of rows and tasks as they are done."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def begin(self, tasks: int, done: int) -> None:
        """So many tasks there are, so many of them were done by an earlier run."""

    def rows(self, number: int) -> None:
        """So many more rows are done, of a task that is not yet."""

    def task(self, rows: int) -> None:
        """A task of so many rows is done, those told before included."""


class Silent:
    """Tells nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, tasks: int, done: int) -> None:
        pass

    def rows(self, number: int) -> None:
        pass

    def task(self, rows: int) -> None:
        pass


class Meter(Silent):
    """Counts rows and tasks, and says it in words on a stream: at most a line a minute."""

    def __init__(self, stream: TextIO, shard_rows: int) -> None:
        self._stream, self._shard_rows = stream, shard_rows
        self._begun = self._told = time.monotonic()
        self._tasks = self._earlier = self._done = self._rows = self._open = 0

    def begin(self, tasks: int, done: int) -> None:
        self._tasks, self._earlier, self._begun = tasks, done, time.monotonic()
        self._show()

    def rows(self, number: int) -> None:
        self._rows, self._open = self._rows + number, self._open + number
        self._show()

    def task(self, rows: int) -> None:
        self._rows, self._open, self._done = self._rows + rows - self._open, 0, self._done + 1
        self._show()

    def share(self) -> float:
        """The part of the work that is done, 0 to 1, earlier runs counted in."""
        done = self._earlier + self._done + min(1.0, self._open / self._shard_rows)
        return min(1.0, done / self._tasks) if self._tasks else 1.0

    def words(self) -> str:
        """Rows, rate and time left."""
        seconds = max(time.monotonic() - self._begun, 1e-6)
        own = self.share() - (self._earlier / self._tasks if self._tasks else 0)
        left = f", {_clock(seconds * (1 - self.share()) / own)} left" if own > 0 and self.share() < 1 else ""
        return f"{self._rows:,} postings, {self._rows / seconds:,.0f} a second{left}"

    def _show(self) -> None:
        if time.monotonic() - self._told >= LOG_SECONDS:
            self._told = time.monotonic()
            click.echo(f"{self.share():.0%}: {self.words()}", file=self._stream)


class Bar(Meter):
    """The same as a bar that is drawn in place."""

    def __init__(self, stream: TextIO, shard_rows: int) -> None:
        super().__init__(stream, shard_rows)
        self._bar: Any = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        layout = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.description}"))
        self._bar = RichProgress(*layout, console=Console(file=self._stream), transient=True)
        self._bar.start()
        self._line = self._bar.add_task("finding out how much there is", total=1.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _show(self) -> None:
        self._bar.update(self._line, completed=self.share(), description=self.words())


def progress(stream: TextIO, shard_rows: int, quiet: bool) -> Progress:
    """The progress that suits a stream: a bar for a terminal, lines for a log, nothing where ``quiet``."""
    if quiet:
        return Silent()
    return Bar(stream, shard_rows) if stream.isatty() else Meter(stream, shard_rows)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
