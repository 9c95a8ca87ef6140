"""The quick ways of scoring words say what the plain ones say."""

from __future__ import annotations

import html

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.roles import encoder, words
from analyzer.roles.encoder import TokenScorer, Vocabulary, tokens_of
from analyzer.roles.words import GRAMS, character_grams, words_of
from analyzer.text.headings import _PHRASES, normalise_heading, section_of
from analyzer.verdict.size import _hinted, company_size

TEXTS = [
    "Own the roadmap, and/or plan launches",
    "",
    "** — **",
    "Own it",
    "Plan e-mail launches (don't wait) with AT&amp;T: see www.example.org",
    "Own the roadmap and own the launches",
]
PIECES = st.sampled_from([*"abzXÉ’'&;:@.,()*\"-/\\]5+", "www", "amp;", "](", "http://", "can't", "Roadmap"])


@pytest.fixture
def scorer() -> TokenScorer:
    vocabulary = Vocabulary.fit([tokens_of(text) for text in TEXTS * 2])
    weights = np.random.default_rng(1).normal(size=(len(vocabulary.names), 4)).astype(np.float32)
    return TokenScorer(vocabulary, weights)


def test_a_text_scores_the_same_to_the_bit_whatever_it_is_scored_with(
    scorer: TokenScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = np.concatenate([scorer.scores([text]) for text in TEXTS])
    scorer._reset()
    assert np.array_equal(scorer.scores(TEXTS), alone)
    monkeypatch.setattr(encoder, "_FEW_ROWS", 0)
    scorer._reset()
    assert np.array_equal(scorer.scores(TEXTS), alone)
    assert len(np.unique(alone.round(4), axis=0)) >= len(TEXTS) - 1


def test_what_each_token_adds_sums_to_the_score(scorer: TokenScorer) -> None:
    for text in TEXTS:
        _, parts = scorer.contributions(text)
        np.testing.assert_allclose(parts.sum(axis=0), scorer.scores([text])[0], rtol=1e-4, atol=1e-5)


def test_rows_are_forgotten_before_there_are_too_many(scorer: TokenScorer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scorer.scores(TEXTS)
    monkeypatch.setattr(encoder, "_MAX_ROWS", 2)
    assert np.array_equal(scorer.scores(TEXTS), before)
    scorer.scores(["Own"])
    assert len(scorer._rows) == 1


@given(st.lists(st.lists(st.text(alphabet="abc'", min_size=1, max_size=9), max_size=3), max_size=6))
def test_n_grams_found_by_number_are_those_found_by_name(tokens: list[list[str]]) -> None:
    known = sorted({gram for text in ("abcabc", "aabbcc", "ca'b") for gram in character_grams(text)})[::2]
    index = encoder._GramIndex([(gram, 10 + column) for column, gram in enumerate(known)])
    groups = [tuple(word for word in group if word[0].isalpha()) for group in tokens]
    columns, lengths = index.find(groups)
    expected = [
        sorted(10 + known.index(g) for w in group for g in character_grams(w) if g in known) for group in groups
    ]
    found = np.split(columns, np.cumsum(lengths)[:-1]) if groups else []
    assert [sorted(part.tolist()) for part in found] == expected
    assert {len(gram) for gram in known} == set(GRAMS)


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join))
def test_the_quick_ways_to_words_say_what_the_long_one_says(token: str) -> None:
    lowered = html.unescape(token).lower().replace("’", "'").replace("\\", "")
    parts = [words._WORD.findall(part) for part in words._LINK.sub(" \x00 ", lowered).split("\x00")]
    long_way = [word for part in parts for word in (*("0" if w[0].isdigit() else w for w in part), "<link>")][:-1]
    assert words_of(token) == tuple(long_way[:40])


HEADINGS = [
    "What you’ll do",
    "Essential Job Functions",
    "Nice-to-haves",
    "About the role at Ferry",
    "Ferry",
    "",
    "Our team, our values",
]


@pytest.mark.parametrize("heading", [*HEADINGS, *(phrase for _, phrases in _PHRASES for phrase in phrases)])
def test_a_heading_announces_the_first_zone_with_a_phrase_in_it(heading: str) -> None:
    plain = f" {normalise_heading(heading)} "
    zone = next((zone for zone, phrases in _PHRASES if any(f" {phrase} " in plain for phrase in phrases)), None)
    assert section_of(heading) is zone


SIZES = [
    "We are a team of 12 people in Graz.",
    "You lead people",
    "A Fortune 500 company",
    "Wear many hats",
    "Commonly used tools",
    "Be our first product hire",
    "1,200+ employees",
    "Nothing of the kind",
]


def test_sentences_that_tell_a_size_are_among_the_hinted_ones() -> None:
    hinted = _hinted(SIZES)
    assert {k for k, text in enumerate(SIZES) if company_size(text)[1]} <= set(hinted)
    assert hinted == sorted(hinted)
    assert not {1, 7} & set(hinted)
