"""Bringing the tables up to date. Apart from the application, which its workers load without Alembic."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from flask import Flask, current_app
from flask_migrate import Migrate

from wiki.core.database import db

_migrate = Migrate(directory=str(Path(__file__).parent / "migrations"), compare_type=True)


def enable(app: Flask) -> None:
    """Let the commands under `kairan db` work on this application."""
    if "migrate" not in app.extensions:
        _migrate.init_app(app, db)


def upgrade(revision: str = "head") -> None:
    """Bring the tables of the running application forward to a revision."""
    enable(current_app._get_current_object())  # type: ignore[attr-defined]
    flask_migrate.upgrade(revision=revision)


def downgrade(revision: str = "-1") -> None:
    """Take the tables of the running application back to a revision."""
    enable(current_app._get_current_object())  # type: ignore[attr-defined]
    flask_migrate.downgrade(revision=revision)
