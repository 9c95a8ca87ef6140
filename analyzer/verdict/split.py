"""A posting of two jobs → two drafts, and what a person must still decide.

Nothing is lost and nothing invented: a draft is the posting's own text with the other job's sentences left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.errors import InputError
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.roles.titles import promises_two_jobs, title_role
from analyzer.types import Form, Label, LabeledSentence, Report, Role, Taxonomy, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.certainty import unsure_of
from analyzer.verdict.drafting import assemble
from analyzer.verdict.profile import worst_pair
from analyzer.verdict.terms import MARKETING, PRODUCT, sides_named
from analyzer.verdict.titling import draft_title
from analyzer.verdict.wording import with_article


@dataclass(frozen=True, slots=True)
class Draft:
    """One of the two postings: its role, its title, its text in the form of the original.

    ``sentences`` are the indices of the report's sentences in it, ``spans`` their offsets in ``text``; ``shared`` are
    the indices of the duties that both jobs do, ``headings`` those of the headings on lines of their own.
    """

    role: Role
    title: str
    text: str
    sentences: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    shared: tuple[int, ...]
    headings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A sentence that a person must look at: why, the role it fits best if one does, and the drafts it stands in."""

    sentence: int
    text: str
    reason: str
    suggestion: Role | None
    placed: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Two drafts from one posting, the product management one (or that of a pair's first role) first, and what is left
    to decide.

    ``title`` is that of the posting; ``taxonomy`` tells what the roles of the drafts are.
    """

    title: str | None
    drafts: tuple[Draft, Draft]
    to_decide: tuple[Decision, ...]
    taxonomy: Taxonomy = TAXONOMY


@dataclass(frozen=True, slots=True)
class _Place:
    """Drafts that a sentence goes into, and the question it leaves."""

    drafts: tuple[Role, ...]
    reason: str = ""
    suggestion: Role | None = None


def split(report: Report) -> Split:
    """Two drafts of a report's posting, whether it was found mixed or not.

    Every sentence is in at least one draft. Company, offer, process and general duties stand in
    both drafts, shared duties too; requirements in the draft that their words serve, else in both; duties of another
    role in the draft of the job that they are nearer to, and left to decide, as are duties that are unsure and those
    whose words speak of the other job. With a team's own roles the drafts are
    those of the pair that the posting mixes most; what its roles share with requirements or with one another nobody
    knows, so requirements and duties of a third role stand in both.

    Raises InputError where a team's roles name no pair that must not meet.
    """
    taxonomy = report.taxonomy
    if not taxonomy.pairs:
        raise InputError("the roles of this model name no pair that must not meet, so there is nothing to split")
    pair = worst_pair(report.sentences, taxonomy)
    both = (pair.first, pair.second)
    places = [_place(sentence, both, taxonomy) for sentence in report.sentences]
    kept = {role: {i for i, place in enumerate(places) if role in place.drafts} for role in both}
    first, second = (_draft(report, kept[role] - _empty_headings(report, kept[role]), role) for role in both)
    decisions = tuple(
        Decision(index, report.sentences[index].text, place.reason, place.suggestion, place.drafts)
        for index, place in enumerate(places)
        if place.reason
    )
    return Split(report.posting.title, (first, second), decisions, taxonomy)


_LOOKS = r"\b(?:looking for|seek(?:s|ing)?|hiring|as (?:a|an|our|the))\b"
_LOOKS_FOR = re.compile(_LOOKS, re.IGNORECASE)
_NAMES_THE_HIRE = re.compile(
    rf"{_LOOKS}.{{0,60}}\bproduct (?:\w+ ){{0,2}}(?:manager|marketer|owner)\b",
    re.IGNORECASE,
)
_NEAREST = {
    Role.PROJECT_MANAGER: PRODUCT,
    Role.MARKETING_MANAGER: MARKETING,
    Role.MARCOM: MARKETING,
    Role.COMMUNITY_MANAGER: MARKETING,
}
"""The product job that a duty of another role is nearer to: projects face inward, the others outward."""


def _place(sentence: LabeledSentence, both: tuple[Role, Role], taxonomy: Taxonomy) -> _Place:
    side = taxonomy.role_of(sentence.label)
    if sentence.zone is Zone.REQUIREMENT:
        return _Place(both if taxonomy.own else sides_named(sentence.text))
    if side not in both:
        return _place_of_neither(sentence, side, both, taxonomy)
    if sentence.also in both and sentence.also is not side:
        return _Place(both, "asks for both jobs in one sentence: cut it in two", side)
    if not taxonomy.own and sentence.confidence < t.SPLIT_SURE and _speaks_of_other(sentence.text, side):
        return _Place(both, "its words speak of the other job: keep it in one draft", side)
    reason = "the analyzer is unsure of this one: check its draft" if unsure_of(sentence) else ""
    return _Place((side,), reason, side)


def _speaks_of_other(text: str, side: Role | None) -> bool:
    """Whether the words of a duty name the work of the other product job alone."""
    sides = sides_named(text)
    return len(sides) == 1 and sides[0] is not side


def _place_of_neither(
    sentence: LabeledSentence, role: Role | None, both: tuple[Role, Role], taxonomy: Taxonomy
) -> _Place:
    if role is None:
        named = _names_the_hire(sentence.text, taxonomy)
        return _Place(both, "names the person looked for: reword it in each draft" if named else "")
    whose = f"the work of {with_article(taxonomy[role].job)}"
    if sentence.also in both:
        return _Place((sentence.also,), f"is also {whose}: decide who does that part", sentence.also)
    if taxonomy.own:
        return _Place(both, f"is {whose}: keep it in one draft, move it or drop it")
    near = _NEAREST[role]
    return _Place((near,), f"is {whose}: keep it in this draft, move it or drop it", near)


def _names_the_hire(text: str, taxonomy: Taxonomy) -> bool:
    """Whether a sentence calls the person looked for by a job title that one of the drafts will not have."""
    if taxonomy.own:
        return bool(_LOOKS_FOR.search(text)) and title_role(text, taxonomy) is not None
    return bool(_NAMES_THE_HIRE.search(text))


def _draft(report: Report, kept: set[int], role: Role) -> Draft:
    shared = tuple(i for i in sorted(kept) if report.sentences[i].label is Label.SHARED)
    headings = tuple(i for i in sorted(kept) if (_heading_level(report.text, report.sentences[i]) or 8) < 8)
    text, spans = assemble(report.text, report.sentences, kept)
    title = _title(report.posting.title, role, report.taxonomy)
    return Draft(role, title, text, tuple(sorted(kept)), spans, shared, headings)


def _title(title: str | None, role: Role, taxonomy: Taxonomy) -> str:
    if title_role(title, taxonomy) is role and not promises_two_jobs(title, taxonomy):
        return " ".join((title or "").split())
    return taxonomy[role].name if taxonomy.own else draft_title(title, role)


def _empty_headings(report: Report, kept: set[int]) -> set[int]:
    """Kept headings of which everything below went elsewhere; one that never had anything below is not among them."""
    sentences = report.sentences
    levels = [_heading_level(report.text, sentence) for sentence in sentences]
    below: dict[int, list[int]] = {}
    open_headings: list[int] = []
    for index, level in enumerate(levels):
        if level is None:
            for heading in open_headings:
                below[heading].append(index)
            continue
        while open_headings and (levels[open_headings[-1]] or 0) >= level:
            open_headings.pop()
        open_headings.append(index)
        below[index] = []
    return {heading for heading, items in below.items() if items and not kept.intersection(items)}


def _heading_level(text: str, sentence: LabeledSentence) -> int | None:
    """How high a heading stands: 1 to 6 by its number signs, 7 alone on its line, 8 in a line; None for no heading."""
    if sentence.form & Form.HASH:
        line = text.rfind("\n", 0, sentence.start) + 1
        return min(6, max(1, text.count("#", line, sentence.start)))
    if sentence.zone is not Zone.HEADING:
        return None
    return 7 if sentence.form & Form.TITLE else 8
