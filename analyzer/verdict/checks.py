"""One function a rule: the facts of a posting → the evidence that the rule applies, or None."""

from __future__ import annotations

import re

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.roles.titles import promises_two_jobs
from analyzer.text.headings import section_of
from analyzer.types import Form, Label, LabeledSentence, Level, Role, Size, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.facts import Evidence, Facts, compounds_of, indices_of
from analyzer.verdict.profile import pair_score, role_weights
from analyzer.verdict.size import size_of

_ALIKE = {Role.MARKETING_MANAGER, Role.MARCOM}
"""No document sets these two apart: Haughwout's marketing managers manage "brand collateral" and "public relations"."""
_SMALL_FIRM = " The posting speaks of a small firm or a first hire, where one person often bears both."
# Flags as plain numbers: this is asked of every sentence, and the operators of IntFlag are slow.
_TITLE, _BULLET, _ALONE = Form.TITLE.value, Form.BULLET.value, (Form.LINE | Form.ENDS_LINE).value
_FOR_DUTIES = re.compile(
    r"\b(?:functions?|dut(?:y|ies)|responsibilit\w+|tasks?|you[’']?(?:ll| will) do)\b", re.IGNORECASE
)
_FOR_REQUIREMENTS = re.compile(
    r"\b(?:requirements?|qualifications?|skills?|profile|who you are|about you|bring|you need|looking for|must.haves?"
    r"|nice to haves?|competenc\w+|you have|candidate)\b",
    re.IGNORECASE,
)
_CLOSE = " It is a close call."


def mixed(facts: Facts) -> Evidence | None:
    """MIX001: several duties of both roles of a pair, and a real share of each."""
    if not facts.profile.mixed:
        return None
    weights = role_weights(facts.sentences)
    pair = max(facts.pairs, key=lambda pair: pair_score(weights, pair))
    first, second = indices_of(facts.sentences, pair.first), indices_of(facts.sentences, pair.second)
    small = facts.profile.size is Size.SMALL
    score = facts.profile.mix_score
    words = {
        "first": _job(pair.first),
        "second": _job(pair.second),
        "first_count": str(len(first)),
        "second_count": str(len(second)),
        "score": f"{score:.2f}",
        "threshold": f"{t.MIX_THRESHOLD:.2f}",
        "size": _SMALL_FIRM if small else "",
        "close": _CLOSE if score < t.MIX_UNSURE[1] else "",
    }
    return Evidence(tuple(sorted({*first, *second})), words, Level.NOTE if small else None)


def compound(facts: Facts) -> Evidence | None:
    """MIX002: a sentence that asks for duties of both roles of a pair."""
    for pair in facts.pairs:
        found = compounds_of(facts.sentences, pair)
        if found:
            words = {"first": _job(pair.first), "second": _job(pair.second)}
            words["sentences"] = "One sentence asks" if len(found) == 1 else f"{len(found)} sentences ask"
            return Evidence(found, words)
    return None


def title_disagrees(facts: Facts) -> Evidence | None:
    """TTL001: another role than the title's fills most of the posting, the title's hardly any of it."""
    profile = facts.profile
    title, main = profile.title_role, profile.main_role
    if title is None or main is None or title is main or profile.duties < t.TITLE_MIN_DUTIES:
        return None
    if profile.shares[title] > t.TITLE_MAX_SHARE or profile.shares[main] < t.TITLE_MIN_LEAD:
        return None
    if {title, main} == _ALIKE or profile.duties < t.TELLING_MIN_SHARE * sum(
        s.zone is Zone.DUTY for s in facts.sentences
    ):
        return None
    told_elsewhere = project_work(facts) or production_work(facts) or promises_two_jobs(facts.title)
    return None if told_elsewhere else Evidence(indices_of(facts.sentences, main), _shares(facts, title, main))


def title_of_two_jobs(facts: Facts) -> Evidence | None:
    """TTL002: the title names product management and marketing side by side."""
    if not promises_two_jobs(facts.title):
        return None
    wanted = " ".join((facts.title or "").split()).casefold()
    found = tuple(i for i, s in enumerate(facts.sentences) if " ".join(s.text.split()).casefold() == wanted)
    return Evidence(found)


def project_work(facts: Facts) -> Evidence | None:
    """PRJ001: a product manager's title over mostly project management."""
    return _mostly(facts, Role.PRODUCT_MANAGER, Role.PROJECT_MANAGER)


def production_work(facts: Facts) -> Evidence | None:
    """COM001: a product marketing manager's title over mostly production of communications."""
    return _mostly(facts, Role.PRODUCT_MARKETING_MANAGER, Role.MARCOM)


def community_inside(facts: Facts) -> Evidence | None:
    """CMY001: community work in a posting that neither its title nor its duties make a community job."""
    profile, role = facts.profile, Role.COMMUNITY_MANAGER
    if role in (profile.title_role, profile.main_role):
        return None
    share = profile.shares[role]
    if share * profile.duties < t.INSIDE_MIN_DUTIES or share < t.INSIDE_MIN_SHARE:
        return None
    found = indices_of(facts.sentences, role)
    return Evidence(found, {"count": _duties(len(found)), "share": f"{share:.0%}"})


def few_duties(facts: Facts) -> Evidence | None:
    """DUT001: hardly any duty that tells a role."""
    duties = tuple(i for i, s in enumerate(facts.sentences) if s.zone is Zone.DUTY)
    telling = [i for i in duties if facts.sentences[i].label is not Label.NONE]
    if len(telling) >= t.FEW_DUTIES:
        return None
    return Evidence(duties, {"telling": str(len(telling)), "duties": str(len(duties)), "needed": str(t.FEW_DUTIES)})


def hidden_duties(facts: Facts) -> Evidence | None:
    """DUT002: duties of a role in running prose outside a section for duties, or among the requirements."""
    prose, required = [], []
    telling = sum(s.zone is Zone.DUTY and s.label is not Label.NONE for s in facts.sentences)
    if telling < t.HIDDEN_MIN_DUTIES:
        return None
    below: Zone | None = None
    for index, sentence in enumerate(facts.sentences):
        if int.__and__(sentence.form, _TITLE):
            announced = _announced(sentence.text)
            # A heading that nobody knows, below one for duties, names one of their kinds.
            below = below if announced is None and below is Zone.DUTY else announced
        if sentence.zone is not Zone.DUTY or sentence.label is Label.NONE:
            continue
        if below is Zone.REQUIREMENT:
            required.append(index)
        elif below is not Zone.DUTY and not _listed(sentence):
            prose.append(index)
    hidden = (*prose, *required)
    if len(hidden) < t.HIDDEN_MIN_DUTIES or len(hidden) < t.HIDDEN_MIN_SHARE * telling:
        return None
    where = [_hidden(prose, "in running prose"), _hidden(required, "among the requirements")]
    return Evidence(tuple(sorted(hidden)), {"where": " and ".join(filter(None, where)), "all": str(telling)})


def small_company(facts: Facts) -> Evidence | None:
    """SIZ001: a mixed posting of a small firm; the sentences that tell the size."""
    if facts.profile.size is not Size.SMALL or not facts.profile.mixed:
        return None
    _, found = size_of(facts.sentences)
    return Evidence(found) if found else None


def _mostly(facts: Facts, title: Role, work: Role) -> Evidence | None:
    profile = facts.profile
    if profile.title_role is not title or profile.duties < t.MOSTLY_MIN_DUTIES:
        return None
    if profile.shares[work] < t.MOSTLY_SHARE or profile.shares[work] <= profile.shares[title]:
        return None
    return Evidence(indices_of(facts.sentences, work), _shares(facts, title, work))


def _shares(facts: Facts, title: Role, main: Role) -> dict[str, str]:
    shares = facts.profile.shares
    return {"title": _job(title), "main": _job(main), "share": f"{shares[main]:.0%}", "own": f"{shares[title]:.0%}"}


def _announced(heading: str) -> Zone | None:
    """Zone that a heading announces; narrower than ``section_of``, which takes "Essential Job Functions" for skills."""
    if _FOR_DUTIES.search(heading):
        return Zone.DUTY
    if _FOR_REQUIREMENTS.search(heading):
        return Zone.REQUIREMENT
    section = section_of(heading)
    return None if section is Zone.REQUIREMENT else section


def _listed(sentence: LabeledSentence) -> bool:
    """Whether a sentence is a list item, or a line of its own."""
    form = sentence.form.value
    return bool(form & _BULLET) or form & _ALONE == _ALONE


def _hidden(indices: list[int], place: str) -> str:
    return f"{len(indices)} {place}" if indices else ""


def _job(role: Role) -> str:
    return "marketing communicator" if role is Role.MARCOM else TAXONOMY[role].name.lower()


def _duties(count: int) -> str:
    return "1 duty" if count == 1 else f"{count} duties"
