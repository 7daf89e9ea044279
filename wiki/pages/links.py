"""Links between pages: noted at each save, looked up anew when names change, led to where pages stand when shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from wiki.core import versions
from wiki.core.database import db
from wiki.pages import queries
from wiki.pages.models import Page, PageKind, PageLink
from wiki.text import links
from wiki.text.slugs import is_slug, page_key, slug_of

_LOCK = 0x6C696E6B
"""The number of PostgreSQL's advisory lock under which names and links change."""

_NOT_IN_WORDS = str.maketrans("[]`", "   ")


@dataclass(frozen=True)
class Backlinks:
    """Some pages that link to a page, each with the words of its first link; the cursor of the next (None: the end)."""

    pages: Sequence[tuple[Page, str]]
    next_cursor: int | None


def address_of(slug: str, kind: PageKind) -> str:
    """Where a page is read."""
    return ("/help/" if kind is PageKind.HELP else "/reports/") + quote(slug)


def note(page: Page, html: str) -> None:
    """Write down the links of the page's new text: 5 queries at most. Pages that gained or lost one are touched."""
    _one_at_a_time()
    found = links.links_in(html)
    places = queries.resolve({link.key for link in found if link.key})
    before = set(db.session.scalars(select(PageLink.target_id).where(PageLink.page_id == page.id)))
    db.session.execute(delete(PageLink).where(PageLink.page_id == page.id))
    rows = [
        {
            "page_id": page.id,
            "position": position,
            "address": link.address,
            "key": link.key,
            "fragment": link.fragment,
            "text": link.text,
            "target_id": places[link.key].page_id if link.key in places else None,
        }
        for position, link in enumerate(found)
    ]
    if rows:
        db.session.execute(insert(PageLink), rows)
    _touch(before ^ {place.page_id for place in places.values()})


def renew(*names: str) -> None:
    """Look anew where these names lead, in all pages that use them: 3 queries, and 1 for each name."""
    _one_at_a_time()
    keys = {page_key(name) for name in names}
    used = select(PageLink.page_id, PageLink.target_id).where(PageLink.key.in_(keys))
    touched = {number for row in db.session.execute(used) for number in row}
    if not touched:
        return
    places = queries.resolve(keys)
    for key in sorted(keys):
        target_id = places[key].page_id if key in places else None
        db.session.execute(update(PageLink).where(PageLink.key == key).values(target_id=target_id))
    _touch(touched | {place.page_id for place in places.values()})


def _one_at_a_time() -> None:
    """A name must not change between being looked up and being noted; SQLite lets in one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _touch(page_ids: set[int | None]) -> None:
    versions.touch(*(f"page:{number}" for number in page_ids if number is not None))


def shown(html: str, may_write: bool) -> str:
    """Stored HTML with its wikilinks as this reader meets them: no query where there are none, else 1."""
    keys = links.wikilink_keys(html)
    if not keys:
        return html
    found = queries.resolve(keys).items()
    places = {key: address_of(place.slug, place.kind) for key, place in found if place.is_public or may_write}
    if may_write:
        return links.shown(html, places, _("このページを書く"), _new_page)
    return links.shown(html, places, _("まだ書かれていません"))


def _new_page(name: str, words: str) -> str:
    """The address of the editor for a page of this name, which is a slug or a title."""
    slug, title = (name, words) if is_slug(name) and name.isascii() else (slug_of(name), name)
    return "/reports/new?" + urlencode({"slug": slug, "title": title}, quote_via=quote)


def suggestions(typed: str) -> list[dict[str, str]]:
    """Pages that the editor offers for what was typed behind `[[`, and how each is written: 2 queries."""
    found = queries.titles_like(typed)
    places = queries.resolve([page_key(title) for title, _slug in found])
    offered = []
    for title, slug in found:
        place = places.get(page_key(title))
        by_title = place is not None and place.slug == slug and links.may_be_named(title)
        words = " ".join(title.translate(_NOT_IN_WORDS).split()) or slug
        offered.append({"title": title, "slug": slug, "link": f"[[{title}]]" if by_title else f"[[{slug}|{words}]]"})
    return offered


def count_to(page: Page) -> int:
    """How many other public pages link to the page: 1 query."""
    wanted = select(func.count(PageLink.page_id.distinct())).join(Page, Page.id == PageLink.page_id)
    return db.session.scalar(wanted.where(*_to(page))) or 0


def links_to(page: Page, cursor: int | None = None, limit: int = 50) -> Backlinks:
    """The public pages after page `cursor` (None: from the oldest) that link to the page: 1 query."""
    first = select(func.min(PageLink.id)).join(Page, Page.id == PageLink.page_id).where(*_to(page))
    if cursor is not None:
        first = first.where(Page.id > cursor)
    first = first.group_by(PageLink.page_id).order_by(PageLink.page_id).limit(limit + 1)
    wanted = select(Page, PageLink.text).join(PageLink, PageLink.page_id == Page.id).where(PageLink.id.in_(first))
    found = [(linking, text) for linking, text in db.session.execute(wanted.order_by(Page.id))]
    return Backlinks(found[:limit], found[limit - 1][0].id if len(found) > limit else None)


def _to(page: Page) -> tuple[ColumnElement[bool], ...]:
    return PageLink.target_id == page.id, PageLink.page_id != page.id, queries.is_public()
