"""The database: one typed `Base`, one session, and the one way to write.

Reading needs no ceremony: the session begins a read transaction at its first query. Writing happens inside
`with transaction():`, which ends that read, queues at the writers' lock (SQLite) and commits at the end; what a
writer needs to know is loaded inside, and what is slow (rendering) is done before. See docs/decisions/0002.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, Text, TypeDecorator, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase

from wiki.core import sqlite_lock

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_written_by: ContextVar[Connection | None] = ContextVar("written by", default=None)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware datetimes out, UTC in the database; a naive one is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """The base of every table. Strings are TEXT, times are UTC, enums are stored by value."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own name and form)
        str: Text,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        enum.StrEnum: Enum(enum.StrEnum, native_enum=False, length=32, values_callable=_values),
    }


db = SQLAlchemy(metadata=Base.metadata)


def init_app(app: Flask) -> None:
    """Bind the database that the settings name; SQLite goes behind the writers' lock."""
    url = make_url(app.config["DATABASE_URL"])
    options: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        path = Path(app.instance_path) / (url.database or "")
        url = url.set(database=str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        options["connect_args"] = sqlite_lock.connect_args(path, app.config["WRITE_LOCK_SECONDS"])
    else:
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if url.get_backend_name() == "sqlite":
            _hook_sqlite(db.engine, app.config["SQLITE_SYNCHRONOUS"])


def _hook_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite_lock.LockedConnection, record: object) -> None:
        connection.set_pragmas(synchronous)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = cast("sqlite_lock.LockedConnection", connection.connection.dbapi_connection)
        driver.begin(write=_writing.get())


@contextmanager
def transaction(keeping: Sequence[Base] = ()) -> Iterator[None]:
    """One write: everything inside is committed together, or, on an exception, not at all.

    What was loaded before is loaded anew when it is used inside, but for the rows in `keeping`: these stay as they
    were read, to hold the writers' lock no longer than needed where nothing rests on their being the newest.

    Raises `sqlite_lock.WriterBusy` when the writers' queue does not move within WRITE_LOCK_SECONDS.
    """
    if _writing.get():
        raise RuntimeError("a transaction inside a transaction")
    for row in keeping:
        db.session.expunge(row)
    if db.session.registry.has():
        db.session.rollback()  # a read begun before would otherwise keep its old picture
    token, nobody = _writing.set(True), _written_by.set(None)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)
        _written_by.reset(nobody)


def connection() -> Connection:
    """The session's connection in its running transaction, begun if need be; a writer asks the session for it once."""
    held = _written_by.get()
    if held is None:
        held = db.session.connection()
        if _writing.get():
            _written_by.set(held)
    return held


@contextmanager
def writing_connection() -> Iterator[Connection]:
    """A bare connection whose transactions take the writers' lock: for migrations."""
    token = _writing.set(True)
    try:
        with db.engine.connect() as connection:
            yield connection
    finally:
        _writing.reset(token)


def renew_statistics() -> None:
    """Let PostgreSQL look at its tables anew, so that it plans for what is in them: after much was written at once.

    Its own autovacuum does this a minute later, where it is on. SQLite plans well without.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
