"""Each request asks anew who is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g, request_started


@pytest.fixture(autouse=True)
def strangers(request: pytest.FixtureRequest) -> Iterator[None]:
    """The application's context lasts a whole test; what it remembers of a request is dropped."""
    names = {"app", "csrf_app"} & set(request.fixturenames)
    if not names:
        yield
        return
    app: Flask = request.getfixturevalue(names.pop())

    def forget(*_: object, **__: object) -> None:
        for name in ("_login_user", "language"):
            g.pop(name, None)

    with request_started.connected_to(forget, app):
        yield
