"""Appending to the ledger, and telling whoever listens, in the same transaction."""

from __future__ import annotations

from typing import Any

from blinker import Signal

from wiki.core import clock
from wiki.core.inserts import insert_row, unwatched
from wiki.ledger.models import Event, Kind

recorded = Signal("An event was appended; sender is its Kind, `event` the row. Listeners write in its transaction.")


def record(
    kind: Kind,
    actor_id: int | None,
    *,
    person_id: int | None = None,
    page_id: int | None = None,
    proposal_id: int | None = None,
    comment_id: int | None = None,
    **facts: Any,
) -> Event:
    """Append an event about things that already have their ids (flush first), and tell the rooms above.

    `facts` are small, public values: a stage, a reason's code, a revision's number; no names, no texts of residents.
    The event given back stands outside the session: nothing about it changes any more.
    """
    told: dict[str, Any] = {
        "at": clock.now(),
        "kind": kind,
        "actor_id": actor_id,
        "person_id": person_id,
        "page_id": page_id,
        "proposal_id": proposal_id,
        "comment_id": comment_id,
        "facts": facts,
    }
    event = unwatched(Event, id=insert_row(Event, told), **told)
    recorded.send(kind, event=event)
    return event
