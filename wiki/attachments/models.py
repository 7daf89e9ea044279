"""What was uploaded: one row a file, its bytes in the store (core/files.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.pages.models import Page
from wiki.text import filenames


class Attachment(Base):
    """A picture or another file of a page, or, until its page is written, of none.

    `key` is 128 random bits: who has the address may read the file, nobody finds it by guessing. `alt` says what a
    picture shows: empty for decoration, None while nobody has said it. `digest` is of the bytes that were sent,
    `content` the store's name of those that are given out, `bytes` their number, `all_bytes` with the smaller copies.
    """

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="SET NULL"), index=True)
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    digest: Mapped[str]
    content: Mapped[str]
    bytes: Mapped[int]
    all_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    variants: Mapped[list[Any]] = mapped_column(default=list)
    alt: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    deleted_at: Mapped[datetime | None]

    uploader: Mapped[Person | None] = relationship()
    page: Mapped[Page | None] = relationship()

    @property
    def is_picture(self) -> bool:
        return self.width is not None

    @property
    def address(self) -> str:
        """Where the file is read; a picture's size stands in it, so that a text is laid out before it arrives."""
        size = (self.width, self.height) if self.width and self.height else None
        return f"/files/{self.key}/{filenames.in_address(self.name, size)}"

    @property
    def contents(self) -> Iterator[str]:
        """The store's names of all that belongs to the file."""
        yield self.content
        for variant in self.variants:
            yield variant["content"]

    def smaller(self, width: int) -> str | None:
        """The store's name of the copy that is this wide."""
        return next((variant["content"] for variant in self.variants if variant["width"] == width), None)
