"""The corpus repeats neither itself nor the postings that it was measured against."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.learn.corpus import read_corpus, read_gold
from analyzer.learn.twins import grams, twins, words_of_units

MAX_TWINS = 0.005
"""Share of units that may have a near twin."""

COPIED_WORDS = 8


def test_twins_are_found() -> None:
    pytest.importorskip("datasketch")
    base = ["own", "the", "roadmap", "and", "the", "backlog", "of", "the", "billing", "service", "with", "design"]
    assert twins(
        [base, base, [*base, "today"], ["write", "the", "launch", "plan", "for", "the", "spring", "release", "now"]]
    ) == [
        (0, 1),
        (0, 2),
    ]


def test_few_units_have_a_near_twin() -> None:
    pytest.importorskip("datasketch")
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
