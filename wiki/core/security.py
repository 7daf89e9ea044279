"""Headers that every answer carries. No inline script or style, no third party, no framing."""

from __future__ import annotations

from flask import Flask, Response, current_app, request, session

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

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STATIC_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Set the headers on every answer, and keep what is personal out of every cache."""
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    if current_app.config["BASE_URL"].startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        session.accessed = False  # Flask-Login looked; the file is the same for everybody
        if "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={_STATIC_SECONDS}, immutable"
        return response
    response.vary.update(("Cookie", "Accept-Language", "Accept-Encoding"))
    if "_user_id" in session:
        response.headers["Cache-Control"] = "private, no-store"
    else:
        response.headers.setdefault("Cache-Control", "no-cache")
    return response
