"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wiki.core.database import db
from wiki.ledger.models import PUBLIC, Event


def public_before(cursor: int | None, limit: int = 50) -> Sequence[Event]:
    """Public events older than the event `cursor` (None: from the newest), newest first: 1 query."""
    wanted = select(Event).where(Event.kind.in_(PUBLIC))
    if cursor is not None:
        wanted = wanted.where(Event.id < cursor)
    return db.session.scalars(wanted.order_by(Event.id.desc()).limit(limit)).all()
