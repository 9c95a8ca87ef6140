"""One function a rule: the facts of a posting → the evidence that the rule applies, or None."""

from __future__ import annotations

import re

from analyzer.roles.titles import names_developer_relations, promises_two_jobs
from analyzer.text.headings import section_of
from analyzer.types import Form, Label, LabeledSentence, Level, MixPair, Role, Size, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.certainty import close_call, unsure_of
from analyzer.verdict.facts import Evidence, Facts, compounds_of, indices_of
from analyzer.verdict.profile import role_weights, worst_pair
from analyzer.verdict.size import size_of
from analyzer.verdict.terms import names_both
from analyzer.verdict.wording import with_article

_ALIKE = frozenset((Role.MARKETING_MANAGER, Role.MARCOM))
"""No document sets these two apart: Haughwout's marketing managers manage "brand collateral" and "public relations"."""
_DEVELOPER_RELATIONS = frozenset((Role.COMMUNITY_MANAGER, Role.PRODUCT_MARKETING_MANAGER, Role.MARCOM))
"""Work about the product, for developers, or as content: what a title of developer relations may mean."""
_SMALL_FIRM = " The posting speaks of a small firm or a first hire, where one person often bears both."
# Flags as plain numbers: this is asked of every sentence, and the operators of IntFlag are slow.
_TITLE, _BULLET, _ALONE = Form.TITLE.value, Form.BULLET.value, (Form.LINE | Form.ENDS_LINE).value
_NONE, _DUTY = Label.NONE, Zone.DUTY
_FOR_DUTIES = re.compile(
    r"\b(?:functions?|dut(?:y|ies)|responsibilit\w+|tasks?|you[’']?(?:ll| will) do)\b", re.IGNORECASE
)
_FOR_REQUIREMENTS = re.compile(
    r"\b(?:requirements?|qualifications?|skills?|profile|who you are|about you|bring|you need|looking for|must.haves?"
    r"|nice to haves?|competenc\w+|you have|candidate)\b",
    re.IGNORECASE,
)
_CLOSE = " It is a close call."
_ENOUGH_SURE = 2
"""Where a side of a mix has so many sentences that the analyzer is sure of, the others are no evidence for it."""


def mixed(facts: Facts) -> Evidence | None:
    """MIX001: several duties of both roles of a pair, and a real share of each."""
    if not facts.profile.mixed:
        return None
    pair = worst_pair(facts.sentences, facts.taxonomy)
    first, second = _surest(facts, pair.first), _surest(facts, pair.second)
    both = len({*first} & {*second})
    small = facts.profile.size is Size.SMALL
    score = facts.profile.mix_score
    words = {
        **_jobs(facts, pair),
        "first_count": str(len(first)),
        "second_count": str(len(second)),
        "both": f", {both} of them counted on both sides" if both else "",
        "score": f"{score:.2f}",
        "threshold": f"{t.MIX_THRESHOLD:.2f}",
        "size": _SMALL_FIRM if small else "",
        "close": _CLOSE if close_call(facts.profile) else "",
    }
    return Evidence(tuple(sorted({*first, *second})), words, Level.NOTE if small else None, pair)


def _surest(facts: Facts, role: Role) -> tuple[int, ...]:
    """Indices of a role's sentences, without those whose label is unsure where enough others are left."""
    found = indices_of(facts.sentences, role)
    sure = tuple(i for i in found if not unsure_of(facts.sentences[i]))
    return sure if len(sure) >= _ENOUGH_SURE else found


def compound(facts: Facts) -> Evidence | None:
    """MIX002: a sentence that asks for duties of both roles of a pair, and whose words name both."""
    for pair in facts.taxonomy.pairs:
        found = compounds_of(facts.sentences, pair)
        if not facts.taxonomy.own:
            found = tuple(i for i in found if names_both(facts.sentences[i].text))
        if found:
            asks = "One sentence asks" if len(found) == 1 else f"{len(found)} sentences ask"
            return Evidence(found, {**_jobs(facts, pair), "sentences": asks}, pair=pair)
    return None


def title_disagrees(facts: Facts) -> Evidence | None:
    """TTL001: another role than the title's fills most of the posting, the title's hardly any of it.

    Not where the two are those that MIX001 says are mixed.
    """
    profile = facts.profile
    title, main = profile.title_role, profile.main_role
    if title is None or main is None or profile.duties < t.TITLE_MIN_DUTIES or _mix(facts, title, main):
        return None
    promised = frozenset((title,)) if facts.taxonomy.own else _promised(facts.title, title)
    hardly = sum(profile.shares[role] for role in promised) <= t.TITLE_MAX_SHARE
    if main in promised or not hardly or not _telling(facts) or not _leads(facts, main, t.TITLE_MIN_LEAD):
        return None
    told_elsewhere = project_work(facts) or production_work(facts) or promises_two_jobs(facts.title, facts.taxonomy)
    return None if told_elsewhere else Evidence(indices_of(facts.sentences, main), _shares(facts, title, main))


def _mix(facts: Facts, one: Role, other: Role) -> bool:
    """Whether a posting is mixed of these two roles."""
    if not facts.profile.mixed:
        return False
    pair = worst_pair(facts.sentences, facts.taxonomy)
    return {one, other} == {pair.first, pair.second}


def _promised(title: str | None, role: Role) -> frozenset[Role]:
    """The roles whose duties a title covers: its own, and those that are not set apart from it."""
    if names_developer_relations(title):
        return _DEVELOPER_RELATIONS
    return _ALIKE if role in _ALIKE else frozenset((role,))


def title_of_two_jobs(facts: Facts) -> Evidence | None:
    """TTL002: the title names product management and marketing side by side."""
    pair = promises_two_jobs(facts.title, facts.taxonomy)
    if pair is None:
        return None
    wanted = " ".join((facts.title or "").split()).casefold()
    found = tuple(i for i, s in enumerate(facts.sentences) if " ".join(s.text.split()).casefold() == wanted)
    second = facts.taxonomy[pair.second].field if facts.taxonomy.own else "marketing"
    return Evidence(found, {"one": facts.taxonomy[pair.first].field, "other": second}, pair=pair)


def project_work(facts: Facts) -> Evidence | None:
    """PRJ001: a product manager's title over mostly project management."""
    return _mostly(facts, Role.PRODUCT_MANAGER, Role.PROJECT_MANAGER)


def production_work(facts: Facts) -> Evidence | None:
    """COM001: a product marketing manager's title over mostly production of communications."""
    return _mostly(facts, Role.PRODUCT_MARKETING_MANAGER, Role.MARCOM)


def community_inside(facts: Facts) -> Evidence | None:
    """CMY001: community work in a posting that neither its title nor its duties make a community job.

    Not where it is most of what shows a role, nor where no role leads and few duties show any: there is no other job
    that it could be inside of.
    """
    profile, role = facts.profile, Role.COMMUNITY_MANAGER
    share, found = profile.shares[role], indices_of(facts.sentences, role)
    if role in (profile.title_role, profile.main_role) or share >= t.MOSTLY_SHARE:
        return None
    if profile.main_role is None and not _telling(facts):
        return None
    sure = any(not unsure_of(facts.sentences[i]) for i in found)
    if share * profile.duties < t.INSIDE_MIN_DUTIES or share < t.INSIDE_MIN_SHARE or not sure:
        return None
    return Evidence(found, {"count": _duties(len(found)), "share": f"{share:.0%}"})


def few_duties(facts: Facts) -> Evidence | None:
    """DUT001: hardly any duty that tells a role, and no sign that the posting is for another occupation."""
    duties = tuple(i for i, s in enumerate(facts.sentences) if s.zone is _DUTY)
    telling = [i for i in duties if facts.sentences[i].label is not Label.NONE]
    other_occupation = facts.profile.title_role is None and len(duties) >= t.ENOUGH_DUTIES
    if len(telling) >= t.FEW_DUTIES or other_occupation:
        return None
    roles = str(len(facts.taxonomy)) if facts.taxonomy.own else "six"
    counts = {"telling": str(len(telling)), "duties": str(len(duties)), "needed": str(t.FEW_DUTIES)}
    return Evidence(duties, {**counts, "roles": roles})


def hidden_duties(facts: Facts) -> Evidence | None:
    """DUT002: duties of a role in running prose outside a section for duties, or among the requirements."""
    prose, required = [], []
    telling = sum([s.zone is _DUTY and s.label is not _NONE for s in facts.sentences])
    if telling < t.HIDDEN_MIN_DUTIES:
        return None
    below: Zone | None = None
    for index, sentence in enumerate(facts.sentences):
        if int.__and__(sentence.form, _TITLE):
            announced = _announced(sentence.text)
            # A heading that nobody knows, below one for duties, names one of their kinds.
            below = below if announced is None and below is Zone.DUTY else announced
        if sentence.zone is not _DUTY or sentence.label is _NONE:
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
    if not _leads(facts, work, t.MOSTLY_SHARE) or profile.shares[work] <= profile.shares[title]:
        return None
    return Evidence(indices_of(facts.sentences, work), _shares(facts, title, work))


def _telling(facts: Facts) -> bool:
    """Whether enough of all duties show a role."""
    return facts.profile.duties >= t.TELLING_MIN_SHARE * sum([s.zone is _DUTY for s in facts.sentences])


def _leads(facts: Facts, role: Role, share: float) -> bool:
    """Whether a role has a share of the role duties, at least half of it in duties that the analyzer is sure of."""
    sure = [sentence for sentence in facts.sentences if not unsure_of(sentence)]
    weight = role_weights(sure, facts.taxonomy)[role]
    return facts.profile.shares[role] >= share and weight >= share / 2 * facts.profile.duties


def _shares(facts: Facts, title: Role, main: Role) -> dict[str, str]:
    shares = facts.profile.shares
    jobs = {"title": facts.taxonomy[title].job, "main": facts.taxonomy[main].job}
    jobs |= {f"a_{name}": with_article(job) for name, job in jobs.items()}
    return {**jobs, "share": f"{shares[main]:.0%}", "own": f"{shares[title]:.0%}"}


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


def _jobs(facts: Facts, pair: MixPair) -> dict[str, str]:
    """The two jobs of a pair, bare and with an article."""
    jobs = {"first": facts.taxonomy[pair.first].job, "second": facts.taxonomy[pair.second].job}
    return jobs | {f"a_{name}": with_article(job) for name, job in jobs.items()}


def _duties(count: int) -> str:
    return "1 duty" if count == 1 else f"{count} duties"
