"""The link checker: what in the current texts leads nowhere, takes a detour, or does not say where it leads.

It looks at the site's own links alone, and asks nobody else's server. Every list costs a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import joinedload

from wiki.core.database import db
from wiki.pages import queries
from wiki.pages.models import Page, PageLink, Revision

MOST_SHOWN = 50
_MOST_LOOKED_AT = 1_000
_SCREENS_OWN = frozenset({"main", "voices", "proposals"})
"""Ids that the report's screen brings along."""


VAGUE = (
    *("こちら", "ここ", "コチラ", "こちらから", "こちらへ", "ここから", "こちらをクリック", "ここをクリック"),
    *(
        "クリック",
        "リンク",
        "このリンク",
        "このページ",
        "詳細",
        "詳しく",
        "詳しくはこちら",
        "詳細はこちら",
        "くわしくはこちら",
    ),
    *("続き", "続きを読む", "もっと見る", "here", "click here", "link", "more", "read more", "this page"),
)
"""Words that do not say where a link leads; of English ones the case does not matter."""


class Trouble(StrEnum):
    """What may be wrong with a link."""

    NOWHERE = "nowhere"
    NO_HEADING = "heading"
    DETOUR = "detour"
    VAGUE = "vague"


@dataclass(frozen=True)
class Found:
    """Some links with one kind of trouble, their pages loaded; the cursor of the next (None: the end)."""

    links: Sequence[PageLink]
    next_cursor: int | None


def find(trouble: Trouble, cursor: int | None = None) -> Found:
    """The links after link `cursor` (None: from the first) that have this trouble: 1 query, for headings 2."""
    if trouble is Trouble.NO_HEADING:
        return _without_heading(cursor)
    found = _after(cursor, _CONDITIONS[trouble](), MOST_SHOWN + 1)
    return _cut(found, None)


def _nowhere() -> ColumnElement[bool]:
    named = and_(PageLink.key.is_not(None), PageLink.key != "")
    return and_(named, or_(Page.id.is_(None), not_(queries.is_public())))


def _detour() -> ColumnElement[bool]:
    return and_(Page.id.is_not(None), PageLink.key.not_in([Page.slug, Page.title_key]))


def _vague() -> ColumnElement[bool]:
    return func.lower(PageLink.text).in_(VAGUE)


_CONDITIONS: dict[Trouble, Callable[[], ColumnElement[bool]]] = {
    Trouble.NOWHERE: _nowhere,
    Trouble.DETOUR: _detour,
    Trouble.VAGUE: _vague,
}


def _after(cursor: int | None, condition: ColumnElement[bool], limit: int) -> Sequence[PageLink]:
    """Links that meet the condition, in which `Page` is the page that they lead to."""
    wanted = select(PageLink).outerjoin(Page, Page.id == PageLink.target_id).where(condition)
    if cursor is not None:
        wanted = wanted.where(PageLink.id > cursor)
    wanted = wanted.options(joinedload(PageLink.page), joinedload(PageLink.target))
    return db.session.scalars(wanted.order_by(PageLink.id).limit(limit)).all()


def _without_heading(cursor: int | None) -> Found:
    """Links to a heading that the page does not have; looks at a thousand at a time."""
    condition = and_(PageLink.fragment.is_not(None), or_(PageLink.key == "", Page.id.is_not(None)))
    looked_at = _after(cursor, condition, _MOST_LOOKED_AT)
    ids = _heading_ids({_leads_to(link) for link in looked_at})
    wrong = [link for link in looked_at if link.fragment not in ids.get(_leads_to(link), frozenset())]
    more = looked_at[-1].id if len(looked_at) == _MOST_LOOKED_AT else None
    return _cut(wrong, more)


def _cut(found: Sequence[PageLink], more: int | None) -> Found:
    shown = found[:MOST_SHOWN]
    return Found(shown, shown[-1].id if len(found) > MOST_SHOWN else more)


def _leads_to(link: PageLink) -> int:
    return link.page_id if link.key == "" or link.target_id is None else link.target_id


def _heading_ids(page_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The ids to which one can link in each of these pages: 1 query."""
    is_current = and_(Page.id == Revision.page_id, Page.current_number == Revision.number)
    wanted = select(Revision.page_id, Revision.toc).join(Page, is_current).where(Page.id.in_(page_ids))
    return {page_id: _SCREENS_OWN.union(entry[1] for entry in toc) for page_id, toc in db.session.execute(wanted)}
