"""The words of the domain: what goes in, what comes out, and what lies between.

Plain data, no behaviour beyond invariants. Everything else in the package speaks in these types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from typing import Any, Self


class _Open(StrEnum):
    """An enumeration that a model with roles of its own widens; iterating it gives the built-in members alone."""

    @classmethod
    def named(cls, key: str) -> Self:
        """The member of that key, made where there is none yet."""
        _OWN_KEYS.add(key)
        return cls(key)

    @classmethod
    def _missing_(cls, value: object) -> _Open | None:
        if value not in _OWN_KEYS:
            return None
        member = str.__new__(cls, value)
        member._name_, member._value_ = str(value).upper(), str(value)
        return _OWN_MEMBERS.setdefault((cls, str(value)), member)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self).named, (self.value,)


_OWN_KEYS: set[str] = set()
_OWN_MEMBERS: dict[tuple[type[_Open], str], _Open] = {}


class Role(_Open):
    """The six roles of the source documents; ``Role.named(key)`` gives those of a team's own model."""

    PRODUCT_MANAGER = "product_manager"
    PRODUCT_MARKETING_MANAGER = "product_marketing_manager"
    MARKETING_MANAGER = "marketing_manager"
    PROJECT_MANAGER = "project_manager"
    COMMUNITY_MANAGER = "community_manager"
    MARCOM = "marcom"


class Label(_Open):
    """What a sentence is: the duty of one role, of both jobs of a pair (``shared``), or ``none``."""

    PRODUCT_MANAGER = "product_manager"
    PRODUCT_MARKETING_MANAGER = "product_marketing_manager"
    MARKETING_MANAGER = "marketing_manager"
    PROJECT_MANAGER = "project_manager"
    COMMUNITY_MANAGER = "community_manager"
    MARCOM = "marcom"
    SHARED = "shared"
    NONE = "none"


class Zone(StrEnum):
    """What a sentence is for within the posting."""

    DUTY = "duty"
    REQUIREMENT = "requirement"
    COMPANY = "company"
    OFFER = "offer"
    PROCESS = "process"
    HEADING = "heading"


class Level(StrEnum):
    """Weight of a finding, as in SARIF."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Form(IntFlag):
    """How a sentence is set on the page, read off the characters around it."""

    NONE = 0
    LINE = 1
    """It begins its line."""
    PARAGRAPH = 2
    """A blank line stands before its line."""
    BULLET = 4
    """A list mark or a number stands before it."""
    HASH = 8
    """Its line is a Markdown or HTML heading."""
    EMPHASIS = 16
    """An emphasis mark stands directly before it."""
    ENDS_LINE = 32
    """It ends its line."""
    NESTED = 64
    """Its list mark is indented."""
    TITLE = 128
    """It reads as a heading: short, alone on its line, without a full stop."""


class Size(StrEnum):
    """Size of the employer as far as the posting tells."""

    SMALL = "small"
    MID = "mid"
    LARGE = "large"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role's name, short name and definition, with its sources (keys of ``corpus/sources.toml``, or a team's words).

    ``internal`` is the part of the role's duties that face inward (Moore's focus), 0 to 1. In a sentence, ``job`` is
    the one who does it, ``field`` the work, and ``day`` what it is all day; ``titles`` are phrases of job titles that
    promise a team's own role.
    """

    role: Role
    name: str
    short: str
    definition: str
    internal: float
    sources: tuple[str, ...]
    job: str
    field: str
    day: str
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MixPair:
    """Two roles that one posting must not ask of one person; the order is the order of the telling.

    ``why`` are words that say so, ``source`` says whose they are.
    """

    first: Role
    second: Role
    why: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise ValueError(f"a pair holds two different roles, not {self.first} twice")


@dataclass(frozen=True, slots=True)
class Taxonomy(Mapping[Role, RoleInfo]):
    """The roles that a model tells apart, in the order of the telling, and the pairs of them that must not meet.

    A pair that nobody listed may meet freely. ``own`` tells a team's roles from those of the source documents;
    ``labels`` are those of the roles, ``shared`` and ``none``.
    """

    infos: tuple[RoleInfo, ...]
    pairs: tuple[MixPair, ...]
    own: bool = False
    labels: tuple[Label, ...] = field(init=False, repr=False, compare=False)
    _by_role: dict[Role, RoleInfo] = field(init=False, repr=False, compare=False)
    _by_label: dict[Label, Role] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_label = {Label(info.role.value): info.role for info in self.infos}
        object.__setattr__(self, "labels", (*by_label, Label.SHARED, Label.NONE))
        object.__setattr__(self, "_by_role", {info.role: info for info in self.infos})
        object.__setattr__(self, "_by_label", by_label)

    def __getitem__(self, role: Role) -> RoleInfo:
        return self._by_role[role]

    def __iter__(self) -> Iterator[Role]:
        return iter(self._by_role)

    def __len__(self) -> int:
        return len(self._by_role)

    def role_of(self, label: Label) -> Role | None:
        """The role whose duty a label says, or None for ``shared`` and ``none``."""
        return self._by_label.get(label)


@dataclass(frozen=True, slots=True)
class Posting:
    """One job posting as read: the raw description and what the source says about it.

    ``text`` is the raw description (plain text, Markdown, HTML or entity-escaped HTML).
    ``source`` names where it was read: a file, or file and row. ``date`` is ISO 8601.
    """

    text: str
    id: str | None = None
    title: str | None = None
    company: str | None = None
    location: str | None = None
    date: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, bullet or heading of a posting's text.

    ``text[start:end]`` of the posting's text is ``text``; offsets count Unicode code points.
    ``heading`` is the index of the heading sentence in force, -1 before the first.
    ``section`` is the zone which that heading announces, where it is a known one.
    """

    start: int
    end: int
    text: str
    form: Form = Form.NONE
    heading: int = -1
    section: Zone | None = None


@dataclass(frozen=True, slots=True)
class LabeledSentence:
    """A sentence with what it is: label, zone, probability of the label, second role, reasons."""

    start: int
    end: int
    text: str
    label: Label
    zone: Zone
    confidence: float
    also: Role | None = None
    why: tuple[str, ...] = ()
    form: Form = Form.NONE


@dataclass(frozen=True, slots=True)
class Profile:
    """What a posting's duties add up to.

    ``shares`` maps each role to its part of all role duties (sums to 1, or all 0 where there is none).
    ``counts`` maps each label to its number of sentences, ``duties`` counts duty sentences with a role
    (``shared`` and general duties apart). ``internal`` and ``external`` are Moore's focus (sum 1 or both 0).
    """

    shares: Mapping[Role, float]
    counts: Mapping[Label, int]
    duties: float
    mix_score: float
    mixed: bool
    main_role: Role | None
    title_role: Role | None
    internal: float
    external: float
    size: Size = Size.UNKNOWN


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of the posting should know, with its evidence and its source.

    ``sentences`` are indices into the report's sentences. ``advice`` speaks to the writer of the posting, ``seeker``
    to who may apply, ``question`` is one worth asking in the interview; ``quote`` are the words of the source.
    """

    code: str
    level: Level
    message: str
    advice: str
    source: str
    sentences: tuple[int, ...] = ()
    name: str = ""
    quote: str = ""
    seeker: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of one posting.

    ``text`` is what the offsets of the sentences refer to; ``cleaned`` tells whether it differs
    from the text that came in (HTML does, plain text and Markdown do not); ``taxonomy`` holds the model's roles.
    """

    posting: Posting
    text: str
    cleaned: bool
    sentences: tuple[LabeledSentence, ...]
    profile: Profile
    findings: tuple[Finding, ...]
    model: str
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True)
class Failure:
    """A posting or row that could not be analysed, and why."""

    id: str | None
    source: str | None
    code: str
    message: str
    raw: str = field(default="", repr=False)
