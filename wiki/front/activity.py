"""One page's activity: its edits, proposals with their steps, what was taken over and decided; how much was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, or_, select

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core.clock import TOKYO
from wiki.core.database import db
from wiki.front import changes
from wiki.front.changes import Line
from wiki.ledger import Event, Kind
from wiki.ledger.models import PUBLIC
from wiki.pages.models import Page
from wiki.proposals.models import Proposal

PAGE = 50
_KINDS = (*PUBLIC, Kind.PROPOSAL_POSTED)


@dataclass(frozen=True)
class Day:
    """What happened on a day in Japan, newest first, and how many comments of it everybody may read."""

    date: date
    lines: Sequence[Line]
    comments: int


@dataclass(frozen=True)
class Activity:
    """Some days, newest first, and the cursor of the next (None: the end)."""

    days: Sequence[Day]
    next_cursor: int | None


def of_page(page: Page, reader: Person | None, cursor: int | None, limit: int = PAGE) -> Activity:
    """What happened to a page before the event `cursor`: at most 8 queries.

    A day on which the list is cut stands on both sides of the cut, with its comments on the earlier one.
    """
    is_told = changes.shows_hidden_only_as_decisions()
    wanted = select(Event).where(Event.page_id == page.id, Event.kind.in_(_KINDS), is_told)
    cut = db.session.get(Event, cursor) if cursor is not None else None
    if cut is not None:
        wanted = wanted.where(Event.id < cut.id)
    found = db.session.scalars(wanted.order_by(Event.id.desc()).limit(limit + 1)).all()
    shown, is_more = found[:limit], len(found) > limit
    said = _comments_by_day(page, shown[-1].at if is_more else None, cut.at if cut else None)
    done = dict(changes.by_day(changes.lines_of(shown, reader)))
    days = [Day(each, done.get(each, ()), said.get(each, 0)) for each in sorted({*done, *said}, reverse=True)]
    return Activity(days, shown[-1].id if is_more else None)


def _comments_by_day(page: Page, oldest: datetime | None, newest: datetime | None) -> dict[date, int]:
    """How many public comments there were on each day from that of `oldest` on, before that of `newest`: 1 query."""
    day = _day_in_japan()
    wanted = select(day, func.count(Comment.id)).outerjoin(Comment.proposal).where(Comment.page_id == page.id)
    wanted = wanted.where(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    wanted = wanted.where(or_(Comment.proposal_id.is_(None), Proposal.hidden_at.is_(None)))
    if oldest is not None:
        wanted = wanted.where(Comment.created_at >= _midnight_before(oldest))
    if newest is not None:
        wanted = wanted.where(Comment.created_at < _midnight_before(newest))
    return {date.fromisoformat(found): count for found, count in db.session.execute(wanted.group_by(day))}


def _day_in_japan() -> ColumnElement[str]:
    """The day of a comment as 2026-11-23; each database has its own way. Japan keeps the same hour all year."""
    if db.engine.dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Tokyo", Comment.created_at), "YYYY-MM-DD")
    return func.date(Comment.created_at, "+9 hours")


def _midnight_before(moment: datetime) -> datetime:
    return datetime.combine(changes.day_of(moment), time(), TOKYO)
