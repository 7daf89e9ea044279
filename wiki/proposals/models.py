"""Proposals, votes, the steps of their life, and the revisions that reflect them."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Department, Person
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


class Ending(enum.StrEnum):
    """取り下げ, 統合, 保管: how a proposal ended without a conclusion."""

    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ARCHIVED = "archived"


class Why(enum.StrEnum):
    """Why somebody took their proposal back: 同じ提案がある, もう始まっている, 実現が難しい, もう済んだ, その他."""

    DUPLICATE = "duplicate"
    STARTED = "started"
    UNFEASIBLE = "unfeasible"
    DONE = "done"
    OTHER = "other"


class Proposal(Base):
    """An idea for a page. The three counts are kept with the votes, in the same transaction.

    `active_at` is when something last happened to it; `version` counts its texts; `ending` is set when it ended
    without a conclusion (`ended_at`, with `merged_into_id` or the author's reason). `department` answers it, by
    `due_on`. Of `turns` in which its page had more proposals than it shows at once, it was shown in `shown_turns`.
    """

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
    active_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    edit_untold: Mapped[bool] = mapped_column(default=False)
    ending: Mapped[Ending | None]
    ended_at: Mapped[datetime | None]
    why_ended: Mapped[Why | None]
    ended_note: Mapped[str | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    warned_at: Mapped[datetime | None]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    due_on: Mapped[date | None]
    turns: Mapped[int] = mapped_column(default=0, server_default="0")
    shown_turns: Mapped[int] = mapped_column(default=0, server_default="0")

    page: Mapped[Page] = relationship()
    author: Mapped[Person] = relationship()
    department: Mapped[Department | None] = relationship()

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_deciding(self) -> bool:
        """Whether it is still open: votes count, nothing has been decided and it has not ended otherwise."""
        return self.ending is None and self.stage in {Stage.RECEIVED, Stage.CONSIDERING}


class Vote(Base):
    """One person's 賛成 (1), 反対 (-1) or わからない (0) on one proposal."""

    __tablename__ = "vote"
    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"),)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    value: Mapped[int]
    voted_at: Mapped[datetime] = mapped_column(default=clock.now)


class ProposalVersion(Base):
    """What a proposal said before an edit; `note` is what its author said about the change that replaced it."""

    __tablename__ = "proposal_version"
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    note: Mapped[str]
    replaced_at: Mapped[datetime] = mapped_column(default=clock.now)


class Cosigner(Base):
    """共同提案者: somebody who stands behind a proposal by name; `source_id`: who came with a merged proposal."""

    __tablename__ = "cosigner"
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()


class MergedVote(Base):
    """How a person's vote came to a proposal from another one merged into it (`value`), and what it was before."""

    __tablename__ = "merged_vote"
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[int]
    before: Mapped[int | None]
    before_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)


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
