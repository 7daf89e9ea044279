"""意見公募 (public comment): a period, numbered opinions, and the result as it was published."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.answers.models import Category
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page


class Phase(enum.StrEnum):
    """予定, 募集中, 締め切り, 結果公表: told by the days and by whether a result was published."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class Way(enum.StrEnum):
    """How an opinion came: by the web, or entered by staff."""

    WEB = "web"
    PAPER = "paper"
    COUNTER = "counter"
    MAIL = "mail"
    FAX = "fax"
    PHONE = "phone"


class Consultation(Base):
    """The public comment on one page. Opinions are taken from the start of `opens_on` to the end of
    `closes_on`, by the clock of Japan.

    `draft_number` is the page's revision that is asked about; `result_number` counts published results, 0 before.
    """

    __tablename__ = "consultation"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), unique=True)
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    materials: Mapped[str]
    materials_html: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    why_short: Mapped[str]
    draft_number: Mapped[int]
    result_number: Mapped[int] = mapped_column(default=0)
    set_up_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_up_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()

    @property
    def phase(self) -> Phase:
        """Where it stands today."""
        today = clock.today()
        if self.result_number:
            return Phase.PUBLISHED
        if today < self.opens_on:
            return Phase.PLANNED
        return Phase.OPEN if today <= self.closes_on else Phase.CLOSED

    @property
    def days_left(self) -> int:
        """Whole days until it closes, today included."""
        return (self.closes_on - clock.today()).days + 1


class Extension(Base):
    """A longer period, and why."""

    __tablename__ = "consultation_extension"
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    closed_on: Mapped[date]
    closes_on: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Opinion(Base):
    """One numbered opinion. `redactions` are [start, end, reason] in its text: what the public does not read.

    One that was entered by staff has no author; `key` is on the writer's receipt.
    """

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("consultation_id", "number"), UniqueConstraint("consultation_id", "request_key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    way: Mapped[Way] = mapped_column(default=Way.WEB)
    body: Mapped[str]
    redactions: Mapped[list[Any]] = mapped_column(default=list)
    request_key: Mapped[str | None]
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    author: Mapped[Person | None] = relationship(foreign_keys=author_id)


class OpinionGroup(Base):
    """Like opinions under one 意見の概要, with what the city thinks (市の考え方) and does (対応区分)."""

    __tablename__ = "opinion_group"
    __table_args__ = (Index("ix_opinion_group_consultation_id_id", "consultation_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    summary: Mapped[str]
    answer: Mapped[str]
    category: Mapped[Category | None]

    members: Mapped[list[GroupedOpinion]] = relationship(
        cascade="all, delete-orphan", order_by="GroupedOpinion.opinion_id"
    )


class GroupedOpinion(Base):
    """An opinion in a group; one that says several things stands in several."""

    __tablename__ = "grouped_opinion"
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id", ondelete="CASCADE"), primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id", ondelete="CASCADE"), primary_key=True, index=True)

    opinion: Mapped[Opinion] = relationship()


class Result(Base):
    """The result as it was published: never changed, a corrected one follows. `told` holds no redacted text."""

    __tablename__ = "consultation_result"
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    told: Mapped[dict[str, Any]]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
