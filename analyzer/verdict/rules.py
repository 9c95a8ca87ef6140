"""The rules: when a posting earns a finding, who says so, and what the writer and the applicant can do.

A rule is data plus one function from the facts of a posting to its evidence (``checks.py``). Sources are keys of
``corpus/sources.toml``; quotes are the documents' own words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from analyzer.errors import SettingsError
from analyzer.types import Finding, Level, MixPair
from analyzer.verdict import checks
from analyzer.verdict.facts import Evidence, Facts, indices_of

__all__ = [
    "RULES",
    "Evidence",
    "Facts",
    "Rule",
    "evaluate",
    "ignored_codes",
    "indices_of",
    "rule_of",
    "rules_for",
    "select_rules",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its stable code.

    ``message``, ``advice`` (for the writer), ``seeker`` and ``question`` (for the applicant, and for the interview)
    are templates over the words of the evidence. ``about`` says in one sentence when the rule applies.
    """

    code: str
    name: str
    level: Level
    about: str
    message: str
    advice: str
    seeker: str
    question: str
    source: str
    quote: str
    check: Callable[[Facts], Evidence | None]
    own_name: str = ""
    """Its name where a team's own roles are told apart; empty: the rule is about the six alone."""


RULES: tuple[Rule, ...] = (
    Rule(
        code="MIX001",
        name="product management and product marketing mixed",
        level=Level.WARNING,
        about="Several duties of each of the two product jobs, and a real share of each (a note in a small firm).",
        message="This posting mixes two jobs: {first_count} duties of {a_first} and {second_count} of {a_second}{both}"
        " (mix score {score}, mixed from {threshold}).{close}{size}",
        advice="Split it into two postings, or decide which of the two jobs you need most and move the other duties"
        " elsewhere.",
        seeker="You would be hired for two jobs, {first} and {second}; the louder one will fill your days.",
        question="Which of the two comes first when both are due in the same week, and who does the other one then?",
        source="moore",
        quote="Not all organizations separate [the two positions], but they should be... the type of people who are"
        " good at one are rarely good at the other.",
        check=checks.mixed,
        own_name="two jobs mixed",
    ),
    Rule(
        code="MIX002",
        name="one compound sentence asks for both",
        level=Level.NOTE,
        about="A single sentence holds a duty of each of the two product jobs, and its words name both.",
        message="{sentences} for {a_first} and {a_second} at once.",
        advice="Cut it in two, so that each half can go to the one who does it.",
        seeker="A sentence that asks for both hides how much of each you would do.",
        question="In this sentence, which half do you expect me to own, and who owns the other half?",
        source="pragmatic",
        quote="A PM listens to the market; a PMM talks to the market.",
        check=checks.compound,
        own_name="one compound sentence asks for both",
    ),
    Rule(
        code="TTL001",
        name="title and duties disagree",
        level=Level.WARNING,
        about="The title promises one role, the duties are mostly those of another.",
        message="The title promises {a_title}, but {share} of the role duties are those of {a_main} ({own} are the"
        " title's).",
        advice="Rename the posting after the work it describes, or rewrite the duties to fit the title.",
        seeker="Whatever the title says, the work described is that of {a_main}.",
        question="Your title says {title}: which of that job's decisions would be mine?",
        source="pragmatic",
        quote="Yet clearly, this delineation is not consistently applied.",
        check=checks.title_disagrees,
        own_name="title and duties disagree",
    ),
    Rule(
        code="TTL002",
        name="title that promises two jobs",
        level=Level.WARNING,
        about="The title names product management and marketing side by side.",
        message="The title promises two jobs, {one} and {other}.",
        advice="Name one job in the title; where both are needed, write two postings.",
        seeker="The title names two jobs; people who are good at both are rare, and you will be measured on both.",
        question="If you could fill only one half of this title, which one would it be?",
        source="haughwout",
        quote="While two of these roles contain the word “marketing,” two “product,” and all four “manager,” each has "
        "different critical attributes required for success.",
        check=checks.title_of_two_jobs,
        own_name="title that promises two jobs",
    ),
    Rule(
        code="PRJ001",
        name="product manager who manages projects",
        level=Level.WARNING,
        about="A product manager's title over duties that are mostly project management.",
        message="The title says {title}, but {share} of the role duties are project management ({own} are the"
        " title's).",
        advice="Call it a project manager's job, or say which product decisions the person makes: what to build, why"
        " and when.",
        seeker="You would keep plans and dates; what gets built seems to be decided by somebody else.",
        question="Who decides what goes on the roadmap, and when did the last person in this seat last change it?",
        source="haughwout",
        quote="Regardless of your life cycle model, Project Managers will build your plan and schedule",
        check=checks.project_work,
    ),
    Rule(
        code="COM001",
        name="product marketer who produces communications",
        level=Level.WARNING,
        about="A product marketing title over duties that are mostly production of marketing communications.",
        message="The title says {title}, but {share} of the role duties are production of marketing communications"
        " ({own} are the title's).",
        advice="Call it a marketing communications job, or say which launches, positioning and messages the person"
        " decides.",
        seeker="You would carry out programmes that others planned: pages, mails, brochures, stands.",
        question="Who decides the positioning and which programmes to run, and what part would I have in that?",
        source="pragmatic",
        quote="Product marketing knows which of these programs to run; marcom knows how to execute them.",
        check=checks.production_work,
    ),
    Rule(
        code="CMY001",
        name="community work inside another job",
        level=Level.NOTE,
        about="Duties of a community manager in a posting for another job.",
        message="{count} of community management ({share} of the role duties) sit inside another job.",
        advice="Say how much time the community may take, or give it to a community manager.",
        seeker="Members of a community expect answers every day; this part of the job does not wait.",
        question="How many hours a week does the community take today, and who looks after it at weekends?",
        source="community",
        quote="Unlike a PM or PMM, the primary role is to be a customer advocate or community advocate.",
        check=checks.community_inside,
    ),
    Rule(
        code="DUT001",
        name="too few duties to judge",
        level=Level.NOTE,
        about="Hardly any sentence says what the person hired will do in one of the six roles (silent where the posting"
        " is plainly for another occupation).",
        message="Too few duties show one of the {roles} roles: {telling} of {duties}; a verdict needs at least"
        " {needed}.",
        advice="Say what the person will do: four to eight duties, each with what it is done to and for whom.",
        seeker="The posting hardly says what you would do all day.",
        question="What would my first three months look like, week by week?",
        source="haughwout",
        quote="To understand the difference between these four roles, it is important to first outline the primary "
        "responsibilities of each",
        check=checks.few_duties,
        own_name="too few duties to judge",
    ),
    Rule(
        code="DUT002",
        name="duties hidden in prose or in the requirements",
        level=Level.NOTE,
        about="Most duties stand in running prose outside a section for duties, or among the requirements.",
        message="Duties are hidden: {where}, of {all} in all.",
        advice="Put the duties under a heading of their own, one to a line.",
        seeker="What you would do is scattered over the text; read the requirements as duties, too.",
        question="Could you list the duties of this job in the order of the time they take?",
        source="dehaaff",
        quote="without clearly defined roles on the field and in the product team, responsibilities become unclear and "
        "progress stalls",
        check=checks.hidden_duties,
        own_name="duties hidden in prose or in the requirements",
    ),
    Rule(
        code="SIZ001",
        name="small company",
        level=Level.NOTE,
        about="A mixed posting of a small firm or for a first hire, where both jobs on one person are usual.",
        message="The posting speaks of a small firm or a first hire: both jobs on one person are usual there.",
        advice="Say that both jobs are meant for now, and when you expect to separate them.",
        seeker="In a firm of this size both jobs on one person are usual; know that you take on both.",
        question="When the firm grows, which of the two jobs would stay with me?",
        source="community",
        quote="In smaller high-tech firms or start-ups, product marketing and product management functions can be "
        "blurred, and both tasks may be borne by one individual.",
        check=checks.small_company,
        own_name="small company",
    ),
)


def evaluate(facts: Facts, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
    """Findings of a posting, in the order of the rules (default: all).

    Where a team's own roles are told apart, only the rules that speak of any roles apply, and the words behind a
    finding are those that the team gave the pair, if any: the source documents do not speak of its roles.
    """
    own, findings = facts.taxonomy.own, []
    for rule in RULES if rules is None else rules:
        if own and not rule.own_name:
            continue
        evidence = rule.check(facts)
        if evidence is not None:
            finding = _finding(rule, evidence)
            findings.append(_as_own(finding, rule, evidence.pair) if own else finding)
    return tuple(findings)


def _as_own(finding: Finding, rule: Rule, pair: MixPair | None) -> Finding:
    source, quote = (pair.source, pair.why) if pair else ("", "")
    return replace(finding, name=rule.own_name, source=source, quote=quote)


def _finding(rule: Rule, evidence: Evidence) -> Finding:
    words = evidence.words
    return Finding(
        rule.code,
        evidence.level or rule.level,
        rule.message.format(**words),
        rule.advice.format(**words),
        rule.source,
        evidence.sentences,
        rule.name,
        rule.quote,
        rule.seeker.format(**words),
        rule.question.format(**words),
    )


def rule_of(code: str) -> Rule:
    """The rule of a code, in any case. Raises SettingsError with the nearest code where there is none."""
    wanted = code.strip().upper()
    for rule in RULES:
        if rule.code == wanted:
            return rule
    raise _unknown(code, [rule.code for rule in RULES])


def select_rules(
    select: Sequence[str] = (), ignore: Sequence[str] = (), rules: Sequence[Rule] = RULES
) -> tuple[Rule, ...]:
    """The rules whose code begins with a prefix of ``select`` (none given: all) and with none of ``ignore``.

    Where both name a rule the longer prefix wins, and ``ignore`` at equal length, so that ``select=("MIX001",)``
    with ``ignore=("MIX",)`` keeps MIX001. Raises SettingsError, naming the nearest code, for a prefix of no rule.
    """
    chosen, dropped = _prefixes(select, rules), _prefixes(ignore, rules)
    kept = []
    for rule in rules:
        named = max((len(prefix) for prefix in chosen if rule.code.startswith(prefix)), default=0 if not chosen else -1)
        unnamed = max((len(prefix) for prefix in dropped if rule.code.startswith(prefix)), default=-1)
        if named > unnamed:
            kept.append(rule)
    return tuple(kept)


def _prefixes(given: Sequence[str], rules: Sequence[Rule]) -> list[str]:
    prefixes = []
    for raw in given:
        prefix = raw.strip().upper()
        if not prefix or not any(rule.code.startswith(prefix) for rule in rules):
            raise _unknown(raw, [rule.code for rule in rules])
        prefixes.append(prefix)
    return prefixes


def _unknown(given: str, codes: Sequence[str]) -> SettingsError:
    wanted = given.strip().upper()[:40]
    near = get_close_matches(wanted, codes, 1) or get_close_matches(wanted, {code[:3] for code in codes}, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(codes)}"
    return SettingsError(f"unknown rule {given[:40]!r}: {hint}")


_COMMENT = re.compile(r"<!--\s{0,20}analyzer:\s{0,20}ignore\b([^<>]{0,200}?)-->", re.IGNORECASE)


def ignored_codes(raw_text: str) -> frozenset[str]:
    """Codes switched off in place by comments such as ``<!-- analyzer: ignore MIX001, TTL -->`` in Markdown or HTML.

    Prefixes name all their rules, a bare ``ignore`` names every rule, unknown codes name none.

    >>> sorted(ignored_codes("<!-- analyzer: ignore mix -->"))
    ['MIX001', 'MIX002']
    """
    if "analyzer:" not in raw_text.lower():
        return frozenset()
    codes: set[str] = set()
    for comment in _COMMENT.finditer(html.unescape(raw_text)):
        prefixes = re.findall(r"[A-Z0-9]+", comment[1].upper()) or [""]
        codes |= {rule.code for rule in RULES if rule.code.startswith(tuple(prefixes))}
    return frozenset(codes)


def rules_for(raw_text: str, rules: Sequence[Rule] = RULES) -> tuple[Rule, ...]:
    """The rules without those that comments in a posting's raw text switch off."""
    ignored = ignored_codes(raw_text)
    return tuple(rules) if not ignored else tuple(rule for rule in rules if rule.code not in ignored)
