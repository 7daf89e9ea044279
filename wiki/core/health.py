"""For the machine room: is the process up, is the site ready, how long are the queues."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text

from wiki.core import jobs
from wiki.core.database import db

bp = Blueprint("health", __name__)

_LOCAL = {"127.0.0.1", "::1"}


@bp.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> Response:
    """The database answers and the queue of jobs can be read."""
    try:
        db.session.execute(text("SELECT 1"))
        due, failed, overdue_seconds = jobs.waiting()
    except Exception:
        db.session.rollback()
        return Response("database unreachable\n", 503, mimetype="text/plain", headers={"Retry-After": "5"})
    return Response(f"ok jobs={due} failed={failed} overdue={overdue_seconds:.0f}s\n", mimetype="text/plain")


@bp.get("/metrics")
def metrics() -> Response:
    """Queue lengths for Prometheus; asked from this machine only."""
    if request.remote_addr not in _LOCAL:
        abort(404)
    due, failed, overdue_seconds = jobs.waiting()
    registry = CollectorRegistry()
    for name, meaning, value in (
        ("kairan_jobs_due", "Jobs that wait to be run", due),
        ("kairan_jobs_failed", "Jobs that were given up", failed),
        ("kairan_jobs_overdue_seconds", "How long the oldest due job has waited", overdue_seconds),
    ):
        Gauge(name, meaning, registry=registry).set(value)
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")


def init_app(app: Flask) -> None:
    """Add the three addresses."""
    app.register_blueprint(bp)
