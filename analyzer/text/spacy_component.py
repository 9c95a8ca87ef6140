"""``posting_segmenter``: the sentences of a posting as a spaCy component.

    nlp = spacy.blank("en")
    nlp.add_pipe("posting_segmenter")

After it, ``doc.spans["sentences"]`` holds the sentences, bullets and headings that ``segment`` finds, without their
list marks, and ``token.is_sent_start`` is set, so that ``doc.sents`` covers the text (list marks and blank lines belong
to the sentence after them). Where scraping glued two sentences ("cyclesPerforming"), the token is split in two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from analyzer.text.segment import segment
from analyzer.types import Sentence

GROUP = "sentences"
"""Key of the spans in ``doc.spans``."""


@Language.component("posting_segmenter", assigns=["token.is_sent_start", "doc.sents", "doc.spans"], retokenizes=True)
def posting_segmenter(doc: Doc) -> Doc:
    """Set ``doc.spans["sentences"]`` and the sentence starts; tokens that straddle a boundary are split."""
    sentences = segment(doc.text)
    split_tokens(doc, sentences)
    spans = [span for sentence in sentences if (span := span_of(doc, sentence)) is not None]
    doc.spans[GROUP] = spans
    _mark_starts(doc, spans)
    return doc


def split_tokens(doc: Doc, sentences: Sequence[Sentence]) -> None:
    """Split every token that a boundary of a sentence runs through, so that spans fit the sentences to the letter."""
    cuts = _cuts_inside(doc, sorted({offset for s in sentences for offset in (s.start, s.end)}))
    if not cuts:
        return
    with doc.retokenize() as retokenizer:
        for token, offsets in cuts.items():
            bounds = [0, *offsets, len(token.text)]
            pieces = [token.text[a:b] for a, b in pairwise(bounds)]
            # A blank pipeline has no parse; each piece is its own head, which spaCy asks for.
            heads: list[Token | tuple[Token, int]] = [(token, k) for k in range(len(pieces))]
            retokenizer.split(token, pieces, heads=heads)


def _cuts_inside(doc: Doc, offsets: Sequence[int]) -> dict[Token, list[int]]:
    """Offsets within a token, of each token that has some."""
    starts = [token.idx for token in doc]
    cuts: dict[Token, list[int]] = defaultdict(list)
    for offset in offsets:
        at = bisect_right(starts, offset) - 1
        if at >= 0 and starts[at] < offset < starts[at] + len(doc[at].text):
            cuts[doc[at]].append(offset - starts[at])
    return cuts


def span_of(doc: Doc, sentence: Sentence, label: str = "") -> Span | None:
    """The span of a sentence, or None where it holds no token of its own."""
    return doc.char_span(sentence.start, sentence.end, label=label, alignment_mode="expand")


def _mark_starts(doc: Doc, spans: Sequence[Span]) -> None:
    """Each sentence starts behind the one before it: list marks and line breaks stand at the head of a sentence."""
    starts = {0, *(span.end for span in spans[:-1])}
    for token in doc:
        token.is_sent_start = token.i in starts
