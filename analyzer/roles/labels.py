"""Class probabilities → labelled sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analyzer.roles.encoder import Floats
from analyzer.roles.model import RoleModel, role_columns
from analyzer.types import Form, Label, LabeledSentence, Role, Sentence, Zone

ALSO_MIN = 0.4
"""A second role is told from this probability on …"""

ALSO_MIN_WORDS = 8
"""… in sentences of at least so many words: a shorter one has no room for two duties."""

# A marked heading ("# Product Manager") announces; in the gold postings one in a hundred of them states a duty.
_HASH = int(Form.HASH)


@lru_cache(maxsize=8)
def _plan(
    classes: tuple[str, ...],
) -> tuple[tuple[Label, ...], npt.NDArray[np.int64], npt.NDArray[np.int64], tuple[Zone, ...]]:
    """Labels and their columns, the columns that mean none, and the zone of each of those (duty: a general one)."""
    names, named, none = role_columns(classes)
    zones = tuple(Zone.DUTY if classes[k] == "general" else Zone(classes[k]) for k in none)
    return tuple(Label.named(name) for name in names), named, none, zones


def label_sentences(
    sentences: Sequence[Sentence], probabilities: Floats, model: RoleModel
) -> tuple[LabeledSentence, ...]:
    """Label, zone and second role of each sentence.

    ``probabilities`` has one row a sentence. The label is the likeliest of the roles, ``shared`` and none, where none's
    probability is the sum over all that is no role's duty, a general duty's times the model's ``general_bias``; the
    confidence is the label's own, unbiased probability.
    """
    labels, named, none, zones = _plan(model.classes)
    of_role = probabilities[:, named]
    of_none = probabilities[:, none]
    none_sum = of_none.sum(axis=1)
    order = np.argsort(of_role, axis=1)
    best, second = order[:, -1], order[:, -2]
    rows = np.arange(len(sentences))
    best_p, second_p = of_role[rows, best], of_role[rows, second]
    general = [k for k, zone in enumerate(zones) if zone is Zone.DUTY]
    weighed = none_sum - (1 - model.general_bias) * of_none[:, general].sum(axis=1)
    marked = np.fromiter([s.form for s in sentences], np.int64, len(sentences)) & _HASH > 0
    is_none = (weighed > best_p) | marked
    confidence = np.where(is_none, none_sum, best_p).tolist()
    kinds = [(label, Zone.DUTY) for label in labels] + [(Label.NONE, zone) for zone in zones]
    kind = np.where(is_none, len(labels) + of_none.argmax(axis=1), best).tolist()
    out = [
        LabeledSentence(s.start, s.end, s.text, label, zone, c, None, (), s.form)
        for s, (label, zone), c in zip(sentences, map(kinds.__getitem__, kind), confidence, strict=True)
    ]
    for i in np.flatnonzero(~is_none & (second_p >= ALSO_MIN)).tolist():
        out[i] = replace(out[i], also=_second_role(out[i].text, labels[second[i]]))
    return tuple(out)


def _second_role(text: str, label: Label) -> Role | None:
    """The second role of a compound sentence, or None where the sentence is no compound."""
    if label is Label.SHARED or text.count(" ") + 1 < ALSO_MIN_WORDS:
        return None
    return Role.named(label.value)
