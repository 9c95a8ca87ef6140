"""What the service allows: names it answers to, and limits of size, time and number."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import SettingsError

ALLOW_HOSTS = "ANALYZER_ALLOW_HOSTS"
"""Environment variable: further host names, with commas between them."""

SPOOL = "ANALYZER_SPOOL"
"""Environment variable: folder for the results of uploads; workers of one service share it."""

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of one worker process.

    ``hosts`` are the names it answers to besides this machine's own, lower case and without a port. Sizes are bytes
    of a request's body, ``max_text`` code points of one posting, times seconds. ``spool`` is a folder for results of
    uploads, or None for a temporary one that goes with the application.
    """

    hosts: frozenset[str] = frozenset()
    max_body: int = 6_000_000
    max_upload: int = 30_000_000
    max_text: int = 400_000
    max_fields: int = 3_000
    max_postings: int = 20_000
    max_api_postings: int = 1_000
    body_seconds: float = 30.0
    work_seconds: float = 20.0
    upload_seconds: float = 600.0
    keep_seconds: float = 1_800.0
    at_once: int = 64
    uploads_at_once: int = 2
    spool: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings with hosts and spool folder as the environment names them. Raises SettingsError for a bad name."""
        names = [name.strip() for name in environment.get(ALLOW_HOSTS, "").split(",") if name.strip()]
        spool = environment.get(SPOOL)
        return cls(hosts=frozenset(host_name(name) for name in names), spool=Path(spool) if spool else None)


def host_name(name: str) -> str:
    """A host name in lower case. Raises SettingsError where it is an address of a page, a pattern or empty.

    >>> host_name("Jobs.Example.org")
    'jobs.example.org'
    """
    bare = name.strip().lower().strip("[]")
    if not bare or any(sign in bare for sign in "/*@ ?#") or (bare.count(":") == 1):
        raise SettingsError(
            f"{name!r} is no host name; write it without scheme, port and wildcard, as in jobs.example.org"
        )
    return bare
