"""Settings: ``analyzer.toml`` or ``[tool.job-posting-analyzer]`` in ``pyproject.toml``, found upwards from the input.

The nearest file wins and is the only one read; in one folder ``analyzer.toml`` goes before ``pyproject.toml``, and a
``pyproject.toml`` without the table is passed over. The command line goes before every file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from analyzer.errors import SettingsError
from analyzer.types import Level

FORMATS = ("text", "json", "jsonl", "markdown", "html", "sarif", "github")
AUDIENCES = ("recruiter", "seeker")
LEVELS = tuple(level.value for level in Level)
TABLE = "job-posting-analyzer"
OWN_FILE = "analyzer.toml"
COMMAND_LINE = "command line"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is in force for one input.

    ``select`` and ``ignore`` are prefixes of rule codes; ``per_file_ignores`` maps a glob over the path, relative to
    the settings file's folder, to further ones. ``model`` is a model folder, None for the shipped one. ``origins``
    tells for each field where its value comes from: a file or ``command line``; what is not in it is a default.
    """

    format: str = "text"
    audience: str = "recruiter"
    explain: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fail_on: Level = Level.WARNING
    min_level: Level = Level.NOTE
    exit_zero: bool = False
    model: str | None = None
    file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    def ignored_for(self, name: str) -> tuple[str, ...]:
        """Prefixes that ``per_file_ignores`` switches off for an input of that name."""
        path = _relative(name, self.file)
        return tuple(code for glob, codes in self.per_file_ignores.items() if _matches(path, glob) for code in codes)


def settings_for(name: str, given: Mapping[str, Any] | None = None) -> Settings:
    """Settings for an input (a path, or ``-`` for the working folder), with ``given`` of the command line on top.

    ``given`` maps field names to values; those that are None are not given. Raises SettingsError, naming the file, for
    an unknown key (with the nearest right one) and for a value of the wrong kind.
    """
    file = find_settings(Path.cwd() if name == "-" else Path(name).absolute().parent)
    settings = read_settings(file) if file else Settings()
    changes = {key: value for key, value in (given or {}).items() if value is not None}
    origins = {**settings.origins, **dict.fromkeys(changes, COMMAND_LINE)}
    return replace(settings, **changes, origins=origins)


def find_settings(folder: Path) -> Path | None:
    """The settings file in force for a folder: its own, or the nearest above it; None where there is none."""
    for place in (folder, *folder.parents):
        own, shared = place / OWN_FILE, place / "pyproject.toml"
        if own.is_file():
            return own
        if shared.is_file() and _table(shared) is not None:
            return shared
    return None


def read_settings(file: Path) -> Settings:
    """Settings of one file. Raises SettingsError where it cannot be read, or holds what no setting can be."""
    table = _table(file)
    if not isinstance(table, dict):
        raise SettingsError(f"{file}: [tool.{TABLE}] is no table; write the settings below it, one a line")
    values = {}
    for key, raw in table.items():
        if key not in _READERS:
            raise SettingsError(f"{file}: {_unknown(key)}")
        name, read = _READERS[key]
        values[name] = read(f"{file}: {key}", raw)
    if values.get("model"):
        values["model"] = str((file.parent / values["model"]).resolve())
    return Settings(**values, file=file, origins=dict.fromkeys(values, str(file)))


def key_of(name: str) -> str:
    """The key, as a settings file spells it, of a field of ``Settings``."""
    return next(key for key, (known, _) in _READERS.items() if known == name)


def as_rows(settings: Settings) -> list[tuple[str, Any, str]]:
    """Key, plain value (ready for JSON or TOML) and origin of every setting, in the order of the documentation."""
    rows = []
    for name in (item.name for item in fields(settings) if item.name not in ("file", "origins")):
        value = getattr(settings, name)
        if isinstance(value, Mapping):
            value = {glob: list(codes) for glob, codes in value.items()}
        plain = list(value) if isinstance(value, tuple) else value.value if isinstance(value, Level) else value
        rows.append((key_of(name), plain, settings.origins.get(name, DEFAULT)))
    return rows


def at_least(level: Level, floor: Level) -> bool:
    """Whether a level weighs as much as another, or more."""
    return LEVELS.index(level.value) >= LEVELS.index(floor.value)


def _table(file: Path) -> Any:
    """What a file says of our settings, None where it says nothing."""
    data = _load(file)
    if file.name == OWN_FILE:
        return data
    tools = data.get("tool")
    return tools.get(TABLE) if isinstance(tools, dict) else None


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: no valid TOML ({' '.join(str(error).split())})") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror or error.__class__.__name__})") from error


def _unknown(key: str) -> str:
    near = get_close_matches(key.replace("_", "-").lower(), _READERS, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(_READERS)}"
    return f"unknown key {key[:60]!r}: {hint}"


def _choice(*choices: str) -> Callable[[str, Any], str]:
    def read(where: str, raw: Any) -> str:
        if raw not in choices:
            raise SettingsError(f"{where}: {str(raw)[:40]!r} is none of {', '.join(choices)}")
        return str(raw)

    return read


def _level(where: str, raw: Any) -> Level:
    return Level(_choice(*LEVELS)(where, raw))


def _flag(where: str, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise SettingsError(f"{where}: true or false is needed, not {str(raw)[:40]!r}")
    return raw


def _text(where: str, raw: Any) -> str:
    if not isinstance(raw, str) or not raw:
        raise SettingsError(f"{where}: a text in quotes is needed, not {str(raw)[:40]!r}")
    return raw


def _codes(where: str, raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, str) and item.strip() for item in raw):
        raise SettingsError(f'{where}: a list of rule codes or their beginnings is needed, such as ["MIX", "TTL001"]')
    return tuple(raw)


def _globs(where: str, raw: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, dict):
        raise SettingsError(f'{where}: a table is needed, such as {{ "drafts/*.md" = ["MIX"] }}')
    return {glob: _codes(f"{where}.{glob}", codes) for glob, codes in raw.items()}


_READERS: dict[str, tuple[str, Callable[[str, Any], Any]]] = {
    "format": ("format", _choice(*FORMATS)),
    "for": ("audience", _choice(*AUDIENCES)),
    "explain": ("explain", _flag),
    "select": ("select", _codes),
    "ignore": ("ignore", _codes),
    "per-file-ignores": ("per_file_ignores", _globs),
    "fail-on": ("fail_on", _level),
    "min-level": ("min_level", _level),
    "exit-zero": ("exit_zero", _flag),
    "model": ("model", _text),
}
KEYS = tuple(_READERS)
"""Every key of a settings file."""


def _relative(name: str, file: Path | None) -> str:
    path = Path(name).absolute()
    if file is not None and path.is_relative_to(file.parent.absolute()):
        path = path.relative_to(file.parent.absolute())
    return path.as_posix()


def _matches(path: str, glob: str) -> bool:
    """Whether a glob names a path: the whole of it, its end, or a folder that it lies in."""
    glob = glob.removeprefix("./").rstrip("/")
    return any(fnmatchcase(path, pattern) for pattern in (glob, f"*/{glob}", f"{glob}/*", f"*/{glob}/*"))
