"""`kairan backup`, `restore` and `doctor`: what the one official who runs the site needs at the terminal."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import URL, text

from wiki.attachments import jobs as attachments
from wiki.core import files, jobs, sqlite_lock
from wiki.core.database import db, renew_statistics
from wiki.ledger import chain
from wiki.migrating import upgrade
from wiki.search import reindex

_DATABASE, _DUMP = "kairan.sqlite", "kairan.dump"
_KEPT = ("secret_key", "config.py")


@click.command("backup", help="Write the database, the key and the files into one archive, while the site runs.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    instance = Path(current_app.config["INSTANCE_PATH"])
    url = db.engine.url
    if not file.resolve().parent.is_dir():
        raise click.ClickException(f"there is no folder {file.resolve().parent}")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
        copy = Path(folder) / (_DATABASE if url.get_backend_name() == "sqlite" else _DUMP)
        _copy_database(url, copy)
        partial = Path(folder) / "archive"
        with tarfile.open(partial, "w:gz") as archive:
            archive.add(copy, copy.name)
            for name in _KEPT:
                if (instance / name).exists():
                    archive.add(instance / name, name)
            _add_files(archive)
        partial.chmod(0o600)
        _settle(partial)
        partial.replace(file)
        _settle(file.resolve().parent)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


@click.command("restore", help="Put a backup in place of what is there. Stop the site first.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    instance = Path(current_app.config["INSTANCE_PATH"])
    url = db.engine.url
    if not yes:
        click.confirm("This replaces the whole site's content. Go on?", abort=True)
    db.session.remove()
    db.engine.dispose()
    with tempfile.TemporaryDirectory(dir=instance, prefix=".restore-") as folder:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            raise click.ClickException(f"{file} is not a backup of Kairan: {_first_line(error)}") from None
        _put_database(url, Path(folder))
        for name in _KEPT:
            if (kept := Path(folder) / name).exists():
                shutil.move(kept, instance / name)
        if (kept := Path(folder) / files.FOLDER).exists():
            _put_files(kept)
    upgrade()
    renew_statistics()
    click.echo("restored; start the site again")


@click.command("doctor", help="Look whether the site is well; exit status 1 when something needs a person.")
@with_appcontext
def doctor() -> None:
    troubles = [*_database_troubles(), *_job_troubles(), *_ledger_troubles(), *_file_troubles(), *_search_troubles()]
    for line in troubles:
        click.echo(line, err=True)
    if troubles:
        raise SystemExit(1)
    click.echo("well: database, jobs, ledger, files and search are in order")


def _copy_database(url: URL, copy: Path) -> None:
    if url.get_backend_name() == "sqlite":
        source = f"{Path(url.database or '').resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(source, uri=True, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        _settle(copy)
        return
    _run(url, "pg_dump", "--format=custom", "--no-owner", f"--file={copy}", f"--dbname={_without_password(url)}")


def _add_files(archive: tarfile.TarFile) -> None:
    """The files, after the database was copied: what its rows need is there; what is swept away meanwhile is not."""
    folder = files.store().folder
    for path in sorted(folder.rglob("*")):
        if path.is_file() and files.INCOMING not in path.parts:
            with contextlib.suppress(FileNotFoundError):
                archive.add(path, f"{files.FOLDER}/{path.relative_to(folder)}", recursive=False)


def _put_files(kept: Path) -> None:
    """The backup's files in place of those that are there."""
    folder = files.store().folder
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(kept, folder)


def _put_database(url: URL, folder: Path) -> None:
    if url.get_backend_name() == "sqlite":
        if not (folder / _DATABASE).exists():
            raise click.ClickException("this backup is of a PostgreSQL database; set KAIRAN_DATABASE_URL to one")
        _refuse_damaged(folder / _DATABASE)
        path = Path(url.database or "")
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        (folder / _DATABASE).chmod(0o600)
        (folder / _DATABASE).replace(path)
        sqlite_lock.prepare(path)
        return
    if not (folder / _DUMP).exists():
        raise click.ClickException("this backup is of an SQLite database; unset KAIRAN_DATABASE_URL")
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    _run(url, "pg_restore", *options, f"--dbname={_without_password(url)}", str(folder / _DUMP))


def _refuse_damaged(path: Path) -> None:
    """Before it takes the place of a database: is this a whole one, and a site's?"""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise click.ClickException(f"the backup's database is damaged, nothing was changed: {_first_line(found)}")


def _without_password(url: URL) -> str:
    """The address as PostgreSQL's programs read it; the password goes by the environment, which others do not see."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(url: URL, *command: str) -> None:
    if shutil.which(command[0]) is None:
        raise click.ClickException(f"{command[0]} is needed; install PostgreSQL's client programs")
    env = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{command[0]}: {_first_line(done.stderr)}")


def _first_line(trouble: object) -> str:
    return next(iter(str(trouble).strip().splitlines()), "it failed")


def _settle(path: Path) -> None:
    """Have the file, or the folder's entries, on disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _database_troubles() -> list[str]:
    if db.engine.dialect.name != "sqlite":
        db.session.execute(text("SELECT 1"))
        return []
    found = db.session.execute(text("PRAGMA quick_check")).scalar()
    mode = db.session.execute(text("PRAGMA journal_mode")).scalar()
    troubles = [] if found == "ok" else [f"database: {found}; restore the last backup"]
    if mode != "wal":
        troubles.append(f"database: journal mode is {mode}, not wal; run `kairan db upgrade`")
    return troubles


def _job_troubles() -> list[str]:
    due, failed, overdue_seconds = jobs.waiting()
    troubles = [f"jobs: {failed} were given up; look at the table job, column error"] if failed else []
    if overdue_seconds > 300:
        troubles.append(
            f"jobs: {due} wait, the oldest for {overdue_seconds / 60:.0f} minutes; is `kairan jobs run` up?"
        )
    return troubles


def _ledger_troubles() -> list[str]:
    try:
        chain.verify()
    except chain.ChainBroken as broken:
        return [f"ledger: {broken}"]
    return []


def _file_troubles() -> list[str]:
    """Files that rows need and the store lost; and bytes that the regular sweep should have taken away."""
    missing, left = attachments.missing(), attachments.unneeded(timedelta(days=3))
    troubles = []
    if missing:
        troubles.append(f"files: {len(missing)} are lost, the first is {missing[0]}; restore them from a backup")
    if left:
        troubles.append(f"files: {len(left)} belong to nothing and were not swept away; is `kairan jobs run` up?")
    return troubles


def _search_troubles() -> list[str]:
    unknown = reindex.missing()
    return [f"search: {unknown} texts are not indexed; run `kairan search reindex`"] if unknown else []
