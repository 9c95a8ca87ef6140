"""Labels → profile → findings, without a model: sentences are labelled by hand here."""

from __future__ import annotations

import pytest

from analyzer.types import Form, Label, LabeledSentence, Level, Role, Size, Zone
from analyzer.verdict import thresholds as t
from analyzer.verdict.focus import read_focus
from analyzer.verdict.profile import build_profile, mix_score
from analyzer.verdict.rules import RULES, Facts, evaluate
from analyzer.verdict.size import company_size, size_of

PM, PMM = Label.PRODUCT_MANAGER, Label.PRODUCT_MARKETING_MANAGER


def duties(*labels: Label | tuple[Label, Role]) -> tuple[LabeledSentence, ...]:
    """Duty sentences with these labels, a pair for a compound one."""
    sentences = []
    for k, item in enumerate(labels):
        label, also = item if isinstance(item, tuple) else (item, None)
        sentences.append(
            LabeledSentence(10 * k, 10 * k + 9, "Do a thing", label, Zone.DUTY, 0.9, also, (), Form.BULLET)
        )
    return tuple(sentences)


def findings(
    sentences: tuple[LabeledSentence, ...], title: str | None = None, size: Size = Size.UNKNOWN
) -> dict[str, Level]:
    profile = build_profile(sentences, title, size)
    return {finding.code: finding.level for finding in evaluate(Facts(title, sentences, profile))}


def test_shares_count_compounds_half_and_leave_shared_out() -> None:
    profile = build_profile(duties(PM, PM, (PM, Role.PRODUCT_MARKETING_MANAGER), Label.SHARED, Label.NONE), None)
    assert profile.duties == 3
    assert profile.shares[Role.PRODUCT_MANAGER] == pytest.approx(2.5 / 3)
    assert profile.shares[Role.PRODUCT_MARKETING_MANAGER] == pytest.approx(0.5 / 3)
    assert sum(profile.shares.values()) == pytest.approx(1)
    assert profile.counts[Label.SHARED] == 1
    assert profile.internal == pytest.approx(2.5 / 3) and profile.external == pytest.approx(0.5 / 3)


def test_no_duties_no_verdict() -> None:
    profile = build_profile((), "Product Manager")
    assert (profile.duties, profile.mixed, profile.main_role, profile.mix_score) == (0, False, None, 0)
    assert profile.internal == profile.external == 0
    assert findings((), "Product Manager") == {"DUT001": Level.NOTE}


def test_mix_score_grows_with_the_smaller_side() -> None:
    scores = [mix_score(8, k) for k in range(9)]
    assert scores == sorted(scores) and scores[0] == 0
    assert scores[1] < t.MIX_THRESHOLD < scores[6]
    assert mix_score(5, 3) == mix_score(3, 5)


def test_shared_duties_count_for_neither_side() -> None:
    assert "MIX001" not in findings(duties(*[PM] * 5, *[Label.SHARED] * 5))


def test_mixed_is_found_with_both_sides_as_evidence() -> None:
    sentences = duties(PM, PM, PM, Label.NONE, PMM, PMM, PMM)
    profile = build_profile(sentences, None)
    [finding] = evaluate(Facts(None, sentences, profile))
    assert finding.code == "MIX001" and finding.sentences == (0, 1, 2, 4, 5, 6)
    assert f"{t.MIX_THRESHOLD:.2f}" in finding.message and finding.source == "moore"


def test_a_small_firm_lowers_the_level_and_says_why() -> None:
    sentences = duties(PM, PM, PM, PMM, PMM, PMM)
    assert findings(sentences)["MIX001"] is Level.WARNING
    assert findings(sentences, size=Size.SMALL)["MIX001"] is Level.NOTE
    profile = build_profile(sentences, None, Size.SMALL)
    assert "small firm" in evaluate(Facts(None, sentences, profile))[0].message


def test_a_title_against_its_duties() -> None:
    assert "TTL001" in findings(duties(*[PMM] * 6, PM), "Product Manager")
    assert "TTL001" not in findings(duties(*[PM] * 6, PMM), "Product Manager")
    assert "TTL001" not in findings(duties(*[PMM] * 6), "Nurse")
    assert "TTL001" not in findings(duties(PMM, PMM), "Product Manager"), "too few duties to hold against a title"


def test_every_rule_has_code_source_and_advice() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert all(rule.advice and rule.quote and rule.source and rule.name for rule in RULES)


SMALL = [
    "We are a team of 12 people.",
    "You'll be our first product hire.",
    "An early-stage company",
    "as the founding product marketer",
    "We're currently 30 people in two cities",
    "you wear many hats: wearing many hats",
    "Our 25 team members sit in three cities.",
    "our nearly 40 colleagues",
    "We are a team of 30.",
    "We're a team of 30, all of them bakers.",
    "A team of about 30 spread over two towns",
    "We are 40 people worldwide.",
    "We are about 40 people who use what we make",
    "With 45 employees worldwide, we are busy",
    "a bakery with 30 people who trust each other",
    "our first marketing manager",
    "as the only product person",
    "The sole product owner of the firm",
    "the first product & marketing hire",
    "You will be the first product marketing manager",
    "our 1st PM",
    "the founding PMM",
    "We're a small business.",
    "We are a proud small business with a van",
    "As a small business, we care",
    "One of the first hires in Graz",
    "one of our first ten employees",
    "one of the first members of the club",
    "one of the first people to join us",
    "an early-stage climate start-up",
    "An early stage SaaS company",
    "our early-stage venture",
]
NOT_SMALL = [
    "We are a team of 1,200 people.",
    "Our 30 customers love us.",
    "A Fortune 500 company",
    "5+ years in start-ups",
    "",
    "We employ many.",
    "More than 40 people use it every day.",
    "Over 30 people already rely on the app",
    "with 50 people who earn more",
    "Some 20 people trust us",
    "about 50 people can save money",
    "over 40 people across the world",
    "around 45 people worldwide read it",
    "some 40 employees rely on the tool",
    "A team of 30 engineers",
    "a sales team of 30",
    "a team of 12 in-house lawyers",
    "a team of 30-40 drivers",
    "Our first product shipped in spring.",
    "the only product that bakes by itself",
    "not only product managers but bakers",
    "It is not only marketing person and stage.",
    "We only hire bakers",
    "a remote-first marketing manager",
    "first marketing campaigns",
    "Software for the small business",
    "as a small business owner you know",
    "We help every small business thrive.",
    "one of the first banks in town",
    "one of the first people to hear of it",
    "early-stage research",
    "early-stage venture capital",
    "an early-stage idea",
]
LARGE = [
    "We are a Fortune 500 company.",
    "At a Fortune 100 insurance company",
    "We are over 1,200 people worldwide",
    "with more than 5,000 employees worldwide",
    "With some 2,000 people in ten towns",
    "We're a team of 2,000 across the world.",
    "Listed on the NYSE",
]
NOT_LARGE = [
    "Customers from the Fortune 500",
    "trusted by Fortune 500 companies",
    "half of the Fortune 100 use it",
    "Over 5,000 people use the app.",
    "about 20,000 people that rely on us",
    "More than 90,000 people worldwide",
    "More than 90,000 people in 30 countries use it",
    "helping over 7,000 people in the north to save",
    "over 3,000 people around the world",
    "more than 1,500 employees use it daily",
]
DUTIES = [
    ("Lead a small team", Size.UNKNOWN),
    ("Coach a small but busy team", Size.UNKNOWN),
    ("Lead a team of five", Size.UNKNOWN),
    ("Manage a team of 30", Size.UNKNOWN),
    ("Manage a team of 30 people", Size.UNKNOWN),
    ("Supervise about 20 people", Size.UNKNOWN),
    ("Join as our first hire and lead a small team", Size.SMALL),
    ("Find the market of an early-stage startup", Size.SMALL),
    ("We are 12 people, and you plan their week", Size.SMALL),
    ("Write to more than 2,000 employees", Size.LARGE),
]


@pytest.mark.parametrize("text", SMALL)
def test_small_firms_are_known(text: str) -> None:
    size, span = company_size(text)
    assert size is Size.SMALL and span is not None and text[slice(*span)]


@pytest.mark.parametrize("text", NOT_SMALL)
def test_other_firms_are_not_called_small(text: str) -> None:
    assert company_size(text)[0] is not Size.SMALL


@pytest.mark.parametrize("text", LARGE)
def test_large_firms_are_known(text: str) -> None:
    assert company_size(text)[0] is Size.LARGE


@pytest.mark.parametrize("text", NOT_LARGE)
def test_customers_make_no_firm_large(text: str) -> None:
    assert company_size(text)[0] is Size.UNKNOWN


@pytest.mark.parametrize(("text", "size"), DUTIES)
def test_a_team_in_a_duty_is_the_one_to_lead(text: str, size: Size) -> None:
    assert company_size(text, duty=True)[0] is size
    assert size_of([sentence(text, Zone.DUTY)])[0] is size


@pytest.mark.parametrize("text", [*SMALL, *LARGE])
def test_a_sentence_that_tells_a_size_tells_it_in_a_posting(text: str) -> None:
    assert size_of([sentence("We bake bread."), sentence(text)]) == (company_size(text)[0], (1,))


def sentence(text: str, zone: Zone = Zone.COMPANY) -> LabeledSentence:
    return LabeledSentence(0, len(text), text, Label.NONE, zone, 0.9)


SIZES = [
    (["We bake bread."], Size.UNKNOWN, ()),
    (["We bake bread.", "We are a team of 12 people."], Size.SMALL, (1,)),
    (["A small team with big plans", "You'll be our first marketing hire."], Size.SMALL, (0, 1)),
    (["A small team in a Fortune 500 company"], Size.LARGE, (0,)),
    (["A small team", "Listed on Nasdaq"], Size.LARGE, (1,)),
    (["Over 40 people rely on us, a small company", "Listed on Nasdaq"], Size.LARGE, (1,)),
    (["Listed on Nasdaq", "We are 30 people"], Size.SMALL, (1,)),
]


@pytest.mark.parametrize(("texts", "size", "indices"), SIZES)
def test_a_postings_size_names_its_sentences(texts: list[str], size: Size, indices: tuple[int, ...]) -> None:
    assert size_of([sentence(text) for text in texts]) == (size, indices)


def test_requirements_tell_no_size() -> None:
    assert size_of([sentence("Experience in early-stage companies", Zone.REQUIREMENT)]) == (Size.UNKNOWN, ())


FACING = [
    ("Interview customers about their needs", PM, (1.0, 0.0), (1.0, 0.0)),
    ("Write messaging and sales tools", PMM, (0.0, 1.0), (0.0, 1.0)),
    ("Turn market research into launch messaging", PMM, (0.0, 1.0), (0.5, 0.5)),
    ("Talking to our users every week", PM, (1.0, 0.0), (1.0, 0.0)),
    ("Speak with prospects about the launch", PMM, (0.0, 1.0), (0.5, 0.5)),
    ("Accept stories with engineering", PM, (1.0, 0.0), (0.0, 0.0)),
    ("Research the market", Label.SHARED, (0.0, 0.0), (1.0, 0.0)),
    ("Present the project status", Label.PROJECT_MANAGER, (1.0, 0.0), (0.0, 0.0)),
    ("Present to everybody", Label.NONE, (0.0, 0.0), (0.0, 0.0)),
]


@pytest.mark.parametrize(("text", "label", "moore", "pragmatic"), FACING)
def test_the_way_a_duty_faces(
    text: str, label: Label, moore: tuple[float, float], pragmatic: tuple[float, float]
) -> None:
    axes = read_focus([LabeledSentence(0, len(text), text, label, Zone.DUTY, 0.9)])
    assert [(axis.low.share, axis.high.share) for axis in axes] == [moore, pragmatic]
    for axis in axes:
        for side in (axis.low, axis.high):
            assert side.sentences == ((0,) if side.share else ())


def test_moores_axis_is_the_profiles() -> None:
    sentences = duties(PM, PM, (PM, Role.PRODUCT_MARKETING_MANAGER), Label.SHARED, PMM, Label.NONE)
    moore, _ = read_focus(sentences)
    profile = build_profile(sentences, None)
    assert (moore.low.share, moore.high.share) == pytest.approx((profile.internal, profile.external))
    assert moore.low.sentences == (0, 1, 2) and moore.high.sentences == (2, 4)


@pytest.mark.parametrize(
    ("title", "mixed"),
    [
        (None, True),
        ("Product Manager", True),
        ("Growth Wizard", True),
        ("Sales Engineer", False),
        ("Data Analyst", False),
    ],
)
def test_a_title_of_another_occupation_is_no_mix(title: str | None, mixed: bool) -> None:
    labels = [Label.PRODUCT_MANAGER] * 4 + [Label.PRODUCT_MARKETING_MANAGER] * 4
    duties = [LabeledSentence(k, k + 1, "x", label, Zone.DUTY, 0.9) for k, label in enumerate(labels)]
    assert build_profile(duties, title).mixed is mixed


def test_the_title_settles_only_what_the_duties_leave_open() -> None:
    def main(product: int, marketing: int, title: str | None, confidence: float = 0.9) -> Role | None:
        labels = [Label.PRODUCT_MANAGER] * product + [Label.MARKETING_MANAGER] * marketing
        duties = [LabeledSentence(k, k + 1, "x", label, Zone.DUTY, confidence) for k, label in enumerate(labels)]
        return build_profile(duties, title).main_role

    assert main(3, 3, "Product Manager") is Role.PRODUCT_MANAGER
    assert main(3, 3, "Marketing Manager") is Role.MARKETING_MANAGER
    assert main(8, 3, "Marketing Manager") is Role.PRODUCT_MANAGER
    assert main(0, 0, "Marketing Manager") is None
    assert main(3, 0, None, 0.1) is None
