"""``analyzer serve``: help, refusals, and a service that answers and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer.cli import serve as module
from analyzer.cli.serve import serve
from analyzer.errors import SettingsError
from analyzer.pipeline import Analyzer

httpx = pytest.importorskip("httpx", reason="pip install httpx")

START = """
import sys
from analyzer.cli.serve import serve
serve.main(sys.argv[1:], prog_name="analyzer serve")
"""


def test_help_says_what_matters() -> None:
    text = CliRunner().invoke(serve, ["--help"]).output
    assert "127.0.0.1" in text and "--allow-host" in text and "Nothing is stored" in text


@pytest.mark.parametrize("arguments", [["--allow-host", "http://x.org"], ["--allow-host", "*"]])
def test_bad_names_are_refused(arguments: list[str]) -> None:
    assert isinstance(CliRunner().invoke(serve, arguments).exception, SettingsError)


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        error = CliRunner().invoke(serve, ["--port", str(taken.getsockname()[1])]).exception
    assert isinstance(error, SettingsError) and "choose another" in str(error)


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--workers", "0"]])
def test_bad_numbers_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(serve, arguments).exit_code == 2


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_multipart", None)
    with pytest.raises(SettingsError, match=r"python_multipart.*\[web\]"):
        module._server()


@pytest.mark.parametrize(("workers", "stop"), [("1", signal.SIGINT), ("1", signal.SIGTERM), ("2", signal.SIGTERM)])
def test_it_serves_until_stopped(tmp_path: Path, analyzer: Analyzer, workers: str, stop: signal.Signals) -> None:
    assert analyzer.model.version, "the shipped model is there"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    service = subprocess.Popen(
        [sys.executable, "-c", START, "--port", "0", "--workers", workers],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert service.stderr is not None
    try:
        address = re.search(r"http://127\.0\.0\.1:[1-9]\d+", service.stderr.readline())
        assert address is not None
        client = httpx.Client(base_url=address[0], transport=httpx.HTTPTransport(retries=8), timeout=30)
        assert client.get("/healthz").json()["status"] == "ok"
        rows = b"title,description\nPM,Own the product roadmap and the backlog\n"
        assert client.post("/batch", files={"file": ("a.csv", rows)}).status_code == 200
        assert list(tmp_path.iterdir()), "the results wait in the temporary folder"
    finally:
        service.send_signal(stop)
        service.wait(20)
        service.stderr.close()
    assert list(tmp_path.iterdir()) == []
