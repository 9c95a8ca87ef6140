"""Results of uploads: files of a temporary folder that go after half an hour, on request, or with the service."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import time
from pathlib import Path

from analyzer.web.settings import Settings

_TOKEN = re.compile(r"[0-9a-f]{32}")


class Spool:
    """A folder of results, one sub-folder an upload, found only by who knows its token (128 random bits).

    Several workers share ``settings.spool``; without one the spool has a folder of its own, made at the first upload.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._own: Path | None = None

    def create(self) -> tuple[str, Path]:
        """Token and new folder of an upload; what is too old is removed on the way."""
        root = self._root()
        self.sweep()
        token = secrets.token_hex(16)
        folder = root / token
        folder.mkdir(mode=0o700)
        return token, folder

    def find(self, token: str) -> Path | None:
        """Folder of a token, or None where it is unknown, too old or removed."""
        root = self._settings.spool or self._own
        if root is None or not _TOKEN.fullmatch(token):
            return None
        self.sweep()
        folder = root / token
        return folder if folder.is_dir() else None

    def remove(self, token: str) -> None:
        """Remove what was kept for a token."""
        folder = self.find(token)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what is older than the settings allow."""
        oldest = time.time() - self._settings.keep_seconds
        for folder in self._root().iterdir():
            if _TOKEN.fullmatch(folder.name) and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove the spool's own folder."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            self._own = None

    def _root(self) -> Path:
        if self._settings.spool is not None:
            return self._settings.spool
        if self._own is None:
            self._own = Path(tempfile.mkdtemp(prefix="analyzer-"))
        return self._own
