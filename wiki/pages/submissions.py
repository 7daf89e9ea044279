"""Reading the versions that are not public yet; for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload

from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page, PageState, Submission, SubmissionState
from wiki.pages.stages import OPEN


def submission_or_404(page: Page, number: int) -> Submission:
    """This page's submission of this id, with writer and reviewer: 1 query. Raises NotThere."""
    found = db.session.scalar(_with_people().where(Submission.id == number, Submission.page_id == page.id))
    if found is None:
        raise NotThere
    return found


def by_id(submission_id: int) -> Submission:
    """The submission with its page: 1 query."""
    wanted = _with_people().where(Submission.id == submission_id).options(joinedload(Submission.page))
    return db.session.scalars(wanted).one()


def locked(submission_id: int) -> Submission:
    """The submission as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Submission).where(Submission.id == submission_id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def open_of(page: Page) -> Sequence[Submission]:
    """What is being worked on for a page, newest first, with writers: 1 query."""
    wanted = _with_people().where(Submission.page_id == page.id, Submission.state.in_(OPEN))
    return db.session.scalars(wanted.order_by(Submission.id.desc())).all()


def scheduled_of(page: Page) -> Sequence[Submission]:
    """What is to be published by itself: 1 query."""
    wanted = select(Submission).where(Submission.page_id == page.id, Submission.state == SubmissionState.SCHEDULED)
    return db.session.scalars(wanted.order_by(Submission.id)).all()


def waiting(limit: int = 200) -> Sequence[Submission]:
    """All that is being worked on, what waits for a review first, each kind oldest first; with pages: 1 query."""
    place = case({state: number for number, state in enumerate(OPEN)}, value=Submission.state)
    wanted = _with_people().where(Submission.state.in_(OPEN), _on_page_that_stands())
    wanted = wanted.options(joinedload(Submission.page))
    return db.session.scalars(wanted.order_by(place, Submission.changed_at, Submission.id).limit(limit)).all()


def count_in_review() -> int:
    """How many wait for a review: 1 query."""
    wanted = select(func.count(Submission.id)).where(
        Submission.state == SubmissionState.IN_REVIEW, _on_page_that_stands()
    )
    return db.session.scalar(wanted) or 0


def out_of_sight(limit: int = 200) -> Sequence[Page]:
    """Pages that were deleted, newest first, then those that were withdrawn: 1 query."""
    wanted = select(Page).where(or_(Page.deleted_at.is_not(None), Page.state == PageState.WITHDRAWN))
    order = (case((Page.deleted_at.is_(None), 1), else_=0), Page.deleted_at.desc(), Page.id.desc())
    return db.session.scalars(wanted.order_by(*order).limit(limit)).all()


def due(now: datetime, limit: int = 100) -> Sequence[Submission]:
    """What should have been published by `now`, the earliest first, with pages and people: 1 query."""
    wanted = _with_people().where(Submission.state == SubmissionState.SCHEDULED, Submission.publish_at <= now)
    wanted = wanted.options(joinedload(Submission.page))
    return db.session.scalars(wanted.order_by(Submission.publish_at, Submission.id).limit(limit)).all()


def _on_page_that_stands() -> ColumnElement[bool]:
    return Submission.page.has(Page.deleted_at.is_(None))


def _with_people() -> Select[Submission]:
    return select(Submission).options(joinedload(Submission.author), joinedload(Submission.reviewer))
