"""Who may talk to the service, and how much they may say: a layer before everything else."""

from __future__ import annotations

import asyncio
import hmac
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .options import LOCAL, ServiceOptions
from .problems import MEDIA_TYPE, ProblemError

OPEN = ("/healthz", "/readyz")
"""Paths that need no token: they say nothing of any document."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_AROUND = 64 * 1024  # bytes of a request that are no files: boundaries, names, options


class Guard:
    """Refuses who has no token, pages of other sites, and what is too large or too slow.

    Args:
        app: What answers the rest.
        options: How the service works.
    """

    def __init__(self, app: ASGIApp, options: ServiceOptions) -> None:
        self._app, self._options = app, options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check(scope)
            await self._app(scope, _Limited(receive, self._options), guarded)
        except ProblemError as problem:
            if started:
                raise
            # What is left of the request is not read: the connection ends with the answer.
            headers = {**problem.headers, "Connection": "close"}
            answer = JSONResponse(problem.body, problem.status, headers, MEDIA_TYPE)
            await answer(scope, receive, guarded)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._options.token is None:
            name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
            if name.strip("[]") not in LOCAL:  # a name of somebody else that leads to this machine
                raise ProblemError(403, "forbidden", "this service answers to this machine alone")
        elif scope["path"] not in OPEN:
            kind, _, given = headers.get("authorization", "").partition(" ")
            right = hmac.compare_digest(given.strip().encode(), self._options.token.encode())
            if kind.lower() != "bearer" or not right:
                raise ProblemError(401, "unauthorized", "show the token of this service: Authorization: Bearer TOKEN")
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            raise ProblemError(403, "forbidden", "pages of other sites may not use this service")
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self._options.max_upload + _AROUND:
            raise _too_large(self._options.max_upload)


class _Limited:
    """The body of a request as far as it keeps to the limits of size and time."""

    def __init__(self, receive: Receive, options: ServiceOptions) -> None:
        self._receive = receive
        self._most = options.max_upload
        self._seconds = options.upload_seconds
        self._end = time.monotonic() + options.upload_seconds
        self._size = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            message: Any = await asyncio.wait_for(self._receive(), max(self._end - time.monotonic(), 0.01))
        except TimeoutError:
            detail = f"the upload took longer than {self._seconds:g} seconds"
            raise ProblemError(408, "upload_timeout", detail) from None
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._size > self._most + _AROUND:
                raise _too_large(self._most)
        return dict(message)


def _too_large(most: int) -> ProblemError:
    return ProblemError(413, "too_large", f"a request may have {most / 1e6:.0f} MB; send fewer files at a time")
