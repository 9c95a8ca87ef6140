"""Sentences → scores of a linear model, quickly: every raw token is looked up once and short vectors are summed.

Definitions. A feature f seen in df of n training sentences weighs idf(f) = ln((1 + n) / (1 + df)) + 1 (the smoothed
idf of scikit-learn). Features come in three blocks: words, stems and pairs of stems; character n-grams inside the
words; the first three words with their place. A block of a sentence is the vector of counts times idf, divided by
sqrt(sum of count * idf**2 + damping) and times the block's weight: close to cosine normalisation, and additive over
words. The damping keeps short sentences from shouting; figures for it stand in ``models/README.md``. Words of the
heading in force make a second such vector; form (bullet, position, length …) is a set of indicators.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analyzer.roles.words import END, START, bigram, stem, word_features, words_of
from analyzer.types import Form, Sentence, Zone

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

WORDS, CHARACTERS, OPENING = range(3)
BLOCK_WEIGHTS = (1.0, 0.7, 0.4)
BLOCK_DAMPING = (30.0, 30.0, 3.0)
HEADING_WEIGHT = 0.6
FORM_WEIGHT = 0.5 / math.sqrt(12)
MIN_DF = {WORDS: 2, CHARACTERS: 3, OPENING: 2}
OPENING_WORDS = 3
_MAX_ROWS = 400_000
_TOKEN = re.compile(r"\S+")

_FORM_BITS = tuple(bit for bit in Form if bit)
_SECTIONS: tuple[Zone | None, ...] = (None, *Zone)
_SECTION_CODE = {zone: code for code, zone in enumerate(_SECTIONS)}
_LENGTHS = 10
_QUARTERS = 4
_ENDINGS = ".:!?;),"
_ENDING_CODE = {sign: code for code, sign in enumerate(_ENDINGS, 1)}
_BULLET = int(Form.BULLET)
_FORM_NAMES: tuple[str, ...] = (
    *(f"form={bit.name}" for bit in _FORM_BITS),
    *(f"section={zone}/{place}" for zone in _SECTIONS for place in ("bullet", "prose")),
    *(f"length={k}" for k in range(_LENGTHS)),
    *(f"quarter={k}" for k in range(_QUARTERS)),
    *(f"ends={sign}" for sign in ("letter", *_ENDINGS, "other")),
    "heading=itself",
    "heading=none",
)
FORM_COLUMNS = {name: column for column, name in enumerate(_FORM_NAMES)}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Features of one kind of text in column order, with their idf weights."""

    names: tuple[str, ...]
    idf: Floats

    @classmethod
    def fit(cls, token_lists: Sequence[Sequence[str]]) -> Vocabulary:
        """Features that at least ``MIN_DF`` of the token lists hold."""
        frequency: Counter[str] = Counter()
        for tokens in token_lists:
            frequency.update(set(features_of(tokens)))
        names = tuple(sorted(name for name, count in frequency.items() if count >= MIN_DF[block_of(name)]))
        n = len(token_lists)
        idf = [math.log((1 + n) / (1 + frequency[name])) + 1 for name in names]
        return cls(names, np.array(idf, dtype=np.float32))

    def columns(self) -> dict[str, int]:
        """Column of each feature name."""
        return {name: column for column, name in enumerate(self.names)}

    def blocks(self) -> npt.NDArray[np.int64]:
        """Block of each column."""
        return np.array([block_of(name) for name in self.names], dtype=np.int64)


def block_of(name: str) -> int:
    """Block that a feature belongs to, told from its name."""
    if name[0] == "c":
        return CHARACTERS
    return OPENING if name[0].isdigit() else WORDS


def tokens_of(text: str) -> list[str]:
    """Normalised words and signs of a text, in order."""
    return [word for raw in text.split() for word in words_of(raw)]


def features_of(tokens: Sequence[str]) -> list[str]:
    """All features of a token list, repeated as often as they occur."""
    features = [feature for word in tokens for feature in word_features(word)]
    features += (bigram(left, right) for left, right in zip((START, *tokens), (*tokens, END), strict=True))
    features += (f"{place}={word}" for place, word in enumerate(tokens[:OPENING_WORDS]))
    return features


def form_columns(sentence: Sentence, index: int, total: int) -> list[int]:
    """Columns of the form indicators of the ``index``-th of ``total`` sentences of a posting."""
    names = [f"form={bit.name}" for bit in _FORM_BITS if sentence.form & bit]
    place = "bullet" if sentence.form & Form.BULLET else "prose"
    names.append(f"section={sentence.section}/{place}")
    names.append(f"length={min(_LENGTHS - 1, sentence.text.count(' ') // 4)}")
    names.append(f"quarter={_QUARTERS * index // total}")
    last = sentence.text[-1]
    names.append(f"ends={'letter' if last.isalnum() else last if last in _ENDINGS else 'other'}")
    if sentence.heading == index:
        names.append("heading=itself")
    elif sentence.heading < 0:
        names.append("heading=none")
    return [FORM_COLUMNS[name] for name in names]


class TokenScorer:
    """Sums of a linear model's weights over the words of texts, for one vocabulary.

    ``coefficients`` has one row a feature and one column an output. Rows for raw tokens are computed when first met
    and kept, at most ``_MAX_ROWS`` of them.
    """

    def __init__(self, vocabulary: Vocabulary, coefficients: Floats) -> None:
        self._columns = vocabulary.columns()
        self._blocks = vocabulary.blocks()
        self._squares = vocabulary.idf**2
        block_weights = np.array(BLOCK_WEIGHTS, dtype=np.float32)[self._blocks]
        self._weights = coefficients * (vocabulary.idf * block_weights)[:, None]
        self._outputs = coefficients.shape[1]
        self._index_bigrams(vocabulary)
        self._reset()

    def _index_bigrams(self, vocabulary: Vocabulary) -> None:
        """Bigram features as sorted integer keys, left stem times the number of stems plus right stem."""
        pairs = [name[2:].split("_", 1) for name in vocabulary.names if name[0] == "b"]
        columns = [column for column, name in enumerate(vocabulary.names) if name[0] == "b"]
        stems = sorted({part for pair in pairs for part in pair})
        self._stem_ids = {name: number for number, name in enumerate(stems, 1)}
        self._stride = len(stems) + 1
        keys = np.array(
            [self._stem_ids[left] * self._stride + self._stem_ids[right] for left, right in pairs] or [0],
            dtype=np.int64,
        )
        order = np.argsort(keys, kind="stable")
        self._bigram_keys = keys[order]
        self._bigram_columns = np.array(columns or [0], dtype=np.int64)[order]
        self._start, self._end = self._stem_ids.get(START, 0), self._stem_ids.get(END, 0)

    def _reset(self) -> None:
        self._rows: dict[str, int] = {}
        self._word_rows: dict[str, int] = {}
        # For each row: weights of the word block, then of the character block, then both blocks' squared norms.
        self._sums = np.zeros((4096, 2 * self._outputs + 2), dtype=np.float32)
        self._first = np.zeros(4096, dtype=np.int64)
        self._last = np.zeros(4096, dtype=np.int64)
        self._used = 0

    def scores(self, texts: Sequence[str]) -> Floats:
        """Scores of texts, shape (len(texts), outputs); an empty text scores by its bare boundaries."""
        if self._used > _MAX_ROWS:
            self._reset()
        rows: list[int] = []
        lengths = np.empty(len(texts), dtype=np.int64)
        openings: list[int] = []
        opening_lengths = np.empty(len(texts), dtype=np.int64)
        known = self._rows
        for number, text in enumerate(texts):
            before, opened = len(rows), len(openings)
            raws = text.split()
            for raw in raws:
                row = known.get(raw)
                if row is None:
                    row = self._add(raw)
                if row >= 0:
                    rows.append(row)
            openings += self._opening_columns(raws)
            lengths[number] = len(rows) - before
            opening_lengths[number] = len(openings) - opened
        words = self._word_scores(np.array(rows, dtype=np.int64), lengths)
        return words + self._opening_scores(np.array(openings, dtype=np.int64), opening_lengths)

    def _opening_columns(self, raws: Sequence[str]) -> list[int]:
        """Columns of the first words with their places."""
        words: list[str] = []
        for raw in raws:
            words += words_of(raw)
            if len(words) >= OPENING_WORDS:
                break
        names = (f"{place}={word}" for place, word in enumerate(words[:OPENING_WORDS]))
        return [column for column in map(self._columns.get, names) if column is not None]

    def _opening_scores(self, columns: Ints, lengths: Ints) -> Floats:
        ends = np.cumsum(lengths)
        norm = _segment_sums(self._squares[columns], ends, lengths)
        result: Floats = (
            _segment_sums(self._weights[columns], ends, lengths) / np.sqrt(norm + BLOCK_DAMPING[OPENING])[:, None]
        )
        return result

    def _word_scores(self, rows: Ints, lengths: Ints) -> Floats:
        """Scores of the word and the character block."""
        ends = np.cumsum(lengths)
        sums = _segment_sums(self._sums[rows], ends, lengths)
        gaps, columns = self._bigrams(rows, lengths)
        counts = np.bincount(gaps, minlength=len(lengths))
        n = self._outputs
        bigram_ends = np.cumsum(counts)
        words = sums[:, :n] + _segment_sums(self._weights[columns], bigram_ends, counts)
        word_norm = sums[:, 2 * n] + _segment_sums(self._squares[columns], bigram_ends, counts)
        result: Floats = (
            words / np.sqrt(word_norm + BLOCK_DAMPING[WORDS])[:, None]
            + sums[:, n : 2 * n] / np.sqrt(sums[:, 2 * n + 1] + BLOCK_DAMPING[CHARACTERS])[:, None]
        )
        return result

    def _bigrams(self, rows: Ints, lengths: Ints) -> tuple[Ints, Ints]:
        """Known pairs of neighbouring tokens: the text that each stands in, and its column."""
        owner = np.repeat(np.arange(len(lengths)), lengths)
        # One left and one right stem for each gap between tokens, the ends of the text included.
        size = len(rows) + len(lengths)
        left = np.full(size, self._start, dtype=np.int64)
        right = np.full(size, self._end, dtype=np.int64)
        place = np.arange(len(rows)) + owner
        left[place + 1] = self._last[rows]
        right[place] = self._first[rows]
        left[np.cumsum(lengths) - lengths + np.arange(len(lengths))] = self._start
        keys = left * self._stride + right
        at = np.minimum(np.searchsorted(self._bigram_keys, keys), len(self._bigram_keys) - 1)
        hit = np.flatnonzero(self._bigram_keys[at] == keys) if len(self._weights) else np.zeros(0, dtype=np.int64)
        return np.repeat(np.arange(len(lengths)), lengths + 1)[hit], self._bigram_columns[at[hit]]

    def contributions(self, text: str) -> tuple[list[tuple[int, int]], Floats]:
        """What each raw token adds to ``scores([text])[0]``.

        Out: the tokens' offsets in the text, and an array (tokens, outputs) whose rows sum to the scores. A pair of
        neighbouring words counts half for each of the two, the first words' places for the first token; a text without
        a word is one row at (0, 0).
        """
        spans = [(*match.span(), self._row(match[0])) for match in _TOKEN.finditer(text)]
        tokens = [token for token in spans if token[2] >= 0]
        rows = [row for _, _, row in tokens]
        n = self._outputs
        sums = self._sums[rows] if rows else np.zeros((1, 2 * n + 2), dtype=np.float32)
        words, word_norm = sums[:, :n].copy(), float(sums[:, 2 * n].sum())
        for gap in range(len(rows) + 1):
            left = int(self._last[rows[gap - 1]]) if gap else self._start
            right = int(self._first[rows[gap]]) if gap < len(rows) else self._end
            column = self._bigram_column(left, right)
            if column is not None:
                word_norm += float(self._squares[column])
                beside = {max(gap - 1, 0), min(gap, len(words) - 1)}
                words[list(beside)] += self._weights[column] / len(beside)
        parts = words / np.float32(math.sqrt(word_norm + BLOCK_DAMPING[WORDS]))
        parts += sums[:, n : 2 * n] / np.float32(math.sqrt(float(sums[:, 2 * n + 1].sum()) + BLOCK_DAMPING[CHARACTERS]))
        opening = np.array(self._opening_columns(text.split()), dtype=np.int64)
        parts[0] += self._opening_scores(opening, np.array([len(opening)]))[0]
        return [(start, end) for start, end, _ in tokens] or [(0, 0)], parts.astype(np.float32)

    def _row(self, raw: str) -> int:
        row = self._rows.get(raw)
        return self._add(raw) if row is None else row

    def _bigram_column(self, left: int, right: int) -> int | None:
        key = left * self._stride + right
        at = int(np.searchsorted(self._bigram_keys, key))
        known = at < len(self._bigram_keys) and self._bigram_keys[at] == key and len(self._weights) > 0
        return int(self._bigram_columns[at]) if known else None

    def _add(self, raw: str) -> int:
        """Row of a raw token met for the first time; -1 where it holds no word."""
        words = words_of(raw)
        if not words:
            self._rows[raw] = -1
            return -1
        if len(words) == 1:
            row = self._word_rows.get(words[0])
            if row is None:
                row = self._word_rows[words[0]] = self._new_row(words)
        else:
            row = self._new_row(words)
        self._rows[raw] = row
        return row

    def _new_row(self, words: tuple[str, ...]) -> int:
        features = [feature for word in words for feature in word_features(word)]
        features += (bigram(left, right) for left, right in pairwise(words))
        columns = np.array([c for c in map(self._columns.get, features) if c is not None], dtype=np.int64)
        characters = self._blocks[columns] == CHARACTERS
        if self._used == len(self._sums):
            self._grow()
        row, n = self._used, self._outputs
        self._used += 1
        for block, chosen in enumerate((columns[~characters], columns[characters])):
            self._sums[row, block * n : (block + 1) * n] = self._weights[chosen].sum(axis=0)
            self._sums[row, 2 * n + block] = self._squares[chosen].sum()
        self._first[row] = self._stem_ids.get(stem(words[0]), 0)
        self._last[row] = self._stem_ids.get(stem(words[-1]), 0)
        return row

    def _grow(self) -> None:
        self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
        self._first = np.concatenate([self._first, np.zeros_like(self._first)])
        self._last = np.concatenate([self._last, np.zeros_like(self._last)])


def _segment_sums(values: npt.NDArray[np.float32], ends: Ints, lengths: Ints) -> Floats:
    """Sums of consecutive groups of rows; an empty group sums to zero."""
    shape = (len(lengths), *values.shape[1:])
    sums = np.zeros(shape, dtype=np.float32)
    filled = np.flatnonzero(lengths)
    if len(filled):
        sums[filled] = np.add.reduceat(values, (ends - lengths)[filled], axis=0)
    return sums


def form_scores(tables: Sequence[Floats], postings: Iterable[Sequence[Sentence]]) -> Floats:
    """Sums of form weights for all sentences of postings, flat; ``tables`` are those of ``form_tables``."""
    rows = [
        _form_codes(sentence, index, len(sentences))
        for sentences in postings
        for index, sentence in enumerate(sentences)
    ]
    codes = np.array(rows, dtype=np.int64).reshape(len(rows), len(tables))
    result: Floats = np.zeros((len(rows), tables[0].shape[1]), dtype=np.float32)
    for table, column in zip(tables, codes.T, strict=True):
        result += table[column]
    return result * np.float32(FORM_WEIGHT)


def _form_codes(sentence: Sentence, index: int, total: int) -> tuple[int, int, int, int, int, int]:
    """Rows of one sentence in each of ``form_tables``; the same indicators as ``form_columns``."""
    form, heading = int(sentence.form), sentence.heading
    return (
        form,
        2 * _SECTION_CODE[sentence.section] + (not form & _BULLET),
        min(_LENGTHS - 1, sentence.text.count(" ") // 4),
        _QUARTERS * index // total,
        _ending(sentence.text[-1]),
        1 if heading == index else 2 if heading < 0 else 0,
    )


def _ending(last: str) -> int:
    """Code of a sentence's last character."""
    return 0 if last.isalnum() else _ENDING_CODE.get(last, len(_ENDINGS) + 1)


def form_tables(weights: Floats) -> tuple[Floats, ...]:
    """Form weights (rows are ``FORM_COLUMNS``) by the six codes of a sentence; the first has every mix of form bits."""
    bits = np.zeros((256, weights.shape[1]), dtype=np.float32)
    for number in range(256):
        columns = [FORM_COLUMNS[f"form={bit.name}"] for bit in _FORM_BITS if number & bit.value]
        bits[number] = weights[columns].sum(axis=0)
    begin = len(_FORM_BITS)
    tables = [bits]
    for size in (2 * len(_SECTIONS), _LENGTHS, _QUARTERS, len(_ENDINGS) + 2):
        tables.append(weights[begin : begin + size])
        begin += size
    return (*tables, np.concatenate([np.zeros_like(weights[:1]), weights[begin:]]))
