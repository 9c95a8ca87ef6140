"""The estimator and its storage: a small real model, trained here."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from analyzer.errors import ModelError
from analyzer.learn.corpus import read_corpus
from analyzer.learn.examples import examples
from analyzer.roles.classifier import RoleClassifier, _form_matrix, _word_matrix
from analyzer.roles.encoder import HEADING_WEIGHT, TokenScorer, form_indicators, tokens_of
from analyzer.roles.model import RoleModel, load_model
from analyzer.text.segment import segment

SMALL = {"epochs": 6, "hidden": 24, "vector": 16, "vector_min_df": 2}


@pytest.fixture(scope="session")
def small() -> RoleClassifier:
    """A classifier of sixty written postings, ten led by each of five roles and ten by none."""
    postings = read_corpus()
    picked = [p for k, p in enumerate(postings) if k % max(1, len(postings) // 60) == 0]
    seen = examples(picked)
    return RoleClassifier(folds=3, name="small", **SMALL).fit(seen.sentences, seen.tags, also=seen.also)


def test_two_trainings_agree_to_the_byte(tmp_path: Path) -> None:
    seen = examples(read_corpus()[:30])
    twins = [RoleClassifier(folds=2, name="twin", jobs=jobs, **SMALL).fit(seen.sentences, seen.tags) for jobs in (1, 2)]
    digests = {twin.model_.save(tmp_path / str(k)) for k, twin in enumerate(twins)}
    assert len(digests) == 1


def test_a_saved_model_gives_the_same_probabilities(small: RoleClassifier, tmp_path: Path) -> None:
    small.model_.save(tmp_path)
    cut = [segment("## Duties\n* Own the roadmap\n* Plan launches with sales.\n"), segment("We bake bread.")]
    loaded = load_model(tmp_path)
    np.testing.assert_allclose(loaded.probabilities(cut), small.predict_proba(cut), rtol=1e-4, atol=1e-5)
    assert loaded.version.startswith("small@")


def test_probabilities_sum_to_one_and_do_not_depend_on_the_batch(small: RoleClassifier) -> None:
    texts = ["## Duties\n* Own the roadmap\n", "Apply now.", "* Write copy\n* Run the forum\n\n**Perks**\nCake."]
    cut = [segment(text) for text in texts]
    together = small.predict_proba(cut)
    apart = np.concatenate([small.predict_proba([sentences]) for sentences in cut])
    np.testing.assert_allclose(together, apart, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(together.sum(axis=1), 1, rtol=1e-5)
    assert small.predict_proba([]).shape == (0, len(small.classes_))
    assert small.predict_proba([[], cut[0], []]).shape[0] == len(cut[0])


def test_quick_scores_are_those_of_the_trained_matrices(small: RoleClassifier) -> None:
    model = small.model_
    cut = [segment("## What you'll do\n* Own the product roadmap, and/or 5+ other things\n* Ünïcode zzzqqq words\n")]
    flat = cut[0]
    own = _word_matrix([tokens_of(s.text) for s in flat], model.words) @ model.word_weights
    scorer = TokenScorer(model.words, model.word_weights, model.vector_columns, model.vectors)
    quick = scorer.scores([s.text for s in flat])
    np.testing.assert_allclose(quick[:, : own.shape[1]], own, rtol=1e-3, atol=1e-4)
    matrix = _word_matrix([tokens_of(s.text) for s in flat], model.words)
    vectors = matrix[:, model.vector_columns] @ model.vectors
    np.testing.assert_allclose(quick[:, own.shape[1] :], vectors, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(form_indicators(cut), _form_matrix(cut).toarray() > 0)
    heads = [flat[s.heading].text if s.heading >= 0 else "" for s in flat]
    above = _word_matrix([tokens_of(h) for h in heads], model.headings) @ (model.heading_weights / HEADING_WEIGHT)
    quick = TokenScorer(model.headings, model.heading_weights).scores(heads) / HEADING_WEIGHT
    np.testing.assert_allclose(quick, above, rtol=1e-2, atol=1e-3)


def test_shapes_are_checked(small: RoleClassifier) -> None:
    with pytest.raises(ValueError, match="same number"):
        RoleClassifier().fit([segment("One. Two.")], [["general"]])
    with pytest.raises(ValueError, match="two classes"):
        RoleClassifier().fit([segment("One.")], [["general"]])
    assert small.get_params()["folds"] == 3


class Bomb:
    """Runs code when unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("the model ran code",))


def damaged(folder: Path, what: str) -> None:
    """Spoil a saved model in one way."""
    head = json.loads((folder / "model.json").read_text())
    if what == "format":
        head["format"] = 999
    elif what == "bytes":
        (folder / "small.npz").write_bytes(b"rubbish" + (folder / "small.npz").read_bytes())
    elif what == "pickle":
        np.savez(folder / "small.npz", word_idf=np.array([Bomb()], dtype=object), allow_pickle=True)
        head["digest"] = __import__("hashlib").sha256((folder / "small.npz").read_bytes()).hexdigest()
    elif what == "raw pickle":
        (folder / "small.npz").write_bytes(pickle.dumps(Bomb()))
        head["digest"] = __import__("hashlib").sha256((folder / "small.npz").read_bytes()).hexdigest()
    elif what == "path":
        head["name"] = "../small"
    elif what == "no arrays":
        (folder / "small.npz").unlink()
    (folder / "model.json").write_text("{" if what == "json" else json.dumps(head))


@pytest.mark.parametrize("what", ["format", "bytes", "pickle", "raw pickle", "path", "no arrays", "json"])
def test_a_strange_model_is_refused_in_words(
    small: RoleClassifier, tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    small.model_.save(tmp_path)
    damaged(tmp_path, what)
    with pytest.raises(ModelError, match="retrain with 'analyzer train") as caught:
        load_model(tmp_path)
    assert "\n" not in str(caught.value)
    assert "ran code" not in capsys.readouterr().out


def test_the_shipped_model_is_the_recorded_one() -> None:
    model = load_model()
    assert isinstance(model, RoleModel)
    assert model.card["corpus"]["postings"] >= 450
    assert {"numpy", "scikit-learn"} <= set(model.card["trained_with"])
