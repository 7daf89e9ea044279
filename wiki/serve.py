"""`kairan serve`: make ready, say where, and run the workers and the jobs until told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from sqlalchemy import select

from wiki import config
from wiki.accounts import administration
from wiki.core import jobs
from wiki.core.database import db, transaction
from wiki.migrating import upgrade
from wiki.pages.models import Page
from wiki.sample import service as sample

_LAST_REQUESTS_SECONDS = 10


@click.command("serve", help="Run the site: migrate, load the sample into an empty database, answer requests.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@with_appcontext
def serve(host: str, port: int) -> None:
    _refuse_taken(host, port)
    _be_known_as(f"http://{host}:{port}")
    upgrade()
    if db.session.scalar(select(Page.id).limit(1)) is None:
        sample.load() if current_app.config["SAMPLE"] else sample.load_help()
    _say_where(host, port)
    db.session.remove()
    db.engine.dispose()
    with _jobs_running():
        _run_workers(host, port)


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} on {host} cannot be used: {error.strerror}; choose another with PORT="
            ) from None


def _be_known_as(address: str) -> None:
    """Without a BASE_URL of its own the site, its workers and its jobs go by the address they answer at."""
    if current_app.config["BASE_URL"] == config.BASE_URL.default:
        os.environ[config.PREFIX + config.BASE_URL.name] = current_app.config["BASE_URL"] = address


def _say_where(host: str, port: int) -> None:
    settings = current_app.config
    click.echo(f"{settings['SITE_NAME']} runs at http://{host}:{port}/")
    if not settings["SMTP_URL"]:
        click.echo(f"Mail is kept as files in {Path(settings['INSTANCE_PATH']) / 'mail'} (KAIRAN_SMTP_URL sends it)")
    with transaction():
        link = administration.first_admin_link()
    if link:
        click.echo(f"Set the first administrator's password here, once: {link}")
    sys.stdout.flush()


@contextlib.contextmanager
def _jobs_running() -> Iterator[None]:
    """`kairan jobs run` in a process of its own, started again whenever it ends."""
    command = [sys.executable, "-m", "wiki", "jobs", "run", "--parent", str(os.getpid())]
    children = [subprocess.Popen(command)]
    ending = threading.Event()

    def start_again() -> None:
        while not ending.wait(1):
            if children[-1].poll() is not None:
                children[:] = [subprocess.Popen(command)]

    watch = threading.Thread(target=start_again)
    watch.start()
    try:
        yield
    finally:
        ending.set()
        watch.join()
        children[-1].terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            children[-1].wait(10)


def _run_workers(host: str, port: int) -> None:
    server = Granian(
        "wiki.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=current_app.config["WORKERS"],
        blocking_threads=1,
        backlog=2048,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=_LAST_REQUESTS_SECONDS,  # a worker told to end while it starts would never hear of it
    )
    server.serve()


@click.group("jobs", help="What happens after the commit: mail, sealing the ledger, tidying up.")
def jobs_group() -> None:
    pass


@jobs_group.command("run", help="Run waiting jobs until told to stop, or once.")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone; who started us unless given.")
@with_appcontext
def run_jobs(once: bool, parent: int | None) -> None:
    if once:
        jobs.start_regular()
        while jobs.run_due():
            pass
        return
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=_stop_with_parent, args=(parent or os.getppid(), stop), daemon=True).start()
    jobs.run_until(stop, current_app.config["JOB_POLL_SECONDS"])


def _stop_with_parent(parent: int, stop: threading.Event) -> None:
    """End when the server that started us is gone, even if it was killed."""
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()
