"""Static files: an address for each content, kept for a year."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask

from wiki.core.assets import asset


def test_an_address_changes_with_the_content_and_only_then(small_site: Flask, tmp_path: Path) -> None:
    small_site.static_folder, small_site.static_url_path = str(tmp_path), "/static"
    file = tmp_path / "a.css"
    with small_site.app_context():
        file.write_text("a {}")
        first = asset("a.css")
        os.utime(file, (1, 1))
        assert asset("a.css") == first
        file.write_text("b {}")
        assert asset("a.css") != first
        assert first.startswith("/static/a.css?v=")


def test_a_wrong_name_is_an_error_at_once(small_site: Flask) -> None:
    with small_site.app_context(), pytest.raises(FileNotFoundError):
        asset("css/none.css")


def test_a_file_by_its_fingerprint_is_kept_for_a_year_and_otherwise_asked_after(small_site: Flask) -> None:
    client = small_site.test_client()
    with small_site.app_context():
        address = asset("css/base.css")
    kept = client.get(address)
    assert kept.status_code == 200
    assert "immutable" in kept.headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/base.css").headers.get("Cache-Control", "")
    assert "immutable" not in client.get("/static/css/none.css?v=1").headers.get("Cache-Control", "")


def test_a_file_is_sent_without_a_cookie_and_is_the_same_for_all(small_site: Flask) -> None:
    answer = small_site.test_client().get("/static/css/base.css")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.vary


@pytest.mark.parametrize("path", ["../wiki/config.py", "..%2fwiki%2fconfig.py", "%2e%2e/pyproject.toml", "/etc/passwd"])
def test_nothing_outside_the_folder_is_sent(small_site: Flask, path: str) -> None:
    assert small_site.test_client().get(f"/static/{path}", follow_redirects=True).status_code == 404
