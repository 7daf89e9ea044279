"""One fair writer at a time in front of SQLite."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.core.processes import connect, context, write_notes
from wiki.core import sqlite_lock, versions
from wiki.core.database import db, transaction
from wiki.core.sqlite_lock import WriterBusy


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one empty table, in write-ahead mode."""
    made = tmp_path / "notes.sqlite"
    sqlite_lock.prepare(made)
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, writer INTEGER)")
    return made


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])


@contextmanager
def lock_held(app: Flask) -> Iterator[None]:
    """Another process writes, as far as the site can tell."""
    with app.app_context():
        file = Path(db.engine.url.database or "")
    with closing(connect(file)) as other:
        other.begin(write=True)
        yield
        other.rollback()


@pytest.fixture
def impatient(build_on_sqlite: Callable[..., Flask]) -> Flask:
    """A site that waits for the lock a tenth of a second, with one address that writes."""
    app = build_on_sqlite(WRITE_LOCK_SECONDS=0.1)

    @app.post("/write")
    def write() -> str:
        with transaction():
            versions.touch("report:a")
        return "written"

    return app


def test_four_writing_processes_lose_nothing_and_none_of_them_starves(path: Path, tmp_path: Path) -> None:
    start, stop = context.Barrier(4), context.Event()
    noted = [tmp_path / f"acknowledged.{number}" for number in range(4)]
    writers = [context.Process(target=write_notes, args=(path, n, noted[n], start, stop)) for n in range(4)]
    for writer in writers:
        writer.start()
    deadline = time.monotonic() + 60
    while count(path) < 4000 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    acknowledged = [{int(line) for line in file.read_text().split()} for file in noted]
    with closing(sqlite3.connect(path)) as connection:
        rows = {row[0] for row in connection.execute("SELECT id FROM note")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert set().union(*acknowledged) == rows
    assert len(rows) >= 4000
    assert (
        min(len(own) for own in acknowledged) > len(rows) / 4 / 10
    )  # SQLite's own waiting may give one none; a busy machine is not fair either


def test_a_reader_cannot_write(path: Path) -> None:
    with closing(connect(path)) as reader:
        reader.begin(write=False)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("INSERT INTO note (writer) VALUES (1)")


def test_a_connection_that_read_may_write_in_its_next_transaction(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.begin(write=False)
        connection.rollback()
        connection.begin(write=True)
        connection.execute("INSERT INTO note (writer) VALUES (1)")
        connection.commit()
    assert count(path) == 1


def test_a_writer_waits_no_longer_than_it_was_told(path: Path) -> None:
    with closing(connect(path)) as first, closing(connect(path, wait_seconds=0.05)) as second:
        first.begin(write=True)
        with pytest.raises(WriterBusy):
            second.begin(write=True)
        assert not second.in_transaction


def test_who_gave_up_waiting_leaves_the_queue(path: Path) -> None:
    with (
        closing(connect(path)) as first,
        closing(connect(path, 0.05)) as second,
        closing(connect(path, 0.05)) as third,
    ):
        first.begin(write=True)
        with pytest.raises(WriterBusy):
            second.begin(write=True)
        first.commit()
        third.begin(write=True)
        assert third.in_transaction


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_end_of_a_write_frees_the_lock(path: Path, end: str) -> None:
    with closing(connect(path)) as first, closing(connect(path, wait_seconds=0.05)) as second:
        first.begin(write=True)
        getattr(first, end)()
        second.begin(write=True)
        assert second.in_transaction


def test_readers_do_not_wait_for_the_writer_and_see_what_was_committed_before(path: Path) -> None:
    with closing(connect(path)) as writer, closing(connect(path, wait_seconds=0.05)) as reader:
        writer.begin(write=True)
        writer.execute("INSERT INTO note (writer) VALUES (1)")
        reader.begin(write=False)
        assert reader.execute("SELECT count(*) FROM note").fetchone() == (0,)


def test_a_connection_taken_into_a_forked_child_cannot_write(path: Path) -> None:
    with closing(connect(path)) as connection:
        child = os.fork()
        if child == 0:
            try:
                connection.begin(write=True)
            except RuntimeError:
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_change_outside_a_transaction_is_refused_by_the_database(small_site: Flask) -> None:
    with small_site.app_context():
        db.session.add(versions.CacheVersion(scope="report:a", version=1))
        with pytest.raises(OperationalError, match="readonly"):
            db.session.commit()
        db.session.rollback()


def test_an_exception_undoes_the_write_and_frees_the_lock(impatient: Flask) -> None:
    with impatient.app_context():
        with pytest.raises(ZeroDivisionError), transaction():
            db.session.add(versions.CacheVersion(scope="report:a", version=1))
            db.session.flush()
            raise ZeroDivisionError
        assert db.session.get(versions.CacheVersion, "report:a") is None
    assert impatient.test_client().post("/write").status_code == 200


def test_a_transaction_inside_a_transaction_is_refused_and_undoes_the_outer_one(small_site: Flask) -> None:
    with small_site.app_context():
        with pytest.raises(RuntimeError), transaction():
            versions.touch("report:a")
            with transaction():
                pass
        assert versions.read("report:a") == (None, None)
        with transaction():
            versions.touch("report:a")
        assert versions.read("report:a")[0]


def test_a_transaction_sees_what_others_committed_after_the_read_before_it(small_site: Flask) -> None:
    with small_site.app_context():
        assert versions.read("report:a") == (None, None)
        with closing(connect(Path(db.engine.url.database or ""))) as other:
            other.begin(write=True)
            other.execute("INSERT INTO cache_version (scope, version) VALUES ('report:a', 7)")
            other.commit()
        with transaction():
            assert versions.read("report:a")[0] == 7


def test_a_site_whose_lock_is_held_says_so_and_when_to_try_again(impatient: Flask) -> None:
    client = impatient.test_client()
    with lock_held(impatient):
        refused = client.post("/write")
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "<h1>" in refused.text
    assert client.post("/write").status_code == 200


def test_reading_goes_on_while_the_lock_is_held(impatient: Flask) -> None:
    with lock_held(impatient):
        assert impatient.test_client().get("/readyz").status_code == 200


def test_every_connection_of_the_site_checks_foreign_keys_and_syncs_as_the_settings_say(
    build_on_sqlite: Callable[..., Flask],
) -> None:
    with build_on_sqlite(SQLITE_SYNCHRONOUS="FULL").app_context():
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
        assert db.session.scalar(text("PRAGMA synchronous")) == 2
        assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
