"""Two reports side by side: two postings, or two versions of a draft."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest

from analyzer.errors import InputError
from analyzer.types import Label, LabeledSentence, MixPair, Report, Role

SAME_FROM = 0.55
"""Two sentences are versions of one from this overlap of their words on (Dice coefficient of the word counts)."""

_RAREST, _MAX_HAVING, _MAX_CANDIDATES = 12, 200, 20
"""How many words of a sentence look for partners, how many each may find, and how many of them are compared."""

_WORD = re.compile(r"\w+")


class Change(StrEnum):
    """What became of a sentence between two reports."""

    KEPT = "kept"
    MOVED = "moved"
    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of either report: indices in both (None where it is missing), and both labels."""

    change: Change
    left: int | None
    right: int | None
    left_label: Label | None
    right_label: Label | None

    @property
    def relabelled(self) -> bool:
        """Whether it stands in both, under different labels."""
        return self.left_label is not None and self.right_label is not None and self.left_label is not self.right_label


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports compared.

    ``product`` and ``marketing`` say which of the two (0 or 1) is the product management and which the product
    marketing job, None where neither is more so than the other; with a team's own roles they stand for the first and
    the second job of ``pair``, which is None where the team names none. ``differences`` are the second's shares less
    the first's; ``overlap`` is the part of all sentences that stands in both, reworded or not.
    """

    left: Report
    right: Report
    pair: MixPair | None
    product: int | None
    marketing: int | None
    differences: Mapping[Role, float]
    overlap: float
    lines: tuple[Line, ...]


def compare(left: Report, right: Report) -> Comparison:
    """Compare two reports; ``lines`` are in the order of the second, with what was removed where it stood.

    Raises InputError where they were made with models of different roles.
    """
    if left.taxonomy != right.taxonomy:
        raise InputError("the two reports tell different roles apart; make both with one model")
    lines = _lines(left.sentences, right.sentences)
    both = sum(line.left is not None and line.right is not None for line in lines)
    pair = left.taxonomy.pairs[0] if left.taxonomy.pairs else None
    product, marketing = _sides(left, right, pair) if pair else (None, None)
    differences = {role: right.profile.shares[role] - share for role, share in left.profile.shares.items()}
    return Comparison(left, right, pair, product, marketing, differences, both / len(lines) if lines else 0.0, lines)


def _sides(left: Report, right: Report, pair: MixPair) -> tuple[int | None, int | None]:
    """Which is the product and which the marketing job: the one that leans further to that side of the pair."""
    leads = [report.profile.shares[pair.first] - report.profile.shares[pair.second] for report in (left, right)]
    if leads[0] == leads[1]:
        return None, None
    product = 0 if leads[0] > leads[1] else 1
    sides = (product, 1 - product)
    shares = [
        report.profile.shares[role]
        for report, role in zip(((left, right)[side] for side in sides), (pair.first, pair.second), strict=True)
    ]
    return (product if shares[0] else None), (1 - product if shares[1] else None)


def _lines(left: Sequence[LabeledSentence], right: Sequence[LabeledSentence]) -> tuple[Line, ...]:
    partner = _align(left, right)
    steady = _longest_rising([partner[j] for j in sorted(partner)])
    lines: list[Line] = []
    for j, sentence in enumerate(right):
        i = partner.get(j)
        if i is None:
            lines.append(Line(Change.ADDED, None, j, None, sentence.label))
            continue
        reworded = _plain(left[i].text) != _plain(sentence.text)
        change = Change.REWORDED if reworded else Change.KEPT if i in steady else Change.MOVED
        lines.append(Line(change, i, j, left[i].label, sentence.label))
    return _with_removed(lines, left, set(partner.values()))


def _with_removed(lines: Sequence[Line], left: Sequence[LabeledSentence], there: set[int]) -> tuple[Line, ...]:
    """The lines with each removed sentence behind the one that it followed."""
    removed: dict[int, list[Line]] = defaultdict(list)
    before = -1
    for i, sentence in enumerate(left):
        if i in there:
            before = i
        else:
            removed[before].append(Line(Change.REMOVED, i, None, sentence.label, None))
    result = removed.pop(-1, [])
    for line in lines:
        result.append(line)
        if line.left is not None:
            result += removed.pop(line.left, [])
    return tuple(result)


def _align(left: Sequence[LabeledSentence], right: Sequence[LabeledSentence]) -> dict[int, int]:
    """Index of the left partner of each right sentence: equal ones first, then the most similar, each used once."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for i, sentence in enumerate(left):
        waiting[_plain(sentence.text)].append(i)
    partner: dict[int, int] = {}
    for j, sentence in enumerate(right):
        equal = waiting.get(_plain(sentence.text))
        if equal:
            partner[j] = equal.pop(0)
    taken = set(partner.values())
    pairs = _similar_pairs(
        {i: s.text for i, s in enumerate(left) if i not in taken},
        {j: s.text for j, s in enumerate(right) if j not in partner},
    )
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1], pair[2])):
        if i not in taken and j not in partner:
            partner[j] = i
            taken.add(i)
    return partner


def _similar_pairs(left: Mapping[int, str], right: Mapping[int, str]) -> list[tuple[float, int, int]]:
    """Pairs of sentences with enough words in common.

    Only the sentences that share a right one's rarest words are looked at, so that two long texts stay cheap.
    """
    bags = {i: Counter(_plain(text).split()) for i, text in left.items()}
    having: dict[str, list[int]] = defaultdict(list)
    for i, bag in bags.items():
        for word in bag:
            having[word].append(i)
    pairs = []
    for j, text in right.items():
        bag = Counter(_plain(text).split())
        votes: dict[int, float] = defaultdict(float)
        for word in sorted(bag, key=lambda w: len(having.get(w, ())))[:_RAREST]:
            for i in having.get(word, ())[:_MAX_HAVING]:
                votes[i] += 1 / len(having[word])
        for i in nlargest(_MAX_CANDIDATES, votes, key=votes.__getitem__):
            similarity = 2 * (bags[i] & bag).total() / (bags[i].total() + bag.total())
            if similarity >= SAME_FROM:
                pairs.append((similarity, i, j))
    return pairs


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Members of a longest rising subsequence: the sentences that kept their order while others moved past them."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for at, number in enumerate(numbers):
        place = bisect_left(tails, number)
        previous.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(number)
            ends.append(at)
        else:
            tails[place], ends[place] = number, at
    rising = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        rising.add(numbers[at])
        at = previous[at]
    return rising
