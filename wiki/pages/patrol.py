"""Patrol（確認済み）: staff look at what a colleague has published, and say so.

What a person publishes waits (pages/service.py) until another member of staff has looked at it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.pages import policy
from wiki.pages.models import Patrol, Revision
from wiki.pages.queries import is_public

MOST_AT_ONCE = 100


def may_patrol(person: Person | None, author_id: int | None) -> bool:
    """Staff look at what others wrote; nobody passes their own work."""
    return person is not None and policy.may_write(person) and person.id != author_id


def waits_for(person: Person) -> ColumnElement[bool]:
    """The condition, where patrol and its revision are joined, that it waits and is not this person's own."""
    by_another = or_(Revision.author_id.is_(None), Revision.author_id != person.id)
    return Patrol.at.is_(None) & by_another


def waiting_count(person: Person) -> int:
    """How many revisions of public pages wait for this person's look: 1 query."""
    wanted = select(func.count(Patrol.revision_id)).join(Patrol.revision).join(Revision.page)
    return db.session.scalar(wanted.where(waits_for(person), is_public())) or 0


def of(revision_ids: Collection[int]) -> dict[int, Patrol]:
    """The patrol of each of these revisions that has one, with who looked: 1 query."""
    wanted = select(Patrol).where(Patrol.revision_id.in_(revision_ids)).options(joinedload(Patrol.person))
    return {patrol.revision_id: patrol for patrol in db.session.scalars(wanted)}


def look(actor: Person, revision_ids: Collection[int]) -> int:
    """Note that the actor has looked at these; gives how many waited for that.

    Their own, and those that somebody else looked at meanwhile, stay as they are. Rows are held in the order of their
    numbers, so that two people who do this at once never wait for each other.
    """
    found = _held(Patrol.revision_id.in_(revision_ids), waits_for(actor))
    for patrol in found:
        patrol.person_id, patrol.at = actor.id, clock.now()
    _record(Kind.REVISION_PATROLLED, actor, found)
    return len(found)


def unlook(actor: Person, revision_id: int) -> int:
    """Let a revision that is not the actor's own wait again; gives whether it did not already, as 1 or 0."""
    found = _held(Patrol.revision_id == revision_id, Patrol.at.is_not(None))
    found = [patrol for patrol in found if may_patrol(actor, patrol.revision.author_id)]
    for patrol in found:
        patrol.person_id = patrol.at = None
    _record(Kind.REVISION_UNPATROLLED, actor, found)
    return len(found)


def _held(*conditions: ColumnElement[bool]) -> Sequence[Patrol]:
    few = contains_eager(Patrol.revision).load_only(Revision.page_id, Revision.number, Revision.author_id)
    wanted = select(Patrol).join(Patrol.revision).where(*conditions).options(few)
    held = wanted.order_by(Patrol.revision_id).with_for_update(of=Patrol)
    return db.session.scalars(held.execution_options(populate_existing=True)).all()


def _record(kind: Kind, actor: Person, found: Sequence[Patrol]) -> None:
    """One event a page, with the numbers of its revisions."""
    revisions = sorted((patrol.revision for patrol in found), key=lambda each: (each.page_id, each.number))
    for page_id, of_page in groupby(revisions, key=lambda each: each.page_id):
        ledger.record(kind, actor.id, page_id=page_id, numbers=[revision.number for revision in of_page])
