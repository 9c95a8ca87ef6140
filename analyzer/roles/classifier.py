"""The two-pass sentence classifier as a scikit-learn estimator; it trains a ``RoleModel``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from analyzer.roles.context import context_features
from analyzer.roles.encoder import (
    BLOCK_DAMPING,
    BLOCK_WEIGHTS,
    FORM_COLUMNS,
    FORM_WEIGHT,
    HEADING_WEIGHT,
    Floats,
    Vocabulary,
    features_of,
    form_columns,
    tokens_of,
)
from analyzer.roles.model import RoleModel, heading_indices
from analyzer.types import Sentence

Postings = Sequence[Sequence[Sentence]]


class RoleClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Labels the sentences of postings.

    The first pass is a logistic regression on a sentence's words, the words of its heading, and its form. The second
    adds the first pass's probabilities of everything around the sentence, out of fold while training, so that it learns
    from errors as they will be.

    X is a sequence of postings, each a sequence of Sentence; y the same shape of class names.

    Parameters: ``first_c`` and ``second_c`` inverse regularisation, ``context_weight`` scale of the standardised
    context, ``folds`` of postings for the first pass's out-of-fold probabilities, ``max_iter`` of the solver,
    ``temperature`` and ``general_bias`` as in RoleModel.
    """

    def __init__(
        self,
        first_c: float = 5.0,
        second_c: float = 3.0,
        context_weight: float = 0.1,
        folds: int = 4,
        max_iter: int = 200,
        temperature: float = 1.0,
        general_bias: float = 1.0,
        name: str = "duties",
    ) -> None:
        self.first_c = first_c
        self.second_c = second_c
        self.context_weight = context_weight
        self.folds = folds
        self.max_iter = max_iter
        self.temperature = temperature
        self.general_bias = general_bias
        self.name = name

    def fit(
        self,
        X: Postings,  # noqa: N803 (scikit-learn's name)
        y: Sequence[Sequence[str]],
        sample_weight: Sequence[float] | None = None,
    ) -> RoleClassifier:
        """Train both passes; ``sample_weight`` has one number a posting, for all its sentences.

        Raises ValueError where shapes differ or fewer than two classes are given.
        """
        if [len(posting) for posting in X] != [len(tags) for tags in y]:
            raise ValueError("X and y must hold the same number of sentences for each posting")
        target = np.array([tag for tags in y for tag in tags])
        if len(set(target)) < 2:
            raise ValueError("need sentences of at least two classes")
        with threadpool_limits(1):
            self._fit(X, target, np.repeat(sample_weight or [1.0] * len(X), [len(posting) for posting in X]))
        return self

    def _fit(self, postings: Postings, target: npt.NDArray[np.str_], weight: npt.NDArray[np.float64]) -> None:
        flat = [sentence for posting in postings for sentence in posting]
        heads = [posting[s.heading].text if s.heading >= 0 else "" for posting in postings for s in posting]
        own, above = [tokens_of(s.text) for s in flat], [tokens_of(text) for text in heads]
        words, headings = Vocabulary.fit(own), Vocabulary.fit(above)
        matrix = sp.hstack(
            [_word_matrix(own, words), _word_matrix(above, headings) * HEADING_WEIGHT, _form_matrix(postings)]
        ).tocsr()
        groups = np.repeat(np.arange(len(postings)), [len(posting) for posting in postings])

        first = self._regression(self.first_c).fit(matrix, target, weight)
        out_of_fold = np.zeros((len(target), len(first.classes_)))
        for train, test in GroupKFold(self.folds).split(matrix, target, groups):
            fold = self._regression(self.first_c).fit(matrix[train], target[train], weight[train])
            known = np.searchsorted(first.classes_, fold.classes_)
            out_of_fold[np.ix_(test, known)] = fold.predict_proba(matrix[test])
        raw = context_features(
            out_of_fold.astype(np.float32), [len(p) for p in postings], heading_indices(postings), list(first.classes_)
        )
        mean, scale = raw.mean(axis=0), np.float32(self.context_weight) / (raw.std(axis=0) + np.float32(0.01))
        both = sp.hstack([matrix, sp.csr_matrix((raw - mean) * scale)]).tocsr()
        second = self._regression(self.second_c).fit(both, target, weight)
        self.model_ = self._assemble(first, second, words, headings, mean, scale)
        self.classes_ = first.classes_

    def _regression(self, c: float) -> Any:
        return LogisticRegression(C=c, max_iter=self.max_iter, tol=1e-3)

    def _assemble(
        self, first: Any, second: Any, words: Vocabulary, headings: Vocabulary, mean: Floats, scale: Floats
    ) -> RoleModel:
        f1, f2 = _by_class(first.coef_), _by_class(second.coef_)
        i1, i2 = _by_class(first.intercept_[:, None])[0], _by_class(second.intercept_[:, None])[0]
        w, h = len(words.names), len(headings.names)
        shown = w + h + len(FORM_COLUMNS)
        stacked = np.concatenate([f1, f2[:shown]], axis=1).astype(np.float32)
        # Weights are kept in half precision; rounding them here makes the estimator and the saved model agree.
        half = stacked.astype(np.float16).astype(np.float32)
        return RoleModel(
            classes=tuple(map(str, first.classes_)),
            words=words,
            headings=headings,
            word_weights=half[:w],
            heading_weights=(half[w : w + h] * np.float32(HEADING_WEIGHT)).astype(np.float16).astype(np.float32),
            form_weights=stacked[w + h :],
            intercepts=np.concatenate([i1, i2]).astype(np.float32),
            context_mean=mean.astype(np.float32),
            context_scale=scale.astype(np.float32),
            context_weights=f2[shown:].astype(np.float32),
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
