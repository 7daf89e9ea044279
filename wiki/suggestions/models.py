"""Suggested edits: the page's text as somebody would have it, why, and what became of it."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page, Revision


class State(enum.StrEnum):
    """確認待ち, 反映, 見送り, 取り下げ."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Why(enum.StrEnum):
    """Why a suggestion was declined."""

    SOURCE = "source"
    FACTS = "facts"
    ALREADY = "already"
    WORDING = "wording"
    SCOPE = "scope"
    RULES = "rules"
    OTHER = "other"


class Suggestion(Base):
    """A page's whole text with the change that somebody suggests; `base_number` is the revision it was made from.

    `revision_id` is the revision that took it over, by then with what staff changed about it.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("ix_suggestion_state_id", "state", "id"),
        UniqueConstraint("author_id", "request_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    base_number: Mapped[int]
    body: Mapped[str]
    reason: Mapped[str]
    state: Mapped[State] = mapped_column(default=State.WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    why: Mapped[Why | None]
    words: Mapped[str | None]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", ondelete="SET NULL"), index=True)
    request_key: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=author_id)
    revision: Mapped[Revision | None] = relationship()

    @property
    def is_waiting(self) -> bool:
        return self.state is State.WAITING
