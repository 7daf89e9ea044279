"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app


@lru_cache(maxsize=512)
def _fingerprint(folder: str, path: str, changed_ns: int) -> str:
    return hashlib.blake2b((Path(folder) / path).read_bytes(), digest_size=6).hexdigest()


def asset(path: str) -> str:
    """The address of `static/<path>` with its content's fingerprint; raises FileNotFoundError for a wrong name.

    Without `url_for`, which knows no addresses while a request for a foreign host is being refused.
    """
    folder = str(current_app.static_folder)
    changed_ns = (Path(folder) / path).stat().st_mtime_ns
    return f"{current_app.static_url_path}/{path}?v={_fingerprint(folder, path, changed_ns)}"


def asset_if_built(path: str) -> str | None:
    """The address of a file that Node makes (`make serve` does it where there is Node), or None."""
    try:
        return asset(path)
    except FileNotFoundError:
        return None


def init_app(app: Flask) -> None:
    """Give templates `asset(path)` and `asset_if_built(path)`."""
    app.add_template_global(asset)
    app.add_template_global(asset_if_built)
