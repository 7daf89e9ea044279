"""What the production server runs: the application behind its cache of ready pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature

from wiki import create_app
from wiki.core.database import db
from wiki.core.gate import gate_for
from wiki.core.http_cache import FrontCache
from wiki.core.visitor import Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def behind_cache(app: Flask) -> WSGIApplication:
    """The application with ready pages answered in front of it."""
    megabytes = app.config["CACHE_MEGABYTES"]
    if not megabytes:
        return app
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    seconds = int(app.permanent_session_lifetime.total_seconds())

    def read_session(value: str) -> dict[str, Any]:
        try:
            session: dict[str, Any] = serializer.loads(value, max_age=seconds)
        except BadSignature:
            return {}
        return session

    with app.app_context():
        gate = gate_for(db.engine.url)
    return FrontCache(app, gate, Visitors(read_session), app.config["TRUSTED_HOSTS"], megabytes)


app = behind_cache(create_app())
