"""Jobs: what is slow or leaves the house happens after the commit, from a table, at least once.

`enqueue` writes a row in the running transaction. `kairan jobs run` claims due rows one at a time; a job that fails is
tried again later, ever more rarely, and after ten times rests with its error for a person to see (`kairan doctor`).
A handler may run twice and must find its work done the second time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, delete, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import clock
from wiki.core.database import Base, db, transaction

log = logging.getLogger(__name__)

Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}
_every: dict[str, timedelta] = {}

MOST_TRIES = 10
_CLAIM_SECONDS = 120


class Job(Base):
    """One piece of work that waits, runs, or has failed; it is deleted when done, with the data it carried."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "run_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


def handler(kind: str, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of a kind; with `every` it also runs by itself, that often."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        if every is not None:
            _every[kind] = every
        return function

    return register


def enqueue(kind: str, delay: timedelta = timedelta(0), **payload: Any) -> None:
    """Put a job beside the change that wants it; it exists when the transaction is committed, else not."""
    db.session.add(Job(kind=kind, payload=payload, run_at=clock.now() + delay))


def run_due(most: int = 100) -> int:
    """Run up to `most` due jobs, each in its own claim; gives how many were run."""
    done = 0
    while done < most and (claimed := _claim()) is not None:
        _run(*claimed)
        done += 1
    return done


def run_until(stop: threading.Event, poll_seconds: float) -> None:
    """Run due jobs, and start the regular ones, until `stop` is set."""
    while not stop.is_set():
        try:
            start_regular()
            if run_due():
                continue
        except Exception:  # a database that is away for a moment must not end the loop
            log.exception("jobs could not be looked for")
        finally:
            db.session.remove()
        stop.wait(poll_seconds)


def start_regular() -> None:
    """See that each regular job stands in the table once; it puts its successor there itself when it runs."""
    missing = _missing()
    db.session.rollback()
    if missing:
        with transaction():
            if db.engine.dialect.name == "postgresql":  # SQLite lets in one writer anyway
                db.session.execute(text("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE"))
            for kind in _missing():  # another runner may have been faster
                enqueue(kind)


def _missing() -> list[str]:
    return sorted(_every.keys() - set(db.session.scalars(select(Job.kind).where(Job.kind.in_(_every)))))


def waiting() -> tuple[int, int, float]:
    """How many jobs wait, how many have failed for good, and for how many seconds the oldest is overdue."""
    now = clock.now()
    due, oldest = db.session.execute(
        select(func.count(), func.min(Job.run_at)).where(Job.run_at <= now, Job.tries < MOST_TRIES)
    ).one()
    failed = db.session.scalar(select(func.count()).where(Job.tries >= MOST_TRIES)) or 0
    return due, failed, (now - oldest).total_seconds() if oldest else 0.0


def _claim() -> tuple[int, str, dict[str, Any], int] | None:
    """Take the job that is due first, and push it two minutes away so that nobody else takes it meanwhile."""
    now = clock.now()
    due = select(Job).where(Job.run_at <= now, Job.tries < MOST_TRIES).order_by(Job.run_at, Job.id).limit(1)
    nothing = db.session.scalar(due) is None
    db.session.rollback()
    if nothing:
        return None
    with transaction():
        # a row that another runner took meanwhile is no longer due: PostgreSQL looks at it again, and at the next
        job = db.session.scalar(due.with_for_update(skip_locked=True))
        if job is None:
            return None
        job.tries += 1
        job.run_at = now + timedelta(seconds=_CLAIM_SECONDS)
        return job.id, job.kind, dict(job.payload), job.tries


def _run(job_id: int, kind: str, payload: dict[str, Any], tries: int) -> None:
    function = _handlers.get(kind)
    try:
        if function is None:
            raise LookupError(f"no handler for {kind}")
        function(**payload)
    except Exception as error:
        db.session.rollback()
        log.warning("job %s %s failed (try %s): %s", job_id, kind, tries, type(error).__name__)
        again = {
            "error": repr(error)[:500],
            "run_at": clock.now() + timedelta(seconds=min(3600, 5 * 2**tries)),
        }
        if kind in _every:  # never given up: it would not come back by itself
            again["tries"] = min(tries, MOST_TRIES - 1)
        with transaction():
            db.session.execute(update(Job).where(Job.id == job_id).values(again))
        return
    db.session.rollback()
    with transaction():
        if kind in _every:
            db.session.execute(
                update(Job).where(Job.id == job_id).values(run_at=clock.now() + _every[kind], tries=0, error=None)
            )
        else:
            db.session.execute(delete(Job).where(Job.id == job_id))
