"""``analyzer serve``: the web page and its JSON API."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

import click

from analyzer.errors import SettingsError


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 opens it to the network."
)
@click.option(
    "--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on; 0 picks one."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; each loads the model once."
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="Further host name to answer to; repeat for several.")
@click.option("--root-path", default="", metavar="PATH", help="Path that a proxy puts in front, such as /jobs.")
def serve(host: str, port: int, workers: int, allow_host: tuple[str, ...], root_path: str) -> None:
    """Serve the page and its JSON API, on this machine only unless told otherwise.

    Nothing is stored and nothing leaves: results of uploads lie in a temporary folder, for half an hour at most and
    never longer than the service runs. Requests under other host names than localhost and those of --allow-host, and
    requests that pages of other sites make, are refused. There is no login: behind a proxy, let the proxy ask for one.

    \b
    Examples:
      analyzer serve
      analyzer serve --host 0.0.0.0 --port 80 --workers 4 --allow-host jobs.example.org

    Exit codes: 0 when stopped, 2 where the address cannot be used.
    """
    uvicorn = _server()
    from analyzer.web.settings import ALLOW_HOSTS, SPOOL, host_name

    names = {host_name(name) for name in allow_host}
    if host not in _ANY:
        names.add(host_name(host))
    # The server hands a signal on when it has stopped; the default for SIGTERM would leave the folder behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="analyzer-") as spool, _listen(host, port) as listener:
        os.environ[ALLOW_HOSTS], os.environ[SPOOL] = ",".join(sorted(names)), spool
        address = f"http://{_shown(host)}:{listener.getsockname()[1]}{root_path}"
        options = {
            "root_path": root_path, "access_log": False, "log_level": "warning", "server_header": False,
            "timeout_keep_alive": 10, "ws": "none", "factory": True,
        }  # fmt: skip
        _run(uvicorn, listener, workers, address, options)


_ANY = ("0.0.0.0", "::", "")  # noqa: S104 # not bound to here: these name no host to answer to
_APP = "analyzer.web.app:create_app"


def _run(uvicorn: ModuleType, listener: socket.socket, workers: int, address: str, options: dict[str, Any]) -> None:
    from analyzer.roles.model import load_model

    # Said here, in one line, and not by every worker with a traceback.
    load_model()
    host, port = listener.getsockname()[:2]
    click.echo(f"Serving on {address}  (stop with Ctrl+C)", err=True)
    if workers == 1:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(_APP, **options)).run(sockets=[listener])
        return
    # Workers are started with the address and not with a socket, so ours gives it free.
    listener.close()
    uvicorn.run(_APP, host=host, port=port, workers=workers, **options)


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises SettingsError where it cannot be used."""
    try:
        family, kind, *_, place = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)[0]  # noqa: S104 # the user asked for every address
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        raise SettingsError(
            f"{host}:{port} cannot be used ({error.strerror}); choose another --host or --port"
        ) from error
    return listener


def _shown(host: str) -> str:
    if host in _ANY:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _server() -> ModuleType:
    try:
        for name in ("fastapi", "jinja2", "python_multipart"):
            import_module(name)
        return import_module("uvicorn")
    except ImportError as error:
        missing = error.name or "a package"
        raise SettingsError(f"the page needs {missing}: pip install 'job-posting-analyzer[web]'") from error
