"""Near-duplicates among units: pairs that share most of their runs of three words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzer.learn.corpus import LabeledPosting

NEAR = 0.7
"""Jaccard similarity of word trigrams from which two units are near twins."""

MIN_WORDS = 6
"""Shorter units are not looked at: headings and “Full time” repeat everywhere."""

_PERMUTATIONS = 48
_SUSPECT = 0.75


def words_of_units(postings: Iterable[LabeledPosting]) -> list[list[str]]:
    """Lower-case words of every unit."""
    return [re.findall(r"[a-z0-9]+", p.text[u.start : u.end].lower()) for p in postings for u in p.units]


def grams(words: Sequence[str], n: int) -> set[str]:
    """All runs of ``n`` words."""
    return {" ".join(words[k : k + n]) for k in range(len(words) - n + 1)}


def twins(units: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Pairs of near twins (an earlier unit, a later one), each later unit once. Needs datasketch (extra: dedupe)."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=_SUSPECT, num_perm=_PERMUTATIONS)
    seen: dict[str, int] = {}
    found = []
    for number, words in enumerate(units):
        if len(words) < MIN_WORDS:
            continue
        first = seen.setdefault(" ".join(words), number)
        if first != number:
            found.append((first, number))
            continue
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch([gram.encode() for gram in grams(words, 3)])
        twin = next((other for other in index.query(sketch) if _alike(units[other], words)), None)
        if twin is not None:
            found.append((twin, number))
        index.insert(number, sketch)
    return found


def _alike(left: Sequence[str], right: Sequence[str]) -> bool:
    one, other = grams(left, 3), grams(right, 3)
    return len(one & other) / len(one | other) >= NEAR
