"""Passages follow their page: when it is revised, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wiki.comments import passages
from wiki.core.database import db
from wiki.ledger import Event, Kind, recorded
from wiki.pages import hooks
from wiki.pages.models import Revision


@recorded.connect_via(Kind.PAGE_REVISED)
def carry_passages(kind: Kind, event: Event) -> None:
    """Carry what people speak of to the new text: 1 query on a page without such comments, else 3."""
    if event.page_id is None or not passages.has_any(event.page_id):
        return
    number = event.facts["number"]
    both = select(Revision.number, Revision.blocks).where(Revision.page_id == event.page_id)
    blocks = {
        row.number: row.blocks for row in db.session.execute(both.where(Revision.number.in_([number - 1, number])))
    }
    if len(blocks) == 2:
        passages.follow(event.page_id, blocks[number - 1], blocks[number])


def carry_through_rendering(page_id: int, old: Sequence[str], new: Sequence[str]) -> None:
    """The current revision was rendered anew and its text layer is another now."""
    passages.follow(page_id, old, new)


hooks.relaid.append(carry_through_rendering)
