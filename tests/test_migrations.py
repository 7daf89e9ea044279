"""Migrations, on a database of each kind that nothing has touched yet."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from tests.conftest import POSTGRES_URL, _settings
from wiki import create_app
from wiki.core.database import Base, db, writing_connection
from wiki.migrating import downgrade, upgrade

MIGRATIONS = Path(__file__).parents[1] / "wiki/migrations"
REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()  # newest first
][::-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def untouched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    if request.param == "sqlite":
        yield from _at(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}")
        return
    request.getfixturevalue("postgres_url")  # skips where there is no server
    name = f"kairan_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        url = re.sub(r"/[^/]*$", f"/{name}", POSTGRES_URL).replace("postgresql://", "postgresql+psycopg://")
        try:
            yield from _at(tmp_path, url)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _at(folder: Path, url: str) -> Iterator[Flask]:
    app = create_app(_settings(folder, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


#: SQLite's full-text table with the tables it keeps itself; no model has it.
FULL_TEXT = "search_index"


def tables() -> set[str]:
    with db.engine.connect() as connection:
        found = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {name for name in found if not name.startswith(FULL_TEXT)}


def _is_ours(item: object, name: str | None, kind: str, *_: object) -> bool:
    return kind != "table" or not str(name).startswith(FULL_TEXT)


def differences() -> list[object]:
    """What Alembic would still change to make the database that of the models."""
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def execute(statement: str, **values: object) -> None:
    with writing_connection() as connection:
        connection.execute(text(statement), values)
        connection.commit()


def write_rows() -> None:
    """A person, and a page with what hangs on it by keys, by plain SQL."""
    moment = "2026-11-23 05:00:00+00:00" if db.engine.dialect.name == "postgresql" else "2026-11-23 05:00:00.000000"
    rows: dict[str, dict[str, object]] = {
        "person": {
            "name": "見本A",
            "name_key": "見本a",
            "email": "a@example.jp",
            "role": "resident",
            "language": "ja",
            "version": 1,
            "is_sample": False,
            "consented_at": moment,
        },
        "page": {
            "slug": "r1",
            "title": "題名",
            "kind": "report",
            "questions": '["問い"]',
            "current_number": 1,
            "is_open": True,
            "state": "published",
            "protection": "open",
            "needs_review": False,
            "is_sample": False,
            "updated_at": moment,
        },
        "revision": {
            "page_id": 1,
            "number": 1,
            "title": "題名",
            "body": "本文",
            "html": "<p>本文</p>",
            "toc": "[]",
            "blocks": '["本文"]',
            "renderer_version": 1,
            "summary": "はじめの版",
        },
        "comment": {
            "page_id": 1,
            "author_id": 1,
            "depth": 0,
            "revision_number": 1,
            "channel": "web",
            "body": "読みました",
            "html": "<p>読みました</p>",
            "is_sample": False,
        },
        "proposal": {
            "page_id": 1,
            "author_id": 1,
            "title": "提案",
            "body": "内容",
            "html": "<p>内容</p>",
            "stage": "received",
            "channel": "web",
            "agrees": 1,
            "edit_untold": False,
            "is_sample": False,
        },
        "vote": {"proposal_id": 1, "person_id": 1, "value": 1},
        "series": {"title": "連載", "slug": "series"},
        "episode": {"series_id": 1, "page_id": 1, "number": 1, "label": "第1回"},
    }
    for table, wanted in rows.items():
        known = {column["name"]: column for column in inspect(db.engine).get_columns(table)}
        for name, column in known.items():
            if name not in wanted and not column["nullable"] and name != "id":
                wanted[name] = moment if name.endswith("_at") else 0 if name != "title_key" else "題名"
        values = {name: value for name, value in wanted.items() if name in known}
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        execute(f"INSERT INTO {table} ({names}) VALUES ({places})", **values)


def rows() -> dict[str, list[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in ("person", "page")
        }


def test_the_migrations_make_the_tables_of_the_models(untouched: Flask) -> None:
    assert tables() == set()
    upgrade()
    assert tables() == set(Base.metadata.tables)
    assert differences() == []


def test_the_indexes_and_unique_constraints_are_those_of_the_models(untouched: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            unique = {tuple(each["column_names"]) for each in found.get_unique_constraints(table.name)}
            wanted = {
                tuple(column.name for column in each.columns)
                for each in table.constraints
                if each.__visit_name__ == "unique_constraint"
            }
            assert unique == wanted, table.name
            there = {str(index["name"]) for index in found.get_indexes(table.name)}
            assert {str(index.name) for index in table.indexes} <= there, table.name


def test_a_second_upgrade_changes_nothing(untouched: Flask) -> None:
    upgrade()
    write_rows()
    before = rows()
    upgrade()
    assert rows() == before
    assert [len(found) for found in before.values()] == [1, 1]


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_written_at_any_revision_survive_the_way_up(untouched: Flask, revision: str) -> None:
    upgrade(revision=revision)
    write_rows()
    upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM person")).scalars().all() == ["見本A"]
        assert connection.execute(text("SELECT slug FROM page")).scalars().all() == ["r1"]
        for table, column, value in (
            ("revision", "body", "本文"),
            ("comment", "body", "読みました"),
            ("episode", "label", "第1回"),
            ("proposal", "title", "提案"),
            ("vote", "value", 1),
        ):
            assert connection.execute(text(f"SELECT {column} FROM {table}")).scalars().all() == [value], table
    assert differences() == []


def test_the_way_down_ends_with_nothing_and_leads_up_again(untouched: Flask) -> None:
    upgrade()
    write_rows()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert differences() == []


def test_every_migration_can_be_undone_by_itself(untouched: Flask) -> None:
    for revision in REVISIONS:
        upgrade(revision=revision)
        upgrade(revision=revision)
    for _ in REVISIONS:
        downgrade(revision="-1")
    assert tables() == set()


def test_there_is_one_line_of_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
