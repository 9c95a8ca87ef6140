"""The one loaded model, off the event loop: work of all requests runs on one thread, in the order it came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from analyzer.errors import AnalyzerError, InputError
from analyzer.pipeline import Analyzer
from analyzer.web.settings import Settings

T = TypeVar("T")


class TooLargeError(InputError):
    """A posting longer than the service takes."""

    code = "too-large"


class UnreadableError(InputError):
    """An upload in a format that cannot be read."""

    code = "unreadable"


class BusyError(AnalyzerError):
    """The work did not end in time."""

    code = "busy"


class Engine:
    """An analyzer that only one thread touches, because its caches are not safe between threads."""

    def __init__(self, analyzer: Analyzer, settings: Settings) -> None:
        self.analyzer, self.settings = analyzer, settings
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[Analyzer], T]) -> T:
        """The result of ``work(analyzer)``. Raises BusyError where it takes longer than the settings allow."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analyzer")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.settings.work_seconds):
                return await loop.run_in_executor(self._pool, work, self.analyzer)
        except TimeoutError:
            raise BusyError("The service is busy with other postings. Please try again in a few seconds.") from None

    def close(self) -> None:
        """Let the thread go; work that has not begun is dropped. The next ``run`` starts a new one."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
