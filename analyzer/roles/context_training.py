"""Trains the second pass with thinc, the library under spaCy: layers and optimiser are thinc's, their order ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from thinc.api import Adam, Linear, Maxout, Model, NumpyOps, Relu, fix_random_seed, use_ops

from analyzer.roles.context import PIECES, ContextNetwork, Floats, Ints, reading

Backward = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Material:
    """What the network learns from, n sentences of N postings.

    ``first`` (n, K) probabilities of the first pass, out of fold; ``form`` (n, form columns) indicators; ``words``
    (n, features) sparse; ``target`` (n, K) rows that sum to one; ``weight`` (n,); ``lengths`` (N,); ``headings`` (n,)
    index of each sentence's heading within its own posting, -1 where there is none.
    """

    first: Floats
    form: Floats
    words: sp.csr_matrix
    target: Floats
    weight: Floats
    lengths: Ints
    headings: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """Shape of the network and course of its training; figures behind the defaults: ``models/README.md``.

    ``word_dropout`` drops whole features of a sentence, ``vector_dropout`` numbers of its word vector, ``dropout``
    numbers between the layers; ``smoothing`` is that of the target, ``decay`` that of the weights. A small corpus is
    gone through more often than ``epochs``, until ``least_steps`` are made.
    """

    vector: int = 48
    hidden: int = 64
    depth: int = 2
    epochs: int = 20
    least_steps: int = 600
    batch: int = 16
    rate: float = 2e-3
    warmup: float = 0.1
    word_dropout: float = 0.4
    vector_dropout: float = 0.5
    dropout: float = 0.3
    smoothing: float = 0.05
    decay: float = 1e-4


def train_network(material: Material, plan: Plan, seed: int) -> tuple[ContextNetwork, Floats]:
    """Train one network; returns it (M = 1) and the word vectors (features, E) of the material's word features.

    Deterministic for one seed, set of library versions and kind of processor.
    """
    with use_ops("numpy"):
        fix_random_seed(seed)
        chance = np.random.default_rng(seed)
        network = _Network(material, plan, chance)
        batches = math.ceil(len(material.lengths) / plan.batch)
        plan = replace(plan, epochs=max(plan.epochs, math.ceil(plan.least_steps / batches)))
        steps = plan.epochs * batches
        optimizer = Adam(_one_cycle(plan, steps), L2=plan.decay, grad_clip=1.0)
        for batch in _batches(material, plan, chance):
            network.update(batch, optimizer)
        return network.export(optimizer)


def _one_cycle(plan: Plan, steps: int) -> Iterator[float]:
    """Learning rates: linear up over the warm-up, then down along a cosine (Smith & Topin 2018)."""
    rise = max(1, round(plan.warmup * steps))
    for step in range(steps + 1):
        fall = (step - rise) / max(1, steps - rise)
        yield plan.rate * ((step + 1) / rise if step < rise else 0.5 * (1 + math.cos(math.pi * min(1.0, fall))))


def _batches(material: Material, plan: Plan, chance: np.random.Generator) -> Iterator[Material]:
    """Some postings at a time, in a new order each epoch."""
    ends = np.cumsum(material.lengths)
    spans = [np.arange(end - length, end) for end, length in zip(ends, material.lengths, strict=True)]
    for _ in range(plan.epochs):
        order = chance.permutation(len(spans))
        for begin in range(0, len(order), plan.batch):
            chosen = [k for k in order[begin : begin + plan.batch] if len(spans[k])]
            rows = np.concatenate([spans[k] for k in chosen])
            lengths = material.lengths[chosen]
            bases = np.repeat(np.cumsum(lengths) - lengths, lengths)
            headings = material.headings[rows]
            yield Material(
                material.first[rows], material.form[rows], material.words[rows], material.target[rows],
                material.weight[rows], lengths, np.where(headings >= 0, headings + bases, -1),
            )  # fmt: skip


class _Network:
    """The layers of ``ContextNetwork``, with their gradients."""

    def __init__(self, material: Material, plan: Plan, chance: np.random.Generator) -> None:
        classes, hidden = material.first.shape[1], plan.hidden
        inputs = 3 * classes + material.form.shape[1] + plan.vector
        self._plan, self._chance, self._ops = plan, chance, NumpyOps()
        vectors = chance.normal(0, 0.1, (material.words.shape[1], plan.vector)).astype(np.float32)
        self._vectors: Model = Model("vectors", lambda *_: None, params={"E": vectors}, dims={})
        self._inner = Maxout(hidden, inputs, PIECES, normalize=True)
        self._posting, self._heading = Relu(hidden, hidden), Relu(hidden, hidden)
        self._windows = [Maxout(hidden, 3 * hidden, PIECES, normalize=True) for _ in range(plan.depth)]
        self._out = Linear(classes, hidden)
        self._layers = [self._vectors, self._inner, self._posting, self._heading, *self._windows, self._out]
        for layer in self._layers[1:]:
            layer.initialize()

    def update(self, batch: Material, optimizer: Adam) -> None:
        """One step down the gradient of the weighted cross entropy."""
        scores, backward = self._forward(batch)
        smooth = np.float32(self._plan.smoothing)
        target = batch.target * (1 - smooth) + smooth / np.float32(batch.target.shape[1])
        weight = batch.weight / batch.weight.sum()
        backward(((self._ops.softmax(scores) - target) * weight[:, None]).astype(np.float32))
        for layer in self._layers:
            layer.finish_update(optimizer)
        optimizer.step_schedules()

    def _forward(self, batch: Material) -> tuple[Floats, Callable[[Floats], None]]:
        vector, back_vector = self._embed(batch.words)
        read = np.concatenate([reading(batch.first, batch.form, batch.headings), vector], axis=1)
        x, back_inner = self._inner(read, True)
        x, back_posting = self._add_posting(x, batch.lengths)
        x, back_heading = self._add_heading(x, batch.headings)
        back_windows = []
        for layer in self._windows:
            x, back = self._add_window(layer, x, batch.lengths)
            back_windows.append(back)
        mask = self._mask(x.shape, self._plan.dropout)
        scores, back_out = self._out(x * mask, True)

        def backward(d: Floats) -> None:
            d = back_out(d) * mask
            for back in reversed(back_windows):
                d = back(d)
            back_vector(back_inner(back_posting(back_heading(d)))[:, -self._plan.vector :])

        return scores, backward

    def _embed(self, words: sp.csr_matrix) -> tuple[Floats, Callable[[Floats], None]]:
        kept = words.copy()
        kept.data *= self._mask(kept.data.shape, self._plan.word_dropout)
        vector = kept @ self._vectors.get_param("E")
        mask = self._mask(vector.shape, self._plan.vector_dropout)

        def backward(d: Floats) -> None:
            self._vectors.inc_grad("E", kept.T @ (d * mask))

        return vector * mask, backward

    def _add_posting(self, x: Floats, lengths: Ints) -> tuple[Floats, Backward]:
        sizes = lengths.astype(np.int32)
        posting = np.repeat(np.arange(len(lengths)), lengths)
        added, back = self._posting(self._ops.reduce_mean(x, sizes), True)

        def backward(d: Floats) -> Floats:
            of_posting = np.add.reduceat(d, np.cumsum(lengths) - lengths, axis=0)
            spread: Floats = self._ops.backprop_reduce_mean(back(of_posting), sizes)
            return d + spread

        return x + added[posting], backward

    def _add_heading(self, x: Floats, headings: Ints) -> tuple[Floats, Backward]:
        under = headings >= 0
        rows = x[headings] * under[:, None]
        added, back = self._heading(rows, True)

        def backward(d: Floats) -> Floats:
            passed = d.copy()
            np.add.at(passed, headings[under], back(d)[under])
            return passed

        return x + added, backward

    def _add_window(self, layer: Model, x: Floats, lengths: Ints) -> tuple[Floats, Backward]:
        sizes = lengths.astype(np.int32)
        seen = self._ops.seq2col(x, 1, lengths=sizes)
        mask = self._mask(seen.shape, self._plan.dropout)
        added, back = layer(seen * mask, True)

        def backward(d: Floats) -> Floats:
            back_seen: Floats = back(d) * mask
            spread: Floats = self._ops.backprop_seq2col(back_seen, 1, lengths=sizes)
            return d + spread

        return x + added, backward

    def _mask(self, shape: Sequence[int], rate: float) -> Floats:
        """Zeros at this rate, elsewhere what keeps the mean at one."""
        kept = self._chance.random(shape, dtype=np.float32) >= rate
        return kept.astype(np.float32) / np.float32(1 - rate)

    def export(self, optimizer: Adam) -> tuple[ContextNetwork, Floats]:
        """The averaged weights in the shape of inference."""
        averages = optimizer.averages

        def average(layer: Model, name: str) -> Floats:
            value: Floats = averages.get((layer.id, name), layer.get_param(name))
            return value.astype(np.float32)

        def maxout(layer: Model) -> tuple[Floats, Floats, Floats, Floats]:
            inner, norm = layer.layers
            weights = average(inner, "W").transpose(2, 1, 0)
            bias = average(inner, "b").T
            return weights.reshape(len(weights), -1), bias.reshape(-1), average(norm, "G"), average(norm, "b")

        weights, bias, gain, shift = maxout(self._inner)
        windows = [maxout(layer) for layer in self._windows]
        read = len(weights) - self._plan.vector
        network = ContextNetwork(
            reading_in=weights[None, :read],
            words_in=weights[None, read:],
            bias_in=bias[None],
            posting=average(self._posting, "W").T[None],
            posting_bias=average(self._posting, "b")[None],
            heading=average(self._heading, "W").T[None],
            heading_bias=average(self._heading, "b")[None],
            windows=np.stack([window[0] for window in windows])[None],
            windows_bias=np.stack([window[1] for window in windows])[None],
            gains=np.stack([gain, *(window[2] for window in windows)])[None],
            shifts=np.stack([shift, *(window[3] for window in windows)])[None],
            out=average(self._out, "W").T[None],
            out_bias=average(self._out, "b")[None],
        )
        return network, average(self._vectors, "E")
