"""The corpus repeats neither itself nor the postings that it was measured against."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer.learn.corpus import LabeledPosting, read_corpus, read_gold

MAX_TWINS = 0.005
"""Share of units that may have a near twin."""

NEAR = 0.7
"""Jaccard similarity of word trigrams from which two units are near twins."""

MIN_WORDS = 6
COPIED_WORDS = 8


def words_of_units(postings: Iterable[LabeledPosting]) -> list[list[str]]:
    """Lower-case words of every unit."""
    return [re.findall(r"[a-z0-9]+", p.text[u.start : u.end].lower()) for p in postings for u in p.units]


def grams(words: list[str], n: int) -> set[str]:
    """All runs of ``n`` words."""
    return {" ".join(words[k : k + n]) for k in range(len(words) - n + 1)}


def twins(units: list[list[str]]) -> list[tuple[int, int]]:
    """Pairs of near twins, each later unit once."""
    datasketch = pytest.importorskip("datasketch")
    index = datasketch.MinHashLSH(threshold=0.75, num_perm=48)
    seen: dict[str, int] = {}
    found = []
    for number, words in enumerate(units):
        if len(words) < MIN_WORDS:
            continue
        first = seen.setdefault(" ".join(words), number)
        if first != number:
            found.append((first, number))
            continue
        mine = grams(words, 3)
        sketch = datasketch.MinHash(num_perm=48, seed=1)
        sketch.update_batch([gram.encode() for gram in mine])
        for other in index.query(sketch):
            theirs = grams(units[other], 3)
            if len(mine & theirs) / len(mine | theirs) >= NEAR:
                found.append((other, number))
                break
        index.insert(number, sketch)
    return found


def test_twins_are_found() -> None:
    base = ["own", "the", "roadmap", "and", "the", "backlog", "of", "the", "billing", "service", "with", "design"]
    assert twins(
        [base, base, [*base, "today"], ["write", "the", "launch", "plan", "for", "the", "spring", "release", "now"]]
    ) == [
        (0, 1),
        (0, 2),
    ]


def test_few_units_have_a_near_twin() -> None:
    units = words_of_units(read_corpus())
    assert len(twins(units)) / len(units) <= MAX_TWINS


@pytest.mark.parametrize("name", ["train", "dev", "mix-dev"])
def test_nothing_is_copied_from_measured_postings(shared: Path, name: str) -> None:
    ours = words_of_units(read_corpus())
    theirs = words_of_units(read_gold(shared / "gold" / f"{name}.jsonl"))
    whole = {" ".join(words) for words in theirs if len(words) >= COPIED_WORDS}
    assert not [words for words in ours if " ".join(words) in whole]
    runs = set().union(*(grams(words, COPIED_WORDS) for words in theirs))
    copied = [words for words in ours if not runs.isdisjoint(grams(words, COPIED_WORDS))]
    five = set().union(*(grams(words, 5) for words in theirs))
    mine = set().union(*(grams(words, 5) for words in ours))
    print(f"{name}: {len(mine & five) / len(mine):.2%} of the corpus's word 5-grams stand in it too")
    assert len(copied) <= len(ours) // 5000, [" ".join(words) for words in copied[:5]]
