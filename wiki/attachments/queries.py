"""Reading what was uploaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wiki.attachments.models import Attachment
from wiki.core import files
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page

MOST_LISTED = 500


@dataclass(frozen=True)
class Listing:
    """A page's files, newest first: those that are there, and those that can be brought back."""

    there: Sequence[Attachment]
    deleted: Sequence[Attachment]


def attachment_or_404(key: str) -> Attachment:
    """The file with this key, unless it is deleted: 1 query. Raises NotThere."""
    found = any_or_404(key)
    if found.deleted_at is not None:
        raise NotThere
    return found


def any_or_404(key: str) -> Attachment:
    """The file with this key, deleted or not, with its page: 1 query. Raises NotThere."""
    wanted = select(Attachment).where(Attachment.key == key).options(joinedload(Attachment.page))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotThere
    return found


def of_page(page: Page | None) -> Listing:
    """The newest 500 files of the page (None: of no page yet), uploaders loaded: 1 query."""
    belongs = Attachment.page_id.is_(None) if page is None else Attachment.page_id == page.id
    wanted = select(Attachment).where(belongs).options(joinedload(Attachment.uploader))
    found = db.session.scalars(wanted.order_by(Attachment.id.desc()).limit(MOST_LISTED)).all()
    return Listing(
        [one for one in found if one.deleted_at is None], [one for one in found if one.deleted_at is not None]
    )


def same(page: Page | None, digest: str) -> Attachment | None:
    """The page's file that was sent with these bytes, unless it is deleted: 1 query."""
    belongs = Attachment.page_id.is_(None) if page is None else Attachment.page_id == page.id
    wanted = select(Attachment).where(belongs, Attachment.digest == digest, Attachment.deleted_at.is_(None))
    return db.session.scalar(wanted.order_by(Attachment.id).limit(1))


def bytes_of_all() -> int:
    """What all files take, deleted ones included: 1 query."""
    return int(db.session.scalar(select(func.coalesce(func.sum(Attachment.all_bytes), 0))) or 0)


@files.needs
def referenced() -> set[str]:
    """The store's names of all that any file needs, deleted ones included: 1 query."""
    return set(_contents())


def _contents() -> Iterator[str]:
    for content, variants in db.session.execute(select(Attachment.content, Attachment.variants)):
        yield content
        for variant in variants:
            yield variant["content"]
