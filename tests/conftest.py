"""What the tests share: an application on each database, people at hand, a counter of queries."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, select
from werkzeug.routing import Rule

from wiki import create_app
from wiki.core import clock, inserts
from wiki.core.database import Base, db
from wiki.core.jobs import Job
from wiki.migrating import upgrade

POSTGRES_URL = os.environ.get("KAIRAN_TEST_POSTGRES_URL", "postgresql://127.0.0.1:5432/test")
REDIS_URL = os.environ.get("KAIRAN_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
REQUIRE_ALL = os.environ.get("KAIRAN_REQUIRE_ALL") == "1"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where everything is required, a skip is a failure."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although everything is required: {report.longrepr}"


def _settings(instance: Path, url: str) -> dict[str, Any]:
    return {
        "INSTANCE_PATH": str(instance),
        "DATABASE_URL": url,
        "SECRET_KEY": "a key for tests only",
        "TESTING": True,
        "WTF_CSRF_ENABLED": False,
        "RATE_LIMITS": False,
        "SQLITE_SYNCHRONOUS": "OFF",
        "BASE_URL": "http://localhost",
        "SMTP_URL": "",
        "REDIS_URL": "",
    }


@pytest.fixture(scope="session", autouse=True)
def compiled_rules() -> Iterator[None]:
    """What werkzeug compiles of each URL rule, kept: it would be compiled anew for each test's application."""
    with pytest.MonkeyPatch.context() as patch:
        build = Rule._compile_builder
        kept: dict[object, Any] = {}

        def once(rule: Rule, append_unknown: bool = True) -> Any:
            key = (rule.rule, repr(rule.defaults), append_unknown)
            if key not in kept:
                kept[key] = build(rule, append_unknown)
            return kept[key]

        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def compiled_statements() -> dict[str, Engine]:
    """An engine of each kind, whose compiled statements the engines of later tests use as well."""
    return {}


def _share_statements(engine: Engine, engines: dict[str, Engine]) -> None:
    """SQLAlchemy keeps a compiled statement by its dialect; both outlive the test's engine here."""
    first = engines.setdefault(engine.name, engine)
    if first is not engine:
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy for each test."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(_settings(folder, f"sqlite:///{folder / 'kairan.sqlite'}"))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "kairan.sqlite"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of our own, dropped at the end."""
    name = f"kairan_test_{uuid.uuid4().hex[:12]}"
    try:
        server = psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {POSTGRES_URL}: {error}")
    with server:
        server.execute(f"CREATE DATABASE {name}")
        server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")  # as SQLITE_SYNCHRONOUS above
        url = re.sub(r"/[^/]*$", f"/{name}", POSTGRES_URL).replace("postgresql://", "postgresql+psycopg://")
        app = create_app(_settings(tmp_path_factory.mktemp("postgres"), url))
        with app.app_context():
            upgrade()
            db.engine.dispose()
        yield url
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "kairan.sqlite")
        return f"sqlite:///{tmp_path / 'kairan.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    _empty(url)
    return url


def _empty(url: str) -> None:
    """Take out what the last test wrote. Far quicker than TRUNCATE, which makes every table's files anew."""
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        filled = {name for (name,) in connection.execute(asked).fetchall()}
        for name in names:
            if name in filled:
                connection.execute(f'DELETE FROM "{name}"')
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates as Python compiled them once; each test's application would do it anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    database_url: str,
    tmp_path: Path,
    compiled_templates: FileSystemBytecodeCache,
    compiled_statements: dict[str, Engine],
) -> Iterator[Flask]:
    """The application on an empty database, its context pushed; the clock is set right again afterwards."""
    yield from _running(create_app(_settings(tmp_path, database_url)), compiled_templates, compiled_statements)


@pytest.fixture
def csrf_app(
    sqlite_template: Path,
    tmp_path: Path,
    compiled_templates: FileSystemBytecodeCache,
    compiled_statements: dict[str, Engine],
) -> Iterator[Flask]:
    """The application with CSRF protection and rate limits as in production, on SQLite."""
    shutil.copy(sqlite_template, tmp_path / "kairan.sqlite")
    settings = _settings(tmp_path, f"sqlite:///{tmp_path / 'kairan.sqlite'}")
    app = create_app(settings | {"WTF_CSRF_ENABLED": True, "RATE_LIMITS": True})
    yield from _running(app, compiled_templates, compiled_statements)


def _running(
    app: Flask, compiled_templates: FileSystemBytecodeCache, compiled_statements: dict[str, Engine]
) -> Iterator[Flask]:
    app.jinja_env.bytecode_cache = compiled_templates

    @app.teardown_request
    def forget_who_asked(error: BaseException | None) -> None:
        """The pushed context outlives a request here; what a request noted in it must not."""
        g.pop("_login_user", None)
        g.pop("language", None)

    with app.app_context():
        _share_statements(db.engine, compiled_statements)
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.shift(timedelta(0))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


class Counter:
    """How many statements were sent, and which."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        return len(self.statements)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Counter]]:
    """`with count_queries() as queries:` … `queries.count`"""

    @contextmanager
    def counting() -> Iterator[Counter]:
        counter = Counter()

        def note(connection: object, cursor: object, statement: str, *_: object) -> None:
            counter.statements.append(statement)

        class Noted:
            """A driver's cursor as core/inserts.py uses it, each statement noted."""

            def __init__(self, cursor: Any) -> None:
                self._cursor = cursor

            def __getattr__(self, name: str) -> Callable[..., Any]:
                def run(statement: str, *parameters: object) -> Any:
                    counter.statements.append(statement)
                    return getattr(self._cursor, name)(statement, *parameters)

                return run

        driver = inserts._driver
        event.listen(db.engine, "before_cursor_execute", note)
        inserts._driver = lambda connection: Noted(driver(connection))
        try:
            yield counter
        finally:
            inserts._driver = driver
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[dict[str, Any]]]:
    """The letters that wait to be sent, oldest first."""

    def letters() -> list[dict[str, Any]]:
        db.session.rollback()
        rows = db.session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
        return [job.payload for job in rows]

    return letters


@pytest.fixture
def travel() -> Iterator[Callable[..., None]]:
    """`travel(hours=9)`: the clock of this process is that much ahead until the test ends."""
    yield lambda **by: clock.shift(timedelta(**by))
    clock.shift(timedelta(0))
