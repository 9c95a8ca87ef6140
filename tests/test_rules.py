"""Every rule with texts that must trigger it and texts that must not; choosing rules, and switching them off in place.

Texts are written as ``drafts.py`` says.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from drafts import read, report_of

from analyzer.errors import SettingsError
from analyzer.resources import resource
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Finding, Level, MixPair, Role
from analyzer.verdict.facts import Facts
from analyzer.verdict.profile import build_profile
from analyzer.verdict.rules import RULES, evaluate, ignored_codes, rule_of, rules_for, select_rules


def check(draft: str, title: str | None = None) -> dict[str, Finding]:
    return {finding.code: finding for finding in report_of(draft, title).findings}


DUTIES = "heading: ## What you'll do\n"
PRODUCT = """pm: * Own the roadmap of the billing product
pm: * Write user stories with engineering
pm: * Decide what goes into each release
pm: * Run discovery interviews and turn them into specs
"""
LAUNCHES = """pmm: * Write the positioning of every release
pmm: * Plan and run product launches
pmm: * Train sales on battlecards
pmm: * Write datasheets and case studies
"""
PROJECTS = """pj: * Keep the project plan and its milestones
pj: * Report status to the steering committee
pj: * Manage risks and change requests
pj: * Chair the weekly scrum of scrums
"""
PRINT = """mc: * Lay out and proof-read brochures
mc: * Send the newsletter
mc: * Book stands and lorries for trade shows
mc: * Write three social posts a day
"""
FORUM = """cm: * Answer members in the forum
cm: * Moderate the chat channels
"""
PROSE = """company: Acme makes bicycles and we love them dearly.
pm: You will own the roadmap and decide what we build.
& pm: With engineering you write the stories and accept them.
& pm: You listen to riders and turn what they say into requirements.
"""
SMALL = "company: We are a team of 12 people in Graz.\n"

CASES: dict[str, tuple[list[tuple[str, str | None]], list[tuple[str, str | None]]]] = {
    "MIX001": (
        [(DUTIES + PRODUCT + LAUNCHES, None), (DUTIES + LAUNCHES + PRODUCT + PROJECTS, "Product Manager")],
        [
            (DUTIES + PRODUCT, None),
            (DUTIES + LAUNCHES, "Product Marketing Manager"),
            (DUTIES + PRODUCT + PRODUCT + "pmm: * Help with one launch\n", None),
            (DUTIES + PRODUCT + "both: * Size the market\nboth: * Write business cases\nboth: * Set prices\n", None),
            (DUTIES + PRODUCT + PRINT, None),
        ],
    ),
    "MIX002": (
        [
            (DUTIES + PRODUCT + "pm+pmm: * Own the roadmap and write the launch messaging that goes with it\n", None),
            (DUTIES + LAUNCHES + "pmm+pm: * Train sales, write battlecards and keep the backlog in order\n", None),
        ],
        [
            (DUTIES + PRODUCT + LAUNCHES, None),
            (DUTIES + PRODUCT + "pm+pj: * Decide what is in the release and keep its schedule\n", None),
            (DUTIES + PRODUCT + "both: * Research the market and write business cases\n", None),
            (DUTIES + PRODUCT + "pm+pmm: * Find and rank the experiences that bring users to the platform\n", None),
        ],
    ),
    "TTL001": (
        [
            (DUTIES + LAUNCHES + "pm: * Own the backlog\n", "Product Manager"),
            (DUTIES + PRODUCT, "Marketing Manager"),
            (DUTIES + PRODUCT, "Developer Advocate"),
            (
                DUTIES + PROJECTS * 2 + "pm: * Own it\npm: * Set goals\npmm: * Train sales\npmm: * Pitch\n",
                "Community Manager",
            ),
            (DUTIES + LAUNCHES.replace("pmm:", "pmm?:", 2), "Product Manager"),
        ],
        [
            (DUTIES + PRODUCT, "Senior Product Manager"),
            (DUTIES + PRODUCT, "Nurse"),
            (DUTIES + PRODUCT, None),
            (DUTIES + "pmm: * Plan launches\npmm: * Train sales\n", "Product Manager"),
            (DUTIES + PROJECTS, "Product Manager"),
            (DUTIES + PRODUCT, "Product & Marketing Manager"),
            (DUTIES + PRINT, "Brand Marketing Manager"),
            (DUTIES + LAUNCHES + "general: * Bake bread\n" * 5, "Product Manager"),
            (DUTIES + LAUNCHES.replace("pmm:", "pmm?:"), "Product Manager"),
            (DUTIES + PRINT, "Developer Advocate"),
            (DUTIES + LAUNCHES, "DevRel Lead"),
            (
                DUTIES + FORUM * 2 + "mm: * Plan the campaigns\nmm: * Buy media\nmc: * Send mail\n",
                "Head of Communications",
            ),
            (
                DUTIES + LAUNCHES * 2 + "pm: * Own the backlog\npm: * Accept stories\npm: * Set goals\n",
                "Product Manager",
            ),
            (
                DUTIES + PRODUCT * 2 + "pmm: * Train sales\npmm: * Plan fairs\npmm: * Pitch\n",
                "Product Marketing Manager",
            ),
        ],
    ),
    "TTL002": (
        [(DUTIES + PRODUCT, "Product & Marketing Manager"), (DUTIES + LAUNCHES, "Head of Marketing and Product")],
        [(DUTIES + PRODUCT, "Product Marketing Manager"), (DUTIES, "Product Manager"), (DUTIES + PRODUCT, None)],
    ),
    "PRJ001": (
        [(DUTIES + PROJECTS, "Product Manager"), (DUTIES + PROJECTS + "pm: * Own the backlog\n", "Product Owner")],
        [
            (DUTIES + PROJECTS, "Project Manager"),
            (DUTIES + PRODUCT + "pj: * Keep the project plan\n", "Product Manager"),
            (DUTIES + "pj: * Keep the project plan\n", "Product Manager"),
            (DUTIES + PROJECTS, None),
            (DUTIES + PROJECTS.replace("pj:", "pj?:"), "Product Manager"),
        ],
    ),
    "COM001": (
        [(DUTIES + PRINT + "pmm: * Plan launches\n", "Product Marketing Manager"), (DUTIES + PRINT, "PMM")],
        [
            (DUTIES + PRINT, "Communications Officer"),
            (DUTIES + LAUNCHES + "mc: * Send the newsletter\n", "Product Marketing Manager"),
            (DUTIES + PRINT, "Marketing Manager"),
            (DUTIES + PRINT.replace("mc:", "mc?:"), "PMM"),
        ],
    ),
    "CMY001": (
        [
            (DUTIES + PRODUCT + FORUM, "Product Manager"),
            (DUTIES + LAUNCHES + FORUM, None),
            (DUTIES + PRODUCT + FORUM.replace("cm:", "cm?:", 1), "Product Manager"),
            (DUTIES + PRODUCT + FORUM + "general: * Bake bread\n" * 9, "Product Manager"),
            (DUTIES + FORUM + "pm: * Own it\npmm: * Pitch\nmc: * Send mail\n" + "general: * Bake bread\n" * 2, "Nurse"),
        ],
        [
            (DUTIES + FORUM + FORUM, "Community Manager"),
            (DUTIES + FORUM + FORUM, None),
            (DUTIES + FORUM + PRODUCT, "Community Manager"),
            (DUTIES + PRODUCT + "cm: * Answer members in the forum\n", "Product Manager"),
            (DUTIES + PRODUCT + FORUM.replace("cm:", "cm?:"), "Product Manager"),
            (DUTIES + FORUM + FORUM + "pm: * Own the backlog\n", "Product Manager"),
            (DUTIES + FORUM + "pm: * Own the backlog\npmm: * Train sales\n", "Nurse"),
            (DUTIES + FORUM + "pm: * Own it\npmm: * Pitch\nmc: * Send mail\n" + "general: * Bake bread\n" * 9, "Nurse"),
            (DUTIES + FORUM + "pm: * Own it\npmm: * Pitch\nmc: * Send mail\n" + "general: * Bake bread\n" * 9, None),
        ],
    ),
    "DUT001": (
        [
            ("company: We bake bread.\nprocess: Apply today!\n", "Product Manager"),
            (DUTIES + "general: * Work with everyone\ngeneral: * Travel a lot\npm: * Own the roadmap\n", None),
            (DUTIES + "general: * Bake bread\n" * 6, "Product Manager"),
            (DUTIES + "general: * Bake bread\n" * 4, "Baker"),
        ],
        [
            (DUTIES + PRODUCT, None),
            (DUTIES + "both: * Size the market\npm: * Own the roadmap\npmm: * Plan launches\n", None),
            (DUTIES + "general: * Bake bread\n" * 5, "Baker"),
            (DUTIES + "general: * Bake bread\n" * 6, None),
        ],
    ),
    "DUT002": (
        [
            (PROSE, None),
            ("heading: Requirements\n" + PRODUCT, None),
            ("heading: ## About us\n" + PROSE + "heading: Your profile\npm: * Own the roadmap\n", None),
        ],
        [
            (DUTIES + PRODUCT, None),
            (DUTIES + PROSE, None),
            (DUTIES + "heading: ### Roadmap Review\n" + PROSE, None),
            (PRODUCT, None),
            ("heading: Essential Job Functions\n" + PRODUCT, None),
            ("heading: Customer Experience\n" + PRODUCT, None),
            ("heading: Requirements\nrequirement: * Five years with roadmaps\n" + DUTIES + PRODUCT, None),
            ("pm: You will own the roadmap of the billing product.\n" + DUTIES + PRODUCT, None),
        ],
    ),
    "SIZ001": (
        [
            (SMALL + DUTIES + PRODUCT + LAUNCHES, None),
            ("company: You'll be our first product hire.\n" + DUTIES + PRODUCT + LAUNCHES, "Product Manager"),
        ],
        [
            (SMALL + DUTIES + PRODUCT, None),
            (DUTIES + PRODUCT + LAUNCHES, None),
            ("company: We are 12,000 people in Graz.\n" + DUTIES + PRODUCT + LAUNCHES, None),
            (DUTIES + PRODUCT + LAUNCHES + "requirement: * You have worked in an early-stage company\n", None),
        ],
    ),
}


def test_every_rule_has_texts_for_and_against() -> None:
    assert set(CASES) == {rule.code for rule in RULES}
    assert all(triggers and others for triggers, others in CASES.values())


@pytest.mark.parametrize(("code", "draft", "title"), [(c, *case) for c, (yes, _) in CASES.items() for case in yes])
def test_a_rule_is_triggered(code: str, draft: str, title: str | None) -> None:
    assert code in check(draft, title)


@pytest.mark.parametrize(("code", "draft", "title"), [(c, *case) for c, (_, no) in CASES.items() for case in no])
def test_a_rule_is_not_triggered(code: str, draft: str, title: str | None) -> None:
    assert code not in check(draft, title)


EVIDENCE = [
    ("MIX001", DUTIES + PRODUCT + "both: * Set prices\n" + LAUNCHES, None, (1, 2, 3, 4, 6, 7, 8, 9)),
    ("MIX002", DUTIES + PRODUCT + CASES["MIX002"][0][0][0].splitlines()[-1], None, (5,)),
    ("TTL001", DUTIES + LAUNCHES + "pm: * Own the backlog\n", "Product Manager", (1, 2, 3, 4)),
    ("TTL002", "heading: # Product & Marketing Manager\n" + PRODUCT, "Product & Marketing Manager", (0,)),
    ("PRJ001", DUTIES + PROJECTS, "Product Manager", (1, 2, 3, 4)),
    ("COM001", DUTIES + PRINT, "PMM", (1, 2, 3, 4)),
    ("CMY001", DUTIES + PRODUCT + FORUM, None, (5, 6)),
    ("DUT001", DUTIES + "general: * Travel a lot\npm: * Own the roadmap\n", None, (1, 2)),
    ("DUT002", PROSE, None, (1, 2, 3)),
    ("SIZ001", SMALL + DUTIES + PRODUCT + LAUNCHES, None, (0,)),
]


MIXES = [
    (PRODUCT + LAUNCHES, "4 duties of a product manager and 4 of a product marketing manager (", range(1, 9)),
    (PRODUCT.replace("pm:", "pm?:", 1) + LAUNCHES, "3 duties of a product manager and 4 of a", range(2, 9)),
    (PRODUCT.replace("pm:", "pm?:", 2) + LAUNCHES, "2 duties of a product manager and 4 of a", range(3, 9)),
    (PRODUCT.replace("pm:", "pm?:", 3) + LAUNCHES, "4 duties of a product manager and 4 of a", range(1, 9)),
    (
        "pm+pmm: * Own the roadmap and the launch\n" + PRODUCT + LAUNCHES,
        "5 duties of a product manager and 5 of a product marketing manager, 1 of them counted on both sides (",
        range(1, 10),
    ),
    ("pm+pmm?: * Own the roadmap and the launch\n" + PRODUCT + LAUNCHES, "manager and 4 of a product m", range(2, 10)),
]


@pytest.mark.parametrize(("draft", "said", "indices"), MIXES)
def test_a_mix_counts_its_evidence(draft: str, said: str, indices: range) -> None:
    finding = check(DUTIES + draft)["MIX001"]
    assert said in finding.message and finding.sentences == tuple(indices)
    assert ("both sides" in said) == ("both sides" in finding.message)


@pytest.mark.parametrize(("code", "draft", "title", "indices"), EVIDENCE, ids=[row[0] for row in EVIDENCE])
def test_evidence_names_the_sentences(code: str, draft: str, title: str | None, indices: tuple[int, ...]) -> None:
    assert check(draft, title)[code].sentences == indices


@pytest.mark.parametrize(("code", "draft", "title"), [(c, *case) for c, (yes, _) in CASES.items() for case in yes])
def test_findings_speak_to_writer_and_seeker(code: str, draft: str, title: str | None) -> None:
    finding = check(draft, title)[code]
    for words in (finding.message, finding.advice, finding.seeker, finding.question):
        assert words.strip() and not re.search(r"[{}]", words)
    assert finding.question.endswith("?") and finding.name == rule_of(code).name


def test_a_small_firm_lowers_the_mix_and_says_why() -> None:
    assert check(DUTIES + PRODUCT + LAUNCHES)["MIX001"].level is Level.WARNING
    finding = check(SMALL + DUTIES + PRODUCT + LAUNCHES)["MIX001"]
    assert finding.level is Level.NOTE and "small firm" in finding.message


def test_where_duties_hide_is_told() -> None:
    draft = PROSE + "heading: Your profile\npm: * Own the backlog\npm: * Accept stories\n"
    assert "3 in running prose and 2 among the requirements, of 5 in all" in check(draft)["DUT002"].message


def test_codes_are_unique_and_sources_are_known() -> None:
    sources = tomllib.loads(resource("corpus/sources.toml").read_text(encoding="utf-8"))
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"[A-Z]{3}\d{3}", rule.code) and rule.source in sources for rule in RULES)


DOCUMENTS = {
    "haughwout": "haughwout-four-roles",
    "dehaaff": "dehaaff-pm-vs-pmm",
    "community": "community-manager-view",
    "on-demand": "on-demand-pm-vs-pmm",
    "pragmatic": "pragmatic-moore",
    "moore": "pragmatic-moore",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_quotes_are_the_documents_own_words(rule: object, shared: Path) -> None:
    source, quote = rule.source, rule.quote  # type: ignore[attr-defined]
    text = (shared / "sources" / f"{DOCUMENTS[source]}.txt").read_text(encoding="utf-8")
    assert " ".join(quote.split()) in " ".join(text.split())


def test_a_pair_of_ones_own_may_be_named() -> None:
    pair = MixPair(Role.PROJECT_MANAGER, Role.COMMUNITY_MANAGER)
    sentences = read(DUTIES + PROJECTS + FORUM + FORUM)
    assert not build_profile(sentences, None).mixed
    taxonomy = replace(TAXONOMY, pairs=(pair,))
    profile = build_profile(sentences, None, taxonomy=taxonomy)
    [finding] = evaluate(Facts(None, sentences, profile, taxonomy), select_rules(["MIX001"]))
    assert profile.mixed and "project manager" in finding.message and "community manager" in finding.message
    assert finding.sentences == tuple(range(1, 9))
    assert build_profile(sentences, None, taxonomy=replace(TAXONOMY, pairs=())).mix_score == 0
    with pytest.raises(ValueError, match="two different roles"):
        MixPair(Role.MARCOM, Role.MARCOM)


def codes(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> set[str]:
    return {rule.code for rule in select_rules(select, ignore)}


def test_rules_are_chosen_by_prefix() -> None:
    every = {rule.code for rule in RULES}
    assert codes() == every
    assert codes(("MIX",)) == {"MIX001", "MIX002"}
    assert codes(("MIX",), ("MIX002",)) == {"MIX001"}
    assert codes((), ("ttl", "D")) == every - {"TTL001", "TTL002", "DUT001", "DUT002"}
    assert codes(("MIX001",), ("MIX",)) == {"MIX001"}, "the longer prefix wins"
    assert codes(("MIX",), ("MIX",)) == set(), "at equal length ignore wins"


@pytest.mark.parametrize(
    ("given", "near"),
    [("MIX01", "MIX001"), ("TLT", "TTL"), ("dut03", "DUT00"), ("", "known are"), ("x" * 500, "known are")],
)
def test_an_unknown_prefix_names_the_nearest_code(given: str, near: str) -> None:
    with pytest.raises(SettingsError, match=near) as caught:
        select_rules((given,))
    assert len(str(caught.value)) < 200
    with pytest.raises(SettingsError):
        select_rules(ignore=(given,))


def test_a_rule_is_found_by_its_code() -> None:
    assert rule_of(" mix001 ").code == "MIX001"
    with pytest.raises(SettingsError, match="did you mean MIX001"):
        rule_of("MIX01")


COMMENTS = [
    ("<!-- analyzer: ignore MIX001 -->\nOwn the roadmap", {"MIX001"}),
    ("text <!--analyzer:ignore mix001, TTL002--> text", {"MIX001", "TTL002"}),
    ("<p>x</p><!-- Analyzer: Ignore TTL -->", {"TTL001", "TTL002"}),
    ("&lt;!-- analyzer: ignore SIZ001 --&gt;", {"SIZ001"}),
    ("<!-- analyzer: ignore -->", {rule.code for rule in RULES}),
    ("<!-- analyzer: ignore MIX001 --> and <!-- analyzer: ignore DUT001 -->", {"MIX001", "DUT001"}),
    ("<!-- analyzer: ignore NOPE -->", set()),
    ("analyzer: ignore MIX001", set()),
    ("<!-- analyzer: ignored MIX001 -->", set()),
    ("<!-- please ignore MIX001 -->", set()),
    ("<!-- analyzer: ignore MIX001", set()),
    ("", set()),
]


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
def test_rules_are_switched_off_in_place(text: str, expected: set[str]) -> None:
    assert ignored_codes(text) == expected
    assert {rule.code for rule in rules_for(text)} == {rule.code for rule in RULES} - expected
    assert rules_for(text, select_rules(["MIX001"])) == tuple(
        r for r in RULES if r.code == "MIX001" and r.code not in expected
    )


@pytest.mark.parametrize("piece", ["<!-- analyzer: ignore ", "<!--" + " " * 50, "<!-- analyzer:ignore A", "analyzer:"])
def test_hostile_comments_end_soon(piece: str) -> None:
    assert ignored_codes(piece * 20_000) == frozenset()


def test_posting_text_stays_out_of_messages() -> None:
    title = "{0.__class__} Product & Marketing Manager {title}"
    for finding in check(DUTIES + PRODUCT + LAUNCHES, title).values():
        assert "{" not in finding.message and "__class__" not in finding.message + finding.advice
