"""Class probabilities → labelled sentences."""

from __future__ import annotations

from collections.abc import Sequence
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
    is_none = (weighed > best_p).tolist()
    zone_at = of_none.argmax(axis=1).tolist()
    out = []
    for i, (s, b, c, none_p) in enumerate(
        zip(sentences, best.tolist(), best_p.tolist(), none_sum.tolist(), strict=True)
    ):
        if is_none[i] or int(s.form) & _HASH:
            out.append(LabeledSentence(s.start, s.end, s.text, Label.NONE, zones[zone_at[i]], none_p, form=s.form))
        else:
            also = _second_role(s.text, labels[second[i]], float(second_p[i]))
            out.append(LabeledSentence(s.start, s.end, s.text, labels[b], Zone.DUTY, c, also, form=s.form))
    return tuple(out)


def _second_role(text: str, label: Label, probability: float) -> Role | None:
    """The second role of a compound sentence, or None where the sentence is no compound."""
    if probability < ALSO_MIN or label is Label.SHARED or text.count(" ") + 1 < ALSO_MIN_WORDS:
        return None
    return Role.named(label.value)
