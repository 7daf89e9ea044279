"""What the tests run in processes of their own; forked from a clean server, so that they start in an instant."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask

from wiki import create_app, ledger
from wiki.core import sqlite_lock
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.ledger import Kind

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.core.processes"])


def connect(path: Path, wait_seconds: float = 10.0) -> sqlite_lock.LockedConnection:
    """A connection behind the writers' lock."""
    connection = sqlite3.connect(path, **sqlite_lock.connect_args(path, wait_seconds))
    assert isinstance(connection, sqlite_lock.LockedConnection)
    connection.set_pragmas("OFF")
    return connection


def write_notes(path: Path, writer: int, acknowledged: Path, start: Any, stop: Any) -> None:
    """Write rows without pause until told to stop, and note each after its commit."""
    connection = connect(path, wait_seconds=60)
    start.wait(60)
    with acknowledged.open("a") as file:
        while not stop.is_set():
            connection.begin(write=True)
            row = connection.execute("INSERT INTO note (writer) VALUES (?)", (writer,)).lastrowid
            connection.commit()
            file.write(f"{row}\n")
    connection.close()


def record_events(settings: dict[str, Any], acknowledged: Path) -> None:
    """Append to the ledger without end, as comments do, and note each event after its commit."""
    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with create_app(settings).app_context():
        while True:
            with transaction():
                event = ledger.record(Kind.COMMENT_POSTED, None, text="k" * 250)
            os.write(file, b"%d\n" % event.id)


def limited_app(settings: dict[str, Any]) -> Flask:
    """A site with an address that may be sent to three times a minute."""
    app = create_app(settings)

    @app.post("/limited")
    @limiter.limit("3 per minute")
    def limited() -> str:
        return "sent"

    return app


def send(app: Flask, address: str, times: int) -> list[int]:
    """The statuses of so many posts from one address."""
    client = app.test_client()
    return [client.post("/limited", environ_base={"REMOTE_ADDR": address}).status_code for _ in range(times)]


def send_from_new_process(settings: dict[str, Any], address: str, times: int, answers: Any) -> None:
    """Put the statuses of so many posts into the queue `answers`."""
    answers.put(send(limited_app(settings), address, times))


def send_while_redis_goes(settings: dict[str, Any], address: str, pipe: Any) -> None:
    """Two posts, then, when told that Redis has gone, five more; the statuses go through `pipe`."""
    app = limited_app(settings)
    pipe.send(send(app, address, 2))
    pipe.recv()
    pipe.send(send(app, address, 5))
