"""Headers that every answer carries. No inline script or style, no third party, no framing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request, session

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)

HEADERS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
_OVER_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_VARY = ("Vary", "Cookie, Accept-Language, Accept-Encoding")
_STATIC_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Set the headers on every answer, and keep what is personal out of every cache."""
    over_https = app.config["BASE_URL"].startswith("https://")
    app.wsgi_app = _Headers(app.wsgi_app, [*HEADERS, *[_OVER_HTTPS] * over_https])  # type: ignore[method-assign]
    app.after_request(_say_who_may_keep_it)


class _Headers:
    """The same headers on every answer, also of a crash, and what an answer depends on; written around Flask."""

    def __init__(self, app: WSGIApplication, fixed: list[tuple[str, str]]) -> None:
        self._app = app
        self._fixed = fixed

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_file = environ.get("PATH_INFO", "").startswith(("/static/", "/files/"))  # the same for everybody
        added = self._fixed if is_file else [*self._fixed, _VARY]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            kept = [header for header in headers if header[0] != "Vary"]
            return start_response(status, kept + added, exc_info) if exc_info else start_response(status, kept + added)

        return self._app(environ, start)


def _say_who_may_keep_it(response: Response) -> Response:
    if request.endpoint == "static":
        if "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={_STATIC_SECONDS}, immutable"
    elif response.headers.get("Cache-Control", "").startswith("public"):
        return response  # a view says so of what is the same for everybody
    elif "_user_id" in session:
        response.headers["Cache-Control"] = "private, no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response
