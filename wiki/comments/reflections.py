"""Which revisions of a page reflect which comments; in forms a comment is named by `c` and its number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from wiki import ledger
from wiki.accounts.models import Person
from wiki.comments.models import Comment, CommentReflection
from wiki.core import clock
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.pages.models import Page, Revision

_KEY = re.compile(r"c([0-9]{1,18})")
_MOST_NAMED = 200
_REVISION = (Revision.id, Revision.page_id, Revision.number)


def key_of(comment_id: int) -> str:
    """How the editor's form names a comment."""
    return f"c{comment_id}"


def numbers_in(keys: Iterable[str]) -> list[int]:
    """The comments that these keys name; other keys name none."""
    found = [int(match[1]) for key in keys if (match := _KEY.fullmatch(key))]
    return found[:_MOST_NAMED]


def reflect(actor: Person, revision: Revision, comment_ids: Collection[int]) -> None:
    """Note that a revision reflects these comments of its page; what is noted, or no longer stands, is passed over."""
    known = select(CommentReflection.comment_id).where(CommentReflection.revision_id == revision.id)
    wanted = set(comment_ids) - set(db.session.scalars(known))
    found = standing(revision.page_id, wanted)
    now = clock.now()
    db.session.add_all(CommentReflection(revision_id=revision.id, comment_id=each.id, at=now) for each in found)
    db.session.flush()
    for comment in found:
        ledger.record(
            Kind.COMMENT_REFLECTED,
            actor.id,
            person_id=comment.author_id,
            page_id=comment.page_id,
            comment_id=comment.id,
            number=revision.number,
            slug=revision.page.slug,
        )


def of_comments(comment_ids: Sequence[int]) -> dict[int, list[CommentReflection]]:
    """The revisions that reflect each of these, with their pages, oldest first: 1 query, none for no comment."""
    if not comment_ids:
        return {}
    revision = joinedload(CommentReflection.revision)
    options = (revision.load_only(*_REVISION), revision.joinedload(Revision.page))
    wanted = select(CommentReflection).where(CommentReflection.comment_id.in_(comment_ids)).options(*options)
    found: dict[int, list[CommentReflection]] = {}
    for each in db.session.scalars(wanted.order_by(CommentReflection.revision_id)):
        found.setdefault(each.comment_id, []).append(each)
    return found


def on_page(page: Page) -> Sequence[CommentReflection]:
    """Every public comment reflected in a page's text, with author and revision, oldest first: 1 query."""
    wanted = _public().join(CommentReflection.revision).where(Revision.page_id == page.id)
    wanted = wanted.options(contains_eager(CommentReflection.revision).load_only(*_REVISION))
    return db.session.scalars(wanted.order_by(Revision.number, CommentReflection.comment_id)).all()


def in_revisions(revision_ids: Sequence[int]) -> Sequence[CommentReflection]:
    """The public comments that these revisions reflect: 1 query."""
    wanted = _public().where(CommentReflection.revision_id.in_(revision_ids))
    return db.session.scalars(wanted.order_by(CommentReflection.comment_id)).all()


def reflecting_numbers(page_id: int) -> set[int]:
    """The numbers of a page's revisions that reflect a comment, hidden ones included: 1 query."""
    wanted = select(Revision.number).join(CommentReflection, CommentReflection.revision_id == Revision.id)
    return set(db.session.scalars(wanted.where(Revision.page_id == page_id)))


def standing(page_id: int, comment_ids: Collection[int]) -> Sequence[Comment]:
    """Those of these comments that stand on this page, with their authors: 1 query, none for none."""
    if not comment_ids:
        return []
    wanted = select(Comment).where(Comment.id.in_(comment_ids), Comment.page_id == page_id)
    wanted = wanted.where(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    return db.session.scalars(wanted.options(joinedload(Comment.author)).order_by(Comment.id)).all()


def _public() -> Select[CommentReflection]:
    wanted = select(CommentReflection).join(CommentReflection.comment)
    wanted = wanted.where(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    return wanted.options(contains_eager(CommentReflection.comment).joinedload(Comment.author))
