"""The summary that staff pin on top of a page's discussion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki import ledger
from wiki.accounts.models import Person
from wiki.comments.models import Comment, DiscussionSummary
from wiki.core import clock
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.text import markdown

MOST_NAMED = 50
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Pinned:
    """A summary with the voices that it rests on, as far as everybody may read them."""

    summary: DiscussionSummary
    voices: Sequence[Comment]


def pinned(page: Page) -> Pinned | None:
    """The page's summary: 1 query, 2 where it names voices."""
    wanted = select(DiscussionSummary).where(DiscussionSummary.page_id == page.id)
    found = db.session.scalar(wanted.options(joinedload(DiscussionSummary.author)))
    return Pinned(found, named(page, found.comment_ids)) if found else None


def named(page: Page, numbers: Sequence[int]) -> Sequence[Comment]:
    """Those of these comments that stand on the page, with their authors: 1 query, none for no number."""
    if not numbers:
        return []
    wanted = select(Comment).where(Comment.id.in_(numbers), Comment.page_id == page.id)
    wanted = wanted.where(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    return db.session.scalars(wanted.options(joinedload(Comment.author)).order_by(Comment.id)).all()


def numbers_in(typed: str) -> list[int]:
    """The numbers of comments as they are typed or pasted from addresses (/comments/12#c12), each once."""
    return list(dict.fromkeys(int(number) for number in _NUMBER.findall(typed)))[:MOST_NAMED]


def pin(actor: Person, page: Page, body: str, html: str, comment_ids: list[int]) -> None:
    """Put a summary on top of the discussion in place of an earlier one; an empty one takes it away."""
    found = db.session.get(DiscussionSummary, page.id)
    if not body:
        if found is not None:
            db.session.delete(found)
    else:
        found = found or DiscussionSummary(page_id=page.id)
        found.body, found.html, found.comment_ids = body, html, comment_ids
        found.author_id, found.at = actor.id, clock.now()
        db.session.add(found)
    db.session.flush()
    ledger.record(Kind.SUMMARY_PINNED, actor.id, page_id=page.id)


def render(body: str) -> str:
    """The summary as HTML. Raises text.markdown.TooComplex."""
    return markdown.render_comment(body) if body else ""
