"""One posting from a form to all that the page says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from analyzer.errors import InputError
from analyzer.pipeline import Analyzer
from analyzer.readers.single import first_title
from analyzer.types import Failure, Posting, Report, Zone
from analyzer.verdict.explain import Explainer, Explanation
from analyzer.web.corrections import changed, corrected, sentence_keys
from analyzer.web.engine import TooLargeError

MAX_EXPLAINED = 150
"""Duties explained one by one; a posting has about ten."""

MAX_EXPLAINED_LENGTH = 2_000
"""Characters of a sentence up to which it is explained; a longer one is a wall of text, and slow to take apart."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says of a posting. ``labels`` maps keys of sentences to values of choices."""

    text: str
    title: str | None = None
    company: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """A report as found (``before``), as corrected (``report``), the keys of its sentences and their explanations."""

    before: Report
    report: Report
    keys: tuple[str, ...]
    corrections: frozenset[int]
    explanations: Mapping[int, Explanation]


class Reviewer:
    """Makes reviews with one analyzer; to be used on that analyzer's thread."""

    def __init__(self, analyzer: Analyzer, max_text: int) -> None:
        self.analyzer, self.max_text = analyzer, max_text
        self.explainer = Explainer(analyzer.model)

    def read(self, posting: Posting) -> Report:
        """The report of a posting. Raises TooLargeError, InputError where there is no text."""
        self._check_size(posting)
        return self.analyzer(posting)

    def pipe(self, items: Iterable[Posting | Failure]) -> Iterator[Report | Failure]:
        """Reports and failures in order of the items; a posting that is too long or empty gives a failure."""
        listed = [self._within(item) for item in items]
        results = self.analyzer.pipe([item for item in listed if isinstance(item, Posting)])
        for item in listed:
            yield item if isinstance(item, Failure) else _outcome(next(results), item)

    def report(self, draft: Draft) -> Report:
        """The report of a draft, without its corrections; errors as for ``read``."""
        if not draft.text.strip():
            raise InputError("There is no text yet. Paste a posting, choose a file or try a sample.")
        text = draft.text.replace("\r\n", "\n")
        return self.read(Posting(text, title=draft.title or first_title(text), company=draft.company))

    def review(self, draft: Draft) -> Review:
        """The whole review of a draft; errors as for ``report``."""
        before = self.report(draft)
        keys = sentence_keys(before.sentences)
        wanted = {i: draft.labels[key] for i, key in enumerate(keys) if draft.labels.get(key)}
        report = corrected(before, wanted, self.analyzer) if wanted else before
        corrections = frozenset(changed(before, report))
        return Review(before, report, tuple(keys), corrections, self._explain(before, corrections))

    def _explain(self, report: Report, corrections: frozenset[int]) -> dict[int, Explanation]:
        duties = [
            i
            for i, sentence in enumerate(report.sentences)
            if sentence.zone is Zone.DUTY and i not in corrections and len(sentence.text) <= MAX_EXPLAINED_LENGTH
        ]
        return {e.sentence: e for e in self.explainer(report, duties[:MAX_EXPLAINED])}

    def _check_size(self, posting: Posting) -> None:
        if len(posting.text) > self.max_text:
            raise TooLargeError(
                f"That is more than one posting: the text has {len(posting.text):,} characters,"
                f" up to {self.max_text:,} are read."
            )

    def _within(self, item: Posting | Failure) -> Posting | Failure:
        if isinstance(item, Posting):
            try:
                self._check_size(item)
            except TooLargeError as error:
                return Failure(item.id, item.source, error.code, str(error))
        return item


def _outcome(result: Report | InputError, posting: Posting) -> Report | Failure:
    return result if isinstance(result, Report) else Failure(posting.id, posting.source, result.code, str(result))
