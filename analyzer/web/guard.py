"""The gate before every request: who asks, how much, how many at once; and the headers on every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from analyzer.web.settings import LOCAL_HOSTS, Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms, and we could not tell them apart.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_SENDS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

Refuse = Callable[[Scope, int, str], Response]


class _RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Guard:
    """ASGI middleware; ``refuse`` makes the answer to a request that is turned away, in words."""

    def __init__(self, app: ASGIApp, settings: Settings, refuse: Refuse) -> None:
        self.app, self.settings, self.refuse = app, settings, refuse
        self.active = 0
        self.uploads = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body read, or answer it here."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = _with_headers(send, local_path(scope))
        try:
            self._check_sender(scope, headers)
            await self._admit(scope, headers, receive, answer)
        except _RefusedError as refusal:
            response = self.refuse(scope, refusal.status, refusal.message)
            await response(scope, receive, answer)

    def _check_sender(self, scope: Scope, headers: Headers) -> None:
        """Refuse other names (DNS rebinding) and requests that another site's page makes in a visitor's browser."""
        host = headers.get("host", "")
        if _name(host) not in LOCAL_HOSTS | self.settings.hosts:
            raise _RefusedError(
                403, "This service does not answer to that host name. Its owner can add it with --allow-host."
            )
        origin = headers.get("origin")
        if origin is not None and not self._own(origin, host):
            raise _RefusedError(403, "This request comes from a page of another site and was refused.")
        if (
            origin is None
            and scope["method"] in _SENDS
            and headers.get("sec-fetch-site") in ("cross-site", "same-site")
        ):
            raise _RefusedError(403, "This request comes from a page of another site and was refused.")

    def _own(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
            name = (parts.hostname or "").lower()
        except ValueError:
            return False
        # Behind a proxy the outside name may differ from the Host that reaches us; --allow-host names it.
        return parts.scheme in ("http", "https") and (
            parts.netloc.lower() == host.lower() or name in self.settings.hosts
        )

    async def _admit(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if scope["method"] not in _SENDS:
            await self.app(scope, receive, send)
            return
        path = local_path(scope)
        upload = path == "/batch"
        if self.active >= self.settings.at_once or (upload and self.uploads >= self.settings.uploads_at_once):
            raise _RefusedError(503, "The service is busy with other postings. Please try again in a few seconds.")
        self.active += 1
        self.uploads += upload
        try:
            _check_type(path, headers)
            limit = self.settings.max_upload if upload or path.startswith("/api/") else self.settings.max_body
            body = await self._read(headers, receive, limit)
            await self.app(scope, _replay(body, receive), send)
        finally:
            self.active -= 1
            self.uploads -= upload

    async def _read(self, headers: Headers, receive: Receive, limit: int) -> bytes:
        too_large = f"That is more than the {limit / 1_000_000:g} MB this page takes."
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            raise _RefusedError(400, "The length of the request is no number.")
        if len(length) > 18 or int(length) > limit:
            raise _RefusedError(413, too_large)
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _RefusedError(400, "The request ended before its body did.")
                    chunk = message.get("body", b"")
                    size += len(chunk)
                    if size > limit:
                        raise _RefusedError(413, too_large)
                    chunks.append(chunk)
                    if not message.get("more_body", False):
                        return b"".join(chunks)
        except TimeoutError:
            raise _RefusedError(408, "The request took too long to arrive. Please send it again.") from None


def local_path(scope: Scope) -> str:
    """The path of a request without what a proxy put in front of it."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _check_type(path: str, headers: Headers) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if path.startswith("/api/"):
        if kind != "application/json":
            raise _RefusedError(415, "The API reads JSON: send Content-Type: application/json.")
    elif kind not in _FORMS:
        raise _RefusedError(415, "The page reads forms; send multipart/form-data, or JSON to /api/check.")


def _name(host: str) -> str:
    """Host name of a Host header, lower case, without port and brackets; empty where it is malformed."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower() if "@" not in host else ""
    except ValueError:
        return ""


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_headers(send: Send, path: str) -> Send:
    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            if not path.startswith("/static/"):
                headers["cache-control"] = "no-store"
        await send(message)

    return answer
