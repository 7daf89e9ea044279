"""A file that was put in before its page was written belongs to the first page whose text speaks of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from wiki.attachments import service
from wiki.core.database import db
from wiki.ledger import Event, Kind, recorded
from wiki.pages.models import Revision
from wiki.text import uploads


@recorded.connect_via(Kind.PAGE_CREATED)
@recorded.connect_via(Kind.PAGE_REVISED)
def adopt_files(kind: Kind, event: Event, **_: Any) -> None:
    """Give the page those files of its new text that belong to none: 1 query, or 2."""
    body = db.session.scalar(
        select(Revision.body).where(Revision.page_id == event.page_id, Revision.number == event.facts.get("number"))
    )
    if event.page_id is not None and body and (keys := uploads.keys_in(body)):
        service.adopt(event.page_id, keys)
