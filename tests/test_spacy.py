"""The pipeline as spaCy components."""

from __future__ import annotations

import pytest
import spacy

import analyzer.pipeline_spacy
import analyzer.text.spacy_component  # importing it names the component, as the entry point does
from analyzer.text.segment import segment
from analyzer.types import Label

TEXTS = [
    "Own the roadmap.\nWrite user stories.",
    "## Duties\n* Own product life cyclesPerforming market research\n* Write user stories.Train the sales team",
    "1. Keep the backlog; Run launches\n\n\n2. **Launches:** plan them (preferred5+ years)",
    "Café 🦊 GmbH sucht.\r\n\t• Own the 日本 roadmap\u2028Plan launches",
    "", " ", "\n\n", "...", "no sentence end", "x" * 10_000, "a.B" * 500,
]  # fmt: skip


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("posting_segmenter")
    return nlp


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_spans_are_the_sentences_to_the_letter(nlp: spacy.language.Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    found = [(span.start_char, span.end_char) for span in doc.spans["sentences"]]
    assert found == [(sentence.start, sentence.end) for sentence in segment(text)]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_sentences_of_the_doc_cover_it(nlp: spacy.language.Language, text: str) -> None:
    doc = nlp(text)
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text
    if doc.spans["sentences"]:
        assert len(list(doc.sents)) == len(doc.spans["sentences"])


def test_tokens_across_a_seam_are_split(nlp: spacy.language.Language) -> None:
    doc = nlp("Own product life cyclesPerforming market research")
    assert [token.text for token in doc][3:5] == ["cycles", "Performing"]
    assert [token.is_sent_start for token in doc][4] is True


def test_roles_are_labelled_with_their_scores() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("posting_segmenter")
    nlp.add_pipe("role_labeler", config={"duties_only": False})
    doc = nlp(
        "## What you'll do\n* Own the product roadmap and write user stories\n"
        "* Train the sales team on launches and write battlecards"
    )
    assert [span.label_ for span in doc.spans["roles"]][1:] == ["product_manager", "product_marketing_manager"]
    assert len(doc.spans["roles"].attrs["scores"]) == len(doc.spans["roles"]) == len(doc.spans["sentences"])
    assert all(0 <= score <= 1 for score in doc.spans["roles"].attrs["scores"])


def test_only_duties_where_asked() -> None:
    labeler = analyzer.pipeline_spacy.RoleLabeler()
    doc = labeler(
        spacy.blank("en")(
            "## What we offer\n* 30 days of holiday\n## Duties\n* Own the product roadmap and write user stories"
        )
    )
    labels = [span.label_ for span in doc.spans["roles"]]
    assert "product_manager" in labels and Label.NONE.value not in labels
    assert len(labeler(spacy.blank("en")("")).spans["roles"]) == 0
