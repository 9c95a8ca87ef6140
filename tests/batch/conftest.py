"""A small model trained here, on postings written here, and a file of them to run batches over."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_postings import labelled, write_postings

from analyzer.roles.classifier import RoleClassifier


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small model that tells the duties of the written postings apart."""
    folder = tmp_path_factory.mktemp("model")
    RoleClassifier(folds=2, name="small").fit(*labelled(range(100, 142))).model_.save(folder)
    return folder


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty postings as JSON Lines: two of them are rejects."""
    return write_postings(tmp_path_factory.mktemp("written") / "written.jsonl", 60)
