"""The corpus → a model folder."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyzer.errors import CorpusError
from analyzer.learn.corpus import (
    CONTRASTS_FILE,
    LabeledPosting,
    digest,
    read_contrasts,
    read_corpus,
    read_gold,
    read_source_phrases,
)
from analyzer.learn.examples import Examples, examples, joined
from analyzer.learn.own import ROLES_FILE, UNITS_FILE, own_examples, read_own, read_taxonomy
from analyzer.resources import resource
from analyzer.roles.classifier import RoleClassifier
from analyzer.roles.model import RoleModel
from analyzer.text.segment import segment
from analyzer.types import Taxonomy

SETTINGS: dict[str, Any] = {"temperature": 1.0, "general_bias": 0.4}
"""Settings of the shipped model that differ from the estimator's defaults; chosen on gold/dev, see models/README.md."""

PHRASE_WEIGHT = 12.0
"""A source phrase counts like so many sentences: the documents define the roles, the corpus only widens them."""

LIVELY_WEIGHT = 0.5
"""A posting of the corpus's first, livelier part counts half: real ones are in the plain register of the rest."""

LIVELY_PARTS = frozenset(("pm", "pmm", "mm", "pjm", "cm", "mc", "oth", "mix"))
"""Prefixes of the ids of that part; see the datasheet, ``corpus/README.md``."""

JOBS = 2
"""Processes that train at once; their number does not change what they train."""

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pystemmer", "thinc")


def train(
    corpus: Path | None = None, name: str = "duties", share: float = 1.0, gold: Path | None = None, **settings: Any
) -> tuple[RoleModel, dict[str, Any]]:
    """Train on a corpus folder (default: the shipped one); returns the model and the facts for its ``model.json``.

    ``share`` takes a part of the postings, the same ones each time, for learning curves; ``gold`` trains on a file of
    labelled postings instead, as a yardstick for the corpus; ``settings`` are parameters of ``RoleClassifier``.

    Deterministic: the same corpus, settings, library versions and kind of processor give the same arrays. A folder with
    a ``roles.toml`` gives a model of its roles (see ``analyzer.learn.own``). Raises CorpusError.
    """
    folder = corpus or resource("corpus")
    taxonomy = read_taxonomy(folder)
    if taxonomy.own:
        return _train_own(folder, taxonomy, name, settings)
    postings = _part(read_gold(gold) if gold else read_corpus(folder), share)
    phrases = [] if gold else read_source_phrases(folder)
    contrasts = [] if gold else read_contrasts(folder)
    duties = [one_duty(p.text, p.role) for p in phrases] + [one_duty(f"* {c.text}", c.role) for c in contrasts]
    weights = [LIVELY_WEIGHT if lively(posting.id) else 1.0 for posting in postings]
    weights += [PHRASE_WEIGHT] * len(phrases) + [1.0] * len(contrasts)
    seen = joined([examples(postings), *duties])
    classifier = RoleClassifier(name=name, jobs=JOBS, **{**SETTINGS, **settings}).fit(
        seen.sentences, seen.tags, weights, seen.also
    )
    parts = [*(folder / "postings").glob("*.txt"), folder / "source_phrases.tsv", folder / CONTRASTS_FILE]
    return classifier.model_, _facts(classifier, postings, [gold] if gold else parts, len(phrases), len(contrasts))


def _part(postings: list[LabeledPosting], share: float) -> list[LabeledPosting]:
    """Part of the postings, in their order: those whose ids hash lowest."""
    if share >= 1:
        return postings
    ranked = sorted(postings, key=lambda posting: hashlib.sha256(posting.id.encode()).digest())
    chosen = {posting.id for posting in ranked[: max(1, round(share * len(postings)))]}
    return [posting for posting in postings if posting.id in chosen]


def _train_own(
    folder: Path, taxonomy: Taxonomy, name: str, settings: dict[str, Any]
) -> tuple[RoleModel, dict[str, Any]]:
    postings = read_own(folder, taxonomy)
    seen = own_examples(postings, taxonomy)
    if len(seen.sentences) < RoleClassifier().folds:
        raise CorpusError(
            f"{folder}: {len(seen.sentences)} postings; give more, or duties without a posting in {UNITS_FILE}"
        )
    classifier = RoleClassifier(name=name, jobs=JOBS, **{**SETTINGS, **settings}).fit(
        seen.sentences, seen.tags, also=seen.also
    )
    files = [file for file in (folder / ROLES_FILE, folder / UNITS_FILE) if file.exists()]
    facts = _facts(classifier, postings, [*files, *(folder / "postings").glob("*.txt")])
    return replace(classifier.model_, taxonomy=taxonomy), facts


def _facts(
    classifier: RoleClassifier, postings: Sequence[LabeledPosting], files: Sequence[Path], phrases: int = 0,
    contrasts: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """What ``model.json`` says of how the model came to be."""
    return {
        "corpus": {
            "digest": digest(files),
            "postings": len(postings),
            "units": sum(len(posting.units) for posting in postings),
            "source_phrases": phrases,
            "contrasts": contrasts,
        },
        "settings": {key: value for key, value in classifier.get_params().items() if key != "jobs"},
        "trained_with": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def lively(posting_id: str) -> bool:
    """Whether a posting belongs to the corpus's livelier part."""
    return posting_id.partition("-")[0] in LIVELY_PARTS


def one_duty(text: str, role: str) -> Examples:
    """A duty as a posting of its own."""
    sentences = segment(text)
    return Examples([sentences], [[role] * len(sentences)], [[None] * len(sentences)])
