"""Settings files: found, read, refused, and overruled by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import SettingsError
from analyzer.settings import KEYS, Settings, as_rows, at_least, find_settings, read_settings, settings_for
from analyzer.types import Level

FULL = """
format = "html"
for = "seeker"
explain = true
select = ["MIX", "TTL001"]
ignore = ["MIX002"]
fail-on = "error"
min-level = "warning"
exit-zero = true
model = "models/ours"
per-file-ignores = { "archive/*" = ["MIX"], "one.md" = ["TTL"] }
"""


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = settings_for(str(tmp_path / "posting.md"))
    assert settings == Settings(origins={}) and settings.file is None


def test_every_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "analyzer.toml"
    file.write_text(FULL, encoding="utf-8")
    settings = read_settings(file)
    assert settings.format == "html" and settings.audience == "seeker" and settings.explain and settings.exit_zero
    assert settings.select == ("MIX", "TTL001") and settings.ignore == ("MIX002",)
    assert settings.fail_on is Level.ERROR and settings.min_level is Level.WARNING
    assert settings.model == str(tmp_path / "models" / "ours")
    rows = as_rows(settings)
    assert tuple(key for key, _, _ in rows) == KEYS and {origin for _, _, origin in rows} == {str(file)}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"analyzer.toml": "", "pyproject.toml": "[tool.job-posting-analyzer]"}, "analyzer.toml"),
        ({"pyproject.toml": "[tool.job-posting-analyzer]"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.ruff]"}, None),
        ({"pyproject.toml": "tool = 3"}, None),
        ({"pyproject.toml": "[tool.ruff]", "../analyzer.toml": ""}, "../analyzer.toml"),
        ({"../../pyproject.toml": "[tool.job-posting-analyzer]"}, "../../pyproject.toml"),
        ({"../analyzer.toml": "", "pyproject.toml": "[tool.job-posting-analyzer]"}, "pyproject.toml"),
    ],
)
def test_the_nearest_file_is_found(tmp_path: Path, files: dict[str, str], found: str | None) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    expected = (folder / found).resolve() if found else None
    assert find_settings(folder) == expected


def test_standard_input_takes_those_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "analyzer.toml").write_text('for = "seeker"', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert settings_for("-").audience == "seeker"


def test_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "analyzer.toml").write_text('for = "seeker"\nselect = ["MIX"]\n', encoding="utf-8")
    settings = settings_for(str(tmp_path / "x.md"), {"select": ("TTL",), "audience": None, "explain": False})
    assert settings.select == ("TTL",) and settings.audience == "seeker" and settings.explain is False
    origins = {key: origin for key, _, origin in as_rows(settings)}
    assert origins["select"] == origins["explain"] == "command line"
    assert origins["for"] == str(tmp_path / "analyzer.toml") and origins["format"] == "default"


REFUSED = [
    ('selct = ["MIX"]', "unknown key 'selct': did you mean 'select'?"),
    ('fail_on = "error"', "unknown key 'fail_on': did you mean 'fail-on'?"),
    ("zzz = 1", "known are format, for, explain"),
    ('format = "pdf"', "format: 'pdf' is none of text, json"),
    ("format = 3", "format: '3' is none of"),
    ('fail-on = "fatal"', "'fatal' is none of note, warning, error"),
    ('select = "MIX"', "select: a list of rule codes"),
    ("select = [1]", "select: a list of rule codes"),
    ('ignore = [""]', "ignore: a list of rule codes"),
    ('explain = "yes"', "explain: true or false is needed, not 'yes'"),
    ('per-file-ignores = ["x"]', "per-file-ignores: a table is needed"),
    ('per-file-ignores = { "a.md" = "MIX" }', "per-file-ignores.a.md: a list"),
    ("model = 7", "model: a text in quotes is needed"),
    ("select = [", "no valid TOML"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_cannot_be_is_refused_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "analyzer.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        settings_for(str(tmp_path / "x.md"))
    assert told in str(caught.value) and str(file) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"caf\xe9 = 1"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "analyzer.toml").write_bytes(data)
    with pytest.raises(SettingsError, match="no valid TOML"):
        settings_for(str(tmp_path / "x.md"))


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\njob-posting-analyzer = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="is no table"):
        settings_for(str(tmp_path / "x.md"))


@pytest.mark.parametrize(
    ("glob", "name", "matches"),
    [
        ("archive/*", "archive/old.md", True),
        ("archive", "archive/deep/old.md", True),
        ("archive/", "archive/old.md", True),
        ("./archive/*", "archive/old.md", True),
        ("*.txt", "drafts/a.txt", True),
        ("a.md", "drafts/a.md", True),
        ("a.md", "drafts/ba.md", False),
        ("archive/*", "drafts/old.md", False),
        ("*.txt", "drafts/a.md", False),
    ],
)
def test_ignores_of_single_files(tmp_path: Path, glob: str, name: str, matches: bool) -> None:
    (tmp_path / "analyzer.toml").write_text(f'per-file-ignores = {{ "{glob}" = ["MIX"] }}', encoding="utf-8")
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    assert settings_for(str(path)).ignored_for(str(path)) == (("MIX",) if matches else ())


def test_levels_have_an_order() -> None:
    assert at_least(Level.ERROR, Level.WARNING) and at_least(Level.NOTE, Level.NOTE)
    assert not at_least(Level.NOTE, Level.WARNING)
