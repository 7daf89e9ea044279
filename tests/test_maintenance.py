"""`kairan backup`, `restore` and `doctor`, as the official at the terminal runs them, on each database."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tarfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.attachments import pictures
from tests.conftest import POSTGRES_URL, _settings
from tests.factories import make_comment, make_page, make_person, sign_in
from wiki import create_app
from wiki.accounts import passwords
from wiki.accounts.models import Person
from wiki.attachments import intake
from wiki.attachments import queries as attached
from wiki.attachments import service as attachments
from wiki.comments.models import Comment
from wiki.core import clock, files
from wiki.core.database import Base, db, transaction
from wiki.core.jobs import MOST_TRIES, Job
from wiki.core.visitor import SESSION_COOKIE
from wiki.ledger import Event, Kind, chain
from wiki.migrating import upgrade
from wiki.pages.models import Page
from wiki.search import reindex

PASSWORD = "correct horse 電池 staple"
FEWEST, MOST_SECONDS = 20, 60


@dataclass
class Place:
    """An instance: its folder and its database."""

    folder: Path
    url: str

    def app(self) -> Flask:
        """Its application, with the key from its folder."""
        return create_app(_settings(self.folder, self.url) | {"SECRET_KEY": ""})

    def kairan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Its command line."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
        env = kept | {"KAIRAN_INSTANCE_PATH": str(self.folder), "KAIRAN_DATABASE_URL": self.url}
        command = [sys.executable, "-m", "wiki", *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


@contextlib.contextmanager
def inside(place: Place) -> Iterator[Flask]:
    """The place's application, its context pushed."""
    app = place.app()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """Two instances of one kind, each migrated and empty."""
    folders = [tmp_path / "here", tmp_path / "there"]
    for folder in folders:
        folder.mkdir()
    with contextlib.ExitStack() as ending:
        if request.param == "sqlite":
            urls = [f"sqlite:///{folder / 'kairan.sqlite'}" for folder in folders]
        else:
            request.getfixturevalue("postgres_url")  # skips where there is no server
            urls = [ending.enter_context(_postgres()) for _ in folders]
        here, there = (Place(folder, url) for folder, url in zip(folders, urls, strict=True))
        for place in (here, there):
            with inside(place):
                upgrade()
        yield here, there


@contextlib.contextmanager
def _postgres() -> Iterator[str]:
    name = f"kairan_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield re.sub(r"/[^/]*$", f"/{name}", POSTGRES_URL).replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


def settle(place: Place) -> None:
    """A person who can sign in, a page, comments, and a sealed ledger."""
    with inside(place):
        person = make_person("見本A", email="a@example.jp", password_hash=passwords.hash_of(PASSWORD))
        page = make_page("r1")
        for number in range(5):
            make_comment(page, person, f"声{number}")
        list(reindex.everything())
        clock.shift(timedelta(minutes=5))
        chain.seal()
        clock.shift(timedelta(0))


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that could not do its work said: one line, nothing else."""
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


class Writers:
    """Comments that keep coming until told to stop."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.written = 0

    def _write(self) -> None:
        with self._app.app_context():
            person = db.session.scalars(select(Person)).one()
            page = db.session.scalars(select(Page)).one()
            while not self._stop.is_set():
                make_comment(page, person, f"書いている途中 {self.written}")
                self.written += 1
            db.session.remove()

    def __enter__(self) -> Writers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def test_a_backup_made_while_people_write_is_a_whole_site_elsewhere(places: tuple[Place, Place]) -> None:
    here, there = places
    settle(here)
    (here.folder / "files").mkdir()
    (here.folder / "files/plan.txt").write_text("計画", "utf-8")
    archive = here.folder / "backup.tar.gz"
    with inside(here) as app:
        client = app.test_client()
        sign_in(client, db.session.scalars(select(Person)).one())
        cookie = client.get_cookie(SESSION_COOKIE)
        with Writers(app) as writers:
            while writers.written < FEWEST:
                pass
            before = writers.written
            done = here.kairan("backup", str(archive))
            after = writers.written + 1
        before_restoring = content()
    assert done.returncode == 0, done.stderr
    assert after > before, "nothing was written meanwhile"
    assert archive.stat().st_mode & 0o077 == 0

    done = there.kairan("restore", "--yes", str(archive))
    assert done.returncode == 0, done.stderr
    with inside(there) as app:
        restored = content()
        comments = db.session.scalars(select(Comment).order_by(Comment.id)).all()
        told = [comment.body for comment in comments[5:]]
        assert before <= len(told) <= after
        assert told == [f"書いている途中 {number}" for number in range(len(told))]
        events = select(func.count()).where(Event.kind == Kind.COMMENT_POSTED)
        assert db.session.scalar(events) == len(comments)
        for table in ("person", "page", "revision", "signin", "seal"):
            assert restored[table] == before_restoring[table], table
        for table in ("comment", "event"):
            assert set(map(repr, restored[table])) <= set(map(repr, before_restoring[table])), table
        assert chain.verify()[0] >= 5

        client = app.test_client()
        answer = client.post("/accounts/login", data={"email": "a@example.jp", "password": PASSWORD})
        assert answer.status_code == 303
        signed_in_there = app.test_client()
        assert cookie is not None
        signed_in_there.set_cookie(SESSION_COOKIE, cookie.value)
        assert signed_in_there.get("/accounts/me").status_code == 200
        newest = max(row[0] for row in restored["comment"])
        person = db.session.scalars(select(Person)).one()
        assert make_comment(db.session.scalars(select(Page)).one(), person, "続き").id > newest
    assert (there.folder / "files/plan.txt").read_text("utf-8") == "計画"
    assert (there.folder / "secret_key").stat().st_mode & 0o077 == 0
    done = there.kairan("ledger", "verify")
    assert done.returncode == 0, done.stderr


def test_a_restore_takes_the_place_of_what_was_there(places: tuple[Place, Place]) -> None:
    here, there = places
    settle(here)
    with inside(here):
        saved = content()
    archive = here.folder / "backup.tar.gz"
    assert here.kairan("backup", str(archive)).returncode == 0
    with inside(there):
        make_page("of-another-site")
    assert there.kairan("restore", "--yes", str(archive)).returncode == 0
    with inside(there):
        assert content() == saved
    with inside(here):
        make_page("written-after-the-backup")
    assert here.kairan("restore", "--yes", str(archive)).returncode == 0
    with inside(here):
        assert content() == saved
    assert not list(here.folder.glob(".restore-*")) + list(here.folder.glob(".backup-*"))


def packed(path: Path, **files: bytes) -> Path:
    """An archive with these files."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            told = tarfile.TarInfo(name.replace("_DOT_", "."))
            told.size = len(data)
            archive.addfile(told, io.BytesIO(data))
    return path


@pytest.mark.parametrize("what", ["noise", "empty", "cut", "no database", "database of noise", "not a site"])
def test_what_is_no_backup_is_refused_in_one_line_and_nothing_is_lost(
    places: tuple[Place, Place], tmp_path: Path, what: str
) -> None:
    here, _there = places
    settle(here)
    archive, bad = here.folder / "backup.tar.gz", tmp_path / "bad.tar.gz"
    if what == "noise":
        bad.write_bytes(os.urandom(5000))
    elif what == "empty":
        bad.write_bytes(b"")
    elif what == "cut":
        assert here.kairan("backup", str(archive)).returncode == 0
        whole = archive.read_bytes()
        bad.write_bytes(whole[: len(whole) * 2 // 3])
    elif what == "no database":
        packed(bad, secret_key=b"another key")
    elif what == "database of noise":
        packed(bad, secret_key=b"another key", kairan_DOT_sqlite=os.urandom(9000), kairan_DOT_dump=os.urandom(9000))
    else:
        packed(bad, secret_key=b"another key", kairan_DOT_sqlite=b"", kairan_DOT_dump=b"")
    key = (here.folder / "secret_key").read_text()
    with inside(here):
        before = content()
    one_line(here.kairan("restore", "--yes", str(bad)))
    with inside(here):
        assert content() == before
    assert (here.folder / "secret_key").read_text() == key
    assert not list(here.folder.glob(".restore-*"))


def test_a_backup_of_the_other_kind_of_database_is_refused(places: tuple[Place, Place], tmp_path: Path) -> None:
    here, there = places
    settle(here)
    archive = here.folder / "backup.tar.gz"
    assert here.kairan("backup", str(archive)).returncode == 0
    if here.url.startswith("sqlite"):
        pytest.importorskip("psycopg")
        other = Place(there.folder, "postgresql+psycopg://127.0.0.1:1/nowhere")
    else:
        other = Place(tmp_path, f"sqlite:///{tmp_path / 'kairan.sqlite'}")
    assert "backup is of" in one_line(other.kairan("restore", "--yes", str(archive)))


def test_a_backup_that_cannot_be_written_says_so_in_one_line(places: tuple[Place, Place]) -> None:
    here, _there = places
    assert "no-such-folder" in one_line(here.kairan("backup", str(here.folder / "no-such-folder/backup.tar.gz")))


def test_restore_asks_first(places: tuple[Place, Place], tmp_path: Path) -> None:
    here, _there = places
    settle(here)
    archive = tmp_path / "backup.tar.gz"
    assert here.kairan("backup", str(archive)).returncode == 0
    with inside(here):
        make_page("newer")
        before = content()
    assert here.kairan("restore", str(archive)).returncode != 0  # nobody answers
    with inside(here):
        assert content() == before


def test_doctor_finds_a_well_site_well(places: tuple[Place, Place]) -> None:
    here, _there = places
    settle(here)
    done = here.kairan("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "well" in done.stdout


def test_doctor_names_a_job_that_was_given_up_and_jobs_that_wait_too_long(places: tuple[Place, Place]) -> None:
    here, _there = places
    with inside(here), transaction():
        db.session.add(Job(kind="mail.send", payload={}, run_at=clock.now(), tries=MOST_TRIES, error="refused"))
    assert one_line(here.kairan("doctor")).startswith("jobs: 1 ")
    with inside(here), transaction():
        db.session.add(Job(kind="mail.send", payload={}, run_at=clock.now() - timedelta(hours=1)))
    done = here.kairan("doctor")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2


def test_doctor_names_a_ledger_that_was_tampered_with(places: tuple[Place, Place]) -> None:
    here, _there = places
    settle(here)
    with inside(here), transaction():
        db.session.execute(text("UPDATE event SET actor_id = 4711 WHERE id = 2"))
    assert one_line(here.kairan("doctor")).startswith("ledger: seal 1")
    assert here.kairan("ledger", "verify").returncode == 1


def test_doctor_says_in_one_line_what_is_wrong_with_a_database_that_cannot_be_used(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    here, _there = places
    with inside(here):
        Base.metadata.drop_all(db.engine) if here.url.startswith("postgresql") else None
    if here.url.startswith("sqlite"):
        path = here.folder / "kairan.sqlite"
        path.unlink()
    assert "database" in one_line(here.kairan("doctor"))


def test_a_backup_carries_the_uploaded_files_to_where_the_other_site_keeps_them(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    here, there = places
    settle(here)
    with inside(here):
        person, page = db.session.scalars(select(Person)).one(), db.session.scalars(select(Page)).one()
        received = intake.receive("写真.png", io.BytesIO(pictures.picture("PNG", size=(700, 50))))
        with transaction():
            attachments.add(person, page, received, "庁舎")
        names = {kept.name for kept in files.store().all()}
    archive = here.folder / "backup.tar.gz"
    assert here.kairan("backup", str(archive)).returncode == 0
    assert there.kairan("restore", "--yes", str(archive)).returncode == 0
    with inside(there):
        assert {kept.name for kept in files.store().all()} == names
        assert names == set(attached.referenced()) and len(names) == 2
    assert there.kairan("doctor").returncode == 0


def test_doctor_names_files_that_are_lost_and_files_that_belong_to_nothing(places: tuple[Place, Place]) -> None:
    here, _there = places
    settle(here)
    with inside(here):
        person = db.session.scalars(select(Person)).one()
        received = intake.receive("覚え.txt", io.BytesIO("覚え".encode()))
        with transaction():
            attachments.add(person, None, received, None)
        files.store().delete(received.content)
    assert one_line(here.kairan("doctor")).startswith("files: 1 are lost")
    with inside(here):
        files.store().put("覚え".encode())
        left = files.store().put(b"left")
    os.utime(here.folder / "files" / left[:2] / left[2:], (0, 0))
    assert one_line(here.kairan("doctor")).startswith("files: 1 belong to nothing")
