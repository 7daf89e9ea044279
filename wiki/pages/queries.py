"""Reading pages, their revisions and their old addresses."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from flask import has_request_context, request, url_for
from sqlalchemy import ColumnElement, bindparam, case, literal, or_, select, union_all
from sqlalchemy.orm import joinedload, load_only, selectinload
from werkzeug.routing import RequestRedirect

from wiki.accounts.models import Person
from wiki.core import versions
from wiki.core.database import db
from wiki.core.gate import Seen, current_gate
from wiki.core.web import NotThere
from wiki.pages import policy
from wiki.pages.models import Page, PageKind, PageState, Redirect, Revision
from wiki.text.slugs import LONGEST_SLUG, numbered, page_key

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
    """The page stands at another slug: on to the same address under it, for good or, by a title, for now."""

    code = 301


class By(IntEnum):
    """What a name was found to be, in the order in which it counts."""

    SLUG = 0
    TITLE = 1
    OLD_NAME = 2


@dataclass(frozen=True)
class Place:
    """The page to which a name leads."""

    page_id: int
    slug: str
    kind: PageKind
    is_public: bool
    by: By


@dataclass(frozen=True)
class History:
    """Some revisions of a page, newest first, without their texts; the cursor of the next (None: the end)."""

    revisions: Sequence[Revision]
    next_cursor: int | None


def is_public() -> ColumnElement[bool]:
    """The condition, for any select of pages, that everybody may read them: published, and not deleted."""
    return (Page.state == PageState.PUBLISHED) & Page.deleted_at.is_(None)


def page_or_404(slug: str, reader: Person | None = None) -> Page:
    """The page, of any kind, at this slug, as far as `reader` may read it: 1 query.

    Without a reader only what everybody reads. Raises NotThere, or Moved when it was renamed.
    """
    page = db.session.scalar(_BY_SLUG, {"slug": slug})
    if page is None:
        raise _moved_or_not_there(slug, reader)
    if not policy.may_read(reader, page):
        raise NotThere
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


def resolve(keys: Collection[str]) -> dict[str, Place]:
    """Where these names lead (`page_key` of slugs, titles of public pages, old names, in this order): 1 query."""
    if not keys:
        return {}
    public = case((is_public(), True), else_=False)
    found = (Page.id, Page.slug, Page.kind, public)
    by_slug = select(Page.slug, *found, literal(By.SLUG.value)).where(Page.slug.in_(keys))
    by_title = select(Page.title_key, *found, literal(By.TITLE.value)).where(Page.title_key.in_(keys), is_public())
    old = select(Redirect.slug, *found, literal(By.OLD_NAME.value)).where(Redirect.slug.in_(keys))
    old = old.join(Page, Page.id == Redirect.page_id)
    places: dict[str, Place] = {}
    rows = db.session.execute(union_all(by_slug, by_title, old)).all()
    for key, page_id, slug, kind, is_seen, by in sorted(rows, key=lambda row: (row[-1], row[1])):
        places.setdefault(key, Place(page_id, slug, kind, bool(is_seen), By(by)))
    return places


def help_page_or_404(slug: str, reader: Person | None = None) -> Page:
    """The help page at this slug: 1 query. Raises NotThere, also for pages of other kinds, or Moved."""
    page = page_or_404(slug, reader)
    if page.kind is not PageKind.HELP:
        raise NotThere
    return page


def locked(page: Page) -> Page:
    """The page as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Page).where(Page.id == page.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def reports(cursor: int | None = None, limit: int = 50) -> Sequence[Page]:
    """Public reports and articles older than page `cursor` (None: from the newest), with their people: 2 queries."""
    wanted = select(Page).where(Page.kind.in_(READ), is_public()).options(selectinload(Page.people))
    if cursor is not None:
        wanted = wanted.where(Page.id < cursor)
    return db.session.scalars(wanted.order_by(Page.id.desc()).limit(limit)).all()


def help_pages() -> Sequence[Page]:
    """All public help pages in the order in which they were written: 1 query."""
    return db.session.scalars(select(Page).where(Page.kind == PageKind.HELP, is_public()).order_by(Page.id)).all()


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


def moments_of(page: Page, numbers: Collection[int]) -> dict[int, datetime]:
    """When these revisions were made, by number: 1 query, none for none."""
    if not numbers:
        return {}
    wanted = select(Revision.number, Revision.created_at).where(Revision.page_id == page.id)
    return dict(db.session.execute(wanted.where(Revision.number.in_(numbers))).all())


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


def free_slug(slug: str, reserved: Collection[str] = ()) -> str:
    """The slug, or with a number behind it the first that no page and no old name has: 1 query; empty stays empty."""
    if not slug:
        return ""
    wanted = [slug, *(numbered(slug, number) for number in range(2, 100))]
    by_page, by_name = (
        select(Page.slug).where(Page.slug.in_(wanted)),
        select(Redirect.slug).where(Redirect.slug.in_(wanted)),
    )
    taken = set(db.session.scalars(union_all(by_page, by_name))) | set(reserved)
    return next((name for name in wanted if name not in taken), slug)


def titles_like(typed: str, limit: int = 10) -> Sequence[tuple[str, str]]:
    """Title and slug of pages in whose title or slug the words stand, those that begin with them first: 1 query."""
    key = page_key(typed)[:LONGEST_SLUG]
    if not key:
        return []
    contains = or_(Page.title_key.contains(key, autoescape=True), Page.slug.contains(key, autoescape=True))
    begins = or_(Page.title_key.startswith(key, autoescape=True), Page.slug.startswith(key, autoescape=True))
    wanted = select(Page.title, Page.slug).where(contains).order_by(case((begins, 0), else_=1), Page.title_key, Page.id)
    return [(title, slug) for title, slug in db.session.execute(wanted.limit(limit))]


def redirected(slug: str, by_other_than: Page) -> Page | None:
    """Another page to which this old name of it leads: 1 query."""
    wanted = select(Page).join(Redirect, Redirect.page_id == Page.id)
    return db.session.scalar(wanted.where(Redirect.slug == slug, Page.id != by_other_than.id))


def was_slug_of(slug: str, page: Page) -> bool:
    """Whether the page once stood at this slug: 1 query."""
    redirect = db.session.get(Redirect, slug)
    return redirect is not None and redirect.page_id == page.id


def _moved_or_not_there(slug: str, reader: Person | None) -> Moved | NotThere:
    key = page_key(slug)
    place = resolve([key]).get(key)
    views_own = dict(request.view_args or {}) if has_request_context() else {}
    if place is None or not (place.is_public or policy.may_write(reader)):
        return NotThere()
    if place.slug == slug or views_own.get("slug") != slug or request.endpoint is None:
        return NotThere()
    address = url_for(request.endpoint, **(views_own | {"slug": place.slug}))
    query = request.query_string.decode("latin-1")
    moved = Moved(f"{address}?{query}" if query else address)
    lasting, for_now = (301, 302) if request.method in {"GET", "HEAD"} else (308, 307)
    moved.code = for_now if place.by is By.TITLE else lasting
    return moved
