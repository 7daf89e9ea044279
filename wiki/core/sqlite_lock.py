"""One fair writer at a time in front of SQLite, across threads and processes.

SQLite's own busy handler lets two writers starve each other for seconds and lets a checkpoint run beside another
connection's write (the WAL-reset bug, SQLite 3.7.0-3.51.2). Here a writer first takes a file lock; a second file, the
gate, is the head of the queue, so nobody overtakes. Checkpoints run inside COMMIT, hence under the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

_POLL_SECONDS = 0.00005, 0.0003
_BRISK_SECONDS = 0.003
_JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024


class WriterBusy(Exception):
    """The queue of writers did not move in time; the reader is told to try again (503)."""


class LockedConnection(sqlite3.Connection):
    """A connection that takes the writers' lock before BEGIN IMMEDIATE and frees it after COMMIT or ROLLBACK.

    Every connection has file descriptions of its own, because `flock` separates descriptions, not processes:
    so two threads exclude each other as well.
    """

    lock_path: str
    wait_seconds: float

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._owner = os.getpid()
        self._held = False
        self._only_reads: bool | None = None
        self._lock = os.open(self.lock_path, flags, 0o600)
        self._gate = os.open(self.lock_path + ".gate", flags, 0o600)

    def set_pragmas(self, synchronous: str) -> None:
        """What every connection of the site runs with; the journal mode is set once, by `prepare`."""
        for pragma in (
            f"synchronous={synchronous}",
            "foreign_keys=1",
            "wal_autocheckpoint=1000",
            f"journal_size_limit={_JOURNAL_LIMIT_BYTES}",
        ):
            self.execute(f"PRAGMA {pragma}")

    def begin(self, write: bool) -> None:
        """Start a transaction; a reader is kept from writing by the database itself."""
        if not write:
            self._set_reading(True)
            self.execute("BEGIN")
            return
        self._set_reading(False)
        self._take()
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._free()
            raise

    def _set_reading(self, only_reads: bool) -> None:
        if self._only_reads is not only_reads:
            self.execute(f"PRAGMA query_only={int(only_reads)}")
            self._only_reads = only_reads

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._free_when_done()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._free_when_done()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._held = False
            for name in ("_lock", "_gate"):
                descriptor = getattr(self, name)
                setattr(self, name, -1)
                if descriptor >= 0:
                    os.close(descriptor)

    def _take(self) -> None:
        if os.getpid() != self._owner:
            raise RuntimeError("a database connection crossed a fork")
        deadline = time.monotonic() + self.wait_seconds
        try:
            for descriptor in (self._gate, self._lock):
                _wait_for(descriptor, deadline)
            self._held = True
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def _free_when_done(self) -> None:
        if not self.in_transaction:
            self._free()

    def _free(self) -> None:
        if self._held:
            self._held = False
            fcntl.flock(self._lock, fcntl.LOCK_UN)


def _wait_for(descriptor: int, deadline: float) -> None:
    """Wait until the lock is ours: briskly at first, since most transactions are over within a millisecond."""
    brisk_until = time.monotonic() + _BRISK_SECONDS
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        now = time.monotonic()
        if now > deadline:
            raise WriterBusy
        time.sleep(_POLL_SECONDS[now > brisk_until])


def connect_args(path: Path, wait_seconds: float) -> dict[str, Any]:
    """The arguments with which SQLAlchemy makes `LockedConnection`s to the file at `path`."""
    attributes = {"lock_path": f"{path}.lock", "wait_seconds": wait_seconds}
    factory = type("SiteConnection", (LockedConnection,), attributes)
    return {"factory": factory, "isolation_level": None, "timeout": wait_seconds}


def prepare(path: Path) -> None:
    """Make the file for the owner alone, in write-ahead mode; done by `kairan db upgrade` and `restore`."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
