"""Labelled postings → what the classifier learns from: sentences as the segmenter cuts them, each with its class."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.learn.corpus import LabeledPosting, Unit
from analyzer.text.segment import segment
from analyzer.types import Sentence, Zone


def examples(postings: Sequence[LabeledPosting]) -> tuple[list[list[Sentence]], list[list[str]]]:
    """Sentences and their classes, one list a posting; a sentence that no unit overlaps is ``process``."""
    cut = [segment(posting.text) for posting in postings]
    return cut, [aligned(sentences, posting.units) for sentences, posting in zip(cut, postings, strict=True)]


def aligned(sentences: Sequence[Sentence], units: Sequence[Unit]) -> list[str]:
    """Class of each sentence: that of the unit which overlaps it most."""
    tags, first = [], 0
    for sentence in sentences:
        while first < len(units) and units[first].end <= sentence.start:
            first += 1
        best, tag = 0, str(Zone.PROCESS)
        for unit in units[first:]:
            if unit.start >= sentence.end:
                break
            overlap = min(unit.end, sentence.end) - max(unit.start, sentence.start)
            if overlap > best:
                best, tag = overlap, unit.tag
        tags.append(tag)
    return tags
