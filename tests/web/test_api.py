"""The JSON API against its own OpenAPI document, and against the report's JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from analyzer.web.models import report_schemas

schemathesis = pytest.importorskip("schemathesis", reason="pip install schemathesis")

from schemathesis import GenerationMode  # noqa: E402 # after the skip
from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402 # after the skip


@pytest.fixture(scope="session")
def api_schema(app: FastAPI) -> Any:
    """The document as the running application gives it."""
    return schemathesis.openapi.from_asgi("/openapi.json", app)


OPERATIONS = [("POST", "/api/check"), ("POST", "/api/split"), ("POST", "/api/batch"), ("GET", "/healthz")]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_api_keeps_its_document(api_schema: Any, method: str, path: str, mode: GenerationMode) -> None:
    if (method, mode) == ("GET", GenerationMode.NEGATIVE):
        pytest.skip("a request without parameters and body cannot be wrong")

    @given(case=api_schema[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def keeps(case: Any) -> None:
        # Text without a word fits the schema and still holds no sentence: 422, which that check takes for a fault.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    keeps()


def validator(client: TestClient, name: str) -> Draft202012Validator:
    document = client.get("/openapi.json").json()
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_check_gives_the_report(client: TestClient, mixed: str) -> None:
    answer = client.post(
        "/api/check", json={"text": mixed, "title": "Product Manager", "id": "a-1", "company": "Tidewater"}
    )
    report = answer.json()
    validator(client, "report").validate(report)
    assert report["mixed"] and (report["id"], report["company"]) == ("a-1", "Tidewater")
    assert all(mixed[s["start"] : s["end"]] == s["text"] for s in report["sentences"])
    assert answer.headers["content-type"] == "application/json"


def test_split_gives_drafts_and_decisions(client: TestClient, mixed: str) -> None:
    parts = client.post("/api/split", json={"text": mixed, "title": "Product Manager"}).json()
    validator(client, "SplitOut").validate(parts)
    assert [draft["role"] for draft in parts["drafts"]] == ["product_manager", "product_marketing_manager"]


def test_batch_answers_in_order_with_failures_in_place(client: TestClient, mixed: str) -> None:
    texts = [mixed, "--- *** ---", "* Own the product roadmap", "x " * 160_000] + [
        f"* Ship release {k}" for k in range(70)
    ]
    items = client.post(
        "/api/batch", json={"postings": [{"text": t, "id": str(k)} for k, t in enumerate(texts)]}
    ).json()
    assert [item["id"] for item in items["reports"]] == [str(k) for k in range(len(texts))]
    assert [item["error"]["code"] for item in items["reports"] if "error" in item] == ["bad-input", "too-large"]
    check = validator(client, "report")
    for item in items["reports"]:
        assert "error" in item or check.is_valid(item)


BAD = [
    ("{", "not JSON"), ("[]", "dict"), ("{}", "text"), ('{"text": 5}', "text"), ('{"text": ""}', "text"),
    ('{"text": "a", "<b>\\u0000": 1}', "u0000"), ('{"text": "\\ud800"}', "text"), ('{"text": "--"}', "no sentence"),
    ('{"text": "own it", "title": {}}', "title"), ("\xff", "JSON"), ("NaN", "dict"), ("[" * 5_000, "JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "words"), BAD, ids=range(len(BAD)))
def test_bad_bodies_are_refused_in_words(client: TestClient, body: str, words: str) -> None:
    answer = client.post("/api/check", content=body.encode("latin-1"), headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    error = answer.json()["error"]
    assert set(error) == {"code", "message"} and words in error["message"] and "\x00" not in error["message"]


def test_the_document_is_the_contract(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {"/api/check", "/api/split", "/api/batch", "/healthz"}
    assert set(report_schemas()) <= set(document["components"]["schemas"])
    for path in ("/api/check", "/api/split", "/api/batch"):
        assert {"200", "413", "415", "422", "503"} <= set(document["paths"][path]["post"]["responses"])


def test_health_names_the_model(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok" and "@" in client.get("/healthz").json()["model"]
