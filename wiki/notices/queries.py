"""What is new, for feeds: only what everybody can read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload, load_only
from sqlalchemy.orm.interfaces import ORMOption

from wiki.comments.models import Comment
from wiki.core.database import db
from wiki.pages.models import Page, Revision
from wiki.pages.queries import READ, is_public
from wiki.proposals.models import Proposal, Step
from wiki.proposals.queries import on_public_page

#: What a feed says of a revision; the texts stay in the database.
_REVISION = (Revision.page_id, Revision.number, Revision.title, Revision.summary, Revision.created_at)


def newest_revisions(limit: int) -> Sequence[Revision]:
    """The newest revisions of reports and articles, with pages and authors, newest first: 1 query."""
    wanted = select(Revision).join(Revision.page).where(Page.kind.in_(READ), is_public())
    wanted = wanted.options(*_of_revision(), contains_eager(Revision.page))
    return db.session.scalars(wanted.order_by(Revision.id.desc()).limit(limit)).all()


def newest_revisions_of(page: Page, limit: int) -> Sequence[Revision]:
    """The newest revisions of a page that is loaded, with authors, newest first: 1 query."""
    wanted = select(Revision).where(Revision.page_id == page.id).options(*_of_revision())
    return db.session.scalars(wanted.order_by(Revision.number.desc()).limit(limit)).all()


def newest_comments_on(page: Page, limit: int) -> Sequence[Comment]:
    """The newest public comments on a page and on its public proposals, with authors, newest first: 1 query."""
    wanted = (
        select(Comment)
        .outerjoin(Comment.proposal)
        .where(
            Comment.page_id == page.id,
            Comment.deleted_at.is_(None),
            Comment.hidden_at.is_(None),
            or_(Comment.proposal_id.is_(None), Proposal.hidden_at.is_(None)),
        )
        .options(contains_eager(Comment.proposal), joinedload(Comment.author))
    )
    return db.session.scalars(wanted.order_by(Comment.id.desc()).limit(limit)).all()


def newest_proposals(limit: int) -> Sequence[Proposal]:
    """The newest public proposals with pages and authors, newest first: 1 query."""
    wanted = select(Proposal).where(Proposal.hidden_at.is_(None), on_public_page())
    wanted = wanted.options(joinedload(Proposal.page), joinedload(Proposal.author))
    return db.session.scalars(wanted.order_by(Proposal.id.desc()).limit(limit)).all()


def newest_steps(limit: int) -> Sequence[tuple[Step, Proposal]]:
    """The newest steps of public proposals, with who took them, each beside its proposal and page: 1 query."""
    wanted = (
        select(Step, Proposal)
        .join(Proposal, Proposal.id == Step.proposal_id)
        .where(Proposal.hidden_at.is_(None), on_public_page())
        .options(joinedload(Step.author), joinedload(Proposal.page))
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted.order_by(Step.id.desc()).limit(limit))]


def _of_revision() -> tuple[ORMOption, ...]:
    return load_only(*_REVISION), joinedload(Revision.author)
