"""What stands around a sentence, as numbers: the second pass of the classifier reads these.

All features of a sentence are made from the first pass's probabilities of the other sentences of its posting,
never from its title, which would hide the mismatch that we look for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analyzer.types import Zone

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_REACH = 6
_DECAY = 3.0
_FLOOR = 1e-3
_SECTION_PRIOR, _POSTING_PRIOR = 0.3, 0.5


def is_role(name: str) -> bool:
    """Whether a class of a model is a role: neither a zone nor a duty that tells no single role."""
    return name not in _NO_ROLES


_NO_ROLES = frozenset((*map(str, Zone), "general", "shared"))


def context_features(probabilities: Floats, lengths: Sequence[int], headings: Ints, classes: Sequence[str]) -> Floats:
    """Context of every sentence.

    In: ``probabilities`` (n sentences of all postings, K classes), ``lengths`` of the postings in sentences,
    ``headings``: index of each sentence's heading within all n, -1 where there is none; ``classes``: the K names.
    Out: (n, features) float32.
    """
    p = probabilities.astype(np.float32, copy=False)
    n = len(p)
    counts = np.asarray(lengths, dtype=np.int64)
    counts = counts[counts > 0]
    starts = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
    posting = np.repeat(np.arange(len(counts)), counts)
    roles = [k for k, name in enumerate(classes) if is_role(name)]

    others = np.add.reduceat(p, starts, axis=0)[posting] - p
    size = counts[posting][:, None].astype(np.float32)
    change = np.ones(n, dtype=bool)
    change[1:] = (headings[1:] != headings[:-1]) | (posting[1:] != posting[:-1])
    section_starts = np.flatnonzero(change)
    section = np.cumsum(change) - 1
    section_size = np.diff(np.append(section_starts, n))[section][:, None].astype(np.float32)
    beside = np.add.reduceat(p, section_starts, axis=0)[section] - p

    index = np.arange(n) - starts[posting]
    neighbours, window, weights = [], np.zeros_like(p), np.zeros((n, 1), dtype=np.float32)
    for step in range(1, _REACH + 1):
        for shifted, there in (_shift(p, step, index), _shift_back(p, step, counts[posting] - 1 - index)):
            if step <= 2:
                neighbours.append(shifted)
            weight = np.float32(np.exp(-step / _DECAY))
            window += weight * shifted
            weights += weight * there[:, None]
    heading = np.zeros_like(p)
    under = (headings >= 0) & (headings != np.arange(n))
    heading[under] = p[headings[under]]
    return np.concatenate(
        [
            np.log(np.maximum(p, _FLOOR)),
            p,
            others / np.maximum(1, size - 1),
            beside / np.maximum(1, section_size - 1),
            others[:, roles] / (others[:, roles].sum(axis=1, keepdims=True) + _POSTING_PRIOR),
            beside[:, roles] / (beside[:, roles].sum(axis=1, keepdims=True) + _SECTION_PRIOR),
            *neighbours,
            window / np.maximum(weights, 1e-6),
            heading,
            index[:, None] / size,
            np.minimum(size, 80) / 80,
            section_size / size,
        ],
        axis=1,
        dtype=np.float32,
    )


def _shift(p: Floats, step: int, index: Ints) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The row ``step`` before each row, zero where that is another posting."""
    there = index >= step
    out = np.zeros_like(p)
    out[step:] = p[:-step] if step < len(p) else out[step:]
    out[~there] = 0
    return out, there


def _shift_back(p: Floats, step: int, left: Ints) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The row ``step`` after each row, zero where that is another posting."""
    there = left >= step
    out = np.zeros_like(p)
    if step < len(p):
        out[:-step] = p[step:]
    out[~there] = 0
    return out, there
