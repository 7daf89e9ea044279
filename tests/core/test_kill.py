"""What was acknowledged survives the death of the process that wrote it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.core.processes import context, record_events
from wiki.core.versions import SITE

#: Every new version of a scope is written down by the database itself.
NOTE_VERSIONS = """
CREATE TABLE noted (id INTEGER PRIMARY KEY, scope TEXT, version INTEGER);
CREATE TRIGGER first_version AFTER INSERT ON cache_version
  BEGIN INSERT INTO noted (scope, version) VALUES (new.scope, new.version); END;
CREATE TRIGGER next_version AFTER UPDATE ON cache_version
  BEGIN INSERT INTO noted (scope, version) VALUES (new.scope, new.version); END;
"""
KILLS = 20
LONGEST_SECONDS = 60


def start(settings: dict[str, Any], acknowledged: Path) -> Any:
    process = context.Process(target=record_events, args=(settings, acknowledged))
    process.start()
    return process


@pytest.mark.slow
def test_killed_writers_lose_nothing_that_was_acknowledged(small_site: Flask, tmp_path: Path) -> None:
    database = tmp_path / "kairan.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(NOTE_VERSIONS)
    names = ("INSTANCE_PATH", "DATABASE_URL", "SECRET_KEY", "BASE_URL", "SMTP_URL", "REDIS_URL")
    settings = {name: small_site.config[name] for name in names} | {"SQLITE_SYNCHRONOUS": "FULL"}
    noted = [tmp_path / f"acknowledged.{number}" for number in range(3)]
    writers = [start(settings, file) for file in noted]
    chosen, kills = random.Random(1), 0
    deadline = time.monotonic() + LONGEST_SECONDS
    while kills < KILLS and time.monotonic() < deadline:
        number = chosen.randrange(3)
        before = noted[number].stat().st_size if noted[number].exists() else 0
        while (not noted[number].exists() or noted[number].stat().st_size <= before) and time.monotonic() < deadline:
            time.sleep(0.01)  # it has written since its last death
        time.sleep(chosen.uniform(0, 0.02))
        os.kill(writers[number].pid, signal.SIGKILL)
        writers[number].join(10)
        kills += 1
        writers[number] = start(settings, noted[number])
    for writer in writers:
        writer.kill()
        writer.join(10)

    acknowledged = [int(line) for file in noted for line in file.read_text().split("\n")[:-1]]
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        events = {row[0] for row in connection.execute("SELECT id FROM event")}
        seen = [row[0] for row in connection.execute("SELECT version FROM noted WHERE scope = ? ORDER BY id", [SITE])]
        (current,) = connection.execute("SELECT version FROM cache_version WHERE scope = ?", [SITE]).fetchone()
    assert kills == KILLS
    assert len(acknowledged) == len(set(acknowledged)) >= KILLS
    assert set(acknowledged) <= events
    assert len(seen) == len(events)
    assert all(one != other for one, other in pairwise(seen))
    assert current == seen[-1]
