"""The store: bytes kept under the SHA-256 of what they are, in the instance folder or in the folder of FILES_URL.

The same bytes are kept once, and what stands under a name never changes. Who gives out an address for a file, and to
whom, is the business of the rooms above.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

FOLDER = "files"
INCOMING = ".incoming"
_NAME = re.compile(r"[0-9a-f]{64}")


_rooms_need: list[Callable[[], set[str]]] = []


def needs(names: Callable[[], set[str]]) -> Callable[[], set[str]]:
    """Register a room's answer to which names of the store its rows need; all others are swept away after a day."""
    _rooms_need.append(names)
    return names


def needed() -> set[str]:
    """The names that the rows of any room need."""
    return set().union(*(names() for names in _rooms_need))


class Kept(NamedTuple):
    """A file in the store, and when it was last put there."""

    name: str
    put_at: datetime


class Store(Protocol):
    """Where files are kept. All raise OSError when the place itself is away or full."""

    folder: Path

    def put(self, data: bytes) -> str:
        """Keep the bytes, safe from a power cut once this returns; gives their name."""

    def open(self, name: str) -> BinaryIO:
        """The bytes under a name. Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Forget the bytes; nothing happens when they are not there."""

    def all(self) -> Iterator[Kept]:
        """Every file in the store."""


class FolderStore:
    """A folder with 256 folders in it. A file appears under its name whole, or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)  # put again: too young to be swept away
            return name
        incoming = self.folder / INCOMING
        for folder in (incoming, path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            os.replace(partial, path)
        except BaseException:
            os.unlink(partial)
            raise
        for folder in (path.parent, self.folder):
            _settle(folder)
        return name

    def open(self, name: str) -> BinaryIO:
        return self._path(name).open("rb")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def all(self) -> Iterator[Kept]:
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            name = path.parent.name + path.name
            if _NAME.fullmatch(name):
                with contextlib.suppress(FileNotFoundError):  # deleted a moment ago
                    yield Kept(name, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return self.folder / name[:2] / name[2:]


def init_app(app: Flask) -> None:
    """Set the store up that the settings name."""
    app.extensions["files"] = _store(app.config["FILES_URL"], Path(app.instance_path))


def store() -> Store:
    """The store of the running application."""
    found: Store = current_app.extensions["files"]
    return found


def _store(url: str, instance: Path) -> Store:
    return FolderStore(Path(unquote(urlsplit(url).path)) if url else instance / FOLDER)


def _settle(folder: Path) -> None:
    """Have the folder's entries on disk before going on."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
