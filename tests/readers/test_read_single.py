"""One draft for ``check``."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest

from analyzer.errors import InputError
from analyzer.readers.single import decode, read_posting

Put = Callable[..., str]


def test_text_passes_unchanged_with_its_first_line_as_title(put: Put) -> None:
    name = put("a.md", "\ufeff# Product Manager\r\n\r\n* Own it\r\n")
    found = read_posting(name)
    assert (found.text, found.title, found.id, found.source) == (
        "# Product Manager\r\n\r\n* Own it\r\n",
        "Product Manager",
        "a.md",
        name,
    )
    assert read_posting(name, title="CEO", company="Acme").title == "CEO"


SINGLE = [
    ("a.md", "---\ntitle: Product Owner\ncompany: Acme\n---\nOwn it", ("Own it", "Product Owner", "Acme")),
    (
        "a.html",
        "<html><body><h1>PM</h1>Own it</body></html>",
        ("<html><body><h1>PM</h1>Own it</body></html>", "PM", None),
    ),
    ("a.json", json.dumps({"title": "PM", "description": "Own it", "company": "B"}), ("Own it", "PM", "B")),
    ("a.txt.gz", gzip.compress(b"Community Manager\nRun it"), ("Community Manager\nRun it", "Community Manager", None)),
    (
        "de.txt",
        "Wir suchen dich für das Team und die Arbeit mit den Kunden.",
        ("Wir suchen dich für das Team und die Arbeit mit den Kunden.", None, None),
    ),
]


@pytest.mark.parametrize(("name", "data", "want"), SINGLE, ids=[case[0] for case in SINGLE])
def test_other_formats_give_their_posting(name: str, data: bytes | str, want: tuple[str | None, ...], put: Put) -> None:
    found = read_posting(put(name, data))
    assert (found.text, found.title, found.company) == want


REFUSED = [
    ("a.txt", b" \n ", "empty"),
    ("a.bin", b"\x00\x01" * 400, "binary"),
    ("a.json", b'[{"text": "a"}, {"text": "b"}]', "several postings"),
    ("a.json", b'{"title": "PM"}', "no field with the text"),
    ("a.json", b"[]", "no posting"),
    ("a.pdf", b"%PDF-1.7 x", "PDF"),
    ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(100), "old Office file"),
]


@pytest.mark.parametrize(("name", "data", "why"), REFUSED)
def test_what_is_no_single_posting_says_why_in_one_line(name: str, data: bytes, why: str, put: Put) -> None:
    with pytest.raises(InputError, match=why) as error:
        read_posting(put(name, data))
    assert "\n" not in str(error.value) and name in str(error.value)


def test_folders_and_missing_files_are_input_errors(put: Put, tmp_path: object) -> None:
    for name in (str(tmp_path), "/nowhere/x.txt"):
        with pytest.raises(InputError):
            read_posting(name)


def test_decode_takes_utf8_utf16_and_windows() -> None:
    for encoding in ("utf-8", "utf-16", "cp1252", "utf-8-sig"):
        assert decode("Café – own it".encode(encoding), "x") == "Café – own it"
