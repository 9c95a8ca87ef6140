"""A corpus with roles of a team's own: ``roles.toml``, and duties in ``units.tsv``, in ``postings/*.txt``, or in both.

``units.tsv`` begins with a line of column names: ``role`` and ``text``, and, where wanted, ``posting`` and ``zone``.
Rows of one ``posting`` make one posting. A row without is a loose duty: for training it takes the place of a duty in a
posting of the shipped corpus, so that the model sees it between headings, requirements and offers as real ones are.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from analyzer.errors import CorpusError
from analyzer.learn.corpus import LabeledPosting, Unit, duty_roles, read_corpus
from analyzer.learn.examples import Examples, examples, joined
from analyzer.roles.own import taxonomy_from
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Role, Taxonomy, Zone

ROLES_FILE, UNITS_FILE = "roles.toml", "units.tsv"
MIN_UNITS = 8
"""A role with fewer duties than this cannot be learned."""

_LOOSE = "units.tsv:"
_SURROUNDINGS, _USES = 120, 4
"""So many shipped postings at least surround loose duties, and so many times at least is each duty set into one."""
_OTHER_EVERY = 4
"""Every so many duties, a posting made of loose ones holds one of another role."""


def read_taxonomy(folder: Path) -> Taxonomy:
    """The roles of a corpus folder: those of its ``roles.toml``, the built-in ones where it has none.

    Raises CorpusError, naming the file, for what cannot be read and for roles that are not well described.
    """
    file = folder / ROLES_FILE
    if not file.exists():
        return TAXONOMY
    try:
        return taxonomy_from(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{file}: {' '.join(str(error).split())}") from error


def read_own(folder: Path, taxonomy: Taxonomy) -> list[LabeledPosting]:
    """Postings of a folder with roles of its own, those of ``postings/*.txt`` first; each loose unit is one.

    Raises CorpusError, naming file and line, for rows that break the format, and for a role with too few duties.
    """
    file = folder / UNITS_FILE
    whole = read_corpus(folder, taxonomy) if (folder / "postings").is_dir() else []
    postings = whole + (read_units(file, taxonomy) if file.exists() else [])
    if not postings:
        raise CorpusError(f"{folder}: neither {UNITS_FILE} nor postings/*.txt found beside {ROLES_FILE}")
    found = Counter(unit.role for posting in postings for unit in posting.units)
    for role in taxonomy:
        if found[role] < MIN_UNITS:
            raise CorpusError(f"{folder}: {found[role]} duties of {role}; a role needs {MIN_UNITS} at least, better 50")
    return postings


def read_units(file: Path, taxonomy: Taxonomy) -> list[LabeledPosting]:
    """Postings of a table of units. Raises CorpusError, naming file and line, for a row that breaks the format."""
    groups: dict[str, list[tuple[str, Zone, str | None]]] = {}
    for number, row in _rows(file):
        name = (row.get("posting") or "").strip()
        groups.setdefault(name or f"{_LOOSE}{number}", []).append(_unit(row, taxonomy, f"{file}:{number}"))
    return [_posting(name, rows) for name, rows in groups.items()]


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{file}: cannot be read as UTF-8 text ({error.__class__.__name__})") from error
    table = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = next(table, [])
    if not {"role", "text"} <= set(columns) <= {"role", "text", "posting", "zone"}:
        raise CorpusError(f"{file}:1: the first line names the columns: role, text and, where wanted, posting and zone")
    for number, fields in enumerate(table, 2):
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(columns):
            raise CorpusError(f"{file}:{number}: needs {len(columns)} fields, tab-separated, and has {len(fields)}")
        yield number, dict(zip(columns, fields, strict=True))


def _unit(row: dict[str, str], taxonomy: Taxonomy, where: str) -> tuple[str, Zone, str | None]:
    text, role, zone = " ".join(row["text"].split()), row["role"].strip(), (row.get("zone") or "duty").strip()
    if zone not in list(Zone):
        raise CorpusError(f"{where}: zone is one of {', '.join(Zone)}; not {zone!r:.60}")
    if zone != Zone.DUTY and role:
        raise CorpusError(f"{where}: only a duty has a role, not {zone}")
    if zone == Zone.DUTY and role not in duty_roles(taxonomy):
        raise CorpusError(f"{where}: a duty's role is one of {', '.join(duty_roles(taxonomy))}; not {role!r:.60}")
    if sum(c.isalpha() for c in text) < 2:
        raise CorpusError(f"{where}: a unit needs two letters")
    return text, Zone(zone), role or None


def _posting(name: str, rows: Sequence[tuple[str, Zone, str | None]]) -> LabeledPosting:
    text, units = "", []
    for words, zone, role in rows:
        text += "\n" if text else ""
        units.append(Unit(len(text), len(text) + len(words), zone, role))
        text += words
    return LabeledPosting(name, "", "", text, tuple(units), False, None)


def own_examples(postings: Sequence[LabeledPosting], taxonomy: Taxonomy) -> Examples:
    """What a model of own roles learns from: whole postings as they are, loose duties within shipped postings."""
    loose = {posting.id for posting in postings if posting.id.startswith(_LOOSE) and posting.units[0].role}
    whole = examples([posting for posting in postings if posting.id not in loose])
    duties = [(str(posting.units[0].role), posting.text) for posting in postings if posting.id in loose]
    return joined([whole, _surrounded(duties, taxonomy)]) if duties else whole


def _surrounded(duties: Sequence[tuple[str, str]], taxonomy: Taxonomy) -> Examples:
    """Shipped postings with their duties replaced by loose ones; general duties stay unless there are loose ones."""
    pools = {role: cycle([text for own, text in duties if own == role]) for role in dict.fromkeys(r for r, _ in duties)}
    main = [role for role in map(str, taxonomy) if role in pools]
    shipped, out = examples(_shipped(len(duties))), Examples([], [], [])
    for k, (sentences, labels) in enumerate(zip(shipped.sentences, shipped.tags, strict=True)):
        texts, roles, met = [], [], 0
        for sentence, label in zip(sentences, labels, strict=True):
            role = label
            if label in _BUILT_IN:
                met += 1
                role = _role_at(k, met, main, "shared" in pools)
            texts.append(replace(sentence, text=next(pools[role])) if role in pools else sentence)
            roles.append(role)
        out.sentences.append(texts)
        out.tags.append(roles)
        out.also.append([None] * len(roles))
    return out


_BUILT_IN = frozenset((*map(str, Role), "shared"))


def _role_at(posting: int, duty: int, main: Sequence[str], shared: bool) -> str:
    """Role of a duty, counted from 1, of a made posting: mostly one, as in real ones."""
    if shared and duty % (2 * _OTHER_EVERY) == 0:
        return "shared"
    other = posting // len(main) + duty // _OTHER_EVERY if duty % _OTHER_EVERY == 0 else 0
    return main[(posting + other) % len(main)]


def _shipped(units: int) -> list[LabeledPosting]:
    """Postings of the shipped corpus that are led by a role, spread over all of it, enough for so many units."""
    led = [posting for posting in read_corpus() if posting.main_role is not None]
    slots = sum(unit.role in _BUILT_IN for posting in led for unit in posting.units) / len(led)
    wanted = min(len(led), max(_SURROUNDINGS, round(_USES * units / slots)))
    return [led[k * len(led) // wanted] for k in range(wanted)]
