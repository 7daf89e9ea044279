"""Reading sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core import clock, files
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.intake.models import Batch, Sheet
from wiki.pages.models import Page
from wiki.pages.queries import READ, is_public

_A_DAY = timedelta(days=1)
_NEWEST = 10
_MOST_PAGES = 200
_MOST_DISTRICTS = 100


def sheet_at(number: str) -> Sheet | None:
    """The sheet of this number with its page and comment, or None: 1 query."""
    return db.session.scalar(_with_comment().where(Sheet.number == number))


def sheet_or_404(sheet_id: int) -> Sheet:
    """The sheet with its page and comment: 1 query. Raises NotThere."""
    found = db.session.scalar(_with_comment().where(Sheet.id == sheet_id))
    if found is None:
        raise NotThere
    return found


def same_text(page_id: int, digest: str) -> Sheet | None:
    """The first sheet about the page with the same text, or None: 1 query."""
    wanted = _with_comment().where(Sheet.page_id == page_id, Sheet.digest == digest)
    return db.session.scalar(wanted.order_by(Sheet.id).limit(1))


def taken_numbers(numbers: Iterable[str]) -> set[str]:
    """Those of the numbers that have been entered already: 1 query for each 500."""
    wanted, found = sorted(set(numbers)), set()
    for at in range(0, len(wanted), 500):
        found |= set(db.session.scalars(select(Sheet.number).where(Sheet.number.in_(wanted[at : at + 500]))))
    return found


def known_digests(page_id: int) -> set[str]:
    """The digests of all texts entered about a page: 1 query."""
    return set(db.session.scalars(select(Sheet.digest).where(Sheet.page_id == page_id)))


def newest(person: Person) -> tuple[Sequence[Sheet], int]:
    """What this person entered last, newest first, and how many in the last 24 hours: 2 queries."""
    of_person = Sheet.entered_by_id == person.id
    found = db.session.scalars(_with_comment().where(of_person).order_by(Sheet.id.desc()).limit(_NEWEST)).all()
    since = clock.now() - _A_DAY
    count = db.session.scalar(select(func.count()).select_from(Sheet).where(of_person, Sheet.entered_at > since))
    return found, count or 0


def pages_to_choose() -> Sequence[Page]:
    """Public pages, those still open first, newest first: 1 query."""
    wanted = select(Page).where(is_public(), Page.kind.in_(READ))
    return db.session.scalars(wanted.order_by(Page.is_open.desc(), Page.id.desc()).limit(_MOST_PAGES)).all()


def page_at(page_id: int) -> Page | None:
    """The public page of this id, or None: 1 query."""
    return db.session.scalar(select(Page).where(Page.id == page_id, is_public(), Page.kind.in_(READ)))


def districts() -> Sequence[str]:
    """The districts written so far, most frequent first: 1 query."""
    wanted = select(Sheet.district).where(Sheet.district.is_not(None)).group_by(Sheet.district)
    found = db.session.scalars(wanted.order_by(func.count().desc(), Sheet.district).limit(_MOST_DISTRICTS))
    return [district for district in found if district is not None]


def batch_or_404(batch_id: int, person_id: int) -> Batch:
    """A list that this person had read: 1 query. Raises NotThere."""
    found = db.session.scalar(select(Batch).where(Batch.id == batch_id, Batch.person_id == person_id))
    if found is None:
        raise NotThere
    return found


def locked_batch(batch_id: int) -> Batch | None:
    """A list, its row held until the transaction ends; None when it is gone: 1 query."""
    wanted = select(Batch).where(Batch.id == batch_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _with_comment() -> Select[Sheet]:
    return select(Sheet).options(joinedload(Sheet.comment).joinedload(Comment.author), joinedload(Sheet.page))


@files.needs
def photos() -> set[str]:
    """The store's names of all pictures of sheets: 1 query."""
    return {photo for photo in db.session.scalars(select(Sheet.photo).where(Sheet.photo.is_not(None))) if photo}
