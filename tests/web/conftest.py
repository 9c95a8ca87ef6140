"""The application with the shipped model, a client, its address on loopback, and a browser where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from serving import NO_BROWSER, chromium, running
from starlette.testclient import TestClient

from analyzer.pipeline import Analyzer
from analyzer.web import Settings, create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LIMITS = Settings(hosts=frozenset({"testserver", "jobs.example.org"}), max_text=300_000, max_postings=400)


@pytest.fixture(scope="session")
def app(analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application with small limits."""
    return create_app(analyzer, LIMITS)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client under a name that the application answers to."""
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def url(analyzer: Analyzer) -> Iterator[str]:
    """Address of the application on a port of loopback."""
    with running(create_app(analyzer, LIMITS)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; tests that need it skip where there is none."""
    with chromium() as browser:
        if browser is None:
            pytest.skip(NO_BROWSER)
        yield browser


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A new page at the address; the test fails where the browser complains of a script or of the policy."""
    context = browser.new_context(base_url=url, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def mixed() -> str:
    """A posting that asks for two jobs: the page's own sample."""
    import analyzer.web

    return (Path(analyzer.web.__file__).parent / "samples" / "tidewater.md").read_text(encoding="utf-8")
