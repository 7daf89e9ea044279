"""Proposals, votes, the steps of their life, and the revisions that reflect them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page, Revision


class Stage(enum.StrEnum):
    """受付, 検討中, 採用, 一部採用, 見送り, 実施済み."""

    RECEIVED = "received"
    CONSIDERING = "considering"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    DECLINED = "declined"
    DONE = "done"


class Proposal(Base):
    """An idea for a page. The three counts are kept with the votes, in the same transaction."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_stage_id", "stage", "id"),
        Index("ix_proposal_agrees_id", "agrees", "id"),
        UniqueConstraint("author_id", "request_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str]
    body: Mapped[str]
    html: Mapped[str]
    stage: Mapped[Stage] = mapped_column(default=Stage.RECEIVED)
    agrees: Mapped[int] = mapped_column(default=0)
    disagrees: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str] = mapped_column(default="web")
    request_key: Mapped[str | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    hidden_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()
    author: Mapped[Person] = relationship()

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_deciding(self) -> bool:
        """Whether it is still open: votes count and nothing has been decided."""
        return self.stage in {Stage.RECEIVED, Stage.CONSIDERING}


class Vote(Base):
    """One person's 賛成 (1), 反対 (-1) or わからない (0) on one proposal."""

    __tablename__ = "vote"
    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"),)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    value: Mapped[int]
    voted_at: Mapped[datetime] = mapped_column(default=clock.now)


class Step(Base):
    """One step in a proposal's life, with the official text (市の考え方) that was given at it."""

    __tablename__ = "step"
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    stage: Mapped[Stage]
    text: Mapped[str]
    html: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_sample: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person | None] = relationship()


class Reflection(Base):
    """反映: this revision carries out this proposal, wholly or in part."""

    __tablename__ = "reflection"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(default=clock.now)

    revision: Mapped[Revision] = relationship()
    proposal: Mapped[Proposal] = relationship()
