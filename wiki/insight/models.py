"""声の地図: a question on a page, short statements, votes on them. And who takes part, against who lives here."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.intake.models import AgeBand
from wiki.pages.models import Page


class StatementState(enum.StrEnum):
    """確認待ち, 公開, 見送り."""

    WAITING = "waiting"
    SHOWN = "shown"
    DECLINED = "declined"


class OpinionMap(Base):
    """A question that people answer statement by statement.

    `chart` is what the last computation told (insight/mapping.py); `is_due` says that a computation is on its way.
    """

    __tablename__ = "opinion_map"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    question: Mapped[str]
    lead: Mapped[str]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_sample: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    chart: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    computed_at: Mapped[datetime | None]
    is_due: Mapped[bool] = mapped_column(default=False)

    page: Mapped[Page] = relationship()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Statement(Base):
    """One short statement; residents' wait until staff have shown or declined them (`reason`)."""

    __tablename__ = "statement"
    __table_args__ = (Index("ix_statement_map_id_state", "map_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    map_id: Mapped[int] = mapped_column(ForeignKey("opinion_map.id", ondelete="CASCADE"))
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[StatementState] = mapped_column(default=StatementState.WAITING)
    reason: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    map: Mapped[OpinionMap] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=author_id)


class StatementVote(Base):
    """One person's 賛成 (1), 反対 (−1) or わからない (0) on one statement."""

    __tablename__ = "statement_vote"
    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"),)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    value: Mapped[int]
    voted_at: Mapped[datetime] = mapped_column(default=clock.now)


class PersonFacts(Base):
    """What somebody chose to say of themselves, apart from their account: asked for only to see who is not heard."""

    __tablename__ = "person_facts"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    age_band: Mapped[AgeBand | None]
    district: Mapped[str | None]
    is_first_time: Mapped[bool | None]
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class CensusCell(Base):
    """How many people live here, of an age band or in a district (`kind`), from the table that staff uploaded."""

    __tablename__ = "census_cell"
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    place: Mapped[int]
