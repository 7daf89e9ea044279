"""Who has a page open in the editor. An editor says so when it is opened and as long as it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from wiki.accounts.models import Person
from wiki.core import clock, jobs
from wiki.core.database import db, transaction
from wiki.pages.models import Editing, Page

HEARD_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Other:
    """Somebody else who is editing, and since when."""

    name: str
    since: datetime


def touch(page: Page, person: Person) -> None:
    """Note that this person has the page open now: 2 statements."""
    now = clock.now()
    long_ago = Editing.seen_at < now - HEARD_WITHIN
    db.session.execute(delete(Editing).where(Editing.page_id == page.id, Editing.person_id == person.id, long_ago))
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(Editing)
    row = {"page_id": page.id, "person_id": person.id, "started_at": now, "seen_at": now}
    db.session.execute(
        insert.values(row).on_conflict_do_update(index_elements=["page_id", "person_id"], set_={"seen_at": now})
    )


def leave(page: Page, person: Person) -> None:
    """This person has closed the editor."""
    db.session.execute(delete(Editing).where(Editing.page_id == page.id, Editing.person_id == person.id))


def others(page: Page, person: Person) -> Sequence[Other]:
    """Who else has the page open, who began first first: 1 query."""
    wanted = (
        select(Person.name, Editing.started_at)
        .join(Editing, Editing.person_id == Person.id)
        .where(Editing.page_id == page.id, Editing.person_id != person.id)
        .where(Editing.seen_at >= clock.now() - HEARD_WITHIN)
        .order_by(Editing.started_at)
    )
    return [Other(name, since) for name, since in db.session.execute(wanted).all()]


@jobs.handler("pages.forget_editing", every=timedelta(minutes=10))
def forget() -> None:
    """Forget who has not been heard of for a while."""
    with transaction():
        db.session.execute(delete(Editing).where(Editing.seen_at < clock.now() - HEARD_WITHIN))
