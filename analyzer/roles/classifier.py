"""The two-pass sentence classifier as a scikit-learn estimator; it trains a ``RoleModel``."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from analyzer.roles.context import ContextNetwork
from analyzer.roles.encoder import (
    BLOCK_DAMPING,
    BLOCK_WEIGHTS,
    FORM_COLUMNS,
    FORM_WEIGHT,
    HEADING_WEIGHT,
    VECTOR_SCALE,
    Floats,
    Vocabulary,
    features_of,
    form_columns,
    tokens_of,
)
from analyzer.roles.model import RoleModel
from analyzer.types import Sentence

Postings = Sequence[Sequence[Sentence]]

ALSO_SHARE = 0.35
"""Part of a compound sentence's target that goes to its second role."""


class RoleClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Labels the sentences of postings.

    The first pass is a logistic regression on a sentence's words, the words of its heading, and its form. The second is
    a small network (``ContextNetwork``) that reads the first pass's probabilities of all sentences, out of fold while
    training, so that it learns from errors as they will be, with the sentences' words and form.

    X is a sequence of postings, each a sequence of Sentence; y the same shape of class names.

    Parameters: ``first_c`` inverse regularisation of the first pass, ``folds`` of postings for its out-of-fold
    probabilities, ``max_iter`` of its solver; ``members`` networks that are averaged, with ``vector`` numbers a word,
    ``hidden`` units and ``epochs`` each (the rest: ``context_training.Plan``); ``vector_min_df`` sentences that hold
    a word or pair with a vector; ``temperature`` and ``general_bias`` as in RoleModel; ``jobs`` processes.
    """

    def __init__(
        self,
        first_c: float = 5.0,
        folds: int = 3,
        max_iter: int = 60,
        members: int = 2,
        vector: int = 48,
        hidden: int = 64,
        epochs: int = 20,
        vector_min_df: int = 8,
        temperature: float = 1.0,
        general_bias: float = 1.0,
        name: str = "duties",
        jobs: int = 1,
    ) -> None:
        self.first_c = first_c
        self.folds = folds
        self.max_iter = max_iter
        self.members = members
        self.vector = vector
        self.hidden = hidden
        self.epochs = epochs
        self.vector_min_df = vector_min_df
        self.temperature = temperature
        self.general_bias = general_bias
        self.name = name
        self.jobs = jobs

    def fit(
        self,
        X: Postings,  # noqa: N803 (scikit-learn's name)
        y: Sequence[Sequence[str]],
        sample_weight: Sequence[float] | None = None,
        also: Sequence[Sequence[str | None]] | None = None,
    ) -> RoleClassifier:
        """Train both passes; ``sample_weight`` has one number a posting, for all its sentences; ``also`` the second
        roles of compound sentences, in the shape of y.

        Raises ValueError where shapes differ or fewer than two classes are given.
        """
        if [len(posting) for posting in X] != [len(tags) for tags in y]:
            raise ValueError("X and y must hold the same number of sentences for each posting")
        target = np.array([tag for tags in y for tag in tags])
        if len(set(target)) < 2:
            raise ValueError("need sentences of at least two classes")
        second = [tag for tags in also for tag in tags] if also else [None] * len(target)
        weight = np.repeat(sample_weight or [1.0] * len(X), [len(posting) for posting in X])
        self._fit(X, target, second, weight)
        return self

    def _fit(
        self,
        postings: Postings,
        target: npt.NDArray[np.str_],
        second: Sequence[str | None],
        weight: npt.NDArray[np.float64],
    ) -> None:
        flat = [sentence for posting in postings for sentence in posting]
        heads = [posting[s.heading].text if s.heading >= 0 else "" for posting in postings for s in posting]
        own, above = [tokens_of(s.text) for s in flat], [tokens_of(text) for text in heads]
        words, headings = Vocabulary.fit(own), Vocabulary.fit(above)
        of_words, form = _word_matrix(own, words), _form_matrix(postings)
        matrix = sp.hstack([of_words, _word_matrix(above, headings) * HEADING_WEIGHT, form]).tocsr()
        lengths = np.array([len(posting) for posting in postings])

        self.classes_ = np.unique(target)
        first, out_of_fold = self._first_pass(matrix, target, weight, np.repeat(np.arange(len(lengths)), lengths))
        chosen = _vector_columns(of_words, words, self.vector_min_df)
        soft = _soft_target(target, second, self.classes_)
        network, vectors = self._second_pass(
            out_of_fold, form, of_words[:, chosen], soft, weight, lengths, np.array([s.heading for s in flat])
        )
        self.model_ = self._assemble(first, words, headings, network, chosen, vectors)

    def _first_pass(
        self, matrix: sp.csr_matrix, target: npt.NDArray[np.str_], weight: npt.NDArray[np.float64], groups: Any
    ) -> tuple[Any, Floats]:
        """The regression on everything, and each sentence's probabilities by one that never saw its posting."""
        splits = list(GroupKFold(self.folds).split(matrix, target, groups))
        everything = np.arange(len(target))
        first, *rest = Parallel(n_jobs=self.jobs)(
            delayed(_regression)(matrix[rows], target[rows], weight[rows], self.first_c, self.max_iter)
            for rows in (everything, *(train for train, _ in splits))
        )
        out_of_fold = np.zeros((len(target), len(self.classes_)), dtype=np.float32)
        for (_, test), fold in zip(splits, rest, strict=True):
            known = np.searchsorted(self.classes_, fold.classes_)
            out_of_fold[np.ix_(test, known)] = fold.predict_proba(matrix[test])
        return first, out_of_fold

    def _second_pass(
        self, first: Floats, form: sp.csr_matrix, words: sp.csr_matrix, target: Floats, weight: Any, lengths: Any,
        headings: Any,
    ) -> tuple[ContextNetwork, Floats]:  # fmt: skip
        from analyzer.roles.context_training import Material, Plan

        material = Material(
            first,
            (form.toarray() > 0).astype(np.float32),
            (words * VECTOR_SCALE).astype(np.float32).tocsr(),
            target,
            weight.astype(np.float32),
            lengths,
            headings,
        )
        plan = Plan(vector=self.vector, hidden=self.hidden, epochs=self.epochs)
        trained = Parallel(n_jobs=self.jobs)(delayed(_network)(material, plan, seed) for seed in range(self.members))
        networks, vectors = zip(*trained, strict=True)
        return ContextNetwork.stack(networks), np.concatenate(vectors, axis=1)

    def _assemble(
        self,
        first: Any,
        words: Vocabulary,
        headings: Vocabulary,
        network: ContextNetwork,
        vector_columns: npt.NDArray[np.int64],
        vectors: Floats,
    ) -> RoleModel:
        weights, (intercepts,) = _by_class(first.coef_), _by_class(first.intercept_[:, None])
        w, h = len(words.names), len(headings.names)
        # Weights are kept in half precision; rounding them here makes the estimator and the saved model agree.
        half = weights.astype(np.float16).astype(np.float32)
        return RoleModel(
            classes=tuple(map(str, self.classes_)),
            words=words,
            headings=headings,
            word_weights=half[:w],
            heading_weights=(half[w : w + h] * np.float32(HEADING_WEIGHT)).astype(np.float16).astype(np.float32),
            form_weights=weights[w + h :].astype(np.float32),
            intercepts=intercepts.astype(np.float32),
            vector_columns=vector_columns,
            vectors=(vectors * np.float32(VECTOR_SCALE)).astype(np.float16).astype(np.float32),
            network=network,
            temperature=self.temperature,
            general_bias=self.general_bias,
            name=self.name,
        )

    def predict_proba(self, X: Postings) -> Floats:  # noqa: N803
        """Probabilities, shape (sentences of all postings, classes), in order."""
        return self.model_.probabilities(X)

    def predict(self, X: Postings) -> list[list[str]]:  # noqa: N803
        """The most probable class of every sentence, in the shape of X."""
        best = iter(self.predict_proba(X).argmax(axis=1))
        return [[str(self.classes_[next(best)]) for _ in posting] for posting in X]


def _regression(matrix: sp.csr_matrix, target: Any, weight: Any, c: float, max_iter: int) -> Any:
    with threadpool_limits(1), warnings.catch_warnings():
        # Stopping early is meant: more steps change the figures by less than their noise.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=c, max_iter=max_iter, tol=1e-3).fit(matrix, target, weight)


def _network(material: Any, plan: Any, seed: int) -> tuple[ContextNetwork, Floats]:
    from analyzer.roles.context_training import train_network

    with threadpool_limits(1):
        return train_network(material, plan, seed)


def _vector_columns(matrix: sp.csr_matrix, words: Vocabulary, min_df: int) -> npt.NDArray[np.int64]:
    """Columns of the stems and pairs of stems that at least so many sentences hold."""
    frequency = np.diff(matrix.tocsc().indptr)
    return np.array(
        [k for k, name in enumerate(words.names) if name[0] in "sb" and frequency[k] >= min_df], dtype=np.int64
    )


def _soft_target(target: npt.NDArray[np.str_], second: Sequence[str | None], classes: npt.NDArray[np.str_]) -> Floats:
    """One row a sentence: 1 for its class, or parts for the two roles of a compound one."""
    soft = np.zeros((len(target), len(classes)), dtype=np.float32)
    soft[np.arange(len(target)), np.searchsorted(classes, target)] = 1
    for row, tag in enumerate(second):
        if tag is not None and tag in classes and tag != target[row]:
            soft[row] *= 1 - ALSO_SHARE
            soft[row, np.searchsorted(classes, tag)] = ALSO_SHARE
    return soft


def _by_class(coefficients: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Features × classes; the one row that scikit-learn keeps for two classes becomes two."""
    rows = np.concatenate([-coefficients, coefficients]) / 2 if len(coefficients) == 1 else coefficients
    return rows.T


def _word_matrix(token_lists: Sequence[Sequence[str]], vocabulary: Vocabulary) -> sp.csr_matrix:
    """Weighted, damped word features; the same numbers as ``TokenScorer`` sums up."""
    columns_of = vocabulary.columns()
    columns: list[int] = []
    pointers = [0]
    for tokens in token_lists:
        columns += [column for column in map(columns_of.get, features_of(tokens)) if column is not None]
        pointers.append(len(columns))
    matrix = sp.csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(token_lists), len(vocabulary.names)))
    matrix.sum_duplicates()
    idf, blocks = vocabulary.idf.astype(np.float64), vocabulary.blocks()
    parts = []
    for block, (weight, damping) in enumerate(zip(BLOCK_WEIGHTS, BLOCK_DAMPING, strict=True)):
        chosen = idf * (blocks == block)
        norm = np.sqrt(matrix @ chosen**2 + damping)
        parts.append(sp.diags(weight / norm) @ matrix @ sp.diags(chosen))
    return sum(parts[1:], parts[0]).tocsr()


def _form_matrix(postings: Postings) -> sp.csr_matrix:
    columns: list[int] = []
    pointers = [0]
    for posting in postings:
        for index, sentence in enumerate(posting):
            columns += form_columns(sentence, index, len(posting))
            pointers.append(len(columns))
    return sp.csr_matrix(
        (np.full(len(columns), FORM_WEIGHT), columns, pointers), shape=(len(pointers) - 1, len(FORM_COLUMNS))
    )
