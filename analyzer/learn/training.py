"""The corpus → a model folder."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyzer.learn.corpus import SourcePhrase, count, digest, read_corpus, read_source_phrases
from analyzer.learn.examples import examples
from analyzer.resources import resource
from analyzer.roles.classifier import RoleClassifier
from analyzer.roles.model import RoleModel
from analyzer.text.segment import segment
from analyzer.types import Sentence

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

    Deterministic: the same corpus, settings and library versions give the same arrays. Raises CorpusError.
    """
    folder = corpus or resource("corpus")
    postings = read_corpus(folder)
    phrases = read_source_phrases(folder)
    cut, tags = examples(postings)
    for sentences, phrase_tags in map(phrase_example, phrases):
        cut.append(sentences)
        tags.append(phrase_tags)
    weights = [LIVELY_WEIGHT if lively(posting.id) else 1.0 for posting in postings] + [PHRASE_WEIGHT] * len(phrases)
    classifier = RoleClassifier(name=name, **{**SETTINGS, **settings}).fit(cut, tags, weights)
    facts = {
        "corpus": {
            "digest": digest([*(folder / "postings").glob("*.txt"), folder / "source_phrases.tsv"]),
            "postings": len(postings),
            "units": count(postings)["units"],
            "source_phrases": len(phrases),
        },
        "settings": classifier.get_params(),
        "trained_with": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }
    return classifier.model_, facts


def lively(posting_id: str) -> bool:
    """Whether a posting belongs to the corpus's livelier part."""
    return posting_id.partition("-")[0] in LIVELY_PARTS


def phrase_example(phrase: SourcePhrase) -> tuple[list[Sentence], list[str]]:
    """A source phrase as a one-duty posting of its own."""
    sentences = segment(phrase.text)
    return sentences, [phrase.role] * len(sentences)
