"""The trained model: plain arrays that label sentences, and their storage.

A model is two files: ``NAME.npz`` with arrays only (read with ``allow_pickle=False``, so that no code in it can run)
and ``model.json`` beside it with names, versions, settings, figures and the SHA-256 of the arrays.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.errors import ModelError
from analyzer.resources import resource
from analyzer.roles.context import ContextNetwork
from analyzer.roles.encoder import FORM_WEIGHT, Floats, TokenScorer, Vocabulary, form_columns, form_indicators
from analyzer.roles.own import taxonomy_from, taxonomy_to
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Sentence, Taxonomy, Zone

FORMAT = 2
"""Version of the layout of the arrays; a model of another one must be retrained."""

_ARRAYS = ("word_idf", "word_weights", "heading_idf", "heading_weights", "form_weights", "intercepts", "vectors")
_NETWORK = "network_"
_MAX_CACHED_TEXTS = 200_000


@dataclass(frozen=True)
class RoleModel:
    """Weights of both passes, for K classes.

    The word, heading and form weights and the intercepts have K columns, those of the first pass; ``vectors`` are word
    vectors of the features of ``words`` that ``vector_columns`` names, those of all networks of the second pass side by
    side.

    ``temperature`` divides the second pass's log-odds; ``general_bias`` multiplies the probability of a general
    duty when a label is chosen. Both are set on held-out data. ``taxonomy`` tells what its roles are.
    """

    classes: tuple[str, ...]
    words: Vocabulary
    headings: Vocabulary
    word_weights: Floats
    heading_weights: Floats
    form_weights: Floats
    intercepts: Floats
    vector_columns: npt.NDArray[np.int64]
    vectors: Floats
    network: ContextNetwork
    temperature: float = 1.0
    general_bias: float = 1.0
    name: str = "untitled"
    digest: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)
    taxonomy: Taxonomy = TAXONOMY

    def __post_init__(self) -> None:
        words = TokenScorer(self.words, self.word_weights, self.vector_columns, self.vectors)
        object.__setattr__(self, "_words", words)
        object.__setattr__(self, "_headings", TokenScorer(self.headings, self.heading_weights))
        object.__setattr__(self, "_word_cache", _TextCache(len(self.classes) + self.vectors.shape[1]))
        object.__setattr__(self, "_heading_cache", _TextCache(len(self.classes)))

    @property
    def version(self) -> str:
        """``name@digest``, as reports carry it."""
        return f"{self.name}@{self.digest[:12]}"

    def probabilities(self, postings: Sequence[Sequence[Sentence]]) -> Floats:
        """Class probabilities, shape (sentences of all postings, K), rows in order of postings and sentences."""
        if not any(postings):
            return np.zeros((0, len(self.classes)), dtype=np.float32)
        scores = self.second_scores(
            self.read(postings), [len(posting) for posting in postings], heading_indices(postings)
        )
        return softmax(scores / np.float32(self.temperature))

    def read(self, postings: Sequence[Sequence[Sentence]]) -> Reading:
        """What the second pass takes of every sentence by itself."""
        word_cache: _TextCache = self._word_cache  # type: ignore[attr-defined]
        heading_cache: _TextCache = self._heading_cache  # type: ignore[attr-defined]
        words: TokenScorer = self._words  # type: ignore[attr-defined]
        headings: TokenScorer = self._headings  # type: ignore[attr-defined]
        k = len(self.classes)
        own = word_cache.lookup([s.text for posting in postings for s in posting], words.scores)
        heads = [posting[s.heading].text if s.heading >= 0 else "" for posting in postings for s in posting]
        form = form_indicators(postings)
        of_form = form @ self.form_weights * np.float32(FORM_WEIGHT)
        scores = own[:, :k] + heading_cache.lookup(heads, headings.scores) + of_form + self.intercepts
        members = self.network.members
        return Reading(scores, form, own[:, k:].reshape(len(own), members, self.vectors.shape[1] // members))

    def second_scores(self, reading: Reading, lengths: Sequence[int], headings: npt.NDArray[np.int64]) -> Floats:
        """Log-odds of the second pass, shape (sentences, K), of postings of these lengths, headings as indices."""
        return self.network.scores(softmax(reading.scores), reading.form, reading.words, lengths, headings)

    def own_contributions(self, posting: Sequence[Sentence], index: int) -> OwnContributions:
        """What words, heading and form of one sentence of a posting add to the log-odds of the first pass."""
        sentence = posting[index]
        heading = posting[sentence.heading].text if sentence.heading >= 0 else ""
        words: TokenScorer = self._words  # type: ignore[attr-defined]
        headings: TokenScorer = self._headings  # type: ignore[attr-defined]
        columns = form_columns(sentence, index, len(posting))
        form: Floats = self.form_weights[columns].sum(axis=0) * np.float32(FORM_WEIGHT)
        own, above = words.contributions(sentence.text), headings.contributions(heading)
        return OwnContributions(own, above, form, self.intercepts)

    def save(self, folder: Path, **facts: Any) -> str:
        """Write both files into ``folder``; returns the digest. ``facts`` go into ``model.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        payload = self._payload()
        digest = hashlib.sha256(payload).hexdigest()
        (folder / f"{self.name}.npz").write_bytes(payload)
        head = {
            "name": self.name, "format": FORMAT, "digest": digest, "classes": list(self.classes),
            "temperature": self.temperature, "general_bias": self.general_bias, **facts,
        }  # fmt: skip
        if self.taxonomy.own:
            head["taxonomy"] = taxonomy_to(self.taxonomy)
        (folder / "model.json").write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")
        return digest

    def _payload(self) -> bytes:
        """The arrays as one compressed archive whose bytes depend on nothing but their values."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "word_idf": self.words.idf, "word_weights": self.word_weights.astype(np.float16),
            "heading_idf": self.headings.idf, "heading_weights": self.heading_weights.astype(np.float16),
            "form_weights": self.form_weights, "intercepts": self.intercepts,
            "vector_columns": self.vector_columns.astype(np.int32), "vectors": self.vectors.astype(np.float16),
            "word_names": _packed(self.words.names), "heading_names": _packed(self.headings.names),
            **{_NETWORK + key: array for key, array in self.network.arrays().items()},
        }  # fmt: skip
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for key, array in sorted(arrays.items()):
                buffer = io.BytesIO()
                np.save(buffer, array, allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{key}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)
        return target.getvalue()


@dataclass(frozen=True, slots=True)
class OwnContributions:
    """Exact parts of the log-odds of a sentence's first reading: all rows of all parts sum to them.

    ``words`` and ``heading`` are offsets of tokens in their text with an array (tokens, K); ``form`` and ``intercept``
    are vectors of K.
    """

    words: tuple[list[tuple[int, int]], Floats]
    heading: tuple[list[tuple[int, int]], Floats]
    form: Floats
    intercept: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of n sentences before their neighbours are looked at.

    ``scores`` (n, K) log-odds of the first pass; ``form`` (n, form columns) and ``words`` (n, M, E) as
    ``ContextNetwork`` takes them.
    """

    scores: Floats
    form: Floats
    words: Floats

    def take(self, rows: Sequence[int]) -> Reading:
        """The same of some of the sentences, in this order."""
        return Reading(self.scores[rows], self.form[rows], self.words[rows])


class _TextCache:
    """Scores of texts met before: three in ten sentences of scraped listings repeat."""

    def __init__(self, width: int) -> None:
        self._known = _Numbers()
        self._scores = np.zeros((0, width), dtype=np.float32)

    def lookup(self, texts: Sequence[str], score: Callable[[Sequence[str]], Floats]) -> Floats:
        if len(self._known) > _MAX_CACHED_TEXTS:
            self._known = _Numbers()
            self._scores = self._scores[:0]
        base = len(self._known)
        numbers = np.fromiter(map(self._known.__getitem__, texts), np.int64, len(texts))
        if len(self._known) > base:
            self._store(base, score(list(islice(self._known, base, None))))
        result: Floats = self._scores[numbers]
        return result

    def _store(self, base: int, scores: Floats) -> None:
        need = base + len(scores)
        if need > len(self._scores):
            grown = np.zeros((max(need, 2 * len(self._scores)), self._scores.shape[1]), dtype=np.float32)
            grown[:base] = self._scores[:base]
            self._scores = grown
        self._scores[base:need] = scores


class _Numbers(dict[str, int]):
    """Text → its number, in the order in which texts are first asked for."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


def heading_indices(postings: Sequence[Sequence[Sentence]]) -> npt.NDArray[np.int64]:
    """Index of each sentence's heading among the sentences of all postings, -1 where there is none."""
    indices, base = [], 0
    for posting in postings:
        indices += [base + s.heading if s.heading >= 0 else -1 for s in posting]
        base += len(posting)
    return np.array(indices, dtype=np.int64)


def softmax(logits: Floats) -> Floats:
    """Row-wise softmax."""
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = exp / exp.sum(axis=1, keepdims=True)
    return result


def is_role(name: str) -> bool:
    """Whether a class of a model is a role: neither a zone nor a duty that tells no single role."""
    return name not in _NO_ROLES


_NO_ROLES = frozenset((*map(str, Zone), "general", "shared"))


def role_columns(classes: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Names and columns of the classes that are labels (roles and shared), and columns of those that mean none."""
    named = [k for k, name in enumerate(classes) if is_role(name) or name == "shared"]
    none = [k for k in range(len(classes)) if k not in named]
    return [classes[k] for k in named], np.array(named), np.array(none)


def load_model(folder: Path | None = None) -> RoleModel:
    """Read a model folder (default: the shipped model).

    Raises ModelError, with the command that retrains, for a missing or damaged file, or another format.
    """
    folder = folder or resource("models")
    cure = "retrain with 'analyzer train --corpus corpus -o " + str(folder) + "'"
    try:
        head = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        name, version, digest = str(head["name"]), head["format"], str(head["digest"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / 'model.json'}: no readable model ({error.__class__.__name__}); {cure}") from error
    if version != FORMAT:
        raise ModelError(f"{folder}: model format {version}, this version reads {FORMAT}; {cure}")
    if "/" in name or "\\" in name:
        raise ModelError(f"{folder / 'model.json'}: a model's name is a plain file name, not {name!r}; {cure}")
    try:
        payload = (folder / f"{name}.npz").read_bytes()
    except OSError as error:
        raise ModelError(f"{folder / name}.npz: cannot be read; {cure}") from error
    if hashlib.sha256(payload).hexdigest() != digest:
        raise ModelError(f"{folder / name}.npz: its SHA-256 is not the one in model.json; {cure}")
    try:
        return _assemble(payload, head, name, digest)
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{folder / name}.npz: arrays are missing or malformed ({error}); {cure}") from error


def _assemble(payload: bytes, head: Mapping[str, Any], name: str, digest: str) -> RoleModel:
    with np.load(io.BytesIO(payload), allow_pickle=False) as archive:
        a = {key: archive[key].astype(np.float32) for key in _ARRAYS}
        network = {key[len(_NETWORK) :]: archive[key] for key in archive if key.startswith(_NETWORK)}
        vector_columns = archive["vector_columns"].astype(np.int64)
        word_names, heading_names = _unpacked(archive["word_names"]), _unpacked(archive["heading_names"])
    return RoleModel(
        classes=tuple(head["classes"]),
        words=Vocabulary(word_names, a["word_idf"]),
        headings=Vocabulary(heading_names, a["heading_idf"]),
        word_weights=a["word_weights"],
        heading_weights=a["heading_weights"],
        form_weights=a["form_weights"],
        intercepts=a["intercepts"],
        vector_columns=vector_columns,
        vectors=a["vectors"],
        network=ContextNetwork.from_arrays(network),
        temperature=float(head["temperature"]),
        general_bias=float(head["general_bias"]),
        name=name,
        digest=digest,
        card=dict(head),
        taxonomy=_taxonomy(head),
    )


def _taxonomy(head: Mapping[str, Any]) -> Taxonomy:
    """The roles that a model carries, else the built-in ones. Raises ValueError where its classes are others."""
    taxonomy = taxonomy_from(head["taxonomy"]) if "taxonomy" in head else TAXONOMY
    strangers = [name for name in head["classes"] if is_role(name) and name not in set(taxonomy)]
    if strangers:
        raise ValueError(f"no role is called {strangers[0]!r:.40}")
    return taxonomy


def _packed(names: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8)


def _unpacked(array: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    text = array.tobytes().decode("utf-8")
    return tuple(text.split("\n")) if text else ()
