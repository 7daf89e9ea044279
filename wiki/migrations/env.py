"""How Alembic reaches the site's database: through the application, under the writers' lock."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Enum

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
    with writing_connection() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_item=render_item, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
