"""Many postings: the upload, its table, order and filter, the downloads, and that nothing stays."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from analyzer.pipeline import Analyzer
from analyzer.web import Settings, create_app
from analyzer.web.spool import Spool
from analyzer.web.table import Query, Row, charts, pick

PRODUCT = "Your duties:\n* Own the product roadmap\n* Write requirements and user stories\n* Decide what gets built\n"
MARKETING = (
    "Your duties:\n* Write battlecards and train sales\n* Plan the product launch\n* Own positioning and messaging\n"
)


def export(mixed: str) -> bytes:
    rows = [
        {"id": "1", "title": "Product Manager", "company": "Larkfield", "description": PRODUCT},
        {"id": "2", "title": "Harbour planner", "company": "Tidewater", "description": mixed},
        {"id": "3", "title": "Nothing", "company": "Fernhill", "description": ""},
        {
            "id": "4",
            "title": "=HYPERLINK(1)<script>alert(1)</script>",
            "company": "\u202eevil",
            "description": MARKETING,
        },
    ]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def upload(client: TestClient, data: bytes, name: str = "export.csv") -> LexborHTMLParser:
    answer = client.post("/batch", files={"file": (name, data)})
    assert answer.status_code == 200, answer.text
    assert answer.text.rstrip().endswith("</html>")
    return LexborHTMLParser(answer.text)


def address(tree: LexborHTMLParser) -> str:
    link = tree.css_first("a[href$='reports.jsonl']")
    assert link is not None
    return str(link.attributes["href"]).rpartition("/")[0]


def names(tree: LexborHTMLParser) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css("#table tbody th, body > div tbody th")]


def test_an_export_becomes_a_table(client: TestClient, mixed: str) -> None:
    tree = upload(client, export(mixed))
    tones = [row.attributes["class"] for row in tree.css("#table tbody tr")]
    assert tones == ["one", "mixed", "failed", "one"]
    assert "Done: 4 postings read." in tree.css_first(".step.done").text()
    assert len(tree.css("figure.chart")) == 3
    assert not tree.css("td script, th script") and "\u202e" not in (tree.html or "")


def test_order_and_filter(client: TestClient, mixed: str) -> None:
    base = address(upload(client, export(mixed)))
    ordered = LexborHTMLParser(client.get(f"{base}?sort=-score").text)
    assert names(ordered)[0] == "Harbour planner"
    assert ordered.css_first("th[aria-sort='descending']").text().strip().startswith("Mix")
    assert names(LexborHTMLParser(client.get(f"{base}?show=mixed").text)) == ["Harbour planner"]
    assert names(LexborHTMLParser(client.get(f"{base}?q=LARKFIELD").text)) == ["Product Manager"]
    part = client.get(f"{base}?q=zzz", headers={"x-fragment": "table"})
    assert "No posting fits" in part.text and "<html" not in part.text
    for odd in ("sort=__class__", "page=99999999999999999999", "page=-1", "show=%00", "q=" + "x" * 5_000):
        assert client.get(f"{base}?{odd}").status_code == 200


def test_one_posting_of_the_table_opens(client: TestClient, mixed: str) -> None:
    base = address(upload(client, export(mixed)))
    assert "Two jobs in one" in client.get(f"{base}/posting/2").text
    for number in ("3", "0", "-1", "99", "x"):
        assert client.get(f"{base}/posting/{number}").status_code in (404, 422)


def test_files_to_take_along(client: TestClient, mixed: str) -> None:
    base = address(upload(client, export(mixed)))
    lines = [json.loads(line) for line in client.get(f"{base}/reports.jsonl").text.splitlines()]
    assert [line.get("mixed") for line in lines] == [False, True, None, False]
    answer = client.get(f"{base}/postings.csv")
    assert "attachment" in answer.headers["content-disposition"]
    sheet = list(csv.DictReader(io.StringIO(answer.text)))
    assert sheet[0]["main_role"] == "product_manager" and sheet[2]["error_code"] == "no-text"
    assert sheet[3]["title"].startswith("'="), "no cell begins a formula"
    assert client.get(f"{base}/rows.jsonl").status_code == 404
    assert client.get(f"{base}/..%2f..%2fetc%2fpasswd").status_code == 404


def test_results_go_when_asked_and_when_old(client: TestClient, mixed: str, analyzer: Analyzer, tmp_path: Path) -> None:
    base = address(upload(client, export(mixed)))
    assert client.get(base).status_code == 200
    assert client.post(f"{base}/remove", data={"x": ""}).status_code == 303
    assert client.get(base).status_code == 404
    spool = Spool(Settings(spool=tmp_path, keep_seconds=60))
    token, folder = spool.create()
    assert spool.find(token) == folder and spool.find("../" + token) is None and spool.find("") is None
    os.utime(folder, (0, 0))
    assert spool.find(token) is None and not folder.exists()


def test_nothing_stays_when_the_service_ends(analyzer: Analyzer, mixed: str) -> None:
    app = create_app(analyzer, Settings())
    with TestClient(app, base_url="http://localhost") as client:
        base = address(upload(client, export(mixed)))
        folder = app.state.spool.find(base.rpartition("/")[2])
        assert folder.exists()
    assert not folder.exists() and not folder.parent.exists()


def test_workers_share_a_spool(analyzer: Analyzer, mixed: str, tmp_path: Path) -> None:
    first, second = (
        TestClient(create_app(analyzer, Settings(spool=tmp_path)), base_url="http://localhost") for _ in "ab"
    )
    with first, second:
        assert second.get(address(upload(first, export(mixed)))).status_code == 200


def test_progress_is_told_while_it_is_made(client: TestClient) -> None:
    rows = b"title,description\n" + b"Product Manager,Own the product roadmap and the backlog of the team\n" * 100
    steps = [node.text().strip() for node in upload(client, rows).css(".step")]
    assert [int(s.split()[0]) for s in steps[1:-1]] == [32, 64, 96, 100]


def test_too_many_postings_are_cut_with_a_word(client: TestClient) -> None:
    rows = b"title,description\n" + b"Product Manager,Own the product roadmap and the backlog of the team\n" * 450
    tree = upload(client, rows)
    assert "Only the first 400 postings" in tree.css_first(".complaint").text()
    assert "Page 1 of 2" in tree.css_first(".pager").text()
    second = LexborHTMLParser(client.get(f"{address(tree)}?page=2").text)
    assert len(second.css("#table tbody tr")) == 200


REFUSED = [
    ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, 415),
    ("a.csv", b"", 422),
    ("a.zip", b"PK\x03\x04 broken", 415),
]


@pytest.mark.parametrize(("name", "data", "status"), REFUSED)
def test_files_of_no_use_are_refused_in_words(client: TestClient, name: str, data: bytes, status: int) -> None:
    answer = client.post("/batch", files={"file": (name, data)})
    assert answer.status_code == status and re.search(r'class="complaint"[^>]*>.*a\.', answer.text)


def test_no_file_no_batch(client: TestClient) -> None:
    assert client.post("/batch", data={"x": "y"}, files={"z": b""}).status_code == 422


def row(number: int, tone: str, score: int, role: str = "PM") -> Row:
    return Row(number, f"Posting {number}", "", tone, role, score, 50, 50, (), "")


def test_charts_count() -> None:
    rows = [row(1, "one", 3), row(2, "mixed", 100), row(3, "mixed", 50), row(4, "failed", 0, "")]
    verdicts, roles, scores = charts(rows)
    assert [(bar.kind, bar.count) for bar in verdicts] == [("mixed", 2), ("one", 1), ("failed", 1)]
    assert [(bar.name, bar.count, bar.width) for bar in roles] == [("Product manager", 3, 100)]
    assert [bar.count for bar in scores] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert charts([]) == ((), (), ())
    assert [r.number for r in pick(rows, Query("-score", "mixed"))] == [2, 3]
