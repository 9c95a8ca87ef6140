"""The second pass: what is trained is what is computed, and every posting is read by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from thinc.api import Adam, fix_random_seed

from analyzer.roles.context import ContextNetwork, Floats, reading
from analyzer.roles.context_training import Material, Plan, _Network, train_network

PLAN = Plan(
    vector=4, hidden=6, depth=2, epochs=3, least_steps=0, batch=2, word_dropout=0, vector_dropout=0, dropout=0, decay=0
)
CLASSES, FORMS, FEATURES = 3, 5, 7
LENGTHS = np.array([4, 1, 3])
HEADINGS = np.array([-1, 1, 1, 1, -1, 0, 0, 2])


@pytest.fixture
def material() -> Material:
    """Eight sentences of three postings, random but the same each time."""
    chance = np.random.default_rng(3)
    n = int(LENGTHS.sum())
    first = chance.dirichlet(np.ones(CLASSES), n).astype(np.float32)
    words = sp.csr_matrix(chance.random((n, FEATURES)) * (chance.random((n, FEATURES)) > 0.5), dtype=np.float32)
    form = (chance.random((n, FORMS)) > 0.5).astype(np.float32)
    target = np.eye(CLASSES, dtype=np.float32)[chance.integers(0, CLASSES, n)]
    return Material(first, form, words, target, np.ones(n, dtype=np.float32), LENGTHS, HEADINGS)


def scores_of(network: ContextNetwork, vectors: Floats, material: Material) -> Floats:
    """Scores as the model computes them, from the trained arrays."""
    bases = np.repeat(np.cumsum(material.lengths) - material.lengths, material.lengths)
    headings = np.where(material.headings >= 0, material.headings + bases, -1)
    words = (material.words @ vectors)[:, None].repeat(network.members, axis=1)
    return network.scores(material.first, material.form, words, list(material.lengths), headings)


def in_batch(material: Material) -> Material:
    """The same with headings as indices within all sentences, as the network takes a batch."""
    bases = np.repeat(np.cumsum(material.lengths) - material.lengths, material.lengths)
    return replace(material, headings=np.where(material.headings >= 0, material.headings + bases, -1))


def test_inference_computes_what_was_trained(material: Material) -> None:
    layers = _Network(material, PLAN, np.random.default_rng(0))
    optimizer = Adam(0.01)
    trained, _ = layers._forward(in_batch(material))
    network, vectors = layers.export(optimizer)
    np.testing.assert_allclose(scores_of(network, vectors, material), trained, rtol=1e-4, atol=1e-5)


def test_gradients_are_those_of_the_loss(material: Material) -> None:
    fix_random_seed(0)
    layers, batch = _Network(material, PLAN, np.random.default_rng(0)), in_batch(material)
    scores, backward = layers._forward(batch)
    direction = np.random.default_rng(1).normal(size=scores.shape).astype(np.float32)
    backward(direction)
    checked = 0
    for layer in (
        layers._vectors,
        layers._inner.layers[0],
        layers._posting,
        layers._heading,
        layers._windows[0].layers[0],
    ):
        name = "E" if layer is layers._vectors else "W"
        weights, gradient = layer.get_param(name), layer.get_grad(name)
        place = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        before = weights[place]
        ends = []
        for step in (1e-2, -1e-2):
            weights[place] = before + step
            ends.append(float((layers._forward(batch)[0] * direction).sum()))
        weights[place] = before
        assert (ends[0] - ends[1]) / 2e-2 == pytest.approx(float(gradient[place]), rel=0.05)
        checked += 1
    assert checked == 5


def test_training_lowers_the_loss_and_is_the_same_twice(material: Material) -> None:
    def loss(network: ContextNetwork, vectors: Floats) -> float:
        scores = scores_of(network, vectors, material)
        shifted = scores - scores.max(axis=1, keepdims=True)
        return -float((material.target * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))).sum())

    plan = replace(PLAN, epochs=60, rate=0.02)
    once, again = train_network(material, plan, 5), train_network(material, plan, 5)
    untrained = train_network(material, replace(plan, epochs=1, rate=1e-9), 5)
    assert loss(*once) < 0.6 * loss(*untrained)
    for left, right in zip((*once[0].arrays().values(), once[1]), (*again[0].arrays().values(), again[1]), strict=True):
        np.testing.assert_array_equal(left, right)


def changed_rows(material: Material, change: Callable[[Floats], None]) -> list[int]:
    """Sentences whose scores move when the first pass's probabilities are changed."""
    network, vectors = train_network(material, PLAN, 1)
    first = material.first.copy()
    change(first)
    moved = scores_of(network, vectors, material) - scores_of(network, vectors, replace(material, first=first))
    return np.flatnonzero(np.abs(moved).max(axis=1) > 1e-6).tolist()


def test_a_posting_is_read_by_itself(material: Material) -> None:
    def swap_second(first: Floats) -> None:
        first[4] = first[4][::-1]

    def swap_last(first: Floats) -> None:
        first[7] = first[7][::-1]

    assert changed_rows(material, swap_second) == [4]
    assert changed_rows(material, swap_last) == [5, 6, 7]


def test_the_heading_is_read_with_the_sentence() -> None:
    first = np.array([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]], dtype=np.float32)
    read = reading(first, np.eye(3, dtype=np.float32), np.array([-1, 0, 2]))
    np.testing.assert_allclose(read[:, 2:4], first)
    np.testing.assert_allclose(read[:, 4:6], [[0, 0], [0.5, 0.5], [0, 0]], atol=1e-6)
    np.testing.assert_array_equal(read[:, 6:], np.eye(3))


def test_networks_are_averaged(material: Material) -> None:
    (one, vectors), (two, _) = train_network(material, PLAN, 1), train_network(material, PLAN, 2)
    both = scores_of(ContextNetwork.stack([one, two]), vectors, material)
    apart = (scores_of(one, vectors, material) + scores_of(two, vectors, material)) / 2
    np.testing.assert_allclose(both, apart, rtol=1e-4, atol=1e-5)


def test_a_small_corpus_is_gone_through_more_often(material: Material) -> None:
    """Two batches an epoch: 60 steps are 30 epochs, whatever fewer are asked for."""
    few, many = replace(PLAN, epochs=1, least_steps=60), replace(PLAN, epochs=30)
    for left, right in zip(
        train_network(material, few, 5)[0].arrays().values(),
        train_network(material, many, 5)[0].arrays().values(),
        strict=True,
    ):
        np.testing.assert_array_equal(left, right)
