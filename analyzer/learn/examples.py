"""Labelled postings → what the classifier learns from: sentences as the segmenter cuts them, each with its class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.learn.corpus import LabeledPosting, Unit
from analyzer.text.segment import segment
from analyzer.types import Sentence, Zone


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences as the segmenter cuts them, their classes and second roles; one list a posting each."""

    sentences: list[list[Sentence]]
    tags: list[list[str]]
    also: list[list[str | None]]


def joined(parts: Sequence[Examples]) -> Examples:
    """Several as one, in order."""
    return Examples(
        [row for part in parts for row in part.sentences],
        [row for part in parts for row in part.tags],
        [row for part in parts for row in part.also],
    )


def examples(postings: Sequence[LabeledPosting]) -> Examples:
    """What the classifier learns from postings; a sentence that no unit overlaps is ``process``."""
    cut = [segment(posting.text) for posting in postings]
    units = [aligned(sentences, posting.units) for sentences, posting in zip(cut, postings, strict=True)]
    return Examples(
        cut,
        [[unit.tag if unit else str(Zone.PROCESS) for unit in row] for row in units],
        [[str(unit.also) if unit and unit.also else None for unit in row] for row in units],
    )


def aligned(sentences: Sequence[Sentence], units: Sequence[Unit]) -> list[Unit | None]:
    """For each sentence the unit that overlaps it most, or None."""
    found, first = [], 0
    for sentence in sentences:
        while first < len(units) and units[first].end <= sentence.start:
            first += 1
        best, match = 0, None
        for unit in units[first:]:
            if unit.start >= sentence.end:
                break
            overlap = min(unit.end, sentence.end) - max(unit.start, sentence.start)
            if overlap > best:
                best, match = overlap, unit
        found.append(match)
    return found
