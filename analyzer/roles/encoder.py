"""Sentences → scores of a linear model, quickly: every raw token is looked up once and short vectors are summed.

Definitions. A feature f seen in df of n training sentences weighs idf(f) = ln((1 + n) / (1 + df)) + 1 (the smoothed
idf of scikit-learn). Features come in three blocks: words, stems and pairs of stems; character n-grams inside the
words; the first three words with their place. A block of a sentence is the vector of counts times idf, divided by
sqrt(sum of count * idf**2 + damping) and times the block's weight: close to cosine normalisation, and additive over
words. The damping keeps short sentences from shouting; figures for it stand in ``models/README.md``. Words of the
heading in force make a second such vector; form (bullet, position, length …) is a set of indicators. For the second
pass the word block is summed a second time, with learnt vectors of its features in place of the weights.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

import numpy as np
import numpy.typing as npt

from analyzer.roles.words import END, GRAM_LETTERS, GRAMS, START, bigram, stem, word_features, words_of
from analyzer.types import Form, Sentence, Zone

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

WORDS, CHARACTERS, OPENING = range(3)
BLOCK_WEIGHTS = (1.0, 0.7, 0.4)
BLOCK_DAMPING = (30.0, 30.0, 3.0)
HEADING_WEIGHT = 0.6
VECTOR_SCALE = 10.0
"""Features of the word block are this much larger where the second pass sums them up to a sentence's vector."""
FORM_WEIGHT = 0.5 / math.sqrt(12)
MIN_DF = {WORDS: 2, CHARACTERS: 3, OPENING: 2}
OPENING_WORDS = 3
_MAX_ROWS, _FIRST_ROWS = 150_000, 4096
_FEW_ROWS = 8192
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


_NONE: Ints = np.zeros(0, dtype=np.int64)
_NOTHING: Floats = np.zeros((0, 0), dtype=np.float32)


class TokenScorer:
    """Sums of a linear model's weights over the words of texts, for one vocabulary.

    ``coefficients`` has one row a feature and one column an output. ``vectors`` (features named by ``vector_columns``,
    numbers) add outputs of the word block alone, behind the others. Rows for raw tokens are computed when first met
    and kept, at most ``_MAX_ROWS`` of them. The score of a text is the same to the bit whatever it is scored with.
    """

    def __init__(
        self, vocabulary: Vocabulary, coefficients: Floats, vector_columns: Ints = _NONE, vectors: Floats = _NOTHING
    ) -> None:
        names, blocks = vocabulary.names, vocabulary.blocks()
        # For each feature its weights and, last, its square: sums of rows give scores and norms at once. Rows of the
        # word block stand in a table of their own, since they alone are followed by a vector.
        weighed = coefficients * (vocabulary.idf * np.array(BLOCK_WEIGHTS, dtype=np.float32)[blocks])[:, None]
        squares = (vocabulary.idf**2)[:, None]
        of_words = np.flatnonzero(blocks == WORDS)
        rest = np.flatnonzero(blocks != WORDS)
        self._outputs, self._vector = coefficients.shape[1], vectors.shape[1]
        self._table = np.concatenate([weighed[rest], squares[rest]], axis=1, dtype=np.float32)
        self._words = np.zeros((len(of_words), self._outputs + self._vector + 1), dtype=np.float32)
        self._words[:, : self._outputs], self._words[:, -1:] = weighed[of_words], squares[of_words]
        at = np.searchsorted(of_words, vector_columns)
        self._words[at, self._outputs : -1] = vectors * vocabulary.idf[vector_columns, None]
        self._columns = {names[column]: row for row, column in enumerate(of_words.tolist())}
        others = {names[column]: row for row, column in enumerate(rest.tolist())}
        self._grams = _GramIndex([(name[2:], row) for name, row in others.items() if name[0] == "c"])
        self._index_bigrams()
        self._index_openings([(int(name[0]), name[2:], row) for name, row in others.items() if name[0].isdigit()])
        self._reset()

    def _index_bigrams(self) -> None:
        """Bigram features as sorted integer keys, left stem times the number of stems plus right stem."""
        pairs = [name[2:].split("_", 1) for name in self._columns if name[0] == "b"]
        columns = [row for name, row in self._columns.items() if name[0] == "b"]
        stems = sorted({part for pair in pairs for part in pair})
        self._stem_ids = {name: number for number, name in enumerate(stems, 1)}
        self._stride = len(stems) + 1
        keys = np.array(
            [self._stem_ids[left] * self._stride + self._stem_ids[right] for left, right in pairs] or [-1],
            dtype=np.int64,
        )
        order = np.argsort(keys, kind="stable")
        self._bigram_keys = keys[order]
        self._bigram_columns = np.array(columns or [0], dtype=np.int64)[order]
        self._start, self._end = self._stem_ids.get(START, 0), self._stem_ids.get(END, 0)

    def _index_openings(self, names: Sequence[tuple[int, str, int]]) -> None:
        """Columns of the first words by place and number of the word; the last number is that of any other word."""
        self._opening_ids = {word: number for number, word in enumerate(sorted({word for _, word, _ in names}))}
        self._openings = np.full((OPENING_WORDS, len(self._opening_ids) + 1), -1, dtype=np.int64)
        for place, word, column in names:
            self._openings[place, self._opening_ids[word]] = column

    def _reset(self) -> None:
        self._rows = _Rows()
        # For each row the sum of the word block, then of the character block.
        self._sums = np.zeros((0, self._words.shape[1] + self._table.shape[1]), dtype=np.float32)
        self._stems = np.zeros((0, 2), dtype=np.int64)
        self._firsts = np.zeros((0, OPENING_WORDS), dtype=np.int64)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Scores of texts and behind them their vectors, shape (len(texts), outputs + numbers of a vector).

        An empty text scores by its bare boundaries.
        """
        if len(self._rows) > _MAX_ROWS:
            self._reset()
        tokens = [text.split() for text in texts]
        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        rows = np.fromiter(map(self._rows.__getitem__, chain.from_iterable(tokens)), np.int64, int(lengths.sum()))
        self._fill()
        wordy = rows >= 0
        owner = np.repeat(np.arange(len(lengths)), lengths)[wordy]
        return self._score(rows[wordy], np.bincount(owner, minlength=len(lengths)))

    def _score(self, rows: Ints, lengths: Ints) -> Floats:
        """Scores of texts that have so many of the rows each."""
        sums, width = _group_sums(self._sums, rows, lengths), self._words.shape[1]
        pairs = _group_sums(self._words, *self._bigrams(rows, lengths))
        scores = _damped(sums[:, :width] + pairs, WORDS)
        scores[:, : self._outputs] += _damped(sums[:, width:], CHARACTERS) + self._opening_scores(rows, lengths)
        return scores

    def _opening_scores(self, rows: Ints, lengths: Ints) -> Floats:
        """Scores of the first words with their places; a token may hold several words."""
        places = np.arange(OPENING_WORDS)
        at = np.minimum((np.cumsum(lengths) - lengths)[:, None] + places, max(len(rows) - 1, 0))
        words = self._firsts[rows[at]] if len(rows) else np.full((*at.shape, OPENING_WORDS), -1)
        words[places >= lengths[:, None]] = -1
        flat = words.reshape(len(lengths), -1)
        first = np.take_along_axis(flat, np.argsort(flat < 0, axis=1, kind="stable")[:, :OPENING_WORDS], axis=1)
        # No word at a place is -1, which finds the last column of the table: none.
        columns = self._openings[places, first]
        return _damped(_group_sums(self._table, columns[columns >= 0], (columns >= 0).sum(axis=1)), OPENING)

    def _bigrams(self, rows: Ints, lengths: Ints) -> tuple[Ints, Ints]:
        """Columns of the known pairs of neighbouring tokens, and how many of them each text has."""
        texts = np.arange(len(lengths))
        # One left and one right stem for each gap between tokens, the ends of the text included.
        place = np.arange(len(rows)) + np.repeat(texts, lengths)
        left = np.full(len(rows) + len(lengths), self._start, dtype=np.int64)
        right = np.full(len(rows) + len(lengths), self._end, dtype=np.int64)
        right[place], left[place + 1] = self._stems[rows].T
        left[np.cumsum(lengths) - lengths + texts] = self._start
        keys = left * self._stride + right
        # Searching in order is twice as fast, the sorting counted in.
        order, at = np.argsort(keys), np.empty_like(keys)
        at[order] = np.minimum(np.searchsorted(self._bigram_keys, keys[order]), len(self._bigram_keys) - 1)
        hit = np.flatnonzero(self._bigram_keys[at] == keys)
        counts = np.bincount(np.repeat(texts, lengths + 1)[hit], minlength=len(lengths))
        return self._bigram_columns[at[hit]], counts

    def contributions(self, text: str) -> tuple[list[tuple[int, int]], Floats]:
        """What each raw token adds to the scores of a text, its vector left out.

        Out: the tokens' offsets in the text, and an array (tokens, outputs) whose rows sum to the scores. A pair of
        neighbouring words counts half for each of the two, the first words' places for the first token; a text without
        a word is one row at (0, 0).
        """
        spans = [(*match.span(), self._rows[match[0]]) for match in _TOKEN.finditer(text)]
        self._fill()
        tokens = [token for token in spans if token[2] >= 0]
        rows, width = np.array([row for _, _, row in tokens], dtype=np.int64), self._words.shape[1]
        sums = self._sums[rows] if tokens else np.zeros((1, self._sums.shape[1]), dtype=np.float32)
        words = sums[:, : self._outputs].copy()
        word_norm, character_norm = float(sums[:, width - 1].sum()), float(sums[:, -1].sum())
        for gap in range(len(rows) + 1):
            column = self._bigram_between(rows, gap)
            if column is not None:
                word_norm += float(self._words[column, -1])
                beside = {max(gap - 1, 0), min(gap, len(words) - 1)}
                words[list(beside)] += self._words[column, : self._outputs] / len(beside)
        parts = words / np.float32(math.sqrt(word_norm + BLOCK_DAMPING[WORDS]))
        parts += sums[:, width:-1] / np.float32(math.sqrt(character_norm + BLOCK_DAMPING[CHARACTERS]))
        parts[0] += self._opening_scores(rows, np.array([len(rows)]))[0]
        return [(start, end) for start, end, _ in tokens] or [(0, 0)], parts.astype(np.float32)

    def _bigram_between(self, rows: Ints, gap: int) -> int | None:
        """Column of the pair of words around a gap, None where it is not known."""
        left = int(self._stems[rows[gap - 1], 1]) if gap else self._start
        right = int(self._stems[rows[gap], 0]) if gap < len(rows) else self._end
        key = left * self._stride + right
        at = int(np.searchsorted(self._bigram_keys, key))
        known = at < len(self._bigram_keys) and self._bigram_keys[at] == key
        return int(self._bigram_columns[at]) if known else None

    def _fill(self) -> None:
        """Compute the rows of the tokens that were met for the first time."""
        fresh = self._rows.take_fresh()
        if not fresh:
            return
        stop = len(self._rows.by_words)
        if stop > len(self._sums):
            room = max(stop, 2 * len(self._sums), _FIRST_ROWS)
            self._sums, self._stems, self._firsts = (
                np.concatenate([array, np.zeros((room - len(array), array.shape[1]), dtype=array.dtype)])
                for array in (self._sums, self._stems, self._firsts)
            )
        these, width = slice(stop - len(fresh), stop), self._words.shape[1]
        found = [self._word_columns(words) for words in fresh]
        lengths = np.fromiter(map(len, found), np.int64, len(found))
        columns = np.fromiter(chain.from_iterable(found), np.int64, int(lengths.sum()))
        self._sums[these, :width] = _group_sums(self._words, columns, lengths)
        self._sums[these, width:] = _group_sums(self._table, *self._grams.find(fresh))
        stems, other = self._stem_ids.get, len(self._opening_ids)
        self._stems[these] = [(stems(stem(words[0]), 0), stems(stem(words[-1]), 0)) for words in fresh]
        opening = self._opening_ids.get
        self._firsts[these] = [
            [opening(words[k], other) if k < len(words) else -1 for k in range(OPENING_WORDS)] for words in fresh
        ]

    def _word_columns(self, words: tuple[str, ...]) -> list[int]:
        """Columns of the words of one raw token, their stems, and their pairs."""
        names = [name for word in words for name in ("w=" + word, "s=" + stem(word))]
        if len(words) > 1:
            names += (bigram(left, right) for left, right in pairwise(words))
        return [column for column in map(self._columns.get, names) if column is not None]


class _GramIndex:
    """Finds the character n-grams of many words at once: as numbers, five bits a character under a leading one."""

    def __init__(self, grams: Sequence[tuple[str, int]]) -> None:
        keys = np.empty(len(grams), dtype=np.int64)
        lengths = np.array([len(gram) for gram, _ in grams], dtype=np.int64)
        for n in GRAMS:
            letters = _letters("".join(gram for gram, _ in grams if len(gram) == n)).reshape(-1, n)
            keys[lengths == n] = _gram_keys(letters.T)
        order = np.argsort(keys)
        self._keys = np.concatenate([keys[order], [-1]])
        self._columns = np.array([column for _, column in grams] + [-1], dtype=np.int64)[np.append(order, len(order))]

    def find(self, tokens: Sequence[tuple[str, ...]]) -> tuple[Ints, Ints]:
        """Columns of the n-grams in the words of each token, and how many each has; like ``character_grams``."""
        marked = [[f"<{word}>" for word in words if word[0].isalpha()] for words in tokens]
        words = list(chain.from_iterable(marked))
        letters = _letters("".join(words))
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(letters))
        padded = np.concatenate([letters, np.zeros(max(GRAMS), dtype=np.int64)])
        windows = [padded[k : k + len(letters)] for k in range(max(GRAMS))]
        # In order of place, then length, so that the columns of a word stand together.
        keys = np.stack([np.where(left >= n, _gram_keys(windows[:n]), -2) for n in GRAMS], axis=1)
        at = np.searchsorted(self._keys[:-1], keys)
        hit = self._keys[at] == keys
        spans = np.fromiter((sum(map(len, group)) for group in marked), np.int64, len(marked))
        return self._columns[at[hit]], _sums_by_group(hit.sum(axis=1), spans)


_LETTER_CODES = np.zeros(128, dtype=np.int64)
_LETTER_CODES[[ord(letter) for letter in GRAM_LETTERS]] = np.arange(1, len(GRAM_LETTERS) + 1)


def _letters(text: str) -> Ints:
    """Numbers below 32 for the letters of ``GRAM_LETTERS``."""
    numbers: Ints = _LETTER_CODES[np.frombuffer(text.encode("ascii"), dtype=np.uint8)]
    return numbers


def _gram_keys(letters: Sequence[Ints] | Ints) -> Ints:
    """Numbers of n-grams, whose first letters, second letters and so on are given."""
    keys = np.ones_like(letters[0])
    for column in letters:
        keys = keys << 5 | column
    return keys


def _sums_by_group(values: Ints, lengths: Ints) -> Ints:
    """Sums of whole numbers over consecutive groups of so many."""
    totals = np.concatenate(([0], np.cumsum(values)))
    ends = np.cumsum(lengths)
    result: Ints = totals[ends] - totals[ends - lengths]
    return result


class _Rows(dict[str, int]):
    """Raw token → number of its row, -1 where it holds no word; tokens of the same words share a row.

    A token met for the first time is numbered at once; its words wait in ``fresh`` for the row to be computed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.by_words: dict[tuple[str, ...], int] = {}
        self._fresh: list[tuple[str, ...]] = []

    def __missing__(self, raw: str) -> int:
        words = words_of.__wrapped__(raw)  # asked once a token; its row is what is kept
        row = self.by_words.get(words, -1) if words else -1
        if words and row < 0:
            row = self.by_words[words] = len(self.by_words)
            self._fresh.append(words)
        self[raw] = row
        return row

    def take_fresh(self) -> list[tuple[str, ...]]:
        """The words of the rows numbered since the last call, in order of their numbers."""
        fresh, self._fresh = self._fresh, []
        return fresh


def _damped(sums: Floats, block: int) -> Floats:
    """Scores of a block from its sums, the last column of which is the squared norm."""
    result: Floats = sums[:, :-1] / np.sqrt(sums[:, -1:] + np.float32(BLOCK_DAMPING[block]))
    return result


def _group_sums(table: Floats, rows: Ints, lengths: Ints) -> Floats:
    """Sums of the table's rows over consecutive groups of so many row numbers; an empty group sums to zero.

    Both ways add row after row in order, so that they agree to the bit; the sparse product is ten times as fast,
    but its library takes longer to load than a posting to read.
    """
    if len(rows) < _FEW_ROWS:
        sums = np.zeros((len(lengths), table.shape[1]), dtype=np.float32)
        np.add.at(sums, np.repeat(np.arange(len(lengths)), lengths), table[rows])
        return sums
    from scipy.sparse import csr_matrix

    ends = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    picked = csr_matrix(
        (np.ones(len(rows), dtype=np.float32), rows.astype(np.int32), ends), shape=(len(lengths), len(table))
    )
    result: Floats = picked @ table
    return result


def form_indicators(postings: Iterable[Sequence[Sentence]]) -> Floats:
    """Ones in the ``FORM_COLUMNS`` of all sentences of postings, flat: as ``form_columns``, many at once."""
    postings = list(postings)
    bits, *codes = _form_codes([sentence for sentences in postings for sentence in sentences], list(map(len, postings)))
    out: Floats = np.zeros((len(bits), len(FORM_COLUMNS) + 1), dtype=np.float32)
    out[:, : len(_FORM_BITS)] = _BITS[bits]
    rows = np.arange(len(bits))
    for begin, code in zip(_FORM_BEGINS, codes, strict=True):
        out[rows, begin + code] = 1
    return out[:, :-1]


def _form_codes(sentences: Sequence[Sentence], lengths: Sequence[int]) -> tuple[Ints, ...]:
    """For all sentences the bits of their form, and their places within the five groups of columns behind these."""
    n = len(sentences)
    total = np.repeat(np.array(lengths, dtype=np.int64), lengths)
    index = np.arange(n) - np.repeat(np.cumsum(lengths, dtype=np.int64) - lengths, lengths)
    form = np.fromiter([s.form for s in sentences], np.int64, n)
    section = np.fromiter([_SECTION_CODE[s.section] for s in sentences], np.int64, n)
    spaces = np.fromiter([s.text.count(" ") for s in sentences], np.int64, n)
    ending = np.fromiter([_ENDINGS_MET[s.text[-1]] for s in sentences], np.int64, n)
    heading = np.fromiter([s.heading for s in sentences], np.int64, n)
    return (
        form,
        2 * section + ((form & _BULLET) == 0),
        np.minimum(_LENGTHS - 1, spaces // 4),
        _QUARTERS * index // np.maximum(total, 1),
        ending,
        # The last column, dropped at the end, is that of a sentence under a heading.
        np.where(heading == index, 0, np.where(heading < 0, 1, 2)),
    )


class _EndingCodes(dict[str, int]):
    """Code of a sentence's last character."""

    def __missing__(self, last: str) -> int:
        code = self[last] = 0 if last.isalnum() else _ENDING_CODE.get(last, len(_ENDINGS) + 1)
        return code


_ENDINGS_MET = _EndingCodes()

_BITS: Floats = np.array([[number & bit.value > 0 for bit in _FORM_BITS] for number in range(256)], dtype=np.float32)
_FORM_BEGINS = tuple(accumulate((2 * len(_SECTIONS), _LENGTHS, _QUARTERS, len(_ENDINGS) + 2), initial=len(_FORM_BITS)))
