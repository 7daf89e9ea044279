"""Where documents come from: one file, a folder, or a ZIP archive; each read in memory, nothing is unpacked."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, Protocol, TypeVar

from flask_babel import lazy_gettext as _l

from wiki.text.encodings import decoded

T = TypeVar("T")

MOST_FILES = 5_000
LARGEST_FILE_BYTES = 100 * 1024 * 1024
LARGEST_TOTAL_BYTES = 1024 * 1024 * 1024
MOST_TIMES_LARGER = 200
_SMALL_BYTES = 1024 * 1024
_TOO_MANY = _l("ファイルが多すぎるか、大きすぎます。分けてお試しください。")
UNSAFE = _l("安全でない形のファイルが入っているため、読みません。")
_BROKEN = _l("ファイルが壊れているため、開けません。")
_UTF8_FLAG = 0x800
_OF_MACOS = "__MACOSX"


class Refused(Exception):
    """Something that is not taken in; the message says why, in a line, and `words` in the reader's language."""

    def __init__(self, message: str, words: Any = None) -> None:
        super().__init__(message)
        self.words = words or _l("形が違うため、読めません。")


class Source(Protocol):
    """Named files; names are paths with slashes, relative to where the files come from, composed as NFC."""

    def names(self) -> list[str]:
        """Every file, in the order of the names."""

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Refused when it is not there or too large."""


class Files:
    """Files on disk by their names."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = _named(paths.items())

    def names(self) -> list[str]:
        return sorted(self._paths)

    def read(self, name: str) -> bytes:
        path = _looked_up(self._paths, name)
        try:
            if path.stat().st_size > LARGEST_FILE_BYTES:
                raise _too_large(name)
            return path.read_bytes()
        except OSError as error:
            raise Refused(f"{name} cannot be read: {error.strerror}") from None


class Sent:
    """Files that were sent by a browser, by their names."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = _named(files.items())

    def names(self) -> list[str]:
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        return _looked_up(self._files, name)


class Archive:
    """A ZIP archive, its list checked before anything in it is read; what a system hides in one is passed over."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        found = ((name_of(entry), entry) for entry in checked(archive))
        self._entries = _named((name, entry) for name, entry in found if not _is_hidden(PurePosixPath(name)))

    def names(self) -> list[str]:
        return sorted(self._entries)

    def read(self, name: str) -> bytes:
        return read_entry(self._archive, _looked_up(self._entries, name))


def checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The archive's files. Raises Refused for bombs, and for names that lead out of it."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise Refused(f"the archive holds {len(entries)} files; at most {MOST_FILES} are taken", _TOO_MANY)
    if sum(entry.file_size for entry in entries) > LARGEST_TOTAL_BYTES:
        raise Refused(f"the archive holds more than {LARGEST_TOTAL_BYTES >> 20} MB", _TOO_MANY)
    for entry in entries:
        if leads_out(name_of(entry)):
            raise Refused(f"the archive names a file outside of itself: {entry.filename!r}", UNSAFE)
        if entry.file_size > LARGEST_FILE_BYTES:
            raise _too_large(entry.filename)
        if entry.file_size > _SMALL_BYTES and entry.file_size > MOST_TIMES_LARGER * max(entry.compress_size, 1):
            raise Refused(f"{entry.filename} is packed too tightly to be a document", UNSAFE)
    return entries


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The entry's bytes, never more than its list promises. Raises Refused."""
    try:
        with archive.open(entry) as file:
            data = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise Refused(f"{entry.filename} cannot be unpacked: {error}", _BROKEN) from None
    if len(data) > entry.file_size:
        raise Refused(f"{entry.filename} is larger than the archive says", UNSAFE)
    return data


def name_of(entry: zipfile.ZipInfo) -> str:
    """An entry's name as whoever packed it saw it: Windows writes Shift_JIS and backslashes, and does not say so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_FLAG:
        with suppress(UnicodeEncodeError):  # told by an extra field, and decoded already
            name = decoded(name.encode("cp437")) or name
    return name.replace("\\", "/")


def leads_out(name: str) -> bool:
    """Whether a name is absolute, of Windows, or goes up."""
    return name.startswith("/") or "\0" in name or ":" in name or ".." in PurePosixPath(name).parts


def composed(name: str) -> str:
    """The name as NFC, by which files are found: macOS takes ガ apart."""
    return unicodedata.normalize("NFC", name)


def _named(files: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Files by their composed names. Raises Refused for two of one name."""
    found: dict[str, T] = {}
    for name, file in files:
        key = composed(name)
        if key in found:
            raise Refused(f"two files are named {key}", _l("同じ名前のファイルが二つあります：%(name)s", name=key))
        found[key] = file
    return found


def _looked_up(files: Mapping[str, T], name: str) -> T:
    try:
        return files[composed(name)]
    except KeyError:
        raise Refused(f"{name} is not there", _l("文章の中の「%(name)s」がありません。", name=name)) from None


def _is_hidden(path: PurePath) -> bool:
    return path.parts[:1] == (_OF_MACOS,) or any(part.startswith(".") for part in path.parts)


@contextmanager
def unpacked(data: bytes) -> Iterator[Archive]:
    """The files of a ZIP archive. Raises Refused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused(f"no sound ZIP archive: {error}", _BROKEN) from None
    with archive:
        yield Archive(archive)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The documents at a path: a folder's, a ZIP archive's, or the one file. Raises Refused."""
    if path.is_dir():
        found = {str(one.relative_to(path).as_posix()): one for one in _files_in(path)}
        if len(found) > MOST_FILES:
            raise Refused(f"the folder holds more than {MOST_FILES} files", _TOO_MANY)
        yield Files(found)
    elif path.suffix.lower() == ".zip":
        with unpacked(Files({path.name: path}).read(path.name)) as archive:
            yield archive
    else:
        yield Files({path.name: path})


def _files_in(folder: Path) -> Iterator[Path]:
    """Files below the folder; hidden ones, and links that lead out of it, are passed over."""
    whole = folder.resolve()
    for path in folder.rglob("*"):
        if not _is_hidden(path.relative_to(folder)) and path.is_file() and path.resolve().is_relative_to(whole):
            yield path


def _too_large(name: str) -> Refused:
    return Refused(f"{name} is larger than {LARGEST_FILE_BYTES >> 20} MB", _l("大きすぎます。分けてお試しください。"))
