"""The gate: who may ask, how much, how many at once, and the headers on every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from analyzer.errors import SettingsError
from analyzer.web.errors import refuse
from analyzer.web.guard import Guard
from analyzer.web.settings import Settings, host_name

TEXT = {"text": "## Duties\n* Own the product roadmap and write the user stories\n"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
HOSTS = [
    ("localhost", 200), ("127.0.0.1:8765", 200), ("[::1]:8765", 200), ("LOCALHOST:80", 200), ("jobs.example.org", 200),
    ("evil.example", 403), ("localhost.evil.example", 403), ("", 403), ("localhost@evil.example", 403), ("[::1", 403),
    ("jobs.example.org.evil.example", 403), ("169.254.169.254", 403),
]  # fmt: skip


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_only_known_host_names_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == status


ORIGINS = [
    ("http://localhost", 200), ("https://jobs.example.org", 200), ("https://evil.example", 403), ("null", 403),
    ("http://localhost:9999", 403), ("file://localhost", 403), ("http://localhost.evil.example", 403),
    ("http://[", 403), ("", 403),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "status"), ORIGINS)
@pytest.mark.parametrize("path", ["/check", "/api/check"])
def test_pages_of_other_sites_are_refused(client: TestClient, path: str, origin: str, status: int) -> None:
    body = {"json": TEXT} if path.startswith("/api") else {"data": TEXT}
    answer = client.post(path, headers={"origin": origin}, **body)
    assert answer.status_code == status
    assert ("another site" in answer.text) == (status == 403)


def test_a_cross_site_form_without_an_origin_is_refused(client: TestClient) -> None:
    assert client.post("/check", data=TEXT, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/check", data=TEXT, headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/nope", "/static/page.js", "/openapi.json", "/batch"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in headers and "set-cookie" not in headers
    assert ("no-store" in headers.get("cache-control", "")) != path.startswith("/static")


def test_no_page_holds_inline_script_or_style(client: TestClient) -> None:
    for path in ("/", "/?sample=tidewater", "/compare?sample=1", "/batch", "/roles", "/about"):
        text = client.get(path).text
        assert "<style" not in text and " style=" not in text and " onclick" not in text
        assert text.count("<script") == text.count('<script src="/static/page.js') == 1
        assert "http://" not in text and "https://" not in text, "everything comes from the package"


@pytest.mark.parametrize(
    ("path", "kind", "body", "words"),
    [
        ("/check", FORM["content-type"], b"text=" + b"x" * 6_000_001, "6 MB"),
        ("/api/check", "application/json", b'{"text": "' + b"x" * 30_000_001 + b'"}', "30 MB"),
        ("/check", FORM["content-type"], b"text=" + b"x+" * 160_000, "characters"),
        ("/api/check", "application/json", b'{"text": "' + b"own it " * 50_000 + b'"}', "characters"),
    ],
)
def test_too_much_is_refused_in_words(client: TestClient, path: str, kind: str, body: bytes, words: str) -> None:
    answer = client.post(path, content=body, headers={"content-type": kind})
    assert answer.status_code == 413 and words in answer.text


def test_a_body_of_unknown_length_is_counted(client: TestClient) -> None:
    def chunks() -> Iterable[bytes]:
        yield b"text="
        for _ in range(70):
            yield b"x" * 100_000

    assert client.post("/check", content=chunks(), headers=FORM).status_code == 413


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/check", "text/plain"), ("/check", "application/json"), ("/api/check", "text/plain"), ("/api/batch", "text/csv"),
     ("/api/check", "application/x-www-form-urlencoded"), ("/batch", "application/octet-stream")],
)  # fmt: skip
def test_other_media_types_are_refused_in_words(client: TestClient, path: str, kind: str) -> None:
    answer = client.post(path, content=b"x", headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.headers["content-type"].startswith("application/json" if path.startswith("/api") else "text/html")


async def _call(guard: Guard, receive: Receive, path: str = "/check") -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b"", "root_path": ""}
    await guard(scope, receive, send)
    return sent


T = TypeVar("T")


def run(scene: Coroutine[None, None, T]) -> T:
    """The result of a scene, on a thread of its own: the browser tests keep a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, scene).result()


def test_more_requests_at_once_than_allowed_are_told_to_come_back() -> None:
    async def scene() -> tuple[list[Message], list[Message]]:
        inside, leave = asyncio.Event(), asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            inside.set()
            await leave.wait()
            await PlainTextResponse("done")(scope, receive, send)

        async def body() -> Message:
            return {"type": "http.request", "body": b"text=x", "more_body": False}

        guard = Guard(slow, Settings(at_once=1), refuse)
        first = asyncio.create_task(_call(guard, body))
        await inside.wait()
        second = await _call(guard, body)
        leave.set()
        return await first, second

    first, second = run(scene())
    assert first[0]["status"] == 200
    assert second[0]["status"] == 503 and (b"retry-after", b"5") in second[0]["headers"]
    assert b"busy" in second[1]["body"]


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the application must not be asked")

    sent = run(_call(Guard(app, Settings(body_seconds=0.01), refuse), never))
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("name", ["", "https://x.org", "*.x.org", "x.org:80", "x.org/a", "a b"])
def test_bad_host_names_are_named(name: str) -> None:
    with pytest.raises(SettingsError, match="host name"):
        host_name(name)


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(
        {"ANALYZER_ALLOW_HOSTS": "Jobs.example.org, b.example", "ANALYZER_SPOOL": "/x"}
    )
    assert settings.hosts == {"jobs.example.org", "b.example"} and str(settings.spool) == "/x"


@pytest.mark.parametrize("root", ["/jobs", "/api/jobs"])
def test_links_begin_with_the_path_of_a_proxy(app: FastAPI, root: str) -> None:
    with TestClient(app, base_url="http://localhost", root_path=root) as behind:
        text = behind.get(f"{root}/?sample=larkfield").text
        assert f'href="{root}/static/page.css' in text and f'action="{root}/check#result"' in text
        assert behind.get(f"{root}/static/page.css").status_code == 200
        assert behind.post(f"{root}/check", data=TEXT).status_code == 200
        assert behind.post(f"{root}/api/check", content=b"x").json()["error"]["code"] == "unreadable"
