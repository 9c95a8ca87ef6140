"""The pages without a browser: paste, file, sample, views, split, compare, downloads, errors in words, hostile text."""

from __future__ import annotations

import html
import io
import json
import re

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from analyzer.web.pages import SAMPLES
from analyzer.web.safe import shown

DUTIES = """## Your duties

* Own the product roadmap and decide what gets built
* Write requirements and user stories with engineering
"""


def check(client: TestClient, text: str, **fields: str) -> LexborHTMLParser:
    answer = client.post("/check", data={"text": text, **fields})
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text().split())


def test_paste_and_read_the_verdict(client: TestClient, mixed: str) -> None:
    tree = check(client, mixed)
    assert text_of(tree, "#headline").startswith("Two jobs in one")
    assert text_of(tree, ".eyebrow").startswith("Product Manager, Harbour Scheduling")
    assert tree.css_first("textarea#text").text().strip() == mixed.strip()
    assert len(tree.css("svg.bar rect.fill")) == len(tree.css(".legend li")) >= 2
    marks = {a.attributes["data-index"]: a for a in tree.css("a.s")}
    for finding in tree.css(".finding"):
        for index in (finding.attributes["data-evidence"] or "").split():
            assert index in marks and tree.css_first(f"#d{index}") is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_show_what_they_say(client: TestClient, name: str) -> None:
    tree = LexborHTMLParser(client.get(f"/?sample={name}").text)
    wanted = {"tidewater": "Two jobs", "larkfield": "a product manager", "fernhill": "a product marketing manager"}
    assert wanted[name] in text_of(tree, "#headline")
    assert client.get("/?sample=../app").status_code == 404


def test_every_mark_shows_its_role_in_letters(client: TestClient, mixed: str) -> None:
    for mark in check(client, mixed).css("a.s"):
        assert ("none" in (mark.attributes["class"] or "").split()) == (mark.css_first(".tag") is None)


def test_html_is_read_as_a_posting(client: TestClient) -> None:
    tree = check(client, "<h2>Your duties</h2><ul><li>Own the product roadmap</li><li>Write the user stories</li></ul>")
    assert len(tree.css(".text li")) == 2 and "Your duties" in text_of(tree, ".text h3")


def test_the_view_is_kept(client: TestClient, mixed: str) -> None:
    tree = check(client, mixed, view="seeker")
    assert "checked" in tree.css_first("#as-seeker").attributes
    assert "What you would really do" in tree.css_first(".seeker").text()


def docx(text: str) -> bytes:
    from docx import Document

    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


FILES = [("draft.txt", DUTIES.encode()), ("draft.md", DUTIES.encode("utf-16")),
         ("draft.html", b"<p>Own the product roadmap.</p>"),
         ("../../etc/draft.docx", docx("Own the product roadmap and decide what gets built"))]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), FILES, ids=[name for name, _ in FILES])
def test_files_are_read(client: TestClient, name: str, data: bytes) -> None:
    answer = client.post("/check", data={"text": "ignored"}, files={"file": (name, data)})
    assert answer.status_code == 200
    tree = LexborHTMLParser(answer.text)
    assert "roadmap" in text_of(tree, "textarea#text") and "roadmap" in text_of(tree, ".text")


TWO = b"title,description\nProduct Manager,Own the roadmap and the backlog\nMarketer,Plan the launch campaigns\n"
REFUSED = [
    ("", None, 422, "Paste a posting"), ("   \n\t", None, 422, "no text"), ("*** --- ***", None, 422, "sentence"),
    ("x", ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), 415, "a.png"),
    ("x", ("empty.txt", b""), 422, "empty.txt"), ("x", ("two.csv", TWO), 422, "Many postings"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "file", "status", "words"), REFUSED)
def test_what_cannot_be_read_is_said_in_words(
    client: TestClient, text: str, file: tuple[str, bytes] | None, status: int, words: str
) -> None:
    answer = client.post("/check", data={"text": text}, files={"file": file} if file else None)
    assert answer.status_code == status
    tree = LexborHTMLParser(answer.text)
    assert words.lower() in text_of(tree, ".complaint").lower()
    assert tree.css_first("textarea#text").text().strip() == text.strip(), "what was typed is kept"


def test_a_script_gets_the_part_and_not_the_page(client: TestClient) -> None:
    part = client.post("/check", data={"text": DUTIES}, headers={"x-fragment": "result"})
    assert part.status_code == 200 and "<html" not in part.text and 'id="headline"' in part.text
    assert float(re.search(r"dur=([\d.]+)", part.headers["server-timing"])[1]) < 5_000
    refused = client.post("/check", data={"text": ""}, headers={"x-fragment": "result"})
    assert refused.status_code == 422 and refused.text.startswith('<p class="complaint"')


HOSTILE = [
    "<script>alert(1)</script> Own the product roadmap",
    "Own the roadmap <img src=x onerror=alert(1)> and the backlog",
    "Own <style>body{display:none}</style> the roadmap and write stories",
    "</textarea><script>alert(1)</script> Own the product roadmap",
    'Own the roadmap" onmouseover="alert(1)" x=\' and ship it',
    "Own the {{ 7 * 7 }} roadmap {% include 'base.html' %} and ship it",
    "&lt;script&gt;alert(1)&lt;/script&gt; Own the product roadmap",
    "Own the\x00 road\u202emap\u202c and\u200b the back\u2066log",
    "الملكية الكاملة لخارطة طريق المنتج وقصص المستخدمين",
    "Own the roadmap 👩‍🚀🏴‍☠️ and the backlog 🚀" * 50,
    "a" * 250_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(client: TestClient, text: str) -> None:
    answer = client.post("/check", data={"text": text + "\n* Write the user stories", "title": text[:200]})
    assert answer.status_code == 200
    tree = LexborHTMLParser(answer.text)
    assert len(tree.css("script")) == 1 and not tree.css("style, img, iframe, object")
    assert not [n for n in tree.css("*") for name in n.attributes if name.startswith("on") or name == "style"]
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\u200b]", answer.text)
    assert shown(text).strip().replace("\r", "") in html.unescape(tree.css_first("textarea#text").html or "")


def test_many_sentences_are_counted_where_they_are_not_shown(client: TestClient) -> None:
    tree = check(client, "## Your duties\n" + "* Own the product roadmap\n" * 2_000)
    assert len(tree.css("a.s")) == 600 and "1401 more sentences" in text_of(tree, ".more")
    assert "2001 sentences" in text_of(tree, ".facts")


KINDS = [("html", "text/html"), ("markdown", "text/markdown"), ("json", "application/json"),
         ("split", "application/json"), ("corpus", "text/plain")]  # fmt: skip


@pytest.mark.parametrize(("kind", "media"), KINDS)
def test_downloads_are_files(client: TestClient, mixed: str, kind: str, media: str) -> None:
    answer = client.post(f"/download/{kind}", data={"text": mixed, "title": 'P"M\r\nx: y <b>'})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(media)
    assert re.fullmatch(r'attachment; filename="p-m-x-y-b\.[a-z.]+"', answer.headers["content-disposition"])
    assert "roadmap for berth planning" in answer.text


def test_the_split_gives_two_drafts(client: TestClient, mixed: str) -> None:
    tree = check(client, mixed)
    drafts = [node.text() for node in tree.css(".draft textarea")]
    assert "backlog" in drafts[0] and "battlecards" not in drafts[0]
    assert "battlecards" in drafts[1] and "backlog" not in drafts[1]
    both = client.post("/download/split", data={"text": mixed}).json()["drafts"]
    assert [draft["text"].strip() for draft in both] == [draft.strip() for draft in drafts]


def test_two_postings_side_by_side(client: TestClient, mixed: str) -> None:
    other = mixed.replace("Write case studies and speak at trade fairs", "Write case studies and talk at trade fairs")
    answer = client.post("/compare", data={"text-a": mixed, "text-b": other + "\n* A desk by the window\n"})
    tree = LexborHTMLParser(answer.text)
    changes = [row.attributes["class"] for row in tree.css(".changes tbody tr") if row.attributes["class"] != "kept"]
    assert sorted(changes) == ["added", "reworded"]
    assert len(tree.css(".verdict")) == 2 and "open" in tree.css_first("details.changes").attributes
    assert client.post("/compare", data={"text-a": mixed}).status_code == 422


def test_the_clipboard_keeps_its_lists(client: TestClient) -> None:
    answer = client.post("/text", data={"html": "<h2>Duties</h2><ul><li>Own <b>it</b></li></ul><script>x</script>"})
    assert answer.headers["content-type"].startswith("text/plain") and answer.text == "## Duties\n\n* Own **it**"


def test_errors_are_pages_for_people_and_json_for_programs(client: TestClient) -> None:
    page = client.get("/nope")
    assert page.status_code == 404 and "There is no such page" in page.text and page.text.startswith("<!doctype html>")
    data = client.get("/api/nope")
    assert data.status_code == 404 and data.json()["error"]["code"] == "not-found"
    assert client.get("/check").status_code == 303
    assert client.post("/roles", data={"x": "y"}).status_code == 405


def test_malformed_forms_are_refused_in_words(client: TestClient) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/check", content=b"not multipart", headers=kind).status_code in (400, 422)
    assert client.post("/check", content=b"", headers={"content-type": "multipart/form-data"}).status_code in (400, 422)
    fields = {f"f{k}": "1" for k in range(3_500)}
    assert client.post("/check", data=fields, files={"x": b""}).status_code == 400


def test_the_corpus_download_is_a_posting_of_the_corpus(client: TestClient, mixed: str) -> None:
    head = client.post("/download/corpus", data={"text": mixed}).text.split("\n")[0]
    assert re.fullmatch(r"@ web-[0-9a-f]{10} \| Product Manager, Harbour Scheduling \| - \| \w+ \| mixed \| \w+", head)


def test_json_download_has_the_reasons(client: TestClient, mixed: str) -> None:
    report = json.loads(client.post("/download/json", data={"text": mixed}).text)
    duties = [s for s in report["sentences"] if s["zone"] == "duty"]
    assert duties and all(s["why"] for s in duties)


def test_all_assets_travel_in_the_package() -> None:
    from analyzer.web.templates import FOLDER, STATIC, environment

    assert {file.name for file in STATIC.iterdir()} == {"icon.svg", "page.css", "page.js"}
    assert {f"{name}.md" for name in SAMPLES} == {file.name for file in (FOLDER / "samples").iterdir()}
    for name in environment().list_templates():
        environment().get_template(name)
    assert "url(" not in (STATIC / "page.css").read_text(encoding="utf-8")
