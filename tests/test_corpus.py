"""The corpus: its format, its errors, its counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import CorpusError
from analyzer.learn.corpus import DUTY_ROLES, count, read_contrasts, read_corpus, read_file, read_source_phrases
from analyzer.learn.sources import read_sources
from analyzer.roles.taxonomy import TAXONOMY
from analyzer.types import Role, Size, Zone

HEAD = "@ x-1 | Product Manager | Harrow & Finch | small | mixed | product_manager\n"


def write(tmp_path: Path, body: str) -> Path:
    file = tmp_path / "x.txt"
    file.write_text(body, encoding="utf-8")
    return file


def test_a_posting_is_rebuilt_with_offsets(tmp_path: Path) -> None:
    [posting] = read_file(
        write(
            tmp_path,
            HEAD
            + "# a comment\nheading | ## About\ncompany | We bake.\n+ company | Daily.\n~ duty product_manager marcom | - Own **it**\n\n"
            + "requirement | * A degree \n\n",
        )
    )
    assert posting.text == "## About\nWe bake. Daily.- Own **it**\n\n* A degree "
    assert [posting.text[u.start : u.end] for u in posting.units] == [
        "About",
        "We bake.",
        "Daily.",
        "Own **it",
        "A degree",
    ]
    duty = posting.units[3]
    assert (duty.zone, duty.role, duty.also, duty.tag) == (Zone.DUTY, "product_manager", Role.MARCOM, "product_manager")
    assert posting.units[0].tag == "heading"
    assert (posting.mixed, posting.main_role, posting.size) == (True, Role.PRODUCT_MANAGER, Size.SMALL)


BAD_ROWS = {
    "no separator": (HEAD + "duty product_manager Own it\n", "x.txt:2: not 'zone | text'"),
    "unknown zone": (HEAD + "perk | Cake\n", "x.txt:2: zone is one of"),
    "unknown role": (HEAD + "duty plumber | Fix it\n", "x.txt:2: a duty's role is one of"),
    "a duty without role": (HEAD + "duty | Fix it\n", "x.txt:2: a duty's role is one of"),
    "a role without duty": (HEAD + "offer marcom | Cake\n", "x.txt:2: only a duty has a role"),
    "no letters": (HEAD + "offer | 5 %\n", "x.txt:2: a unit needs two letters"),
    "short head": ("@ x-1 | Product Manager\n", "x.txt:1: a head line has six fields"),
    "bad mix": (HEAD.replace("| mixed", "| maybe"), "x.txt:1: mix is"),
    "bad size": (HEAD.replace("small", "tiny"), "x.txt:1: size is one of"),
    "unit before head": ("offer | Cake\n", "x.txt:1: a unit before the first head line"),
}


@pytest.mark.parametrize(("body", "message"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message.replace("|", r"\|")):
        list(read_file(write(tmp_path, body)))


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postings").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "postings" / name).write_text(HEAD + "offer | Cake\n")
    with pytest.raises(CorpusError, match=r"b\.txt: id 'x-1' is used already in a\.txt"):
        read_corpus(tmp_path)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no postings"):
        read_corpus(tmp_path)


def test_the_shipped_corpus_is_big_enough_in_every_part() -> None:
    figures = count(read_corpus())
    assert figures["postings"] >= 450
    assert figures["units"] >= 16_000
    assert all(figures["roles"][role] >= 900 for role in map(str, Role))
    assert all(figures["main_roles"][role] >= 40 for role in map(str, Role))
    assert figures["roles"]["shared"] >= 350
    assert figures["roles"]["general"] >= 1_500
    assert figures["mix"]["mixed"] >= 50
    assert figures["main_roles"]["none"] >= 50


def test_source_phrases_are_quoted_with_their_documents() -> None:
    phrases, sources = read_source_phrases(), read_sources()
    assert len(phrases) == 93
    assert {phrase.source for phrase in phrases} == set(sources)
    assert {phrase.role for phrase in phrases} <= set(DUTY_ROLES)
    assert len({phrase.id for phrase in phrases}) == 93


def test_every_role_names_sources_that_speak_of_it() -> None:
    sources = read_sources()
    for info in TAXONOMY.values():
        assert all(str(info.role) in sources[key].says for key in info.sources), info.role


def test_contrasts_differ_in_their_roles() -> None:
    groups: dict[str, list[str]] = {}
    for contrast in read_contrasts():
        groups.setdefault(contrast.group, []).append(contrast.role)
    assert len(groups) >= 300
    assert all(2 <= len(roles) == len(set(roles)) for roles in groups.values())
    assert {role for roles in groups.values() for role in roles} == set(DUTY_ROLES)


def test_a_bad_contrast_is_named_with_file_and_line(tmp_path: Path) -> None:
    assert read_contrasts(tmp_path) == []
    for row in ("c1\tplumber\tFix it", "c1\tmarcom"):
        (tmp_path / "contrasts.tsv").write_text(f"group\trole\ttext\nc1\tmarcom\tWrite it\n{row}\n", encoding="utf-8")
        with pytest.raises(CorpusError, match=r"contrasts\.tsv:3: needs group, role and text"):
            read_contrasts(tmp_path)
