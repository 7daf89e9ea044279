"""Comments on a passage: kept with the comment, carried by every new revision, shown in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.comments.models import Comment, CommentPassage
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.pages import queries as pages
from wiki.pages.addresses import address_of
from wiki.pages.models import Page, Revision
from wiki.text.anchors import Ambiguous, Anchor, State, Text, carry, locate, made
from wiki.text.marks import Mark

LONGEST_QUOTE = 2_000
LONGEST_CONTEXT = 200


class PassageNotFound(Problem):
    """The words do not stand in the page."""

    status = 422
    title = _l("選んだ箇所が見つかりません")
    advice = _l(
        "本文が書きかわったのかもしれません。このまま送ると、ページ全体へのコメントになります。箇所を選び直すこともできます。"
    )


class PassageUnclear(Problem):
    """The words stand at several places."""

    status = 422
    title = _l("同じ言葉が何か所かあります")
    advice = _l("前後の言葉も含めて、もう少し長く選んでください。このまま送ると、ページ全体へのコメントになります。")


#: All that is needed of a passage to mark it; hundreds of them are read at a view.
_PLACE = (
    CommentPassage.comment_id,
    CommentPassage.quote,
    CommentPassage.prefix,
    CommentPassage.suffix,
    CommentPassage.state,
    CommentPassage.start,
    CommentPassage.end,
    CommentPassage.words,
)


@dataclass(frozen=True)
class PassageDraft:
    """A passage as a browser or the chooser names it: its words, what stands around them, and in which revision."""

    quote: str
    prefix: str
    suffix: str
    revision_number: int


@dataclass(frozen=True)
class Talk:
    """The comments on one passage, oldest first, and where it is now; `comments` are those that were loaded."""

    anchor: Anchor
    words: str | None
    numbers: Sequence[int]
    comments: Sequence[Comment]

    @property
    def count(self) -> int:
        """How many public comments speak of it."""
        return len(self.numbers)

    @property
    def id(self) -> str:
        """Names the passage within its page: the first comment on it."""
        return f"p{self.numbers[0]}"


def attach(comment_id: int, page: Page, draft: PassageDraft) -> CommentPassage:
    """Note what a new comment speaks of; where the page moved on meanwhile, the passage is carried to what it is now.

    Raises PassageNotFound, PassageUnclear.
    """
    now = pages.current_revision(page)
    read = now if draft.revision_number == now.number else pages.revision_of(page, draft.revision_number)
    if read is None:
        raise PassageNotFound
    text = Text(read.blocks)
    try:
        span = locate(text, draft.quote, draft.prefix, draft.suffix)
    except Ambiguous:
        raise PassageUnclear from None
    if span is None:
        raise PassageNotFound
    anchor = made(text, span)
    if read is not now:
        (anchor,) = carry(text, Text(now.blocks), [anchor])
    row = CommentPassage(comment_id=comment_id, page_id=page.id, revision_number=read.number, quote=anchor.quote)
    _put(row, anchor, Text(now.blocks))
    db.session.add(row)
    return row


def follow(page_id: int, old: Sequence[str], new: Sequence[str]) -> None:
    """Bring all passages of a page, those of hidden comments too, from one text layer to the next: 1 query."""
    rows = db.session.scalars(select(CommentPassage).where(CommentPassage.page_id == page_id)).all()
    if not rows or list(old) == list(new):
        return
    text = Text(new)
    for row, anchor in zip(rows, carry(Text(old), text, [anchor_of(row) for row in rows]), strict=True):
        _put(row, anchor, text)
    db.session.flush()


def has_any(page_id: int) -> bool:
    """Whether anybody spoke of a passage of the page: 1 query."""
    return (
        db.session.scalar(select(CommentPassage.page_id).where(CommentPassage.page_id == page_id).limit(1)) is not None
    )


def of_page(page: Page, told: int | None = None) -> list[Talk]:
    """The passages that public comments speak of, in reading order, those that are gone last: 2 queries, 1 without any.

    The comments of the first `told` passages are loaded, without it all.
    """
    wanted = select(*_PLACE).join(CommentPassage.comment).where(CommentPassage.page_id == page.id)
    wanted = wanted.where(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    groups = _together(db.session.execute(wanted.order_by(CommentPassage.comment_id)).all())
    numbers = [[row.comment_id for row in group] for group in groups]
    said = _comments([number for each in numbers[:told] for number in each])
    return [
        Talk(anchor_of(group[0]), group[0].words, own, [said[number] for number in own if number in said])
        for group, own in zip(groups, numbers, strict=True)
    ]


def marks(talks: Sequence[Talk], page: Page, revision: Revision) -> list[Mark]:
    """Each passage that is in the text, marked, with the number of its comments behind it."""
    text, address = Text(revision.blocks), f"{address_of(page)}/passages"
    words = {count: _("この箇所への声 %(count)s件", count=count) for count in {talk.count for talk in talks}}
    found = []
    for talk in talks:
        pieces = text.pieces(talk.anchor.span) if talk.anchor.span else []
        for piece in pieces:
            name = (("class", "talked"), ("id", talk.id)) if piece is pieces[0] else (("class", "talked"),)
            link = _link(talk, f"{address}#{talk.id}", words[talk.count]) if piece is pieces[-1] else ()
            found.append(Mark(piece.block, piece.start, piece.end, name, link))
    return found


def _comments(numbers: Sequence[int]) -> dict[int, Comment]:
    if not numbers:
        return {}
    wanted = select(Comment).where(Comment.id.in_(numbers)).options(joinedload(Comment.author))
    return {comment.id: comment for comment in db.session.scalars(wanted)}


def anchor_of(row: Any) -> Anchor:
    """The row, or as much of it as `_PLACE` reads, as text/anchors.py knows it."""
    span = (row.start, row.end) if row.start is not None and row.end is not None else None
    return Anchor(row.quote, row.prefix, row.suffix, row.state, span)


def _put(row: CommentPassage, anchor: Anchor, text: Text) -> None:
    row.prefix, row.suffix, row.state = anchor.prefix, anchor.suffix, anchor.state
    row.start, row.end = anchor.span or (None, None)
    row.words = text.words(anchor.span) if anchor.span and anchor.state is State.CHANGED else None


def _together(rows: Sequence[Any]) -> list[list[Any]]:
    """Rows of one passage together, in reading order."""

    def place(row: Any) -> tuple[bool, int, int, str]:
        gone = row.start is None
        return gone, row.start or 0, row.end or 0, row.quote if gone else ""

    ordered = sorted(rows, key=lambda row: (place(row), row.comment_id))
    return [list(group) for _place, group in groupby(ordered, place)]


def _link(talk: Talk, href: str, name: str) -> tuple[tuple[str, str], ...]:
    return ("class", "talk"), ("href", href), ("aria-label", name), ("data-count", str(talk.count))
