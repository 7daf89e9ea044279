"""Every read of suggested edits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer, joinedload

from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page, Revision
from wiki.suggestions.models import State, Suggestion


def suggestion_or_404(suggestion_id: int) -> Suggestion:
    """The suggestion with its page, author and the revision that took it over: 1 query. Raises NotThere."""
    revision = joinedload(Suggestion.revision).load_only(Revision.number)
    suggestion = db.session.scalar(_with_page().options(revision).where(Suggestion.id == suggestion_id))
    if suggestion is None:
        raise NotThere
    return suggestion


def locked(suggestion: Suggestion) -> Suggestion:
    """The suggestion as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Suggestion).where(Suggestion.id == suggestion.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def posted_before(author_id: int, request_key: str) -> Suggestion | None:
    """The suggestion that this very form made when it was sent the first time: 1 query."""
    wanted = select(Suggestion).where(Suggestion.author_id == author_id, Suggestion.request_key == request_key)
    return db.session.scalar(wanted)


def of_page(page: Page, state: State, limit: int = 50) -> Sequence[Suggestion]:
    """A page's newest suggestions in this state, authors and revisions loaded, texts left out: 1 query."""
    wanted = _listed().where(Suggestion.page_id == page.id, Suggestion.state == state)
    return db.session.scalars(wanted.order_by(Suggestion.id.desc()).limit(limit)).all()


def waiting(limit: int = 200) -> Sequence[Suggestion]:
    """What waits for staff, oldest first, pages and authors loaded, texts left out: 1 query."""
    wanted = _listed().where(Suggestion.state == State.WAITING)
    return db.session.scalars(wanted.order_by(Suggestion.id).limit(limit)).all()


def waiting_count(page: Page | None = None) -> int:
    """How many wait, on a page or on all: 1 query."""
    wanted = select(func.count(Suggestion.id)).where(Suggestion.state == State.WAITING)
    if page is not None:
        wanted = wanted.where(Suggestion.page_id == page.id)
    return db.session.scalar(wanted) or 0


def written_by(person: Person, limit: int = 50) -> Sequence[Suggestion]:
    """A person's newest suggestions with their pages, texts left out: 1 query."""
    wanted = _listed().where(Suggestion.author_id == person.id)
    return db.session.scalars(wanted.order_by(Suggestion.id.desc()).limit(limit)).all()


def taken_over_in(revision_ids: Sequence[int]) -> dict[int, list[Suggestion]]:
    """The suggestions that each of these revisions took over, with their authors: 1 query."""
    wanted = _listed().where(Suggestion.revision_id.in_(revision_ids)).order_by(Suggestion.id)
    found: dict[int, list[Suggestion]] = {}
    for suggestion in db.session.scalars(wanted):
        assert suggestion.revision_id is not None
        found.setdefault(suggestion.revision_id, []).append(suggestion)
    return found


def taken_over_on(page: Page) -> Sequence[Suggestion]:
    """The suggestions that the page's revisions took over, oldest first, with authors and revisions: 1 query."""
    wanted = _listed().where(Suggestion.page_id == page.id, Suggestion.revision_id.is_not(None))
    return db.session.scalars(wanted.order_by(Suggestion.revision_id, Suggestion.id)).all()


def numbers_taken_over(page_id: int) -> set[int]:
    """The numbers of a page's revisions that took over a suggestion: 1 query."""
    wanted = select(Revision.number).join(Suggestion, Suggestion.revision_id == Revision.id)
    return set(db.session.scalars(wanted.where(Suggestion.page_id == page_id)))


def _with_page() -> Select[Suggestion]:
    return select(Suggestion).options(joinedload(Suggestion.page), joinedload(Suggestion.author))


def _listed() -> Select[Suggestion]:
    revision = joinedload(Suggestion.revision).load_only(Revision.number)
    return _with_page().options(defer(Suggestion.body, raiseload=True), revision)
