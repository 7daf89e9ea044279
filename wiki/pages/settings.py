"""What a page is set to, and whether it is there: protection, review, open or closed; withdrawn, deleted and back.

Each takes the actor, records, never commits; what is so already is not done, nor recorded, a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock, versions
from wiki.core.database import db
from wiki.core.web import NotAllowed
from wiki.ledger import Event, Kind
from wiki.pages import guard, policy, publishing, queries, submissions
from wiki.pages.models import Page, PageKind, PageState, Protection

_TOLD = (
    Kind.PAGE_SETTINGS_CHANGED,
    Kind.PAGE_WITHDRAWN,
    Kind.PAGE_SHOWN_AGAIN,
    Kind.PAGE_DELETED,
    Kind.PAGE_UNDELETED,
)


@dataclass(frozen=True)
class Settings:
    """What staff can set about a page."""

    kind: PageKind
    protection: Protection
    needs_review: bool
    is_open: bool

    @classmethod
    def of(cls, page: Page) -> Settings:
        """As they are."""
        return cls(page.kind, page.protection, page.needs_review, page.is_open)


def change(actor: Person, page: Page, wanted: Settings) -> None:
    """Bring the page's settings to these. Raises NotAllowed for what only administrators set, guard.NotWritable."""
    page = queries.locked(page)
    guard.check_editable(actor, page)
    before = asdict(Settings.of(page))
    changed = {name: value for name, value in asdict(wanted).items() if value != before[name]}
    if "protection" in changed and not policy.may_protect(actor, page, wanted.protection):
        raise NotAllowed
    if changed.get("needs_review") is False and not policy.may_waive_review(actor):
        raise NotAllowed
    for name, value in changed.items():
        setattr(page, name, value)
    if changed:
        everywhere = "kind" in changed
        told = {"page_kind" if name == "kind" else name: value for name, value in changed.items()}
        _record(Kind.PAGE_SETTINGS_CHANGED, actor, page, everywhere=everywhere, **told)


def withdraw(actor: Person, page: Page) -> None:
    """Take a published page out of public sight; what was to be published on it by itself becomes a draft."""
    page = queries.locked(page)
    guard.check_editable(actor, page)
    if page.state is PageState.PUBLISHED:
        page.state = PageState.WITHDRAWN
        _unschedule(actor, page)
        _record(Kind.PAGE_WITHDRAWN, actor, page, everywhere=True)


def show_again(actor: Person, page: Page) -> None:
    """Show a withdrawn page to everybody again, as it was."""
    page = queries.locked(page)
    guard.check_editable(actor, page)
    if page.state is PageState.WITHDRAWN:
        page.state = PageState.PUBLISHED
        _record(Kind.PAGE_SHOWN_AGAIN, actor, page, everywhere=True)


def delete(actor: Person, page: Page) -> None:
    """Delete a page so that it can be brought back: comments, proposals, revisions and address stay its own."""
    page = queries.locked(page)
    if page.deleted_at is None:
        guard.check_editable(actor, page)
        page.deleted_at = clock.now()
        _unschedule(actor, page)
        _record(Kind.PAGE_DELETED, actor, page, everywhere=True)


def undelete(actor: Person, page: Page) -> None:
    """Bring a deleted page back, in the state in which it was."""
    page = queries.locked(page)
    if page.deleted_at is not None:
        page.deleted_at = None
        guard.check_editable(actor, page)
        _record(Kind.PAGE_UNDELETED, actor, page, everywhere=True)


def history(page: Page, limit: int = 20) -> Sequence[tuple[Event, str]]:
    """What was set, newest first, each with who did it: 1 query; for staff."""
    wanted = select(Event, Person.name).outerjoin(Person, Person.id == Event.actor_id)
    wanted = wanted.where(Event.page_id == page.id, Event.kind.in_(_TOLD)).order_by(Event.id.desc())
    return [(event, name or "") for event, name in db.session.execute(wanted.limit(limit))]


def _unschedule(actor: Person, page: Page) -> None:
    for submission in submissions.scheduled_of(page):
        publishing.hold(actor, page, submission)


def _record(kind: Kind, actor: Person, page: Page, *, everywhere: bool, **facts: Any) -> None:
    """In the ledger; and the page's row, and all that shows the page where that is concerned, is read anew."""
    db.session.flush()
    versions.touch(queries.row_scope(page.slug), *([versions.EVERYTHING] if everywhere else []))
    ledger.record(kind, actor.id, page_id=page.id, **facts)
