"""Both ways by which PostgreSQL finds: among the newest, and by its index alone."""

from __future__ import annotations

import pytest
from flask import Flask

from wiki.core.database import db
from wiki.search import postgres


@pytest.fixture(params=["the newest first", "by the index alone"])
def way(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """On SQLite: what waits, and what stands in the full-text table (`settle` is then called by the test)."""
    if request.param == "by the index alone" and db.engine.dialect.name == "postgresql":
        monkeypatch.setattr(postgres, "NEWEST", 0)
    return str(request.param)
