"""What follows later: deleted files are forgotten after 30 days, and bytes that nobody needs after one."""

from __future__ import annotations

from datetime import timedelta

from wiki.attachments import service
from wiki.core import clock, files, jobs
from wiki.core.database import db, transaction

_YOUNG = timedelta(days=1)


@jobs.handler("attachments.sweep", every=timedelta(hours=12))
def sweep() -> None:
    """Forget what was deleted long ago, then take out of the store what no row needs.

    Bytes are put into the store before their row is written, and again when they arrive again; so what is young stays.
    """
    with transaction():
        service.forget_deleted()
    for name in unneeded(_YOUNG):
        files.store().delete(name)


def unneeded(older_than: timedelta) -> list[str]:
    """What stands in the store for longer than that without any row that needs it."""
    before = clock.now() - older_than
    old = [kept.name for kept in files.store().all() if kept.put_at < before]
    needed = files.needed()  # asked after the store, so that what is added meanwhile counts
    db.session.rollback()
    return [name for name in old if name not in needed]


def missing() -> list[str]:
    """What some row needs and the store does not have."""
    needed = files.needed()
    db.session.rollback()
    return sorted(needed - {kept.name for kept in files.store().all()})
