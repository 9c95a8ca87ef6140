"""``role_labeler``: whose duty each sentence is, as a spaCy component.

    nlp = spacy.blank("en")
    nlp.add_pipe("posting_segmenter")
    nlp.add_pipe("role_labeler", config={"duties_only": True})

After it, ``doc.spans["roles"]`` holds spans with the label as ``label_``, and their probabilities stand in
``doc.spans["roles"].attrs["scores"]``, as spaCy's own span categorizer has it.
"""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.roles.labels import label_sentences
from analyzer.roles.model import RoleModel, load_model
from analyzer.text.segment import segment
from analyzer.text.spacy_component import span_of, split_tokens
from analyzer.types import Label

GROUP = "roles"
"""Key of the spans in ``doc.spans``."""


class RoleLabeler:
    """Writes ``doc.spans["roles"]``. The model is read at the first document.

    With ``duties_only``, sentences that are no role's duty are left out. ``model`` is a model folder, None for the
    shipped one. ``doc.text`` is read as it stands: clean HTML with ``analyzer.text.clean`` first.
    """

    def __init__(self, model: str | None = None, duties_only: bool = True) -> None:
        self.folder = Path(model) if model else None
        self.duties_only = duties_only
        self._model: RoleModel | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Label one document. Raises ModelError where the model cannot be read."""
        if self._model is None:
            self._model = load_model(self.folder)
        sentences = segment(doc.text)
        split_tokens(doc, sentences)
        probabilities = self._model.probabilities([sentences])
        spans, scores = [], []
        for sentence, labeled in zip(sentences, label_sentences(sentences, probabilities, self._model), strict=True):
            span = span_of(doc, sentence, labeled.label.value)
            if span is not None and not (self.duties_only and labeled.label is Label.NONE):
                spans.append(span)
                scores.append(labeled.confidence)
        doc.spans[GROUP] = spans
        doc.spans[GROUP].attrs["scores"] = scores
        return doc


@Language.factory(
    "role_labeler", default_config={"model": None, "duties_only": True}, assigns=["doc.spans"], retokenizes=True
)
def role_labeler(nlp: Language, name: str, model: str | None, duties_only: bool) -> RoleLabeler:
    """The component under the name that ``nlp.add_pipe`` knows."""
    return RoleLabeler(model, duties_only)
