"""The straight line: posting → clean → segment → classify → profile → judge → report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice

from analyzer.errors import InputError
from analyzer.roles.labels import label_sentences
from analyzer.roles.model import RoleModel, load_model
from analyzer.text.clean import clean
from analyzer.text.segment import segment
from analyzer.types import LabeledSentence, Posting, Report
from analyzer.verdict.explain import Explainer
from analyzer.verdict.profile import build_profile
from analyzer.verdict.rules import RULES, Facts, Rule, evaluate, rules_for
from analyzer.verdict.size import size_of

BATCH = 128
"""Postings classified at once by ``pipe``: enough to keep the arrays busy, little enough to keep memory flat."""


class Analyzer:
    """Reads postings with one loaded model; safe to reuse, not to share between threads.

    >>> analyzer = Analyzer()
    >>> report = analyzer(Posting("## What you'll do\\n* Own the product roadmap and write user stories\\n"))
    >>> report.sentences[1].label
    <Label.PRODUCT_MANAGER: 'product_manager'>
    """

    def __init__(self, model: RoleModel | None = None, rules: Sequence[Rule] = RULES, explain: bool = False) -> None:
        self.model = model if model is not None else load_model()
        self.rules = tuple(rules)
        self._explainer = Explainer(self.model) if explain else None

    def __call__(self, posting: Posting) -> Report:
        """The report of one posting. Raises InputError where its text holds no sentence."""
        result = next(self.pipe([posting]))
        if isinstance(result, InputError):
            raise result
        return result

    def pipe(self, postings: Iterable[Posting], batch_size: int = BATCH) -> Iterator[Report | InputError]:
        """Reports in input order; a posting without a sentence yields its InputError in place of a report."""
        stream = iter(postings)
        while batch := list(islice(stream, batch_size)):
            texts = [clean(posting.text) for posting in batch]
            cut = [segment(text) for text in texts]
            probabilities = self.model.probabilities(cut)
            labeled = label_sentences(list(chain.from_iterable(cut)), probabilities, self.model)
            for posting, text, end, count in zip(batch, texts, accumulate(map(len, cut)), map(len, cut), strict=True):
                if count:
                    yield self._judge(posting, text, labeled[end - count : end])
                else:
                    yield InputError(
                        "no text to analyse: the posting holds no sentence; check the input or its description field"
                    )

    def _judge(self, posting: Posting, text: str, labeled: tuple[LabeledSentence, ...]) -> Report:
        size, _ = size_of(labeled)
        taxonomy = self.model.taxonomy
        profile = build_profile(labeled, posting.title, size, taxonomy)
        findings = evaluate(Facts(posting.title, labeled, profile, taxonomy), rules_for(posting.text, self.rules))
        report = Report(posting, text, text != posting.text, labeled, profile, findings, self.model.version, taxonomy)
        return self._explainer.reasons(report) if self._explainer else report


@lru_cache(maxsize=1)
def _default() -> Analyzer:
    return Analyzer()


def analyze(posting: Posting | str, title: str | None = None) -> Report:
    """The report of one posting (or of its text), read with the shipped model.

    Raises InputError where the text holds no sentence, ModelError where the model cannot be read.
    """
    return _default()(posting if isinstance(posting, Posting) else Posting(posting, title=title))
