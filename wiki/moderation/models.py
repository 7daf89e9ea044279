"""Flags, cases and decisions. A subject is a comment or a proposal, exactly one of them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core import clock
from wiki.core.database import Base
from wiki.proposals.models import Proposal


class Reason(enum.StrEnum):
    """Why something is flagged or hidden."""

    PERSONAL = "personal"
    INSULT = "insult"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"
    OTHER = "other"


class Verdict(enum.StrEnum):
    """隠す, 元に戻す, そのまま残す."""

    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"


class Case(Base):
    """案件: all flags and decisions on one comment or proposal. Open while flags wait for a decision."""

    __tablename__ = "moderation_case"
    __table_args__ = (
        CheckConstraint("(comment_id IS NULL) <> (proposal_id IS NULL)", name="one_subject"),
        Index("ix_moderation_case_open", "closed_at", "opened_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), unique=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), unique=True)
    flags_waiting: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]

    comment: Mapped[Comment | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()


class Flag(Base):
    """通報: one person's remark that a text may break the rules, with the text as it was then."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[Reason]
    note: Mapped[str]
    snapshot: Mapped[str]
    flagged_at: Mapped[datetime] = mapped_column(default=clock.now)


class Decision(Base):
    """判断: what a member of staff decided, why, and when; the author is told, the public reads the kind of reason."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[Verdict]
    reason: Mapped[Reason]
    note: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship()
    actor: Mapped[Person] = relationship()
