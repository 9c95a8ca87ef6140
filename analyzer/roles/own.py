"""Roles of a team's own: plain data (a ``roles.toml``, or the part of a ``model.json``) ↔ ``Taxonomy``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from analyzer.types import MixPair, Role, RoleInfo, Taxonomy, Zone

RESERVED = frozenset((*map(str, Zone), "shared", "general", "none"))
"""What no role may be called: these are classes and labels already."""

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_ROLE_KEYS = ("name", "short", "definition", "internal", "source", "titles", "job", "field", "day")
_PAIR_KEYS = ("roles", "why", "source")
_MAX_ROLES, _MAX_TEXT, _MAX_SHORT = 40, 300, 4


def taxonomy_from(data: Mapping[str, Any]) -> Taxonomy:
    """The roles of ``data["roles"]`` (a table each) and the pairs of ``data["pairs"]``.

    Raises ValueError, saying what to mend, for fewer than two roles, a name that is taken or malformed, an unknown key
    (with the nearest right one), a missing or odd value, and a pair of roles that are not there.
    """
    _known("the file", data, ("roles", "pairs"))
    roles = data.get("roles")
    if not isinstance(roles, Mapping) or not 2 <= len(roles) <= _MAX_ROLES:
        raise ValueError(f"2 to {_MAX_ROLES} tables [roles.KEY] are needed, one a role")
    infos = tuple(_info(key, row) for key, row in roles.items())
    shorts = [info.short for info in infos]
    twice = next((short for short in shorts if shorts.count(short) > 1), None)
    if twice:
        raise ValueError(f"two roles have the short name {twice!r}; letters must tell them apart")
    pairs = data.get("pairs", [])
    if not isinstance(pairs, list):
        raise ValueError('pairs are tables [[pairs]], each with roles = ["one", "other"]')
    return Taxonomy(infos, tuple(_pair(row, roles) for row in pairs), own=True)


def taxonomy_to(taxonomy: Taxonomy) -> dict[str, Any]:
    """The plain data that ``taxonomy_from`` reads back to the same."""
    roles = {
        info.role.value: {
            "name": info.name, "short": info.short, "definition": info.definition, "internal": info.internal,
            "source": "; ".join(info.sources), "titles": list(info.titles),
            "job": info.job, "field": info.field, "day": info.day,
        }
        for info in taxonomy.values()
    }  # fmt: skip
    pairs = [{"roles": [p.first.value, p.second.value], "why": p.why, "source": p.source} for p in taxonomy.pairs]
    return {"roles": roles, "pairs": pairs}


def _info(key: str, row: Any) -> RoleInfo:
    where = f"[roles.{key[:40]}]"
    if not _KEY.fullmatch(key) or key in RESERVED:
        taken = _listed(RESERVED)
        raise ValueError(f"{where}: a role's key is 2 to 40 small letters, digits or _, and none of {taken}")
    if not isinstance(row, Mapping):
        raise ValueError(f"{where}: a table is needed, with {_listed(_ROLE_KEYS[:4])}")
    _known(where, row, _ROLE_KEYS)
    name, definition = _text(where, row, "name"), _text(where, row, "definition")
    short = _text(where, row, "short")
    if len(short) > _MAX_SHORT or not short.isalnum():
        raise ValueError(f"{where}: 'short' is 1 to {_MAX_SHORT} letters or digits, not {short[:20]!r}")
    internal = row.get("internal", 0.5)
    if isinstance(internal, bool) or not isinstance(internal, int | float) or not 0 <= internal <= 1:
        raise ValueError(f"{where}: 'internal' is a number from 0 (faces outward) to 1 (inward), not {internal!r:.20}")
    source = _text(where, row, "source", "")
    job = _text(where, row, "job", _inside(name))
    return RoleInfo(
        Role.named(key), name, short, definition, float(internal), (source,) if source else (),
        job, _text(where, row, "field", job), _text(where, row, "day", _inside(definition).rstrip(".")),
        _titles(where, row, name),
    )  # fmt: skip


def _titles(where: str, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    raw = row.get("titles", [name])
    if not isinstance(raw, list) or not raw or not all(isinstance(item, str) and item.strip() for item in raw):
        raise ValueError(f"{where}: 'titles' is a list of job titles, such as [\"{name[:40].lower()}\"]")
    return tuple(" ".join(item.lower().split()) for item in raw)


def _pair(row: Any, roles: Mapping[str, Any]) -> MixPair:
    if not isinstance(row, Mapping):
        raise ValueError('[[pairs]]: a table is needed, with roles = ["one", "other"]')
    _known("[[pairs]]", row, _PAIR_KEYS)
    names = row.get("roles")
    if not isinstance(names, list) or len(names) != 2 or names[0] == names[1]:
        raise ValueError(f'[[pairs]]: roles = ["one", "other"] names two different roles, not {str(names)[:60]}')
    for name in names:
        if name not in roles:
            raise ValueError(f"[[pairs]]: {_stranger(str(name), roles)}")
    why, source = _text("[[pairs]]", row, "why", ""), _text("[[pairs]]", row, "source", "")
    return MixPair(Role.named(names[0]), Role.named(names[1]), why, source)


def _text(where: str, row: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f"{where}: '{key}' must be given, as a text in quotes")
    text = " ".join(value.split())
    if len(text) > _MAX_TEXT or not text.isprintable():
        raise ValueError(f"{where}: '{key}' is at most {_MAX_TEXT} signs, all of them printable")
    return text or default or ""


def _known(where: str, row: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in row:
        if key not in keys:
            raise ValueError(f"{where}: unknown key {_stranger(key, keys)}")


def _stranger(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), 1, 0.5)
    return f"{name[:40]!r}: {f'did you mean {near[0]!r}?' if near else f'known are {_listed(known)}'}"


def _inside(text: str) -> str:
    """A text as it stands within a sentence: a small letter first, but for acronyms ("ML engineer")."""
    first = text.split(" ", 1)[0]
    return text if sum(c.isupper() for c in first) > 1 else text[:1].lower() + text[1:]


def _listed(names: Any) -> str:
    return ", ".join(sorted(names) if isinstance(names, frozenset) else names)
