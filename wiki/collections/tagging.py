"""Tags: reading them and putting a page under them; and which pages stand near another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select, union_all
from sqlalchemy.orm import aliased

from wiki import ledger
from wiki.accounts.models import Person
from wiki.collections.models import CollectionEntry, Episode, PageTag, Tag
from wiki.core import versions
from wiki.core.database import db
from wiki.core.inserts import insert_once
from wiki.core.state import ChangedMeanwhile, require_unchanged
from wiki.core.web import NotThere
from wiki.ledger import Kind
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.text.tags import tag_key

_MOST_LISTED = 500


@dataclass(frozen=True)
class TagCount:
    """A tag and how many public pages stand under it."""

    name: str
    pages: int


# -- reading --------------------


def tags_of(page: Page) -> Sequence[str]:
    """The names of a page's tags, in their order: 1 query."""
    wanted = select(Tag.name).join(PageTag, PageTag.tag_id == Tag.id).where(PageTag.page_id == page.id)
    return db.session.scalars(wanted.order_by(Tag.key)).all()


def all_tags(limit: int = _MOST_LISTED) -> Sequence[TagCount]:
    """The tags with most public pages, then by name: 1 query."""
    number = func.count(PageTag.page_id)
    wanted = (
        select(Tag.name, number)
        .join(PageTag, PageTag.tag_id == Tag.id)
        .join(Page, Page.id == PageTag.page_id)
        .where(pages.is_public())
        .group_by(Tag.id, Tag.name, Tag.key)
        .order_by(number.desc(), Tag.key)
        .limit(limit)
    )
    return [TagCount(name, found) for name, found in db.session.execute(wanted)]


def tag_or_404(name: str) -> Tag:
    """The tag of this name, however wide or large its letters are: 1 query. Raises NotThere."""
    tag = db.session.scalar(select(Tag).where(Tag.key == tag_key(name)))
    if tag is None:
        raise NotThere
    return tag


def tagged(tag: Tag, cursor: int | None = None, limit: int = 50) -> Sequence[Page]:
    """Public pages under a tag older than page `cursor` (None: from the newest): 1 query."""
    wanted = select(Page).join(PageTag, PageTag.page_id == Page.id)
    wanted = wanted.where(PageTag.tag_id == tag.id, pages.is_public())
    if cursor is not None:
        wanted = wanted.where(Page.id < cursor)
    return db.session.scalars(wanted.order_by(Page.id.desc()).limit(limit)).all()


def near(page: Page, without: Sequence[int] = (), limit: int = 4) -> Sequence[Page]:
    """Public pages of the same series, tags and collections, those with most in common first: 1 query."""
    shared = union_all(
        _beside(Episode, "series_id", page, weight=3),
        _beside(PageTag, "tag_id", page, weight=2),
        _beside(CollectionEntry, "collection_id", page, weight=1),
    ).subquery()
    weight = func.sum(shared.c.weight)
    beside = select(shared.c.page_id, weight.label("weight")).group_by(shared.c.page_id).subquery()
    wanted = select(Page).join(beside, beside.c.page_id == Page.id)
    wanted = wanted.where(pages.is_public(), Page.kind.in_(pages.READ), Page.id.not_in([page.id, *without]))
    return db.session.scalars(wanted.order_by(beside.c.weight.desc(), Page.id.desc()).limit(limit)).all()


# -- changing --------------------


def put_tags(actor: Person | None, page: Page, names: Sequence[str], mark: str | None = None) -> None:
    """Bring a page under exactly these tags (clean names); one that is there keeps the name it was first given.

    `mark` is of the tags when the actor opened the form, None to go ahead anyway. Raises ChangedMeanwhile.
    """
    page = pages.locked(page)
    before = list(tags_of(page))
    if mark is not None:
        require_unchanged(before, mark)
    wanted = {tag_key(name): name for name in reversed(names)}
    there = {tag_key(name) for name in before}
    if wanted.keys() == there:
        return
    ids = _locked_ids(wanted, there)
    db.session.execute(delete(PageTag).where(PageTag.page_id == page.id))
    if wanted:
        db.session.execute(insert(PageTag), [{"page_id": page.id, "tag_id": ids[key]} for key in wanted])
    empty = Tag.id.not_in(select(PageTag.tag_id))
    db.session.execute(delete(Tag).where(Tag.key.in_(there - wanted.keys()), empty))
    added, removed = sorted(wanted.keys() - there), sorted(there - wanted.keys())
    ledger.record(Kind.PAGE_TAGGED, actor.id if actor else None, page_id=page.id, added=added, removed=removed)
    versions.touch(versions.EVERYTHING)


def _locked_ids(wanted: dict[str, str], there: set[str]) -> dict[str, int]:
    """The ids of all these tags by their keys, held until the transaction ends; new ones are made with their names.

    Raises ChangedMeanwhile when one of them was just taken away with its last page.
    """
    for key in sorted(wanted):
        insert_once(Tag, key=key, name=wanted[key])
    held = select(Tag).where(Tag.key.in_(wanted.keys() | there)).order_by(Tag.id).with_for_update()
    ids = {tag.key: tag.id for tag in db.session.scalars(held)}
    if wanted.keys() - ids.keys():
        raise ChangedMeanwhile
    return ids


def _beside(model: type[Any], group: str, page: Page, weight: int) -> Select[Any]:
    """The pages that stand in the same group of a kind as `page`, each with what that weighs."""
    own = aliased(model)
    wanted = select(model.page_id, literal(weight).label("weight"))
    return wanted.join(own, getattr(own, group) == getattr(model, group)).where(own.page_id == page.id)
