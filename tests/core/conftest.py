"""A site whose requests have contexts of their own, as in production; and what stands in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import _settings
from tests.core.shown import Shown, add_pages
from tests.core.troubled import add_trouble
from wiki import create_app
from wiki.core import clock
from wiki.core.database import db
from wiki.core.http_cache import FrontCache, behind_cache

Build = Callable[..., Flask]


@pytest.fixture
def build(database_url: str, tmp_path: Path) -> Iterator[Build]:
    """`build(SETTING=value)`: an application on an empty database, without a context."""
    yield from _builder(tmp_path, database_url)


@pytest.fixture
def build_on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Build]:
    """The same, on SQLite alone."""
    shutil.copy(sqlite_template, tmp_path / "kairan.sqlite")
    yield from _builder(tmp_path, f"sqlite:///{tmp_path / 'kairan.sqlite'}")


def _builder(folder: Path, url: str) -> Iterator[Build]:
    built = []

    def make(**overrides: Any) -> Flask:
        app = create_app(_settings(folder, url) | overrides)
        built.append(app)
        return app

    yield make
    for app in built:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    clock.shift(timedelta(0))


@pytest.fixture
def site(build: Build) -> Flask:
    """An application on an empty database of each kind."""
    return build()


@pytest.fixture
def small_site(build_on_sqlite: Build) -> Flask:
    """An application on SQLite."""
    return build_on_sqlite()


@pytest.fixture
def shown(site: Flask) -> Shown:
    """A site with a few pages that are kept ready, and how often Flask was asked for each."""
    return add_pages(site)


@pytest.fixture
def front(shown: Shown) -> FrontCache:
    """What stands in front of that site."""
    return behind_cache(shown.app)


@pytest.fixture
def troubled(build_on_sqlite: Build) -> FlaskClient:
    """A browser on a site where everything can go wrong; exceptions are answered as in production."""
    app = build_on_sqlite(TESTING=False)
    add_trouble(app)
    return app.test_client()
