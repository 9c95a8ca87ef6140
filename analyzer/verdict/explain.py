"""Why a duty got its label: what every word, and everything around it, added to the model's scores.

The model is linear in both passes, so its scores are sums; an ``Explanation`` holds all the terms. Nothing in it is an
estimate: ``scores_of`` adds the terms up again, ``probabilities_of`` and ``label_of`` read the label off them.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np

from analyzer.errors import CorpusError
from analyzer.resources import resource
from analyzer.roles.context import is_role
from analyzer.roles.encoder import Floats, Vocabulary, tokens_of
from analyzer.roles.labels import label_sentences
from analyzer.roles.model import RoleModel, softmax
from analyzer.roles.words import stem
from analyzer.text.segment import segment
from analyzer.types import Label, LabeledSentence, Report, Sentence, Zone

SIMILAR_FROM = 0.32
"""A source phrase is told from this cosine on: below it, the two share only words that any duty could hold."""

SOURCE_NAMES: Mapping[str, str] = {
    "haughwout": "Haughwout",
    "dehaaff": "de Haaff",
    "community": "the community manager",
    "on-demand": "the on-demand service",
    "pragmatic": "Pragmatic Marketing",
    "moore": "Moore",
}
"""Short names of the documents, by their key in ``corpus/sources.toml``."""


class Part(StrEnum):
    """Where a contribution comes from, in words that a reader can follow."""

    WORDS = "its words"
    HEADING = "the heading above"
    FORM = "how it is set"
    HABIT = "how common the label is"
    FIRST_READING = "its words as first read"
    NEIGHBOURS = "the duties around it"
    SECTION = "the section"
    POSTING = "the posting as a whole"
    PLACE = "its place in the posting"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One term of the scores of both passes, one number a class.

    ``start`` and ``end`` are offsets of ``text`` in the report's text where the term is a word, of the sentence or of
    its heading; both are -1 otherwise. What stands around a sentence adds nothing to the first pass.
    """

    part: Part
    text: str
    start: int
    end: int
    first: tuple[float, ...]
    second: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SourcePhrase:
    """A duty in the words of a source document; ``label`` is a role or ``shared``."""

    id: str
    label: Label
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The source phrase nearest to a sentence, with the cosine of their idf-weighted stems."""

    phrase: SourcePhrase
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """All terms of the scores of one sentence.

    ``classes`` names the columns of every contribution; ``temperature`` and ``general_bias`` are the model's;
    ``sentence`` is an index into the report's sentences.
    """

    sentence: int
    label: Label
    classes: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    temperature: float
    general_bias: float
    nearest: Nearest | None = None


class Explainer:
    """Explains the duties of reports made with one model.

    Making one reads the phrases of the source documents, which speak of the built-in roles alone; raises CorpusError
    where they cannot be read.
    """

    def __init__(self, model: RoleModel) -> None:
        self.model = model
        self._phrases = PhraseIndex(() if model.taxonomy.own else source_phrases(), model.words)
        self._parts = _context_parts(model.classes)

    def __call__(self, report: Report, indices: Collection[int] | None = None) -> tuple[Explanation, ...]:
        """Explanations of the sentences with these indices, in order (default: every duty)."""
        return self.explain(segment(report.text), report.sentences, indices)

    def explain(
        self, raw: Sequence[Sentence], labeled: Sequence[LabeledSentence], indices: Collection[int] | None = None
    ) -> tuple[Explanation, ...]:
        """The same, from the sentences as cut and as labelled."""
        wanted = [i for i, s in enumerate(labeled) if (s.zone is Zone.DUTY if indices is None else i in indices)]
        if not wanted:
            return ()
        k = len(self.model.classes)
        around = self.model.context(softmax(self.model.base_scores([raw])[:, :k]), [raw])
        return tuple(self._explain(raw, labeled[i], i, around[i]) for i in wanted)

    def _explain(self, raw: Sequence[Sentence], labeled: LabeledSentence, index: int, around: Floats) -> Explanation:
        model = self.model
        terms = [*self._own(raw, index), *self._around(around)]
        roles = {labeled.label, Label(labeled.also.value) if labeled.also else labeled.label}
        nearest = self._phrases.nearest(labeled.text, roles)
        return Explanation(
            index, labeled.label, model.classes, tuple(terms), model.temperature, model.general_bias, nearest
        )

    def _own(self, raw: Sequence[Sentence], index: int) -> list[Contribution]:
        """Words, heading, form and intercepts, in both passes."""
        own, sentence, k = self.model.own_contributions(raw, index), raw[index], len(self.model.classes)
        terms = [_word(Part.WORDS, sentence, span, row, k) for span, row in zip(*own.words, strict=True)]
        heading = raw[sentence.heading] if sentence.heading >= 0 else None
        terms += [_word(Part.HEADING, heading, span, row, k) for span, row in zip(*own.heading, strict=True)]
        terms.append(_term(Part.FORM, own.form[:k], own.form[k:]))
        terms.append(_term(Part.HABIT, own.intercept[:k], own.intercept[k:]))
        return terms

    def _around(self, around: Floats) -> list[Contribution]:
        """What the second pass read in the first pass's probabilities, by part."""
        nothing = np.zeros(len(self.model.classes), dtype=np.float32)
        weights = self.model.context_weights
        return [_term(part, nothing, around[columns] @ weights[columns]) for part, columns in self._parts.items()]

    def reasons(self, report: Report) -> Report:
        """The report with the ``why`` of every duty filled: one to three short phrases."""
        sentences = list(report.sentences)
        for explanation in self(report):
            at = explanation.sentence
            sentences[at] = replace(sentences[at], why=short_reasons(explanation))
        return replace(report, sentences=tuple(sentences))


def _word(part: Part, sentence: Sentence | None, span: tuple[int, int], row: Floats, k: int) -> Contribution:
    if sentence is None:
        return _term(part, row[:k], row[k:])
    start, end = span
    text = sentence.text[start:end]
    return replace(_term(part, row[:k], row[k:]), text=text, start=sentence.start + start, end=sentence.start + end)


def _term(part: Part, first: Floats, second: Floats) -> Contribution:
    return Contribution(part, part.value, -1, -1, tuple(first.tolist()), tuple(second.tolist()))


def _context_parts(classes: Sequence[str]) -> dict[Part, list[int]]:
    """Columns of ``context_features`` by the part of the posting that they speak of."""
    k, r = len(classes), sum(map(is_role, classes))
    layout = (
        (Part.FIRST_READING, 2 * k),
        (Part.POSTING, k),
        (Part.SECTION, k),
        (Part.POSTING, r),
        (Part.SECTION, r),
        (Part.NEIGHBOURS, 5 * k),
        (Part.HEADING, k),
        (Part.PLACE, 1),
        (Part.POSTING, 1),
        (Part.SECTION, 1),
    )
    parts: dict[Part, list[int]] = {}
    at = 0
    for part, width in layout:
        parts.setdefault(part, []).extend(range(at, at + width))
        at += width
    return parts


def scores_of(explanation: Explanation) -> tuple[list[float], list[float]]:
    """The log-odds of the first and of the second pass, one number a class: the sums of the terms."""
    firsts = [term.first for term in explanation.contributions]
    seconds = [term.second for term in explanation.contributions]
    return [math.fsum(column) for column in zip(*firsts, strict=True)], [
        math.fsum(column) for column in zip(*seconds, strict=True)
    ]


def probabilities_of(explanation: Explanation) -> list[float]:
    """Probability of each class: the softmax of the second pass's log-odds over the temperature."""
    _, second = scores_of(explanation)
    top = max(second)
    odds = [math.exp((score - top) / explanation.temperature) for score in second]
    total = math.fsum(odds)
    return [odd / total for odd in odds]


def label_of(explanation: Explanation, sentence: Sentence, model: RoleModel) -> LabeledSentence:
    """The sentence as the pipeline labels it, from the terms of its explanation alone."""
    row = np.array([probabilities_of(explanation)], dtype=np.float32)
    [labeled] = label_sentences([sentence], row, model)
    return labeled


def strength(term: Contribution, column: int) -> tuple[float, float]:
    """How far a term moved the scores of a class, in both passes, against the mean of the others."""
    return _lead(term.first, column), _lead(term.second, column)


def _lead(values: Sequence[float], column: int) -> float:
    own = values[column]
    return own - (math.fsum(values) - own) / max(1, len(values) - 1)


def class_of(explanation: Explanation) -> int:
    """Column of the class behind the label: the label itself, or the likeliest of those that mean none."""
    if explanation.label is not Label.NONE:
        return explanation.classes.index(explanation.label.value)
    probabilities = probabilities_of(explanation)
    none = (k for k, name in enumerate(explanation.classes) if not is_role(name) and name != "shared")
    return max(none, key=lambda k: probabilities[k])


_MAX_WORDS = 4
_LEAST_OF_WORD, _OF_BEST_WORD = 0.3, 0.35
"""A word is named where it moved the label at least this far, and at least this much of what the strongest one did."""
_LEAST_OF_PART, _OF_OWN = 1.0, 0.3
"""A part is named where it moved the label at least this far, and at least this much of what the words did."""
_AROUND = (Part.NEIGHBOURS, Part.SECTION, Part.POSTING, Part.HEADING)


def short_reasons(explanation: Explanation) -> tuple[str, ...]:
    """One to three phrases: the words that moved the label, what stands around it, the nearest source phrase."""
    phrases, around = telling_phrases(explanation), telling_part(explanation)
    reasons = []
    if phrases:
        reasons.append(", ".join(f"“{phrase}”" for phrase in phrases))
    if around is not None:
        reasons.append(around.value)
    if explanation.nearest is not None:
        phrase = explanation.nearest.phrase
        reasons.append(f"like {SOURCE_NAMES.get(phrase.source, phrase.source)}: “{phrase.text}”")
    return tuple(reasons) or (Part.FIRST_READING.value,)


def telling_phrases(explanation: Explanation) -> tuple[str, ...]:
    """The words that moved the label most, in the order of the sentence, neighbours joined to phrases."""
    column = class_of(explanation)
    words = [term for term in explanation.contributions if term.part is Part.WORDS and term.start >= 0]
    moved = [sum(strength(term, column)) for term in words]
    best = max(moved, default=0.0)
    ranked = sorted(range(len(words)), key=lambda k: -moved[k])[:_MAX_WORDS]
    chosen = sorted(k for k in ranked if moved[k] >= max(_LEAST_OF_WORD, _OF_BEST_WORD * best))
    phrases: list[list[str]] = []
    for place, k in enumerate(chosen):
        text = words[k].text.strip(_MARKS)[:40]
        if place and chosen[place - 1] == k - 1 and _one_phrase(words[k - 1], words[k]):
            phrases[-1].append(text)
        else:
            phrases.append([text])
    return tuple(dict.fromkeys(" ".join(phrase) for phrase in phrases if any(phrase)))


_MARKS = "*_.,;:!?()[]{}\"'“”’‘ "


def _one_phrase(left: Contribution, right: Contribution) -> bool:
    """Whether two neighbouring words have but a space between them, so that a quote may join them."""
    return right.start - left.end == 1 and left.text[-1:] not in _MARKS and right.text[:1] not in _MARKS


def telling_part(explanation: Explanation) -> Part | None:
    """The part outside the sentence that moved the label most, or None where the words hardly needed it."""
    column = class_of(explanation)
    moved = dict.fromkeys(Part, 0.0)
    for term in explanation.contributions:
        moved[term.part] += strength(term, column)[1]
    part = max(_AROUND, key=lambda key: moved[key])
    own = moved[Part.WORDS] + moved[Part.FIRST_READING]
    return part if moved[part] >= max(_LEAST_OF_PART, _OF_OWN * own) else None


@lru_cache(maxsize=1)
def source_phrases() -> tuple[SourcePhrase, ...]:
    """The duties of the source documents. Raises CorpusError where their table is missing or malformed."""
    file = resource("corpus") / "source_phrases.tsv"
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
        return tuple(SourcePhrase(row["id"], Label(row["role"]), row["source"], row["duty"]) for row in rows)
    except (OSError, KeyError, ValueError) as error:
        raise CorpusError(f"{file}: cannot be read as the table of source phrases ({error})") from error


class PhraseIndex:
    """Finds the source phrase nearest to a sentence by the cosine of their idf-weighted stems.

    The idf is that of the stems among the model's training sentences; a stem it never met weighs as the rarest.
    """

    def __init__(self, phrases: Sequence[SourcePhrase], words: Vocabulary) -> None:
        idf = zip(words.names, words.idf.tolist(), strict=True)
        self._idf = {name[2:]: weight for name, weight in idf if name.startswith("s=")}
        self._rarest = max(self._idf.values(), default=1.0)
        self._vectors = [(phrase, self._vector(phrase.text)) for phrase in phrases]

    def nearest(self, text: str, labels: Collection[Label]) -> Nearest | None:
        """The nearest phrase of these labels, or None where none is similar enough."""
        vector = self._vector(text)
        near = [
            Nearest(phrase, _dot(vector, other))
            for phrase, other in self._vectors
            if phrase.label in labels and _kindred(vector, other)
        ]
        best = max(near, key=lambda item: item.similarity, default=None)
        return best if best is not None and best.similarity >= SIMILAR_FROM else None

    def _vector(self, text: str) -> dict[str, float]:
        stems = Counter(stem(word) for word in tokens_of(text) if word[0].isalpha())
        vector = {name: self._weight(name) for name in stems}
        norm = math.sqrt(math.fsum(weight**2 for weight in vector.values()))
        return {name: weight / norm for name, weight in vector.items()}

    def _weight(self, name: str) -> float:
        rarity: float = self._idf.get(name, self._rarest) - _COMMON
        return max(0.0, rarity) + 0.01


def _kindred(left: Mapping[str, float], right: Mapping[str, float]) -> bool:
    """Whether two texts share two stems that say something, or one that is nearly all that one of them says."""
    shared = [name for name in left if name in right and left[name] > _TELLING and right[name] > _TELLING]
    return len(shared) > 1 or any(max(left[name], right[name]) > _NEARLY_ALL for name in shared)


_TELLING, _NEARLY_ALL = 0.1, 0.85
"""Parts of a unit vector: a stem below the first says little, one above the second nearly all."""

_COMMON = 2.0
"""Stems of this idf and below (about four sentences in ten) say nothing of a duty."""


def _dot(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    return math.fsum(weight * right[name] for name, weight in left.items() if name in right)
