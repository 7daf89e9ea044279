"""Sheets as staff entered them, and lists that wait to be taken in."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.comments.models import Channel, Comment
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page


class AgeBand(enum.StrEnum):
    """年代: 19歳以下, 20代 … 60代, 70代以上."""

    UNDER_20 = "under20"
    TWENTIES = "20s"
    THIRTIES = "30s"
    FORTIES = "40s"
    FIFTIES = "50s"
    SIXTIES = "60s"
    OVER_70 = "70plus"


class Sheet(Base):
    """A voice that did not come by the web: how it came, beside the comment that it became.

    `number` is the receipt number on the paper; who holds it may read what became of the voice and take it over into
    an account. `digest` is of the folded text, by which the same text is noticed again. `photo` names the picture of
    the paper in the store; staff alone see it.
    """

    __tablename__ = "sheet"
    __table_args__ = (
        Index("ix_sheet_page_id_digest", "page_id", "digest"),
        Index("ix_sheet_entered_by_id_id", "entered_by_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), unique=True)
    age_band: Mapped[AgeBand | None]
    district: Mapped[str | None]
    received_on: Mapped[date]
    photo: Mapped[str | None]
    digest: Mapped[str]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    claimed_at: Mapped[datetime | None]

    page: Mapped[Page] = relationship()
    comment: Mapped[Comment] = relationship()
    entered_by: Mapped[Person] = relationship()


class Batch(Base):
    """A list that was read and found right, until the same person takes it in or a day has passed.

    While `is_entering`, `rows` are those that are left, `entered` counts those entered, `passed` are the places of
    those that somebody had entered before.
    """

    __tablename__ = "intake_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    rows: Mapped[list[Any]]
    is_entering: Mapped[bool] = mapped_column(default=False)
    entered: Mapped[int] = mapped_column(default=0)
    passed: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()
