"""Reading discussions. A page of one costs a fixed number of queries, however long it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from wiki.accounts.models import Person, Role
from wiki.comments import hooks, reflections
from wiki.comments.hooks import Answered
from wiki.comments.models import Comment, CommentReflection, EarlierText
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page
from wiki.proposals.models import Proposal

OLDEST, NEWEST, ACTIVE = "oldest", "newest", "active"
ORDERS = (OLDEST, NEWEST, ACTIVE)
ANSWERED = "answered"
"""As a stance: threads in which staff have replied, or to which an official answer was given."""


@dataclass
class Node:
    """A comment, the replies to it, oldest first, the official answer to it, and the revisions that reflect it."""

    comment: Comment
    replies: list[Node] = field(default_factory=list)
    answer: Answered | None = None
    reflections: Sequence[CommentReflection] = ()


@dataclass(frozen=True)
class Discussion:
    """Some threads of a discussion, the cursor of the next ones (None at the end), and how many comments it has."""

    threads: list[Node]
    next_cursor: int | None
    total: int


def comment_or_404(comment_id: int) -> Comment:
    """The comment with its author and page: 1 query. Raises NotThere."""
    wanted = select(Comment).where(Comment.id == comment_id)
    comment = db.session.scalar(wanted.options(joinedload(Comment.author), joinedload(Comment.page)))
    if comment is None:
        raise NotThere
    return comment


def discussion(
    page: Page,
    proposal: Proposal | None,
    *,
    order: str = OLDEST,
    cursor: int | None = None,
    limit: int = 20,
    stance: str = "",
) -> Discussion:
    """The `limit` threads after `cursor` of a page's discussion, or of a proposal's: 5 queries, 6 with answers.

    `stance` leaves only threads that begin so, or those that staff have answered. By activity the cursor is the newest
    comment of a thread, else its first.
    """
    here = _of(page, proposal)
    wanted = select(Comment, Comment.id).where(here, Comment.root_id.is_(None)).options(*_WITH_AUTHOR)
    key: Any = Comment.id
    if order == ACTIVE:
        newest = select(
            func.coalesce(Comment.root_id, Comment.id).label("thread"), func.max(Comment.id).label("newest")
        )
        threads = newest.where(here).group_by("thread").subquery()
        key = threads.c.newest
        wanted = select(Comment, key).join(threads, threads.c.thread == Comment.id).options(*_WITH_AUTHOR)
    if stance == ANSWERED:
        reply = aliased(Comment)
        by_staff = select(reply.id).join(reply.author).where(reply.root_id == Comment.id, Person.role != Role.RESIDENT)
        wanted = wanted.where(or_(by_staff.exists(), Comment.id.in_(_answered_threads())))
    elif stance:
        wanted = wanted.where(Comment.stance == stance)
    if cursor:
        wanted = wanted.where(key > cursor if order == OLDEST else key < cursor)
    wanted = wanted.order_by(key if order == OLDEST else key.desc())
    rows = db.session.execute(wanted.limit(limit + 1)).all()
    shown = [row[0] for row in rows[:limit]]
    next_cursor = rows[limit - 1][1] if len(rows) > limit else None
    return Discussion(_trees(shown, replies_of([root.id for root in shown])), next_cursor, count(page, proposal))


def thread_of(comment: Comment) -> Node:
    """The whole thread in which a comment stands: 4 queries, 5 with answers."""
    root_id = comment.root_id or comment.id
    root = db.session.scalars(_with_author().where(Comment.id == root_id)).one()
    return _trees([root], replies_of([root_id]))[0]


def replies_of(root_ids: list[int]) -> Sequence[Comment]:
    """All replies in these threads, oldest first: 1 query."""
    if not root_ids:
        return []
    return db.session.scalars(_with_author().where(Comment.root_id.in_(root_ids)).order_by(Comment.id)).all()


def count(page: Page, proposal: Proposal | None) -> int:
    """How many comments everybody can read: 1 query."""
    public = (_of(page, proposal), Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    return db.session.scalar(select(func.count(Comment.id)).where(*public)) or 0


def counts_by_page(page_ids: Iterable[int]) -> dict[int, int]:
    """Public comments of each page, those on its proposals included: 1 query."""
    public = (Comment.page_id.in_(list(page_ids)), Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    rows = select(Comment.page_id, func.count()).where(*public).group_by(Comment.page_id)
    return dict(db.session.execute(rows).all())


def written_by(person_id: int, limit: int = 50) -> Sequence[Comment]:
    """A person's newest comments, with their pages: 1 query."""
    wanted = select(Comment).where(Comment.author_id == person_id, Comment.deleted_at.is_(None))
    return db.session.scalars(wanted.options(joinedload(Comment.page)).order_by(Comment.id.desc()).limit(limit)).all()


def earlier_texts(comment: Comment) -> Sequence[EarlierText]:
    """What a comment said before its edits, newest first; for staff: 1 query."""
    wanted = select(EarlierText).where(EarlierText.comment_id == comment.id)
    return db.session.scalars(wanted.order_by(EarlierText.id.desc())).all()


def has_written(author_id: int, number: int, since: datetime) -> bool:
    """Whether somebody has written so many comments since then: 1 query over their own."""
    newest = select(Comment.created_at).where(Comment.author_id == author_id).order_by(Comment.id.desc())
    at = db.session.scalar(newest.offset(max(0, number - 1)).limit(1))
    return at is not None and at > since


def posted_before(author_id: int, request_key: str) -> int:
    """The id of the comment that this very form made when it was sent the first time: 1 query."""
    wanted = select(Comment.id).where(Comment.author_id == author_id, Comment.request_key == request_key)
    return db.session.scalars(wanted).one()


def _of(page: Page, proposal: Proposal | None) -> ColumnElement[bool]:
    if proposal is not None:
        return Comment.proposal_id == proposal.id
    return (Comment.page_id == page.id) & Comment.proposal_id.is_(None)


_WITH_AUTHOR = (joinedload(Comment.author), joinedload(Comment.passage))


def _with_author() -> Select[Comment]:
    return select(Comment).options(*_WITH_AUTHOR)


def _answered_threads() -> Any:
    """The first comments of threads in which anything has an official answer, to be asked for inside a query."""
    said = aliased(Comment)
    answered = or_(false(), *(said.id.in_(ask()) for ask in hooks.answered_ids))
    return select(func.coalesce(said.root_id, said.id)).where(answered)


def _trees(roots: Sequence[Comment], replies: Sequence[Comment]) -> list[Node]:
    answers = hooks.answers_to([comment.id for comment in (*roots, *replies)])
    reflected = reflections.of_comments([comment.id for comment in (*roots, *replies)])
    nodes = {
        comment.id: Node(comment, answer=answers.get(comment.id), reflections=reflected.get(comment.id, ()))
        for comment in (*roots, *replies)
    }
    for reply in replies:
        if reply.parent_id in nodes:
            nodes[reply.parent_id].replies.append(nodes[reply.id])
    return [nodes[root.id] for root in roots]
