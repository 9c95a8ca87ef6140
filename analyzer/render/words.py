"""Sentences for people, made from reports; every renderer says the verdict in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from analyzer.errors import CorpusError
from analyzer.learn.sources import read_sources
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Finding, Label, LabeledSentence, Profile, Report, Role, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.pairs import MIX_PAIRS
from analyzer.verdict.profile import pair_score, role_weights

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\uffff"
    r"\ud800-\udfff\U000e0000-\U000e007f]+"
)
SHORT: dict[Label, str] = {
    **{Label(role.value): info.short for role, info in TAXONOMY.items()},
    Label.SHARED: "both",
    Label.NONE: "any",
}
"""The letters that stand for a label, so that no output needs colour."""

NAMES: dict[Label, str] = {
    **{Label(role.value): info.name for role, info in TAXONOMY.items()},
    Label.SHARED: "Shared by both product jobs",
    Label.NONE: "General duty",
}


def visible(text: str) -> str:
    """Text of a posting made safe to print: one line, no control, escape or direction characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def headline(profile: Profile) -> str:
    """The verdict in one sentence."""
    if not profile.duties:
        return "No duty of the six roles was found."
    product = profile.shares[Role.PRODUCT_MANAGER]
    marketing = profile.shares[Role.PRODUCT_MARKETING_MANAGER]
    if profile.mixed:
        return f"Two jobs in one: {product:.0%} product management and {marketing:.0%} product marketing."
    if profile.main_role is None:
        return "None of the six roles leads this posting."
    name = TAXONOMY[profile.main_role].name.lower()
    return f"One job: a {name} ({profile.shares[profile.main_role]:.0%} of the role duties)."


def facts_line(report: Report) -> str:
    """The figures behind the verdict in one line; empty where no duty shows a role."""
    profile = report.profile
    if not profile.duties:
        return ""
    unsure = ", a close call" if t.MIX_UNSURE[0] <= profile.mix_score <= t.MIX_UNSURE[1] else ""
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
    """The two roles that a posting mixes most."""
    weights = role_weights(report.sentences)
    pair = max(MIX_PAIRS, key=lambda pair: pair_score(weights, pair))
    return pair.first, pair.second


def tag(sentence: LabeledSentence) -> str:
    """Letters of a duty's role or roles, such as ``PM`` or ``PM+PMM``."""
    first = SHORT[sentence.label]
    return f"{first}+{TAXONOMY[sentence.also].short}" if sentence.also else first


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
