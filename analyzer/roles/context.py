"""The second pass: a small network that reads every sentence in its place among the others of its posting.

For each sentence it takes the first pass's probabilities, those of the heading above, the sentence's form, and a short
vector of its words (a learnt sum over stems and pairs of stems). A maxout layer makes one vector of these; the mean of
the posting and the heading's vector are added; then windows of three neighbouring sentences are read, layer on layer,
each added to what was there (maxout and residual windows as in spaCy's tok2vec, over sentences in place of tokens).
Several networks that differ in their random start are averaged. The title is not read: it would hide the mismatch that
we look for.

Inference is plain numpy; ``analyzer.roles.context_training`` trains it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PIECES = 2
"""Pieces of a maxout unit: its value is the largest of so many linear ones."""

_FLOOR = 1e-3
_LOG_SCALE = 1 / 3
_EPSILON = 1e-8


@dataclass(frozen=True, slots=True)
class ContextNetwork:
    """Weights of M networks, stacked along the first axis: K classes, E numbers of a word vector, H hidden units.

    ``reading_in`` (M, 3 K + form columns, 2 H), ``words_in`` (M, E, 2 H), ``bias_in`` (M, 2 H);
    ``posting``, ``heading`` (M, H, H) with ``*_bias`` (M, H); ``windows`` (M, depth, 3 H, 2 H) with ``windows_bias``
    (M, depth, 2 H); ``gains``, ``shifts`` (M, depth + 1, H) of the layer normalisations; ``out`` (M, H, K) with
    ``out_bias`` (M, K). The 2 H columns of a maxout are its first pieces, then its second ones.
    """

    reading_in: Floats
    words_in: Floats
    bias_in: Floats
    posting: Floats
    posting_bias: Floats
    heading: Floats
    heading_bias: Floats
    windows: Floats
    windows_bias: Floats
    gains: Floats
    shifts: Floats
    out: Floats
    out_bias: Floats

    @property
    def members(self) -> int:
        """Number of networks that are averaged."""
        return len(self.out)

    def scores(self, first: Floats, form: Floats, words: Floats, lengths: Sequence[int], headings: Ints) -> Floats:
        """Log-odds of n sentences of several postings, shape (n, K): the mean over the networks.

        In: ``first`` (n, K) probabilities of the first pass; ``form`` (n, form columns) indicators; ``words`` (n, M, E)
        word vectors; ``lengths`` of the postings in sentences; ``headings`` index of each sentence's heading within all
        n, -1 where there is none.
        """
        counts = np.asarray([length for length in lengths if length], dtype=np.int64)
        around = _Around(counts, headings)
        read = reading(first, form, headings)
        total = np.zeros_like(first)
        for member in range(self.members):
            total += self._member(member, read, words[:, member], around)
        result: Floats = total / np.float32(self.members)
        return result

    def _member(self, m: int, read: Floats, words: Floats, around: _Around) -> Floats:
        # In place where it can be: new arrays of this size cost 5 % of a posting's time (3,000 scraped ones, twice).
        x = read @ self.reading_in[m]
        x += words @ self.words_in[m]
        x += self.bias_in[m]
        x = _norm(_maxout(x), self.gains[m, 0], self.shifts[m, 0])
        x += np.maximum(around.means(x) @ self.posting[m] + self.posting_bias[m], 0)[around.posting]
        above = around.of_heading(x) @ self.heading[m]
        above += self.heading_bias[m]
        x += np.maximum(above, 0, out=above)
        for depth, (weights, bias) in enumerate(zip(self.windows[m], self.windows_bias[m], strict=True), 1):
            seen = around.window(x) @ weights
            seen += bias
            x += _norm(_maxout(seen), self.gains[m, depth], self.shifts[m, depth])
        result: Floats = x @ self.out[m] + self.out_bias[m]
        return result

    def arrays(self) -> dict[str, Floats]:
        """The weights by name, as ``from_arrays`` takes them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> ContextNetwork:
        """The network of these weights. Raises KeyError where one is missing."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    @classmethod
    def stack(cls, networks: Sequence[ContextNetwork]) -> ContextNetwork:
        """One network that averages several of one shape."""
        return cls(
            **{
                field.name: np.concatenate([getattr(network, field.name) for network in networks])
                for field in fields(cls)
            }
        )


class _Around:
    """Where the sentences of a batch stand: postings one after the other, none of them empty."""

    def __init__(self, counts: Ints, headings: Ints) -> None:
        self._starts = np.cumsum(counts) - counts
        self._sizes = counts[:, None].astype(np.float32)
        self._headings = headings
        self.posting = np.repeat(np.arange(len(counts)), counts)

    def means(self, x: Floats) -> Floats:
        """Mean of each posting's rows."""
        result: Floats = (np.add.reduceat(x, self._starts, axis=0) / self._sizes).astype(np.float32, copy=False)
        return result

    def of_heading(self, x: Floats) -> Floats:
        """The row of each sentence's heading, zeros where there is none."""
        rows = x[self._headings]
        rows[self._headings < 0] = 0
        return rows

    def window(self, x: Floats) -> Floats:
        """Row before, own row and row after, side by side; zeros beyond the ends of a posting."""
        n, width = x.shape
        out: Floats = np.zeros((n, 3 * width), dtype=np.float32)
        out[1:, :width], out[:, width : 2 * width], out[:-1, 2 * width :] = x[:-1], x, x[1:]
        out[self._starts, :width] = 0
        out[self._starts[1:] - 1, 2 * width :] = 0
        return out


def reading(first: Floats, form: Floats, headings: Ints) -> Floats:
    """What the network takes of the first pass, scaled log-odds, probabilities and the heading's, and the form."""
    above = first[headings]
    above[(headings < 0) | (headings == np.arange(len(first)))] = 0
    logs = np.log(np.maximum(first, np.float32(_FLOOR))) * np.float32(_LOG_SCALE)
    return np.concatenate([logs, first, above, form], axis=1, dtype=np.float32)


def _maxout(x: Floats) -> Floats:
    half = x.shape[1] // PIECES
    result: Floats = np.maximum(x[:, :half], x[:, half:])
    return result


def _norm(x: Floats, gain: Floats, shift: Floats) -> Floats:
    """Layer normalisation: each row to mean 0 and variance 1, then scaled and shifted (Ba et al. 2016)."""
    centred: Floats = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", centred, centred) / np.float32(x.shape[1]) + np.float32(_EPSILON))
    centred /= spread[:, None]
    centred *= gain
    centred += shift
    return centred
