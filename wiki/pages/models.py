"""Pages, their immutable revisions, the people a report rests on, and old addresses."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base


class PageKind(enum.StrEnum):
    """レポート, 記事, 使いかた."""

    REPORT = "report"
    ARTICLE = "article"
    HELP = "help"


class Page(Base):
    """A wiki page: what does not change with its text. `current_number` is the number of the newest revision."""

    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[PageKind] = mapped_column(default=PageKind.REPORT)
    heading: Mapped[str | None]
    digest: Mapped[str | None]
    cover: Mapped[str | None]
    cover_alt: Mapped[str | None]
    published: Mapped[str | None]
    source: Mapped[dict[str, Any] | None]
    disclaimer: Mapped[str | None]
    questions: Mapped[list[Any]] = mapped_column(default=list)
    current_number: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(default=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    people: Mapped[list[PagePerson]] = relationship(
        order_by="PagePerson.position", cascade="all, delete-orphan", back_populates="page"
    )


class PagePerson(Base):
    """Somebody on whose words a report rests, with office and affiliation as they were then."""

    __tablename__ = "page_person"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    office: Mapped[str]

    page: Mapped[Page] = relationship(back_populates="people")


class Revision(Base):
    """One immutable text of a page: source, the HTML made of it, and its text layer (plain text by block)."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("page_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    html: Mapped[str]
    toc: Mapped[list[Any]]
    blocks: Mapped[list[Any]]
    renderer_version: Mapped[int]
    summary: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    restored_from: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()
    author: Mapped[Person | None] = relationship()


class Redirect(Base):
    """An address that a page had before it was renamed."""

    __tablename__ = "redirect"
    slug: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
