"""The whole index anew, in batches, each a transaction: what was done stays done, and searching goes on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from wiki.comments.models import Comment
from wiki.core import versions
from wiki.core.database import db, transaction
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal, Step
from wiki.search import documents, readings, service
from wiki.search.documents import Row
from wiki.search.models import Document, Found

BATCH = 500
_IDS: dict[Found, InstrumentedAttribute[int]] = {
    Found.PAGE: Page.id,
    Found.PROPOSAL: Proposal.id,
    Found.COMMENT: Comment.id,
}
#: Comments last: there are most of them, and they are read least.
ORDER = tuple(_IDS)


def total() -> int:
    """How many rows there are to look at: 3 queries."""
    return sum(db.session.scalar(select(func.count(column))) or 0 for column in _IDS.values())


def everything() -> Iterator[int]:
    """Index all there is; yields after each batch how many rows it looked at."""
    for kind in ORDER:
        after: int | None = 0
        while after is not None:
            after, looked_at = batch(kind, after)
            yield looked_at
    forget_strays()


def batch(kind: Found, after: int) -> tuple[int | None, int]:
    """Index the next rows of a kind behind the id `after`: gives the last id (None: that was all), and how many."""
    ids = list(db.session.scalars(select(_IDS[kind]).where(_IDS[kind] > after).order_by(_IDS[kind]).limit(BATCH)))
    rows = _rows(kind, ids)
    read = {row["id"]: readings.words_of(row["title"], row["text"]) for row in rows if row["title"]}
    with transaction():
        service.replace_all(_rows(kind, ids))
        readings.write(read)
        versions.touch(versions.EVERYTHING)
    return (ids[-1] if len(ids) == BATCH else None), len(ids)


def forget_strays() -> None:
    """Take out what is indexed and no longer there, or no longer shown."""
    gone = (
        (Found.PAGE, exists().where(Page.id == Document.ref_id)),
        (Found.PROPOSAL, exists().where(Proposal.id == Document.ref_id, Proposal.hidden_at.is_(None))),
        (Found.COMMENT, exists().where(Comment.id == Document.ref_id, *_shown_comment())),
    )
    wanted = or_(*(and_(Document.kind == kind, not_(there)) for kind, there in gone))
    with transaction():
        for stray in db.session.scalars(select(Document).where(wanted)).all():
            service.remove(stray.kind, stray.ref_id)


def missing() -> int:
    """How many public comments and proposals, and pages, search does not know: 3 queries."""
    shown: dict[Found, tuple[ColumnElement[bool], ...]] = {
        Found.PROPOSAL: (Proposal.hidden_at.is_(None),),
        Found.COMMENT: _shown_comment(),
    }
    unknown = 0
    for kind, column in _IDS.items():
        known = exists().where(Document.kind == kind, Document.ref_id == column)
        unknown += db.session.scalar(select(func.count(column)).where(not_(known), *shown.get(kind, ()))) or 0
    return unknown


def _rows(kind: Found, ids: list[int]) -> list[Row]:
    if kind is Found.PAGE:
        newest = select(Page, Revision).join(
            Revision, and_(Revision.page_id == Page.id, Revision.number == Page.current_number)
        )
        return [
            documents.of_page(page, revision) for page, revision in db.session.execute(newest.where(Page.id.in_(ids)))
        ]
    if kind is Found.PROPOSAL:
        found = db.session.scalars(select(Proposal).where(Proposal.id.in_(ids), Proposal.hidden_at.is_(None)))
        steps = db.session.scalars(select(Step).where(Step.proposal_id.in_(ids)).order_by(Step.proposal_id, Step.id))
        said = {proposal_id: list(those) for proposal_id, those in groupby(steps, lambda step: step.proposal_id)}
        return [documents.of_proposal(proposal, said.get(proposal.id, [])) for proposal in found]
    comments = db.session.scalars(select(Comment).where(Comment.id.in_(ids), *_shown_comment()))
    return [documents.of_comment(comment) for comment in comments]


def _shown_comment() -> tuple[ColumnElement[bool], ...]:
    return Comment.deleted_at.is_(None), Comment.hidden_at.is_(None)
