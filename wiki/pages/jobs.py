"""What the room does by itself: publish what is due, trace sentences, render anew what an older renderer wrote."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, select, update

from wiki.core import clock, jobs, versions
from wiki.core.database import db, transaction
from wiki.pages import hooks, links, provenance, publishing, queries, submissions
from wiki.pages.models import Page, Revision
from wiki.text import markdown
from wiki.text.markdown import Rendered, TooComplex

log = logging.getLogger(__name__)
_MOST_PAGES = 50
_MOST_REVISIONS = 200
_BATCH = 20


@jobs.handler("pages.publish_due", every=timedelta(minutes=1))
def publish_due() -> None:
    """Publish each version whose time has come, each in a transaction of its own; a second run finds it done."""
    failed: Exception | None = None
    for due_id in [submission.id for submission in submissions.due(clock.now())]:
        try:
            _publish(due_id)
        except Exception as error:  # one that fails must not hold up the others
            db.session.rollback()
            log.exception("submission %s could not be published", due_id)
            failed = error
    if failed is not None:
        raise failed


def _publish(submission_id: int) -> None:
    submission = submissions.by_id(submission_id)
    prepared = publishing.prepare(submission)
    with transaction():
        publishing.publish_due(submissions.by_id(submission_id), prepared)


@jobs.handler("pages.trace", every=timedelta(minutes=1))
def trace() -> None:
    """Trace some of what is not yet, a few revisions a transaction; other jobs do not wait for all of it."""
    left = _MOST_REVISIONS
    pages = list(provenance.behind(_MOST_PAGES))
    db.session.rollback()
    for page_id in pages:
        traced = 1
        while traced and left > 0:
            with transaction():
                db.session.get(Page, page_id, with_for_update=True)  # a writer of the page would trace it as well
                traced = provenance.catch_up(page_id)
                versions.touch(f"page:{page_id}")
            left -= traced


@jobs.handler("pages.render", every=timedelta(hours=1))
def render_again() -> None:
    """Bring every page's current text up to the renderer's version, and note its links; earlier ones stay as read."""
    while found := _outdated():
        made = {revision.id: (revision.page_id, revision.number, _rendered(revision.body)) for revision in found}
        with transaction():
            for revision_id, (page_id, number, rendered) in made.items():
                _put(revision_id, page_id, number, rendered)


def _outdated() -> Sequence[Revision]:
    """Some current revisions that an older renderer wrote: 1 query."""
    is_current = and_(Page.id == Revision.page_id, Page.current_number == Revision.number)
    wanted = select(Revision).join(Page, is_current)
    wanted = wanted.where(Revision.renderer_version < markdown.RENDERER_VERSION)
    return db.session.scalars(wanted.order_by(Revision.id).limit(_BATCH)).all()


def _rendered(body: str) -> Rendered | None:
    try:
        return markdown.render_page(body)
    except TooComplex:
        return None


def _put(revision_id: int, page_id: int, number: int, rendered: Rendered | None) -> None:
    """A text that today's renderer refuses keeps the HTML that it has."""
    values: dict[str, object] = {"renderer_version": markdown.RENDERER_VERSION}
    if rendered is not None:
        toc = [[heading.level, heading.id, heading.text] for heading in rendered.toc]
        values |= {"html": rendered.html, "toc": toc, "blocks": list(rendered.blocks)}
        revision = db.session.get_one(Revision, revision_id)
        before = revision.blocks
        if before != values["blocks"]:
            provenance.forget(revision)
            for tell in hooks.relaid:
                tell(page_id, before, list(rendered.blocks))
    db.session.execute(update(Revision).where(Revision.id == revision_id).values(values))
    page = queries.locked(db.session.get_one(Page, page_id))
    if page.current_number == number and rendered is not None:
        links.note(page, rendered.html)
        versions.touch(f"page:{page_id}")
