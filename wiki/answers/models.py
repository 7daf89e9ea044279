"""市の考え方: one official answer to many voices, written, approved, and only then published."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Department, Person
from wiki.comments.models import Comment
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page
from wiki.proposals.models import Proposal


class Category(enum.StrEnum):
    """対応区分: 反映する, 一部反映, 既に対応, 今後の参考, 反映できない."""

    REFLECT = "reflect"
    PARTLY = "partly"
    ALREADY = "already"
    FUTURE = "future"
    CANNOT = "cannot"


class State(enum.StrEnum):
    """下書き, 決裁中, 差し戻し, 決裁済み, 公開: of the text being worked on; what is published stays published."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"


class Answer(Base):
    """A group of like voices and the text in work for them. The public reads `Publication`, never this text.

    `summary` says in a line what the voices say; `needed` is how many approvals it takes; `round` counts how often it
    was handed in, so that an approval holds for the text that was read; `published_number` is that of the newest
    publication, 0 before the first.
    """

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_state_due_on", "state", "due_on"), CheckConstraint("needed IN (1, 2)", "needed"))
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    summary: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    category: Mapped[Category | None]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    needed: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    published_number: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    due_on: Mapped[date | None]
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()
    department: Mapped[Department | None] = relationship()
    writer: Mapped[Person] = relationship()

    @property
    def is_public(self) -> bool:
        """Whether anything of it has been published."""
        return self.published_number > 0


class AnsweredVoice(Base):
    """A comment or a proposal that an answer is given to; each has at most one.

    `answered_at` is when an answer was first published for it, `told_at` when its author was written to.
    """

    __tablename__ = "answered_voice"
    __table_args__ = (
        UniqueConstraint("comment_id"),
        UniqueConstraint("proposal_id"),
        CheckConstraint("(comment_id IS NULL) != (proposal_id IS NULL)", name="one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    answer: Mapped[Answer] = relationship()
    comment: Mapped[Comment | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()

    @property
    def subject(self) -> Comment | Proposal:
        """The voice itself."""
        found = self.comment or self.proposal
        assert found is not None
        return found


class Approval(Base):
    """決裁: somebody read the text handed in (`round`) and approved it, or sent it back with a note."""

    __tablename__ = "answer_approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_approved: Mapped[bool]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()


class Publication(Base):
    """An answer as it was published; never changed, a newer one follows."""

    __tablename__ = "answer_publication"
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    summary: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    category: Mapped[Category]
    department: Mapped[str | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
