"""Collections of pages, series with numbered episodes, and tags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page


class Collection(Base):
    """特集: an ordered set of pages with a lead."""

    __tablename__ = "collection"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    lead: Mapped[str]
    lead_html: Mapped[str]
    source: Mapped[str | None]
    disclaimer: Mapped[str | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    entries: Mapped[list[CollectionEntry]] = relationship(
        order_by="CollectionEntry.position", cascade="all, delete-orphan", back_populates="collection"
    )


class CollectionEntry(Base):
    """A page's place in a collection, with the heading and digest it has there."""

    __tablename__ = "collection_entry"
    __table_args__ = (UniqueConstraint("collection_id", "page_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    heading: Mapped[str]
    digest: Mapped[str]

    collection: Mapped[Collection] = relationship(back_populates="entries")
    page: Mapped[Page] = relationship()

    @property
    def shown_heading(self) -> str:
        """The heading that it has here, else the page's own."""
        return self.heading or self.page.heading or ""

    @property
    def shown_digest(self) -> str:
        """The digest that it has here, else the page's own."""
        return self.digest or self.page.digest or ""


class Series(Base):
    """連載: its episodes are pages."""

    __tablename__ = "series"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(unique=True)

    episodes: Mapped[list[Episode]] = relationship(
        order_by="Episode.number", cascade="all, delete-orphan", back_populates="series"
    )


class Episode(Base):
    """A page's number within a series, and how it is written there (第1回（全3回）)."""

    __tablename__ = "episode"
    __table_args__ = (UniqueConstraint("series_id", "number"),)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    number: Mapped[int]
    label: Mapped[str]

    series: Mapped[Series] = relationship(back_populates="episodes")
    page: Mapped[Page] = relationship()


class Deleted(Base):
    """A collection or a series (`kind`) that was taken away; `told` is all that it said."""

    __tablename__ = "deleted_arrangement"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str]
    told: Mapped[dict[str, Any]]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()


class Tag(Base):
    """A word under which pages are found; two that differ only in width or case are one (text/tags.py)."""

    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class PageTag(Base):
    """A page under a tag."""

    __tablename__ = "page_tag"
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)
