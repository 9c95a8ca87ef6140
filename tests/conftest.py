"""Shared fixtures: the shipped model once, and where the measuring data lies when it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.pipeline import Analyzer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The pipeline with the shipped model."""
    return Analyzer()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with gold postings; tests that measure skip where it is not there."""
    if not (SHARED / "gold" / "dev.jsonl").exists():
        pytest.skip(f"measuring data is not there: {SHARED}")
    return SHARED
