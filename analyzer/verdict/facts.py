"""What rules may look at, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Label, LabeledSentence, Level, MixPair, Profile, Role, Taxonomy


@dataclass(frozen=True, slots=True)
class Facts:
    """A posting as rules see it: title, labelled sentences, what they add up to, and the roles told apart."""

    title: str | None
    sentences: tuple[LabeledSentence, ...]
    profile: Profile
    taxonomy: Taxonomy = TAXONOMY


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a rule applies: sentence indices, words for the blanks of its texts, and a level other than its own.

    ``pair`` is the pair of roles that meet, where the rule is of those.
    """

    sentences: tuple[int, ...]
    words: dict[str, str] = field(default_factory=dict)
    level: Level | None = None
    pair: MixPair | None = None


def indices_of(sentences: Sequence[LabeledSentence], *roles: Role) -> tuple[int, ...]:
    """Indices of the sentences whose label or second role is one of ``roles``."""
    names = {Label(role.value) for role in roles}
    return tuple(i for i, s in enumerate(sentences) if s.label in names or s.also in roles)


def compounds_of(sentences: Sequence[LabeledSentence], pair: MixPair) -> tuple[int, ...]:
    """Indices of the sentences that ask for both roles of a pair at once."""
    both = {(Label(pair.first.value), pair.second), (Label(pair.second.value), pair.first)}
    return tuple(i for i, s in enumerate(sentences) if s.also is not None and (s.label, s.also) in both)
