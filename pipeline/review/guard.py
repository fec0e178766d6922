"""Who may talk to the review app: this machine's browser, its own pages, and whoever has the token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_COOKIE = "vnplan-token"
Next = Callable[[Request], Awaitable[Response]]


class Guard:
    """Refuses what does not come from the app's own pages.

    Args:
        token: What a browser must show, once as `?token=…` and then as a cookie; None on this machine alone.
        names: Names under which the app may be asked for, without port; None for any.
        refused: The words for what is refused.
    """

    def __init__(self, token: str | None, names: tuple[str, ...] | None, refused: str) -> None:
        self.form_token = secrets.token_urlsafe(24)
        self._token = token
        self._names = names
        self._refused = refused

    async def __call__(self, request: Request, call_next: Next) -> Response:
        """Answer, or refuse."""
        response = self._answer(request) or await call_next(request)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response

    def _answer(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if self._names is not None and host.rsplit(":", 1)[0] not in self._names and host not in self._names:
            return self._no()  # a name of somebody else that leads to this machine
        if self._token is not None:
            given = request.query_params.get("token")
            if given is not None and hmac.compare_digest(given.encode(), self._token.encode()):
                answer = RedirectResponse(request.url.path, 303)
                answer.set_cookie(_COOKIE, self._token, httponly=True, samesite="strict")
                return answer
            if not hmac.compare_digest(request.cookies.get(_COOKIE, "").encode(), self._token.encode()):
                return self._no()
        if request.method not in ("GET", "HEAD"):
            origin = request.headers.get("origin")
            if (
                origin != f"{request.url.scheme}://{host}"
                or request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
            ):
                return self._no()
        return None

    def is_own(self, form_token: str) -> bool:
        """Whether a form comes from a page of this app."""
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())

    def _no(self) -> Response:
        return PlainTextResponse(self._refused, 403)
