"""Every change to files. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete as delete_from
from sqlalchemy import select, update

from wiki import ledger
from wiki.accounts.models import Person
from wiki.attachments import queries
from wiki.attachments.intake import Received
from wiki.attachments.models import Attachment
from wiki.core import clock
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.pages.models import Page

_KEY_BYTES = 16
UNDO = timedelta(days=30)


def add(
    actor: Person | None, page: Page | None, received: Received, alt: str | None, key: str | None = None
) -> Attachment:
    """Give the page what was received; the same bytes once more are the file that is already there.

    `key` is for a file that had its address elsewhere. `alt` is what a picture shows, empty for decoration, None when
    nobody said it.
    """
    alt = alt if received.width else None
    if key is None and (there := queries.same(page, received.digest)):
        if alt is not None and there.alt != alt:
            describe(actor, there, alt)
        return there
    made = Attachment(
        key=key or secrets.token_urlsafe(_KEY_BYTES),
        page_id=page.id if page else None,
        uploader_id=actor.id if actor else None,
        name=received.name,
        media_type=received.media_type,
        digest=received.digest,
        content=received.content,
        bytes=received.bytes,
        all_bytes=received.bytes + sum(variant["bytes"] for variant in received.variants),
        width=received.width,
        height=received.height,
        variants=list(received.variants),
        alt=alt,
    )
    db.session.add(made)
    db.session.flush()
    _record(Kind.FILE_ADDED, actor, made)
    return made


def describe(actor: Person | None, attachment: Attachment, alt: str | None) -> None:
    """Say what the picture shows, for texts in which it is put from now on."""
    if attachment.alt != alt:
        attachment.alt = alt
        _record(Kind.FILE_DESCRIBED, actor, attachment)


def delete(actor: Person, attachment: Attachment) -> None:
    """Take the file away from everybody; for 30 days it can be brought back."""
    if attachment.deleted_at is None:
        attachment.deleted_at = clock.now()
        _record(Kind.FILE_DELETED, actor, attachment)


def restore(actor: Person, attachment: Attachment) -> None:
    """Bring the file back, at the address that it had."""
    if attachment.deleted_at is not None:
        attachment.deleted_at = None
        _record(Kind.FILE_RESTORED, actor, attachment)


def adopt(page_id: int, keys: Iterable[str]) -> None:
    """Give the page those of the files that belong to none."""
    if wanted := sorted(set(keys)):
        belongs = (Attachment.page_id.is_(None), Attachment.key.in_(wanted))
        db.session.execute(update(Attachment).where(*belongs).values(page_id=page_id))


def forget_deleted() -> None:
    """Drop the rows of what was deleted more than 30 days ago; the bytes follow when the store is swept."""
    long_ago = clock.now() - UNDO
    gone = select(Attachment.id).where(Attachment.deleted_at < long_ago)
    db.session.execute(delete_from(Attachment).where(Attachment.id.in_(gone)))


def _record(kind: Kind, actor: Person | None, attachment: Attachment) -> None:
    ledger.record(kind, actor.id if actor else None, page_id=attachment.page_id, attachment_id=attachment.id)
