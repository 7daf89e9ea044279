"""The signed cookie in which a browser carries its session, read once in five minutes rather than at every request."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from wiki.core.visitor import said_by

_REMEMBERED = 4096
_REMEMBER_SECONDS = 300


class RememberedSessions(SecureCookieSessionInterface):
    """Flask's own sessions; what a cookie's signature was found to hold is remembered for a while.

    A cookie is told apart by all of its bytes, so a forged one is never known. Sessions that hold more than plain
    values (messages still to be shown) are read anew each time, because they are changed in place.
    """

    def __init__(self, app: Flask) -> None:
        serializer = self.get_signing_serializer(app)
        assert serializer is not None  # the application has its key by now
        self._serializer = serializer
        self._seconds = int(app.permanent_session_lifetime.total_seconds())
        self._known: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The session of a request; an empty one when its cookie is absent, forged or expired."""
        value = said_by(request).session
        return self.session_class(self.read(value) if value else None)

    def read(self, value: str) -> dict[str, Any]:
        """What the cookie's value holds, a copy of one's own; empty when it is forged or expired."""
        known = self._known.get(value)
        if known is not None and known[0] > time.monotonic():
            return dict(known[1])
        try:
            session: dict[str, Any] = self._serializer.loads(value, max_age=self._seconds)
        except BadSignature:
            return {}
        if all(isinstance(held, str | int) for held in session.values()):
            self._remember(value, session)
        return dict(session)

    def _remember(self, value: str, session: dict[str, Any]) -> None:
        self._known[value] = (time.monotonic() + _REMEMBER_SECONDS, session)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def init_app(app: Flask) -> None:
    """Let Flask read sessions this way."""
    app.session_interface = RememberedSessions(app)
