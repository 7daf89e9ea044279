"""Comments, and the earlier texts of edited ones."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal
from wiki.text.anchors import State


class Channel(enum.StrEnum):
    """受付経路: ウェブ, 紙, 窓口, 電話, 会合."""

    WEB = "web"
    PAPER = "paper"
    COUNTER = "counter"
    PHONE = "phone"
    MEETING = "meeting"


class Stance(enum.StrEnum):
    """賛成, 反対, 質問, 提案, 体験: how somebody wants their comment to be read."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    QUESTION = "question"
    IDEA = "idea"
    EXPERIENCE = "experience"


def _index_of_some(column: str) -> Index:
    """An index over `column` and id that holds only the rows which have the column: most do not."""
    some = text(f"{column} IS NOT NULL")
    return Index(f"ix_comment_{column}_id", column, "id", sqlite_where=some, postgresql_where=some)


class Comment(Base):
    """A remark on a page or on one of its proposals; may reply to another.

    A thread is a root (`root_id` None) and all comments whose `root_id` it is. Deleted and hidden comments keep their
    row and their text: a stub stands in their place for readers, staff can still read them.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_threads", "page_id", "proposal_id", "root_id", "id"),
        _index_of_some("proposal_id"),
        _index_of_some("root_id"),
        UniqueConstraint("author_id", "request_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    depth: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revision_number: Mapped[int]
    channel: Mapped[Channel] = mapped_column(default=Channel.WEB)
    signed_as: Mapped[str | None]
    stance: Mapped[Stance | None]
    body: Mapped[str]
    html: Mapped[str]
    request_key: Mapped[str | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]

    page: Mapped[Page] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    author: Mapped[Person] = relationship()
    passage: Mapped[CommentPassage | None] = relationship(back_populates="comment")

    @property
    def shown_name(self) -> str:
        """The name it is shown under: on paper people sign without an account."""
        return self.signed_as or self.author.name

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.deleted_at is None and self.hidden_at is None

    def editable_until(self, seconds: int) -> datetime:
        """The moment until which its author may change it."""
        return self.created_at + timedelta(seconds=seconds)


class CommentPassage(Base):
    """The passage that a comment speaks of (text/anchors.py), as it stands in the page's current revision.

    `quote` are the words spoken of, in revision `revision_number`; `start` and `end` are offsets in the current text
    layer taken as one text, None when the passage is gone; `words` are what stands there where it was changed.
    """

    __tablename__ = "comment_passage"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    revision_number: Mapped[int]
    quote: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    state: Mapped[State] = mapped_column(default=State.HERE)
    start: Mapped[int | None]
    end: Mapped[int | None]
    words: Mapped[str | None]

    comment: Mapped[Comment] = relationship(back_populates="passage")


class CommentReflection(Base):
    """反映: this revision of the page carries out what this comment says, wholly or in part."""

    __tablename__ = "comment_reflection"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    revision: Mapped[Revision] = relationship()
    comment: Mapped[Comment] = relationship()


class EarlierText(Base):
    """What a comment said before an edit; for staff."""

    __tablename__ = "comment_earlier_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    body: Mapped[str]
    replaced_at: Mapped[datetime] = mapped_column(default=clock.now)


class DiscussionSummary(Base):
    """What staff say that the voices on a page say, on top of them; `comment_ids` are those it rests on."""

    __tablename__ = "discussion_summary"
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str]
    html: Mapped[str]
    comment_ids: Mapped[list[Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person] = relationship()
