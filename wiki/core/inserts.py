"""Inserts that are compiled once and handed to the driver: a third of what the same insert costs through the ORM.

For what every change writes while others wait for the writers' lock: comments, events, versions. The table is still
the one place that says which columns there are, how their values are stored, and what stands in a column not named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from wiki.core.database import Base, connection, db

M = TypeVar("M", bound=Base)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Prepared:
    """A statement in the driver's own words, and how each of its parameters is made of a row."""

    sql: str
    parameters: tuple[tuple[str, Callable[[Row], Any]], ...]
    by_position: bool

    def bound(self, row: Row) -> Any:
        if self.by_position:
            return [make(row) for _name, make in self.parameters]
        return {name: make(row) for name, make in self.parameters}


def insert_once(model: type[M], **values: Any) -> M | None:
    """Insert a row within the running transaction, in one statement; None when a unique one stands there already.

    The row is part of the session as if it had been loaded. Not for models whose key is not one `id`.
    """
    row_id = insert_row(model, values)
    if row_id is None:
        return None
    row = unwatched(model, id=row_id, **values)
    make_transient_to_detached(row)
    if (undone := db.session.identity_map.get(identity_key(model, row_id))) is not None:
        db.session.expunge(undone)  # of a transaction that was rolled back: its number is free again
    db.session.add(row)
    return row


def unwatched(model: type[M], **values: Any) -> M:
    """A row of these values as if it had been loaded, outside any session: the ORM keeps no account of them."""
    row = class_mapper(model).class_manager.new_instance()
    row.__dict__.update(values)
    return row


def insert_row(model: type[Base], values: Row) -> int | None:
    """As `insert_once`, but gives the id alone."""
    writer = connection()
    prepared = _insert_once(model, writer.dialect)
    row = _driver(writer).execute(prepared.sql, prepared.bound(values)).fetchone()
    return row[0] if row else None


def upsert(model: type[Base], key: str, rows: Sequence[Row]) -> None:
    """Insert these rows, or bring those that stand there already (by the column `key`) to the same values.

    Within the running transaction, in one statement.
    """
    writer = connection()
    prepared = _upsert(model, writer.dialect, key)
    _driver(writer).executemany(prepared.sql, [prepared.bound(row) for row in rows])


def _driver(writer: Connection) -> Any:
    """A cursor of the driver's own, within the running transaction; it is closed when it is forgotten."""
    return writer.connection.cursor()


@cache
def _insert_once(model: type[Base], dialect: Dialect) -> _Prepared:
    columns = [column for column in _table(model).columns if column.name != "id"]
    insert = _of(dialect).insert(_table(model)).on_conflict_do_nothing()
    return _prepared(insert.returning(_table(model).c.id), columns, dialect)


@cache
def _upsert(model: type[Base], dialect: Dialect, key: str) -> _Prepared:
    insert = _of(dialect).insert(_table(model))
    columns = list(_table(model).columns)
    changed = {column.name: insert.excluded[column.name] for column in columns if column.name != key}
    return _prepared(insert.on_conflict_do_update(index_elements=[key], set_=changed), columns, dialect)


def _prepared(statement: Any, columns: Sequence[Column[Any]], dialect: Dialect) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=[column.name for column in columns])
    makers = {column.name: _maker(column, dialect) for column in columns}
    names = compiled.positiontup or list(makers)
    return _Prepared(compiled.string, tuple((name, makers[name]) for name in names), bool(compiled.positiontup))


def _maker(column: Column[Any], dialect: Dialect) -> Callable[[Row], Any]:
    """What puts a row's value, or the column's default, into the form in which the driver takes it."""
    name, process = column.name, column.type.dialect_impl(dialect).bind_processor(dialect)
    default: Any = column.default

    def make(row: Row) -> Any:
        if name in row:
            value = row[name]
        elif default is None:
            value = None
        else:
            value = default.arg(None) if default.is_callable else default.arg
        return process(value) if process else value

    return make


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _of(dialect: Dialect) -> Any:
    """The database's own INSERT, which knows ON CONFLICT; both databases write it alike."""
    return postgresql if dialect.name == "postgresql" else sqlite
