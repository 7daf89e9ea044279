"""Reading pages, their revisions and their old addresses."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from flask import has_request_context, request, url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, load_only, selectinload
from werkzeug.routing import RequestRedirect

from wiki.core import versions
from wiki.core.database import db
from wiki.core.gate import Seen, current_gate
from wiki.core.web import NotThere
from wiki.pages.models import Page, PageKind, Redirect, Revision

READ = (PageKind.REPORT, PageKind.ARTICLE)
_MOST_REMEMBERED = 500
_remembered: OrderedDict[str, tuple[Seen, Page]] = OrderedDict()
_BY_SLUG = select(Page).where(Page.slug == bindparam("slug"))
_LISTED = (
    Revision.page_id,
    Revision.number,
    Revision.title,
    Revision.summary,
    Revision.author_id,
    Revision.restored_from,
    Revision.created_at,
)


class Moved(RequestRedirect):
    """The page has another slug now: on to the same address under it (301; 308 where a form was sent)."""

    code = 301


@dataclass(frozen=True)
class History:
    """Some revisions of a page, newest first, without their texts; the cursor of the next (None: the end)."""

    revisions: Sequence[Revision]
    next_cursor: int | None


def page_or_404(slug: str) -> Page:
    """The page, of any kind, at this slug: 1 query. Raises NotThere, or Moved when it was renamed."""
    page = db.session.scalar(_BY_SLUG, {"slug": slug})
    if page is None:
        raise _moved_or_not_there(slug)
    return page


def remembered_page(slug: str) -> Page:
    """The page as `page_or_404` gives it, apart from the session and for reading alone: mostly no query at all.

    The gate says whether the page's own row is still what it was. Raises NotThere, Moved.
    """
    seen = current_gate().look(row_scope(slug), None)
    known = _remembered.get(slug)
    if known is not None and known[0] == seen:
        return known[1]
    page = page_or_404(slug)
    db.session.expunge(page)
    _remembered[slug] = (seen, page)
    if len(_remembered) > _MOST_REMEMBERED:
        _remembered.popitem(last=False)
    return page


def row_scope(slug: str) -> str:
    """The scope of the page's row itself: touched when the page is made or revised, not when it is talked about."""
    return f"row:{slug}"


def scope_of(slug: str) -> str:
    """The scope under which what is shown of this page is kept ready (core/versions.py): 1 query.

    A slug that leads to no page has none of its own; the view says so, and errors are never kept.
    """
    page_id = db.session.scalar(select(Page.id).where(Page.slug == slug))
    return f"page:{page_id}" if page_id is not None else versions.SITE


def help_page_or_404(slug: str) -> Page:
    """The help page at this slug: 1 query. Raises NotThere, also for pages of other kinds, or Moved."""
    page = page_or_404(slug)
    if page.kind is not PageKind.HELP:
        raise NotThere
    return page


def locked(page: Page) -> Page:
    """The page as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Page).where(Page.id == page.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def reports(cursor: int | None = None, limit: int = 50) -> Sequence[Page]:
    """Reports and articles older than page `cursor` (None: from the newest), with their people: 2 queries."""
    wanted = select(Page).where(Page.kind.in_(READ)).options(selectinload(Page.people))
    if cursor is not None:
        wanted = wanted.where(Page.id < cursor)
    return db.session.scalars(wanted.order_by(Page.id.desc()).limit(limit)).all()


def help_pages() -> Sequence[Page]:
    """All help pages in the order in which they were written: 1 query."""
    return db.session.scalars(select(Page).where(Page.kind == PageKind.HELP).order_by(Page.id)).all()


def current_revision(page: Page) -> Revision:
    """The newest revision with its author: 1 query."""
    return revision_or_404(page, page.current_number)


def revision_or_404(page: Page, number: int) -> Revision:
    """The page's revision of this number with its author: 1 query. Raises NotThere."""
    revision = revision_of(page, number)
    if revision is None:
        raise NotThere
    return revision


def revision_of(page: Page, number: int) -> Revision | None:
    """The page's revision of this number with its author, or None: 1 query; none for impossible numbers."""
    if not 1 <= number <= page.current_number:
        return None
    wanted = select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    return db.session.scalar(wanted.options(joinedload(Revision.author)))


def history(page: Page, cursor: int | None = None, limit: int = 50) -> History:
    """The `limit` revisions below the number `cursor` (None: from the newest), authors loaded: 1 query."""
    wanted = select(Revision).where(Revision.page_id == page.id)
    wanted = wanted.options(load_only(*_LISTED), joinedload(Revision.author))
    if cursor is not None:
        wanted = wanted.where(Revision.number < cursor)
    found = db.session.scalars(wanted.order_by(Revision.number.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    return History(shown, shown[-1].number if len(found) > limit else None)


def is_taken(slug: str, by_other_than: Page | None = None) -> bool:
    """Whether another page stands at this slug: 1 query. A redirect may be taken over."""
    wanted = select(Page.id).where(Page.slug == slug)
    if by_other_than is not None:
        wanted = wanted.where(Page.id != by_other_than.id)
    return db.session.scalar(wanted) is not None


def was_slug_of(slug: str, page: Page) -> bool:
    """Whether the page once stood at this slug: 1 query."""
    redirect = db.session.get(Redirect, slug)
    return redirect is not None and redirect.page_id == page.id


def _moved_or_not_there(slug: str) -> Moved | NotThere:
    wanted = select(Page).join(Redirect, Redirect.page_id == Page.id).where(Redirect.slug == slug)
    page = db.session.scalar(wanted)
    views_own = dict(request.view_args or {}) if has_request_context() else {}
    if page is None or views_own.get("slug") != slug or request.endpoint is None:
        return NotThere()
    address = url_for(request.endpoint, **(views_own | {"slug": page.slug}))
    query = request.query_string.decode("latin-1")
    moved = Moved(f"{address}?{query}" if query else address)
    moved.code = 301 if request.method in {"GET", "HEAD"} else 308
    return moved
