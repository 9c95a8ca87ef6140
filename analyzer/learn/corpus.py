"""The written corpus and the gold postings, read into one structure.

A corpus file is plain text. A head line ``@ id | title | company | size | mix | main_role`` begins a posting; then
follows one line a unit, ``zone | raw text``, for duties ``duty role | raw text`` or ``duty role also | raw text``.
``+ `` in front: the unit goes on in the same line after a space; ``~ ``: after nothing, as where scraping lost a
line break. Blank lines are blank lines of the posting; lines that begin with ``#`` are comments.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from analyzer.errors import CorpusError
from analyzer.resources import resource
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.text.segment import furniture
from analyzer.types import Role, Size, Taxonomy, Zone

E = TypeVar("E", Size, Zone)


def duty_roles(taxonomy: Taxonomy = TAXONOMY) -> tuple[str, ...]:
    """What a duty can be labelled with: the roles, ``shared`` and ``general``."""
    return (*map(str, taxonomy), "shared", "general")


DUTY_ROLES = duty_roles()
"""The same for the six built-in roles."""

_UNIT = re.compile(r"^(?P<glue>[+~] )?(?P<zone>\w+)(?: (?P<role>\w+))?(?: (?P<also>\w+))? \| (?P<text>.*)$")
_HEAD_FIELDS = "id | title | company | size | mix | main_role"
_ENOUGH_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A labelled stretch ``text[start:end]`` of a posting; ``role`` and ``also`` only where ``zone`` is duty."""

    start: int
    end: int
    zone: Zone
    role: str | None = None
    also: Role | None = None

    @property
    def tag(self) -> str:
        """The class the model learns: the role of a duty, else the zone."""
        return self.role if self.role is not None else str(self.zone)


@dataclass(frozen=True, slots=True)
class LabeledPosting:
    """A posting with its units, and the judgement of the whole (``mixed``, ``main_role`` or None for no role)."""

    id: str
    title: str
    company: str
    text: str
    units: tuple[Unit, ...]
    mixed: bool
    main_role: Role | None
    size: Size = Size.UNKNOWN


@dataclass(frozen=True, slots=True)
class SourcePhrase:
    """A duty quoted from a source document: its id, role (or ``shared``), document key and words."""

    id: str
    role: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """A duty that differs in one thing from the others of its group, and so in its role (``shared`` or ``general``)."""

    group: str
    role: str
    text: str


def read_corpus(folder: Path | None = None, taxonomy: Taxonomy = TAXONOMY) -> list[LabeledPosting]:
    """All written postings of a corpus folder (default: the shipped one), in file order; duties are of the taxonomy's
    roles.

    Raises CorpusError naming file and line for the first row that breaks the format, and for ids used twice.
    """
    folder = folder or resource("corpus")
    files = sorted((folder / "postings").glob("*.txt"))
    if not files:
        raise CorpusError(f"{folder}: no postings/*.txt found; name the corpus folder with --corpus")
    postings: list[LabeledPosting] = []
    seen: dict[str, Path] = {}
    for file in files:
        for posting in read_file(file, taxonomy):
            if posting.id in seen:
                raise CorpusError(f"{file}: id {posting.id!r} is used already in {seen[posting.id].name}")
            seen[posting.id] = file
            postings.append(posting)
    return postings


def read_file(file: Path, taxonomy: Taxonomy = TAXONOMY) -> Iterator[LabeledPosting]:
    """Postings of one corpus file; CorpusError names file and line of what breaks the format."""
    head: tuple[int, str] | None = None
    body: list[tuple[int, str]] = []
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{file}: cannot be read as UTF-8 text ({error.__class__.__name__})") from error
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        if line.startswith("@"):
            if head:
                yield _posting(file, head, body, taxonomy)
            head, body = (number, line), []
        elif head:
            body.append((number, line))
        elif line.strip():
            raise CorpusError(f"{file}:{number}: a unit before the first head line '@ {_HEAD_FIELDS}'")
    if head:
        yield _posting(file, head, body, taxonomy)


def _posting(file: Path, head: tuple[int, str], body: list[tuple[int, str]], taxonomy: Taxonomy) -> LabeledPosting:
    number, line = head
    fields = [field.strip() for field in line[1:].split(" | ")]
    if len(fields) != 6:
        raise CorpusError(f"{file}:{number}: a head line has six fields '{_HEAD_FIELDS}', this one {len(fields)}")
    name, title, company, size, mix, main_role = fields
    if mix not in ("mixed", "not_mixed"):
        raise CorpusError(f"{file}:{number}: mix is 'mixed' or 'not_mixed', not {mix!r}")
    text, units = _units(file, body, taxonomy)
    return LabeledPosting(
        name,
        title,
        "" if company == "-" else company,
        text,
        units,
        mix == "mixed",
        None if main_role == "none" else role_named(main_role, taxonomy, f"{file}:{number}"),
        _member(Size, size, file, number),
    )


def _units(file: Path, body: list[tuple[int, str]], taxonomy: Taxonomy) -> tuple[str, tuple[Unit, ...]]:
    """Join the raw units to the posting's text, with the offsets of each unit in it."""
    while body and not body[-1][1].strip():
        body = body[:-1]
    text, units, blank = "", [], 0
    for number, line in body:
        if not line.strip():
            blank += 1
            continue
        match = _UNIT.match(line)
        if match is None:
            raise CorpusError(f"{file}:{number}: not 'zone | text' or 'duty role [also] | text': {line[:60]!r}")
        glue = {"+ ": " ", "~ ": ""}.get(match["glue"] or "", "\n" * (1 + blank) if text else "")
        start = len(text) + len(glue)
        text += glue + match["text"]
        units.append(_unit(file, number, match, text, start, taxonomy))
        blank = 0
    return text, tuple(units)


def _unit(file: Path, number: int, match: re.Match[str], text: str, start: int, taxonomy: Taxonomy) -> Unit:
    zone = _member(Zone, match["zone"], file, number)
    role, also = match["role"], match["also"]
    if zone is not Zone.DUTY and role:
        raise CorpusError(f"{file}:{number}: only a duty has a role, not {zone}")
    if zone is Zone.DUTY and role not in duty_roles(taxonomy):
        raise CorpusError(f"{file}:{number}: a duty's role is one of {', '.join(duty_roles(taxonomy))}; not {role!r}")
    if not _ENOUGH_LETTERS.search(match["text"]):
        raise CorpusError(f"{file}:{number}: a unit needs two letters in a row")
    start, end = furniture(text, start, len(text))
    return Unit(start, end, zone, role, role_named(also, taxonomy, f"{file}:{number}") if also else None)


def _member(kind: type[E], value: str, file: Path, number: int) -> E:
    try:
        return kind(value)
    except ValueError:
        raise CorpusError(
            f"{file}:{number}: {kind.__name__.lower()} is one of {', '.join(kind)}; not {value!r}"
        ) from None


def role_named(name: str, taxonomy: Taxonomy, where: str) -> Role:
    """The role of a taxonomy by its key. Raises CorpusError, saying where, for another name."""
    if name not in set(taxonomy):
        raise CorpusError(f"{where}: role is one of {', '.join(taxonomy)}; not {name!r:.60}")
    return Role(name)


def read_gold(file: Path, taxonomy: Taxonomy = TAXONOMY) -> list[LabeledPosting]:
    """Labelled postings of a gold JSON Lines file, each an object with ``id``, ``title``, ``company``, ``text``,
    ``units`` (``start``, ``end``, ``zone``, ``role``, ``also``), ``mix`` and ``main_role``.

    Raises CorpusError, naming file and line, for a row of another form and for roles that the taxonomy lacks.
    """
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                rows.append(_gold(json.loads(line), taxonomy, f"{file}:{number}"))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CorpusError(f"{file}:{number}: no labelled posting ({error.__class__.__name__})") from error
    return rows


def _gold(row: dict[str, Any], taxonomy: Taxonomy, where: str) -> LabeledPosting:
    units = tuple(
        Unit(
            unit["start"],
            unit["end"],
            Zone(unit.get("zone", "process")),
            _duty_role(unit.get("role"), taxonomy, where),
            role_named(unit["also"], taxonomy, where) if unit.get("also") else None,
        )
        for unit in row["units"]
    )
    main = row.get("main_role")
    return LabeledPosting(
        str(row["id"]),
        str(row.get("title") or ""),
        str(row.get("company") or ""),
        str(row["text"]),
        units,
        row.get("mix") == "mixed",
        None if main in (None, "none") else role_named(str(main), taxonomy, where),
    )


def _duty_role(name: str | None, taxonomy: Taxonomy, where: str) -> str | None:
    return name if name in (None, "shared", "general") else str(role_named(str(name), taxonomy, where))


def read_source_phrases(folder: Path | None = None) -> list[SourcePhrase]:
    """The duties quoted from the source documents (``source_phrases.tsv``), in order.

    Raises CorpusError naming file and line of a row without four fields or with an unknown role.
    """
    file = (folder or resource("corpus")) / "source_phrases.tsv"
    if not file.exists():
        raise CorpusError(f"{file}: missing; every corpus quotes its sources there")
    return [SourcePhrase(*fields) for fields in _table_rows(file, 4, "id, role, source and duty")]


CONTRASTS_FILE = "contrasts.tsv"


def read_contrasts(folder: Path | None = None) -> list[Contrast]:
    """Groups of sentences that differ in one thing and so in their role (``contrasts.tsv``), in order; none without it.

    Raises CorpusError naming file and line of a row without three fields or with an unknown role.
    """
    file = (folder or resource("corpus")) / CONTRASTS_FILE
    if not file.exists():
        return []
    return [Contrast(*fields) for fields in _table_rows(file, 3, "group, role and text")]


def _table_rows(file: Path, width: int, columns: str) -> Iterator[list[str]]:
    """Rows of a table behind its line of column names; the second field of each is a duty's role."""
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        fields = line.split("\t")
        if number == 1 or not line.strip():
            continue
        if len(fields) != width or fields[1] not in DUTY_ROLES:
            raise CorpusError(f"{file}:{number}: needs {columns}, tab-separated")
        yield fields


def digest(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files, in sorted order: the identity of a corpus."""
    sha = hashlib.sha256()
    for file in sorted(file for file in files if file.exists()):
        sha.update(file.name.encode())
        sha.update(file.read_bytes())
    return sha.hexdigest()


def count(postings: Iterable[LabeledPosting], taxonomy: Taxonomy = TAXONOMY) -> dict[str, Any]:
    """Numbers of postings, units, duties by role, units by zone, and postings by main role, size and mix."""
    listed = list(postings)
    units = [unit for posting in listed for unit in posting.units]
    roles = Counter(unit.role for unit in units if unit.role)
    zones = Counter(str(unit.zone) for unit in units)
    return {
        "postings": len(listed),
        "units": len(units),
        "roles": {role: roles[role] for role in duty_roles(taxonomy)},
        "zones": {str(zone): zones[str(zone)] for zone in Zone},
        "compounds": sum(unit.also is not None for unit in units),
        "main_roles": dict(sorted(Counter(str(posting.main_role or "none") for posting in listed).items())),
        "sizes": dict(sorted(Counter(str(posting.size) for posting in listed).items())),
        "mix": dict(sorted(Counter("mixed" if posting.mixed else "not_mixed" for posting in listed).items())),
    }
