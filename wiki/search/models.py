"""The search index: one row for each thing that can be found, and how the titles among them are read."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core.database import Base

_EPOCH_MS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
_REF_BITS, _KIND_BITS = 20, 2
_SHIFT = _REF_BITS + _KIND_BITS
_HIGHEST = 2**63 - 1
_BIG = BigInteger().with_variant(Integer, "sqlite")
_LEXEMES = Text().with_variant(postgresql.TSVECTOR(), "postgresql")
#: Of no row on SQLite, which looks all of this up in FTS5: an index under this condition costs nothing there.
_ON_POSTGRES = text("lexemes IS NOT NULL")


class Found(enum.StrEnum):
    """What can be found: ページ, 提案, コメント."""

    PAGE = "page"
    PROPOSAL = "proposal"
    COMMENT = "comment"


def id_from(at: datetime) -> int:
    """The lowest id that something of this moment can have; within what the databases can hold."""
    milliseconds = int(at.timestamp() * 1000) - _EPOCH_MS
    return max(-_HIGHEST, min(_HIGHEST, milliseconds << _SHIFT))


def id_of(kind: Found, ref_id: int, at: datetime) -> int:
    """The id of a document: milliseconds since 2000, kind, and the last 20 bits of the row's own id."""
    return id_from(at) | list(Found).index(kind) << _REF_BITS | ref_id & (1 << _REF_BITS) - 1


class Document(Base):
    """A page, a proposal or a comment as search sees it. What is hidden or deleted has no row.

    The id is made of the moment of writing, so ids stand in order of time, on both databases alike: the newest first
    is the highest id first, and a span of days is a range of ids. `folded` is the folded title, a line end, and the
    folded text. `lexemes` is filled on PostgreSQL; on SQLite the pairs stand in the table `search_index`, into which
    a document is put a little later (`is_pending` until then).
    """

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "ref_id"),
        Index("ix_search_document_kind_id", "kind", "id", sqlite_where=_ON_POSTGRES),
        Index("ix_search_document_page_id", "page_id", sqlite_where=_ON_POSTGRES),
        Index(
            "ix_search_document_titled",
            "id",
            sqlite_where=text("folded_title <> ''"),
            postgresql_where=text("folded_title <> ''"),
        ),
        Index(
            "ix_search_document_pending", "id", sqlite_where=text("is_pending = 1"), postgresql_where=text("is_pending")
        ),
        Index(
            "ix_search_document_lexemes",
            "lexemes",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
            sqlite_where=_ON_POSTGRES,
        ),
    )
    id: Mapped[int] = mapped_column(_BIG, primary_key=True, autoincrement=False)
    kind: Mapped[Found]
    ref_id: Mapped[int]
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stage: Mapped[str | None]
    at: Mapped[datetime]
    title: Mapped[str]
    text: Mapped[str]
    folded_title: Mapped[str]
    folded: Mapped[str]
    shifts: Mapped[list[Any]]
    is_pending: Mapped[bool] = mapped_column(default=False)
    lexemes: Mapped[str | None] = mapped_column(_LEXEMES)


class Reading(Base):
    """How a word of a document is read in hiragana: for those who typed it by ear. `key` forgives (text.japanese)."""

    __tablename__ = "search_reading"
    __table_args__ = (
        Index("ix_search_reading_key", "key"),
        Index("ix_search_reading_word_reading", "word", "reading"),
    )
    document_id: Mapped[int] = mapped_column(
        _BIG, ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    reading: Mapped[str]
