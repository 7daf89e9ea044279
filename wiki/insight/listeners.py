"""Whoever leaves takes with them what they said of themselves."""

from __future__ import annotations

from sqlalchemy import delete

from wiki.core.database import db
from wiki.insight.models import PersonFacts
from wiki.ledger import Event, Kind, recorded


@recorded.connect_via(Kind.PERSON_CHANGED)
def forget_facts(kind: Kind, event: Event) -> None:
    """Delete age band and district with the account, in its transaction."""
    if event.facts.get("what") == "left":
        db.session.execute(delete(PersonFacts).where(PersonFacts.person_id == event.person_id))
