"""The store keeps bytes whole, once, and under a name that leads nowhere else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from wiki.config import SettingError, load
from wiki.core.files import FolderStore, _store


def test_bytes_come_back_under_the_name_of_their_sum(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    name = store.put(b"bytes")
    assert name == hashlib.sha256(b"bytes").hexdigest()
    with store.open(name) as file:
        assert file.read() == b"bytes"
    assert store.put(b"bytes") == name
    assert [kept.name for kept in store.all()] == [name]
    store.delete(name)
    store.delete(name)
    assert list(store.all()) == []
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path / "files")

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        store.put(b"bytes")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../secret_key", "/etc/passwd", "", "a" * 63, "A" * 64, "..%2f" * 12])
def test_a_name_of_another_form_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret_key").write_text("key")
    with pytest.raises(FileNotFoundError):
        FolderStore(tmp_path / "files").open(name)


def test_the_folder_may_stand_elsewhere(tmp_path: Path) -> None:
    store = _store(f"file://{tmp_path}/some%20where", tmp_path)
    assert isinstance(store, FolderStore)
    assert store.folder == tmp_path / "some where"


@pytest.mark.parametrize("url", ["files", "/srv/files", "ftp://host/x", "file://host/x", "s3://bucket"])
def test_an_address_that_is_no_folder_ends_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="FILES_URL"):
        load({"KAIRAN_FILES_URL": url, "KAIRAN_INSTANCE_PATH": str(tmp_path)})
