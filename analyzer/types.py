"""The words of the domain: what goes in, what comes out, and what lies between.

Plain data, no behaviour beyond invariants. Everything else in the package speaks in these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum


class Role(StrEnum):
    """The six roles of the source documents."""

    PRODUCT_MANAGER = "product_manager"
    PRODUCT_MARKETING_MANAGER = "product_marketing_manager"
    MARKETING_MANAGER = "marketing_manager"
    PROJECT_MANAGER = "project_manager"
    COMMUNITY_MANAGER = "community_manager"
    MARCOM = "marcom"


class Label(StrEnum):
    """What a sentence is: the duty of one role, of both product jobs (``shared``), or ``none``."""

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
    from the text that came in (HTML does, plain text and Markdown do not).
    """

    posting: Posting
    text: str
    cleaned: bool
    sentences: tuple[LabeledSentence, ...]
    profile: Profile
    findings: tuple[Finding, ...]
    model: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A posting or row that could not be analysed, and why."""

    id: str | None
    source: str | None
    code: str
    message: str
    raw: str = field(default="", repr=False)
