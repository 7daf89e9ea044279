"""Reading collections and series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from wiki.collections.models import Collection, CollectionEntry, Episode, Series
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page


@dataclass(frozen=True)
class EpisodeInfo:
    """A page's place in a series（連載）, and the pages before and after it there."""

    series_title: str
    number: int
    label: str
    previous: Page | None
    next: Page | None


def collection_or_404(slug: str) -> Collection:
    """The collection with its entries and their pages: 2 queries. Raises NotThere."""
    collection = db.session.scalar(_with_entries().where(Collection.slug == slug))
    if collection is None:
        raise NotThere
    return collection


def all_collections() -> Sequence[Collection]:
    """Every collection, newest first, with entries and their pages: 2 queries."""
    return db.session.scalars(_with_entries().order_by(Collection.id.desc())).all()


def collections_of(page: Page) -> Sequence[Collection]:
    """The collections in which a page stands, oldest first, without their entries: 1 query."""
    wanted = select(Collection).join(CollectionEntry).where(CollectionEntry.page_id == page.id)
    return db.session.scalars(wanted.order_by(Collection.id)).all()


def episode_of(page: Page) -> EpisodeInfo | None:
    """A page's place in its series, None when it is in none: 3 queries (1 when in none)."""
    episode = db.session.scalar(_with_series().where(Episode.page_id == page.id))
    if episode is None:
        return None
    siblings = select(Page).join(Episode, Episode.page_id == Page.id)
    siblings = siblings.where(Episode.series_id == episode.series_id).limit(1)
    before = siblings.where(Episode.number < episode.number).order_by(Episode.number.desc())
    after = siblings.where(Episode.number > episode.number).order_by(Episode.number)
    return EpisodeInfo(
        series_title=episode.series.title,
        number=episode.number,
        label=episode.label,
        previous=db.session.scalar(before),
        next=db.session.scalar(after),
    )


def episodes_of(page_ids: Iterable[int]) -> dict[int, Episode]:
    """The episode, with its series, of each page that is one, by page id: 1 query."""
    found = db.session.scalars(_with_series().where(Episode.page_id.in_(list(page_ids))))
    return {episode.page_id: episode for episode in found}


def collection_at(slug: str) -> Collection | None:
    """The collection with its entries, or None: 2 queries."""
    return db.session.scalar(_with_entries().where(Collection.slug == slug))


def series_named(title: str) -> Series | None:
    """The series of this title, or None: 1 query."""
    return db.session.scalar(select(Series).where(Series.title == title))


def _with_entries() -> Select[Collection]:
    return select(Collection).options(selectinload(Collection.entries).joinedload(CollectionEntry.page))


def _with_series() -> Select[Episode]:
    return select(Episode).options(joinedload(Episode.series))
