"""The `kairan` command: the rooms' commands, and those that concern the whole site."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from wiki import config, create_app, migrating
from wiki.core.sqlite_lock import WriterBusy
from wiki.exchange.commands import export, import_
from wiki.maintenance import backup, doctor, restore
from wiki.sample.fill import bench
from wiki.serve import jobs_group, serve


def _app() -> Flask:
    try:
        app = create_app()
        migrating.enable(app)
        return app
    except config.SettingError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


class Kairan(FlaskGroup):
    """Errors that a person at the terminal can mend are one line and a status that is not 0."""

    def main(self, *args: Any, **options: Any) -> Any:
        try:
            return super().main(*args, **options)
        except WriterBusy:
            sys.exit("Error: another process has been writing for too long; try again")
        except (OperationalError, ProgrammingError) as error:  # PostgreSQL without its tables is the latter
            sys.exit(f"Error: the database cannot be used: {str(error.orig).splitlines()[0]}")


kairan = Kairan(
    create_app=_app, add_default_commands=False, help="Kairan（回覧板）: a wiki that residents take part in."
)
for command in (serve, bench, jobs_group, backup, restore, doctor, export, import_):
    kairan.add_command(command)
main = kairan
