"""Sentences for people, made from reports; every renderer says the verdict in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from analyzer.errors import CorpusError
from analyzer.learn.sources import read_sources
from analyzer.roles.taxonomy import TAXONOMY, label_name
from analyzer.types import Finding, Label, LabeledSentence, Profile, Report, Role, Taxonomy, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.certainty import close_call, unsure_duties, unsure_of
from analyzer.verdict.profile import worst_pair
from analyzer.verdict.wording import with_article

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\uffff"
    r"\ud800-\udfff\U000e0000-\U000e007f]+"
)


def letters(label: Label, taxonomy: Taxonomy = TAXONOMY) -> str:
    """The letters that stand for a label, so that no output needs colour."""
    role = taxonomy.role_of(label)
    return taxonomy[role].short if role else "both" if label is Label.SHARED else "any"


def name_of(label: Label, taxonomy: Taxonomy = TAXONOMY) -> str:
    """What a duty with that label is called in a legend."""
    return "General duty" if label is Label.NONE else label_name(label, taxonomy)


def place_of(label: Label, taxonomy: Taxonomy = TAXONOMY) -> int | None:
    """Place of a label's role among the roles, by which renderers choose its colour; None for no role."""
    role = taxonomy.role_of(label)
    return None if role is None else list(taxonomy).index(role)


def visible(text: str) -> str:
    """Text of a posting made safe to print: one line, no control, escape or direction characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def headline(report: Report) -> str:
    """The verdict in one sentence; where it is a close call, it says so."""
    profile, taxonomy = report.profile, report.taxonomy
    roles = "roles" if taxonomy.own else "six roles"
    if not profile.duties:
        return f"No duty of the {roles} was found."
    close = close_call(profile)
    if profile.mixed:
        told = (f"{profile.shares[role]:.0%} {taxonomy[role].field}" for role in sides(report))
        return f"{'Probably two' if close else 'Two'} jobs in one: {' and '.join(told)}."
    if profile.main_role is None:
        return f"None of the {roles} leads this posting{', which may be two jobs' if close else ''}."
    job = with_article(taxonomy[profile.main_role].job)
    return (
        f"{'Probably one' if close else 'One'} job: {job} ({profile.shares[profile.main_role]:.0%} of the role duties)."
    )


def facts_line(report: Report) -> str:
    """The figures behind the verdict in one line; empty where no duty shows a role."""
    profile = report.profile
    if not profile.duties:
        return ""
    unsure = ", a close call" if close_call(profile) else ""
    return (
        f"Mix score {profile.mix_score:.2f} (mixed from {t.MIX_THRESHOLD:.2f}{unsure}) · "
        f"faces {profile.internal:.0%} inward, {profile.external:.0%} outward · "
        f"{counted(profile.duties, 'role duty', 'role duties')} in {counted(len(report.sentences), 'sentence')}"
    )


def heading(report: Report) -> tuple[str, str]:
    """What to call a posting, and its employer or ``""``; safe to print."""
    posting = report.posting
    return visible(posting.title or posting.id or posting.source or "") or "Posting", visible(posting.company or "")


def ranked(profile: Profile) -> list[tuple[Role, float]]:
    """Roles that have a share, the largest first."""
    return sorted(((r, s) for r, s in profile.shares.items() if s > 0), key=lambda item: -item[1])


def duties(report: Report) -> list[LabeledSentence]:
    """The sentences that are duties, in reading order."""
    return [sentence for sentence in report.sentences if sentence.zone is Zone.DUTY]


def duties_of(report: Report, role: Role) -> list[LabeledSentence]:
    """The duties of a role, those that it shares with a second one among them."""
    return [s for s in duties(report) if s.label == role.value or s.also is role]


def sides(report: Report) -> tuple[Role, Role]:
    """The two roles that a posting mixes most. Raises ValueError where no pair of roles must not meet."""
    pair = worst_pair(report.sentences, report.taxonomy)
    return pair.first, pair.second


def tag(sentence: LabeledSentence, taxonomy: Taxonomy = TAXONOMY) -> str:
    """Letters of a duty's role or roles, such as ``PM`` or ``PM+PMM``."""
    first = letters(sentence.label, taxonomy)
    return f"{first}+{taxonomy[sentence.also].short}" if sentence.also else first


def shared_told(report: Report) -> str:
    """The shared duties of a posting, counted in words."""
    whose = "several roles" if report.taxonomy.own else "both product jobs"
    return f"{counted(report.profile.counts[Label.SHARED], 'duty', 'duties')} shared by {whose}"


def close_call_told(report: Report) -> str:
    """A close call in one line, for outputs that tell findings alone."""
    return (
        f"a close call. {headline(report)} Mix score {report.profile.mix_score:.2f}, mixed from {t.MIX_THRESHOLD:.2f}."
    )


UNSURE = "?"
"""Stands behind the letters of a duty whose label is unsure."""


def mark_of(sentence: LabeledSentence, taxonomy: Taxonomy = TAXONOMY) -> str:
    """Letters of a duty, with the sign for unsure where its label is."""
    return tag(sentence, taxonomy) + (UNSURE if unsure_of(sentence) else "")


def unsure_told(report: Report, finding: Finding) -> str:
    """How much of a finding's evidence is unsure, in a sentence; empty where none is."""
    unsure = len(unsure_duties(report.sentences, finding.sentences))
    all_of = len(finding.sentences)
    if not unsure:
        return ""
    return f"The analyzer is unsure of {'this sentence' if all_of == 1 else f'{unsure} of these {all_of} sentences'}."


def counted(number: float, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "duty", "duties"), counted(2, "posting")
    ('1 duty', '2 postings')
    """
    return f"{number:g} {one if number == 1 else many or one + 's'}"


def tally(findings: Iterable[Finding]) -> str:
    """Findings counted by level, the heaviest first: ``1 warning, 2 notes``."""
    levels = [finding.level.value for finding in findings]
    return ", ".join(counted(levels.count(level), level) for level in ("error", "warning", "note") if level in levels)


@lru_cache(maxsize=1)
def _citations() -> dict[str, str]:
    try:
        return {key: source.cite() for key, source in read_sources().items()}
    except CorpusError:
        return {}


def cite(key: str) -> str:
    """Author and title of a source document by its key; the key itself where it is not known."""
    return _citations().get(key, key)
