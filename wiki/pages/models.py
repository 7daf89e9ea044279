"""Pages, their immutable revisions, the people a report rests on, and old addresses."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import Base
from wiki.text.slugs import page_key


class PageKind(enum.StrEnum):
    """レポート, 記事, 使いかた."""

    REPORT = "report"
    ARTICLE = "article"
    HELP = "help"


class PageState(enum.StrEnum):
    """まだ公開していない, 公開中, 公開をやめた."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Protection(enum.StrEnum):
    """Who may work on a page's text: residents may suggest, staff alone, administrators alone."""

    OPEN = "open"
    STAFF = "staff"
    LOCKED = "locked"


def _key_of_title(context: DefaultExecutionContext) -> str:
    return page_key(context.get_current_parameters()["title"])  # type: ignore[no-untyped-call]


class Page(Base):
    """A wiki page: what does not change with its text.

    `current_number` is the number of the revision that the public reads, which is the newest one; 0 for a page that
    was never published. What is still being worked on is a `Submission`.
    """

    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(index=True, default=_key_of_title)
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
    state: Mapped[PageState] = mapped_column(default=PageState.PUBLISHED, server_default=PageState.PUBLISHED.value)
    protection: Mapped[Protection] = mapped_column(default=Protection.OPEN, server_default=Protection.OPEN.value)
    needs_review: Mapped[bool] = mapped_column(default=False, server_default=false())
    deleted_at: Mapped[datetime | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    people: Mapped[list[PagePerson]] = relationship(
        order_by="PagePerson.position", cascade="all, delete-orphan", back_populates="page"
    )

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it: the same as `queries.is_public()`, for a page at hand."""
        return self.state is PageState.PUBLISHED and self.deleted_at is None

    @property
    def takes_suggestions(self) -> bool:
        """Whether residents may suggest edits of its text now."""
        return self.is_public and self.is_open and self.protection is Protection.OPEN

    @property
    def was_published(self) -> bool:
        """Whether there is a revision at all."""
        return self.current_number > 0

    @validates("title")
    def _fold(self, _name: str, title: str) -> str:
        """`title_key` is always that of the title."""
        self.title_key = page_key(title)
        return title


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


_UNSEEN = text("at IS NULL")


class Patrol(Base):
    """確認済み: who of the staff looked at what a colleague published, and when; while `at` is None it waits.

    Revisions from before there was patrol, and those that no person wrote (imports), have no row and wait for nobody.
    """

    __tablename__ = "patrol"
    __table_args__ = (Index("ix_patrol_waiting", "revision_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),)
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime | None]

    revision: Mapped[Revision] = relationship()
    person: Mapped[Person | None] = relationship()


class PageLink(Base):
    """A link in a page's current revision.

    `key` is the `page_key` of the page that it names ("": its own, None: it leads elsewhere). `target_id` is the page
    to which that name leads now, None while there is none; it is brought up to date whenever names change. It is no
    foreign key: on PostgreSQL that would make the save of a page wait for a renaming of each page that it links to.
    """

    __tablename__ = "page_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    address: Mapped[str]
    key: Mapped[str | None] = mapped_column(index=True)
    fragment: Mapped[str | None]
    text: Mapped[str]
    target_id: Mapped[int | None] = mapped_column(index=True)

    page: Mapped[Page] = relationship()
    target: Mapped[Page | None] = relationship(primaryjoin="foreign(PageLink.target_id) == Page.id", viewonly=True)


class Redirect(Base):
    """A name that a page had before it was renamed: a slug, or the `page_key` of a title."""

    __tablename__ = "redirect"
    slug: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)


class Draft(Base):
    """What somebody has typed and not published: one a page and person, or a `key` where the page is still to be made.

    `base_number` is the revision from which it was written (0: none). `version` is a new number with every saving,
    `screen` names the opened editor that saved last: only that one, or one that has seen this version, may go on.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str]
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="SET NULL"), index=True)
    title: Mapped[str]
    slug: Mapped[str]
    body: Mapped[str]
    summary: Mapped[str]
    section: Mapped[str]
    reflects: Mapped[list[Any]]
    base_number: Mapped[int]
    screen: Mapped[str]
    version: Mapped[int]
    saved_at: Mapped[datetime]

    page: Mapped[Page | None] = relationship()


class Editing(Base):
    """Somebody has a page open in the editor: since when, and when they were last heard of."""

    __tablename__ = "editing"
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SubmissionState(enum.StrEnum):
    """下書き, 確認待ち, 差し戻し, 公開予約; 公開済み, 取り下げ."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Submission(Base):
    """A version of a page that is not public yet: it becomes a revision when it is published, or is withdrawn.

    `base_number` is the revision from which it was written (0: none), `version` counts changes of its text, so that
    nobody approves what they have not read. `author` is who changed the text last; `reviewer` who approved or returned
    it, with `note` in the latter's words.
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_state_publish_at", "state", "publish_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[SubmissionState]
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    slug: Mapped[str]
    body: Mapped[str]
    summary: Mapped[str]
    reflects: Mapped[list[Any]] = mapped_column(default=list)
    base_number: Mapped[int]
    publish_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    revision_number: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    page: Mapped[Page] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id])


class Provenance(Base):
    """Where the sentences of a revision come from (pages/provenance.py says how it is written)."""

    __tablename__ = "provenance"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    chains: Mapped[list[Any]]
    sentences: Mapped[list[Any]]


class PageSentence(Base):
    """A sentence that once stood on a page, by its digest, with the origins that it had when it first did."""

    __tablename__ = "page_sentence"
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    origins: Mapped[list[Any]]
