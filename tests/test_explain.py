"""The explanation adds up: labels and probabilities from its terms, the verdict from the labels."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from analyzer.pipeline import Analyzer
from analyzer.resources import resource
from analyzer.roles.labels import label_sentences
from analyzer.text.clean import clean
from analyzer.text.segment import segment
from analyzer.types import Label, Posting, Zone
from analyzer.verdict.explain import (
    SIMILAR_FROM,
    SOURCE_NAMES,
    Explainer,
    Part,
    label_of,
    probabilities_of,
    scores_of,
    short_reasons,
    source_phrases,
    telling_phrases,
)
from analyzer.verdict.facts import Facts
from analyzer.verdict.profile import build_profile
from analyzer.verdict.rules import evaluate

MIXED = """# Product & Marketing Manager

We make bicycles for the blind. We are a team of 12 people.

## What you'll do
* Own the product roadmap, write user stories and prioritise the backlog with engineering
* Interview riders and turn their needs into requirements
* Decide which features go into each release, trading scope against cost
* **Launches:** write the launch plan, positioning and messaging of every release
* Arm sales with battlecards, decks and demos
* Write white papers and case studies about our products
* Research market needs and write the business case; work with everyone

## Your profile
* 5+ years in product management or product marketing

Apply by mail. We are an equal opportunity employer.
"""
POSTINGS = {
    "mixed": MIXED,
    "html": "<h2>Duties</h2><ul><li>Moderate the forum &amp; answer</li><li>Run meetups</li></ul><p>Free cake</p>",
    "prose": "You will keep the project plan, its risks and its milestones. Then report the status to the board.",
    "one word": "Roadmap",
    "no duty": "We bake bread. Salary 40k.",
    "no known word": "Zzyzx qwfp — ünïcødé ☃☃ xx",
    "hostile": "* Own the roadmap \x1b[31m\u202e\n* " + "a" * 5000 + "\n* " + "spam " * 700 + "\n* {0} %s </script>",
}


@pytest.fixture(scope="module")
def explainer(analyzer: Analyzer) -> Explainer:
    return Explainer(analyzer.model)


@pytest.mark.parametrize("name", POSTINGS)
def test_the_terms_give_back_scores_probabilities_and_labels(
    name: str, analyzer: Analyzer, explainer: Explainer
) -> None:
    report = analyzer(Posting(POSTINGS[name], title="Product Manager"))
    raw = segment(clean(POSTINGS[name]))
    reading, probabilities = analyzer.model.read([raw]), analyzer.model.probabilities([raw])
    explanations = explainer(report, range(len(raw)))
    assert [explanation.sentence for explanation in explanations] == list(range(len(raw)))
    for index, explanation in enumerate(explanations):
        first, _ = scores_of(explanation)
        np.testing.assert_allclose(first, reading.scores[index], rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(probabilities_of(explanation), probabilities[index], rtol=1e-3, atol=1e-4)
        again, told = label_of(explanation, raw[index], analyzer.model), report.sentences[index]
        assert (again.label, again.zone, again.also) == (told.label, told.zone, told.also)
        assert again.confidence == pytest.approx(told.confidence, abs=1e-3)


@pytest.mark.parametrize("name", POSTINGS)
def test_the_labels_give_back_the_verdict(name: str, analyzer: Analyzer, explainer: Explainer) -> None:
    report = analyzer(Posting(POSTINGS[name], title="Product Manager"))
    raw = segment(report.text)
    labeled = tuple(label_of(e, raw[e.sentence], analyzer.model) for e in explainer(report, range(len(raw))))
    profile = build_profile(labeled, "Product Manager", report.profile.size)
    assert profile.mix_score == pytest.approx(report.profile.mix_score, abs=1e-3)
    assert replace(profile, mix_score=0) == replace(report.profile, mix_score=0)
    assert evaluate(Facts("Product Manager", labeled, profile)) == report.findings


def test_the_mixed_posting_is_explained_as_one(analyzer: Analyzer, explainer: Explainer) -> None:
    report = analyzer(Posting(MIXED))
    assert report.profile.mixed
    reasons = {report.sentences[e.sentence].text: short_reasons(e) for e in explainer(report)}
    roadmap = next(why for text, why in reasons.items() if "roadmap" in text)
    assert "roadmap" in roadmap[0]
    battle = next(why for text, why in reasons.items() if "battlecards" in text)
    assert any(word in battle[0] for word in ("sales", "battlecards", "decks", "demos"))


def test_words_stand_where_the_terms_say(analyzer: Analyzer, explainer: Explainer) -> None:
    report = analyzer(Posting(MIXED))
    for explanation in explainer(report):
        sentence = report.sentences[explanation.sentence]
        for term in explanation.contributions:
            if term.start >= 0:
                assert report.text[term.start : term.end] == term.text
            if term.start >= 0 and term.part is Part.WORDS:
                assert sentence.start <= term.start < term.end <= sentence.end
        words = [t for t in explanation.contributions if t.part is Part.WORDS]
        assert len(words) == len(sentence.text.split()), "one term a word"


def test_only_duties_are_explained_unless_asked(analyzer: Analyzer, explainer: Explainer) -> None:
    report = analyzer(Posting(MIXED))
    duties = [i for i, s in enumerate(report.sentences) if s.zone is Zone.DUTY]
    assert [e.sentence for e in explainer(report)] == duties
    assert [e.sentence for e in explainer(report, {0, 2})] == [0, 2]
    assert explainer(report, ()) == ()


def test_reasons_fill_why_and_nothing_else(analyzer: Analyzer, explainer: Explainer) -> None:
    report = analyzer(Posting(MIXED))
    told = explainer.reasons(report)
    for before, after in zip(report.sentences, told.sentences, strict=True):
        assert before == replace(after, why=before.why)
        assert (1 <= len(after.why) <= 3) if after.zone is Zone.DUTY else after.why == ()
        assert all(reason and len(reason) < 250 for reason in after.why)
    assert replace(told, sentences=report.sentences) == report


def test_hostile_words_are_told_short(analyzer: Analyzer, explainer: Explainer) -> None:
    report = analyzer(Posting(POSTINGS["hostile"]))
    for explanation in explainer(report, range(len(report.sentences))):
        assert all(len(phrase) <= 4 * 41 for phrase in telling_phrases(explanation))


PM, PMM = Label.PRODUCT_MANAGER, Label.PRODUCT_MARKETING_MANAGER
NEAREST = [
    ("Arm the sales team with the knowledge and tools they need", PMM, "A26"),
    ("Define the product vision and its requirements", PM, "H17"),
    ("Create launch plans", PMM, "D10"),
    ("Research market needs", Label.SHARED, "P07"),
    ("Manage risks: detect and resolve issues", Label.PROJECT_MANAGER, "H22"),
]


@pytest.mark.parametrize(("text", "label", "phrase"), NEAREST)
def test_the_nearest_phrase_of_the_documents(text: str, label: Label, phrase: str, explainer: Explainer) -> None:
    nearest = explainer._phrases.nearest(text, {label})
    assert nearest is not None and nearest.phrase.id == phrase and SIMILAR_FROM <= nearest.similarity <= 1.0001


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Arm the sales team with the knowledge and tools they need", Label.PROJECT_MANAGER),
        ("Feed the cat", PM),
        ("☃", PM),
        ("", PMM),
        ("Do what the team needs and work with all of the others", PM),
    ],
)
def test_no_phrase_where_none_is_near(text: str, label: Label, explainer: Explainer) -> None:
    assert explainer._phrases.nearest(text, {label}) is None


def test_every_phrase_is_nearest_to_itself(explainer: Explainer) -> None:
    for phrase in source_phrases():
        nearest = explainer._phrases.nearest(phrase.text, {phrase.label})
        assert nearest is not None and nearest.similarity == pytest.approx(1)


def test_every_document_has_a_short_name() -> None:
    sources = tomllib.loads(resource("corpus/sources.toml").read_text(encoding="utf-8"))
    assert set(SOURCE_NAMES) == set(sources) >= {phrase.source for phrase in source_phrases()}


def test_parts_read_what_they_name(explainer: Explainer) -> None:
    """A neighbour in another section moves "the posting as a whole" alone, one in the same section "the section" too."""
    text = "## Duties\n* Own the roadmap\n* {}\n\n## More\n* {}\n* Run the meetups\n"

    def steps(here: str, there: str) -> dict[Part, tuple[float, ...]]:
        raw = segment(text.format(here, there))
        report = explainer.explain(
            raw, label_sentences(raw, explainer.model.probabilities([raw]), explainer.model), {1}
        )
        return {term.part: term.second for term in report[0].contributions if any(term.second)}

    before = steps("Write the backlog", "Answer members")
    far, near = steps("Write the backlog", "Write ad copy"), steps("Write ad copy", "Answer members")
    assert {part for part in before if before[part] != pytest.approx(far[part], abs=1e-5)} == {Part.POSTING}
    moved = {part for part in before if before[part] != pytest.approx(near[part], abs=1e-5)}
    assert moved == {Part.SECTION, Part.POSTING}
