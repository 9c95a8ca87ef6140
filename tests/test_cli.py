"""The command line as its users meet it: answers, exit codes, one clear line for what goes wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from analyzer.cli.check import write_file
from analyzer.cli.main import cli
from analyzer.errors import InputError
from analyzer.render.json import report_schema

MIXED = """# Product Manager, Orchard Tools

## What you'll do
* Own the roadmap for the picking app and decide what we build next
* Write user stories and requirements with engineering
* Prioritise the backlog every sprint with the developers
* Write the positioning and messaging for every launch
* Train the sales team and write their battlecards
* Plan product launches and brief industry analysts
"""
CLEAN = """# Product Manager

## What you'll do
* Own the roadmap for the picking app and decide what we build next
* Write user stories and requirements with engineering
* Prioritise the backlog every sprint with the developers
* Interview growers to find out which problems are worth solving
* Make the call between scope, date and cost of a release

## What we offer
* A salary of 50,000 and 30 days of holiday
"""


@pytest.fixture
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two drafts."""
    (tmp_path / "mixed.md").write_text(MIXED, encoding="utf-8")
    (tmp_path / "clean.md").write_text(CLEAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(arguments), input=stdin, prog_name="analyzer")


def process(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")} | environment
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *arguments], input=stdin, capture_output=True, env=env, timeout=120
    )


# --- check: exit codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["mixed.md"], 1),
        (["clean.md"], 0),
        (["mixed.md", "clean.md"], 1),
        (["mixed.md", "--fail-on", "note"], 1),
        (["mixed.md", "--fail-on", "error"], 0),
        (["mixed.md", "--exit-zero"], 0),
        (["mixed.md", "--ignore", "MIX"], 0),
        (["mixed.md", "--ignore", "MIX", "--select", "MIX001"], 1),
        (["mixed.md", "--select", "TTL,DUT"], 0),
        (["mixed.md", "--select", "TTL", "--select", "mix"], 1),
        (["mixed.md", "--min-level", "error"], 1),
        (["nothere.md"], 2),
        (["mixed.md", "nothere.md", "--exit-zero"], 2),
        (["mixed.md", "--select", "NIX"], 2),
        (["mixed.md", "--format", "pdf"], 2),
        (["mixed.md", "--model", "nowhere"], 2),
        (["mixed.md", "-o", "no/such/folder/x.html"], 2),
        (["--nonsense"], 2),
    ],
)
def test_exit_codes(drafts: Path, arguments: list[str], code: int) -> None:
    result = run("check", *arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output


def test_a_hidden_finding_still_fails_but_is_not_shown(drafts: Path) -> None:
    result = run("check", "mixed.md", "--min-level", "error")
    assert result.exit_code == 1 and "MIX001" not in result.output and "1 warning" in result.output.splitlines()[-1]


BAD_INPUT: list[tuple[str, bytes, str]] = [
    ("empty.txt", b"", "empty"),
    ("blank.txt", b" \n\t\r\n ", "empty"),
    ("signs.txt", b"... !!! 1234 \n --- ", "no text to analyse"),
    ("noise.bin", bytes(k * k % 251 for k in range(50_000)), "binary"),
    ("zip.docx", b"PK\x03\x04" + bytes(2_000), ""),
]


@pytest.mark.parametrize(("name", "data", "told"), BAD_INPUT, ids=[row[0] for row in BAD_INPUT])
@pytest.mark.parametrize("piped", [False, True], ids=["file", "stdin"])
def test_bad_input_gets_one_clear_line(drafts: Path, name: str, data: bytes, told: str, piped: bool) -> None:
    (drafts / name).write_bytes(data)
    result = run("check", "-", stdin=data) if piped else run("check", name)
    assert result.exit_code == 2 and result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: -: " if piped else f"error: {name}: ") and told in line


def test_folders_and_missing_files_get_one_clear_line(drafts: Path) -> None:
    for name, told in ((".", "a folder"), ("nothere.md", "no such file")):
        result = run("check", name)
        assert result.exit_code == 2 and told in result.stderr and result.stderr.count("\n") == 1


def test_the_rest_goes_on_where_one_is_bad(drafts: Path) -> None:
    result = run("check", "mixed.md", "nothere.md", "clean.md")
    assert result.exit_code == 2 and result.stderr == "error: nothere.md: no such file\n"
    assert "MIX001" in result.stdout and "3" not in result.stdout.splitlines()[-1].split(";")[0]
    assert result.stdout.endswith("2 postings read: 1 warning in 1 of them; 1 input could not be read.\n")


@pytest.mark.parametrize(
    "data",
    [
        b"* Own the roadmap caf\xe9\n* Plan \xff\xfe launches\n",
        MIXED.encode("utf-16"),
        b"\xef\xbb\xbf" + MIXED.encode(),
    ],
)
def test_other_encodings_are_read(drafts: Path, data: bytes) -> None:
    (drafts / "other.txt").write_bytes(data)
    result = run("check", "other.txt", "-f", "json")
    assert result.exit_code in (0, 1) and json.loads(result.stdout)["sentences"]


@pytest.mark.parametrize("text", ["x" * 5_000_000, "Own the product roadmap and write user stories " * 100_000])
@pytest.mark.parametrize("form", ["text", "jsonl", "html"])
def test_five_megabytes_without_a_line_break(drafts: Path, text: str, form: str) -> None:
    (drafts / "long.txt").write_text(text, encoding="utf-8")
    result = run("check", "long.txt", "-f", form)
    assert result.exit_code in (0, 1) and result.stdout
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_file_names_do_not_steer_the_terminal(drafts: Path) -> None:
    result = run("check", "\x1b[31mred\u202e.md")
    assert result.exit_code == 2 and "\x1b" not in result.stderr and "\u202e" not in result.stderr


# --- check: outputs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_output_keeps_to_the_schema(drafts: Path, form: str) -> None:
    result = run("check", "mixed.md", "nothere.md", "clean.md", "-f", form, "--explain")
    items = json.loads(result.stdout) if form == "json" else [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in item for item in items] == [False, True, False]
    for item in items:
        jsonschema.validate(item, report_schema())
    assert all(s["why"] for s in items[0]["sentences"] if s["label"] != "none")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.html", "<!doctype html>"),
        ("r.md", "## "),
        ("r.json", "{"),
        ("r.jsonl", "{"),
        ("r.sarif", "{"),
        ("r.txt", "Product Manager"),
    ],
)
def test_the_ending_of_the_output_file_names_the_format(drafts: Path, name: str, begins: str) -> None:
    result = run("check", "mixed.md", "-o", name)
    assert result.exit_code == 1 and result.stdout == ""
    text = (drafts / name).read_text(encoding="utf-8")
    assert text.startswith(begins) and text.endswith("\n") and "\x1b" not in text
    assert run("check", "mixed.md", "-o", name, "-f", "markdown").exit_code == 1
    assert (drafts / name).read_text(encoding="utf-8").startswith("## ")


def test_a_seeker_is_spoken_to_otherwise(drafts: Path) -> None:
    own, other = (run("check", "mixed.md", "--for", who).stdout for who in ("seeker", "recruiter"))
    assert "Worth asking in the interview" in own and "→ Split it" not in own
    assert "Worth asking in the interview" not in other and "→ Split it" in other


def test_github_annotations_point_into_the_file(drafts: Path) -> None:
    result = run("check", "mixed.md", "-f", "github", "--select", "MIX001")
    assert result.stdout.startswith("::warning file=mixed.md,line=4,") and result.stdout.count("\n") == 1


def test_a_comment_in_the_draft_switches_a_rule_off(drafts: Path) -> None:
    (drafts / "mixed.md").write_text(MIXED + "\n<!-- analyzer: ignore MIX -->\n", encoding="utf-8")
    result = run("check", "mixed.md", "-f", "json")
    assert result.exit_code == 0
    assert not [f for f in json.loads(result.stdout)["findings"] if f["code"].startswith("MIX")]


def test_settings_of_the_folder_hold_and_the_command_line_wins(drafts: Path) -> None:
    (drafts / "analyzer.toml").write_text('ignore = ["MIX"]\nformat = "jsonl"\n', encoding="utf-8")
    result = run("check", "mixed.md")
    assert result.exit_code == 0 and json.loads(result.stdout)["mixed"]
    assert run("check", "mixed.md", "--ignore", "TTL").exit_code == 1
    assert run("check", "mixed.md", "-f", "text").stdout.startswith("Product Manager")


def test_each_file_has_the_settings_of_its_own_folder(drafts: Path) -> None:
    for name, text in (("strict", 'fail-on = "note"'), ("lax", 'ignore = ["MIX"]')):
        (drafts / name).mkdir()
        (drafts / name / "analyzer.toml").write_text(text, encoding="utf-8")
        (drafts / name / "mixed.md").write_text(MIXED, encoding="utf-8")
    result = run("check", "lax/mixed.md", "strict/mixed.md", "-f", "jsonl")
    found = [{f["code"] for f in json.loads(line)["findings"]} for line in result.stdout.splitlines()]
    assert "MIX001" not in found[0] and "MIX001" in found[1] and result.exit_code == 1


def test_ignores_of_single_files(drafts: Path) -> None:
    (drafts / "pyproject.toml").write_text(
        '[tool.job-posting-analyzer]\nper-file-ignores = { "old/*" = ["MIX"] }\n', encoding="utf-8"
    )
    (drafts / "old").mkdir()
    (drafts / "old" / "mixed.md").write_text(MIXED, encoding="utf-8")
    assert run("check", "old/mixed.md").exit_code == 0 and run("check", "mixed.md").exit_code == 1


def test_a_wrong_key_is_refused_with_the_right_one(drafts: Path) -> None:
    (drafts / "analyzer.toml").write_text('selct = ["MIX"]\n', encoding="utf-8")
    result = run("check", "mixed.md")
    assert result.exit_code == 2 and "did you mean 'select'?" in result.stderr and result.stderr.count("\n") == 1


def test_title_and_company_of_the_command_line_are_told(drafts: Path) -> None:
    data = json.loads(run("check", "-", "-f", "json", "--title", "Nurse", "--company", "Hill", stdin=CLEAN).stdout)
    assert (data["title"], data["company"], data["title_role"]) == ("Nurse", "Hill", "none")


def test_a_draft_with_front_matter_points_at_the_file_and_carries_its_text(drafts: Path) -> None:
    (drafts / "front.md").write_text(f"---\ntitle: Product Manager\ncompany: Hill\n---\n{MIXED}", encoding="utf-8")
    data = json.loads(run("check", "front.md", "-f", "json").stdout)
    assert all(data["text"][s["start"] : s["end"]] == s["text"] for s in data["sentences"])
    line = run("check", "front.md", "-f", "github", "--select", "MIX001").stdout
    assert line.startswith("::warning file=front.md,title=MIX001")


# --- in processes of their own -----------------------------------------------------------------------------------


def test_colour_only_where_it_is_wanted(drafts: Path) -> None:
    assert b"\x1b" not in process("check", "mixed.md").stdout
    assert b"\x1b[1;33m" in process("check", "mixed.md", FORCE_COLOR="1").stdout
    plain = process("check", "mixed.md", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert b";33m" not in plain and b"Two jobs in one" in plain


def test_an_encoding_without_our_signs_does_no_harm(drafts: Path) -> None:
    done = process("check", "mixed.md", PYTHONIOENCODING="ascii")
    assert done.returncode == 1 and done.stdout.isascii() and b"####" in done.stdout and not done.stderr


def test_a_reader_that_leaves_early_is_no_error(drafts: Path) -> None:
    (drafts / "long.md").write_text(MIXED + MIXED.split("\n\n")[1] * 4000, encoding="utf-8")
    command = [sys.executable, "-m", "analyzer", "check", "long.md", "long.md", "-f", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        errors = running.stderr.read()
        assert running.wait(timeout=120) == 0 and errors == b""


def test_standard_input_and_no_arguments(drafts: Path) -> None:
    for arguments in (["check"], ["check", "-"]):
        done = process(*arguments, stdin=MIXED.encode())
        assert done.returncode == 1 and b"Two jobs in one" in done.stdout


def test_check_starts_without_the_heavy_libraries(drafts: Path) -> None:
    code = (
        "import sys; from analyzer.cli.main import cli\n"
        "try: cli(['check', 'mixed.md', '--explain'])\n"
        "except SystemExit: pass\n"
        "heavy = {'spacy', 'sklearn', 'scipy', 'joblib', 'pandas', 'fastapi', 'pyarrow'} & set(sys.modules)\n"
        "print(heavy, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120)
    assert done.stderr.strip() == b"set()"


def test_help_needs_neither_arrays_nor_colours() -> None:
    code = (
        "import sys; from analyzer.cli.main import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "print({'numpy', 'rich', 'spacy', 'sklearn'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.stderr.strip() == b"set()"


# --- the other commands ------------------------------------------------------------------------------------------


def test_rules_are_listed_and_told() -> None:
    listed = run("rule").stdout
    assert listed.count("MIX001") == 2 and "SIZ001" in listed
    told = run("rule", "mix001").stdout
    assert "… duties of a product manager and … of a product marketing manager" in " ".join(told.split())
    assert "Crossing the Chasm" in told and "--ignore MIX001" in told and "{" not in told
    assert json.loads(run("rule", "MIX001", "--json").stdout)[0]["code"] == "MIX001"


@pytest.mark.parametrize("code", ["MIX01", "XYZ", "", "\x1b[31m"])
def test_an_unknown_rule_is_refused_in_one_line(code: str) -> None:
    result = run("rule", "--", code or "-")
    assert result.exit_code == 2 and "unknown rule" in result.stderr and "\x1b" not in result.stderr


def test_config_says_what_is_in_force_and_from_where(drafts: Path) -> None:
    file = drafts / "analyzer.toml"
    file.write_text('select = ["MIX"]\nfail-on = "note"\n', encoding="utf-8")
    data = json.loads(run("config", "mixed.md", "--ignore", "MIX002", "--json").stdout)
    assert data["file"] == str(file) and data["rules"] == ["MIX001"]
    assert data["settings"]["fail-on"] == {"value": "note", "from": str(file)}
    assert data["settings"]["ignore"] == {"value": ["MIX002"], "from": "command line"}
    assert data["settings"]["format"] == {"value": "text", "from": "default"}
    assert str(file) in run("config").stdout


@pytest.mark.parametrize("text", ['select = ["QQQ"]', 'per-file-ignores = { "a" = ["QQQ"] }'])
def test_config_checks_the_codes(drafts: Path, text: str) -> None:
    (drafts / "analyzer.toml").write_text(text, encoding="utf-8")
    result = run("config")
    assert result.exit_code == 2 and "unknown rule 'QQQ'" in result.stderr


@pytest.mark.parametrize(
    ("form", "begins"), [("markdown", "# "), ("html", "<!doctype html>"), ("text", "Product"), ("json", "{")]
)
def test_split_writes_two_drafts(drafts: Path, form: str, begins: str) -> None:
    result = run("split", "mixed.md", "-f", form)
    assert result.exit_code == 0 and result.stdout.startswith(begins)
    assert "battlecards" in result.stdout and "backlog" in result.stdout


def test_split_in_json_is_as_documented(drafts: Path) -> None:
    data: dict[str, Any] = json.loads(run("split", "mixed.md", "-f", "json").stdout)
    assert [draft["role"] for draft in data["drafts"]] == ["product_manager", "product_marketing_manager"]
    assert all(draft["title"] and draft["text"] for draft in data["drafts"]) and isinstance(data["to_decide"], list)


def test_split_refuses_and_warns_in_one_line(drafts: Path) -> None:
    assert "add -o drafts.docx" in run("split", "mixed.md", "-f", "docx").stderr
    assert run("split", "nothere.md").exit_code == 2
    result = run("split", "clean.md")
    assert result.exit_code == 0 and result.stderr == "note: this posting reads as one job; see 'analyzer check'\n"


def test_split_writes_word_files(drafts: Path) -> None:
    pytest.importorskip("docx")
    assert run("split", "mixed.md", "-o", "two.docx").exit_code == 0
    assert (drafts / "two.docx").read_bytes().startswith(b"PK")


def test_compare_tells_which_is_which_and_what_changed(drafts: Path) -> None:
    (drafts / "new.md").write_text(
        MIXED.replace("* Train the sales team and write their battlecards\n", ""), encoding="utf-8"
    )
    result = run("compare", "mixed.md", "new.md")
    assert result.exit_code == 0 and "B is more the product job" in result.stdout
    assert "1 removed" in result.stdout and "battlecards" in result.stdout
    data = json.loads(run("compare", "mixed.md", "new.md", "-f", "json").stdout)
    assert (data["product"], data["marketing"]) == ("B", "A")
    assert [line["text"] for line in data["lines"] if line["change"] == "removed"] == [
        "Train the sales team and write their battlecards"
    ]


def test_compare_of_a_file_with_itself(drafts: Path) -> None:
    result = run("compare", "mixed.md", "mixed.md")
    assert "Nothing changed." in result.stdout and "Neither is more" in result.stdout
    assert run("compare", "-", "-").exit_code == 2
    assert run("compare", "mixed.md", "nothere.md").exit_code == 2


COMPLETIONS = {
    "analyzer ch": ["plain,check"],
    "analyzer rule mix": ["plain,MIX001", "plain,MIX002"],
    "analyzer check --for ": ["plain,recruiter", "plain,seeker"],
    "analyzer check --select MIX,TTL002": ["plain,MIX,TTL002"],
    "analyzer check dra": ["file,dra"],
    "analyzer split ": ["file,"],
    "analyzer compare a.md b": ["file,b"],
    "analyzer batch post": ["file,post"],
    "analyzer check --model ": ["dir,"],
    "analyzer check --exit": ["plain,--exit-zero"],
}


@pytest.mark.parametrize("typed", COMPLETIONS)
def test_the_shell_completes(typed: str) -> None:
    place = str(typed.count(" "))
    done = process(_ANALYZER_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=place)
    assert done.stdout.decode().splitlines() == COMPLETIONS[typed]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(shell: str) -> None:
    done = process(_ANALYZER_COMPLETE=f"{shell}_source")
    assert done.returncode == 0 and f"_ANALYZER_COMPLETE={shell}_complete" in done.stdout.decode()


def test_output_files_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_file(str(tmp_path), "x")
