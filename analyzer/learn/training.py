"""The corpus → a model folder."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyzer.errors import CorpusError
from analyzer.learn.corpus import LabeledPosting, SourcePhrase, digest, read_corpus, read_source_phrases
from analyzer.learn.examples import examples
from analyzer.learn.own import ROLES_FILE, UNITS_FILE, own_examples, read_own, read_taxonomy
from analyzer.resources import resource
from analyzer.roles.classifier import RoleClassifier
from analyzer.roles.model import RoleModel
from analyzer.text.segment import segment
from analyzer.types import Sentence, Taxonomy

SETTINGS: dict[str, Any] = {"temperature": 1.5, "general_bias": 0.4}
"""Settings of the shipped model that differ from the estimator's defaults; chosen on gold/dev, see models/README.md."""

PHRASE_WEIGHT = 12.0
"""A source phrase counts like so many sentences: the documents define the roles, the corpus only widens them."""

LIVELY_WEIGHT = 0.5
"""A posting of the corpus's first, livelier part counts half: real ones are in the plain register of the rest."""

LIVELY_PARTS = frozenset(("pm", "pmm", "mm", "pjm", "cm", "mc", "oth", "mix"))
"""Prefixes of the ids of that part; see the datasheet, ``corpus/README.md``."""

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pystemmer")


def train(corpus: Path | None = None, name: str = "duties", **settings: Any) -> tuple[RoleModel, dict[str, Any]]:
    """Train on a corpus folder (default: the shipped one); returns the model and the facts for its ``model.json``.

    Deterministic: the same corpus, settings and library versions give the same arrays. A folder with a ``roles.toml``
    gives a model of its roles (see ``analyzer.learn.own``). Raises CorpusError.
    """
    folder = corpus or resource("corpus")
    taxonomy = read_taxonomy(folder)
    if taxonomy.own:
        return _train_own(folder, taxonomy, name, settings)
    postings = read_corpus(folder)
    phrases = read_source_phrases(folder)
    cut, tags = examples(postings)
    for sentences, phrase_tags in map(phrase_example, phrases):
        cut.append(sentences)
        tags.append(phrase_tags)
    weights = [LIVELY_WEIGHT if lively(posting.id) else 1.0 for posting in postings] + [PHRASE_WEIGHT] * len(phrases)
    classifier = RoleClassifier(name=name, **{**SETTINGS, **settings}).fit(cut, tags, weights)
    files = [*(folder / "postings").glob("*.txt"), folder / "source_phrases.tsv"]
    return classifier.model_, _facts(classifier, postings, files, len(phrases))


def _train_own(
    folder: Path, taxonomy: Taxonomy, name: str, settings: dict[str, Any]
) -> tuple[RoleModel, dict[str, Any]]:
    postings = read_own(folder, taxonomy)
    cut, tags = own_examples(postings, taxonomy)
    if len(cut) < RoleClassifier().folds:
        raise CorpusError(f"{folder}: {len(cut)} postings; give more, or duties without a posting in {UNITS_FILE}")
    classifier = RoleClassifier(name=name, **{**SETTINGS, **settings}).fit(cut, tags)
    files = [file for file in (folder / ROLES_FILE, folder / UNITS_FILE) if file.exists()]
    facts = _facts(classifier, postings, [*files, *(folder / "postings").glob("*.txt")], 0)
    return replace(classifier.model_, taxonomy=taxonomy), facts


def _facts(
    classifier: RoleClassifier, postings: Sequence[LabeledPosting], files: Sequence[Path], phrases: int
) -> dict[str, Any]:
    """What ``model.json`` says of how the model came to be."""
    return {
        "corpus": {
            "digest": digest(files),
            "postings": len(postings),
            "units": sum(len(posting.units) for posting in postings),
            "source_phrases": phrases,
        },
        "settings": classifier.get_params(),
        "trained_with": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def lively(posting_id: str) -> bool:
    """Whether a posting belongs to the corpus's livelier part."""
    return posting_id.partition("-")[0] in LIVELY_PARTS


def phrase_example(phrase: SourcePhrase) -> tuple[list[Sentence], list[str]]:
    """A source phrase as a one-duty posting of its own."""
    sentences = segment(phrase.text)
    return sentences, [phrase.role] * len(sentences)
