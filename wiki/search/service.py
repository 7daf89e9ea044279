"""Every change to the index, in the transaction of the change that it follows; none is an act of a person."""

from __future__ import annotations

from sqlalchemy import delete, select

from wiki.comments.models import Comment
from wiki.core import jobs
from wiki.core.database import db
from wiki.core.inserts import upsert
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal, Step
from wiki.search import documents
from wiki.search.documents import Row
from wiki.search.engines import engine
from wiki.search.models import Document, Found, Reading

#: On SQLite so many documents wait before they go into the full-text table together.
TOGETHER = 128


def add_comment(comment: Comment) -> None:
    """Index a comment that was posted just now: 1 statement, and every 128th time those that settle the others."""
    _write([documents.of_comment(comment)])
    if comment.id % TOGETHER == 0:
        engine().settle(4 * TOGETHER)


def refresh(kind: Found, ref_id: int) -> None:
    """Bring what search knows of a page, a proposal or a comment to what it is now; what is gone, goes."""
    row = _row_of(kind, ref_id)
    remove(kind, ref_id)
    if row is not None:
        _write([row])
        if kind is not Found.COMMENT:
            engine().settle(4 * TOGETHER)  # what has a title does not wait
            jobs.enqueue("search.read", document_id=row["id"])


def remove(kind: Found, ref_id: int) -> None:
    """Forget it: 2 to 4 queries."""
    known = db.session.scalar(select(Document).where(Document.kind == kind, Document.ref_id == ref_id))
    if known is None:
        return
    engine().forget(known)
    db.session.execute(delete(Reading).where(Reading.document_id == known.id))
    db.session.delete(known)
    db.session.flush()


def replace_all(rows: list[Row]) -> None:
    """Write many documents at once over what is known of them; readings stay where the id does: 3 or 4 queries."""
    refs: dict[Found, list[int]] = {}
    for row in rows:
        refs.setdefault(row["kind"], []).append(row["ref_id"])
    for kind, ref_ids in refs.items():
        for known in db.session.scalars(select(Document).where(Document.kind == kind, Document.ref_id.in_(ref_ids))):
            engine().forget(known)
            db.session.expunge(known)  # its row is written past the session
        moved = delete(Document).where(Document.kind == kind, Document.ref_id.in_(ref_ids))
        db.session.execute(moved.where(Document.id.not_in([row["id"] for row in rows])))
    _write(rows)
    engine().settle(2 * len(rows))


def _write(rows: list[Row]) -> None:
    for row in rows:
        engine().prepare(row)
    if rows:
        upsert(Document, "id", rows)


def _row_of(kind: Found, ref_id: int) -> Row | None:
    """What should stand in the index: None for what is not there, hidden or deleted."""
    if kind is Found.PAGE:
        page = db.session.get(Page, ref_id)
        return None if page is None else _row_of_page(page)
    if kind is Found.PROPOSAL:
        proposal = db.session.get(Proposal, ref_id)
        if proposal is None or proposal.is_hidden:
            return None
        steps = select(Step).where(Step.proposal_id == ref_id).order_by(Step.id)
        return documents.of_proposal(proposal, db.session.scalars(steps))
    comment = db.session.get(Comment, ref_id)
    return documents.of_comment(comment) if comment is not None and comment.is_public else None


def _row_of_page(page: Page) -> Row | None:
    newest = select(Revision).where(Revision.page_id == page.id, Revision.number == page.current_number)
    revision = db.session.scalar(newest)
    return None if revision is None else documents.of_page(page, revision)
