"""How Alembic reaches the site's database: through the application, under the writers' lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Enum

from wiki.core import sqlite_lock
from wiki.core.database import Base, UtcDateTime, db, writing_connection


def render_item(kind: str, item: object, autogen: object) -> str | Literal[False]:
    """Write our own column types into migrations as the plain ones they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    """Migrate online; the whole upgrade is one transaction on both databases."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        sqlite_lock.prepare(Path(url.database or ""))
    options = current_app.extensions["migrate"].configure_args
    with writing_connection() as connection, _tables_may_be_remade(connection):
        context.configure(connection=connection, target_metadata=Base.metadata, render_item=render_item, **options)
        with context.begin_transaction():
            context.run_migrations()
            _check_keys(connection)


@contextmanager
def _tables_may_be_remade(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; dropping the old one must not take along the rows that refer to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("sqlite_lock.LockedConnection", connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys=0")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=1")


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"a migration would leave a row of {lost[0]} that refers to nothing")


run()
