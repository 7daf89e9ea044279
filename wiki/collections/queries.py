"""Reading collections and series. What the public is shown holds only pages that everybody may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from wiki.collections.models import Collection, CollectionEntry, Episode, Series
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages import queries as pages
from wiki.pages.models import Page

Row = TypeVar("Row")


@dataclass(frozen=True)
class EpisodeInfo:
    """A page's place in a series（連載）, and the pages before and after it there."""

    series_title: str
    series_slug: str
    number: int
    label: str
    previous: Page | None
    next: Page | None


# -- collections --------------------


def collection_or_404(slug: str) -> Collection:
    """The collection with its public entries, their pages and people, for reading: 3 queries. Raises NotThere."""
    wanted = _with_public_entries(with_people=True).where(Collection.slug == slug)
    return _found(db.session.scalar(wanted))


def all_collections() -> Sequence[Collection]:
    """Every collection, newest first, with its public entries and their pages, for reading: 2 queries."""
    return db.session.scalars(_with_public_entries().order_by(Collection.id.desc())).all()


def collections_of(page: Page) -> Sequence[Collection]:
    """The collections in which a page stands, oldest first, without their entries: 1 query."""
    wanted = select(Collection).join(CollectionEntry).where(CollectionEntry.page_id == page.id)
    return db.session.scalars(wanted.order_by(Collection.id)).all()


def collection_at(slug: str) -> Collection | None:
    """The collection with all its entries, or None: 2 queries."""
    entries = selectinload(Collection.entries).joinedload(CollectionEntry.page)
    return _read_whole(select(Collection).options(entries).where(Collection.slug == slug))


def collection_to_arrange(slug: str) -> Collection:
    """The collection with all its entries: 2 queries. Raises NotThere."""
    return _found(collection_at(slug))


# -- series --------------------


def series_or_404(slug: str) -> Series:
    """The series with its public episodes, their pages and people, for reading: 3 queries. Raises NotThere."""
    episodes = selectinload(Series.episodes.and_(_is_read(Episode.page_id))).joinedload(Episode.page)
    wanted = select(Series).options(episodes.selectinload(Page.people)).where(Series.slug == slug)
    return _found(db.session.scalar(wanted))


def all_series() -> Sequence[Series]:
    """Every series by title, with its public episodes, for reading: 2 queries."""
    episodes = selectinload(Series.episodes.and_(_is_read(Episode.page_id)))
    return db.session.scalars(select(Series).options(episodes).order_by(Series.title)).all()


def series_to_arrange(slug: str) -> Series:
    """The series with all its episodes: 2 queries. Raises NotThere."""
    episodes = selectinload(Series.episodes).joinedload(Episode.page)
    return _found(_read_whole(select(Series).options(episodes).where(Series.slug == slug)))


def series_named(title: str) -> Series | None:
    """The series of this title, or None: 1 query."""
    return db.session.scalar(select(Series).where(Series.title == title))


def series_like(slug: str) -> set[str]:
    """The addresses of series that are this one or begin with it and a hyphen: 1 query."""
    wanted = select(Series.slug).where((Series.slug == slug) | Series.slug.startswith(f"{slug}-", autoescape=True))
    return set(db.session.scalars(wanted))


def episode_of(page: Page) -> EpisodeInfo | None:
    """A page's place in its series, None when it is in none: 3 queries (1 when in none)."""
    episode = db.session.scalar(_with_series().where(Episode.page_id == page.id))
    if episode is None:
        return None
    siblings = select(Page).join(Episode, Episode.page_id == Page.id).where(pages.is_public())
    siblings = siblings.where(Episode.series_id == episode.series_id).limit(1)
    before = siblings.where(Episode.number < episode.number).order_by(Episode.number.desc())
    after = siblings.where(Episode.number > episode.number).order_by(Episode.number)
    return EpisodeInfo(
        series_title=episode.series.title,
        series_slug=episode.series.slug,
        number=episode.number,
        label=episode.label,
        previous=db.session.scalar(before),
        next=db.session.scalar(after),
    )


def episodes_of(page_ids: Iterable[int]) -> dict[int, Episode]:
    """The episode, with its series, of each page that is one, by page id: 1 query."""
    found = db.session.scalars(_with_series().where(Episode.page_id.in_(list(page_ids))))
    return {episode.page_id: episode for episode in found}


# -- pages to be arranged --------------------


def pages_by_id(page_ids: Iterable[int]) -> dict[int, Page]:
    """These pages, by id: 1 query."""
    found = db.session.scalars(select(Page).where(Page.id.in_(list(page_ids))))
    return {page.id: page for page in found}


def choices() -> Sequence[tuple[str, str]]:
    """Slug and title of every collection, newest first, to choose from: 1 query."""
    found = db.session.execute(select(Collection.slug, Collection.title).order_by(Collection.id.desc()))
    return [(slug, title) for slug, title in found]


def page_ids_of(slug: str) -> tuple[int, ...]:
    """The ids of the pages in the collection at this slug, none where there is none: 1 query."""
    wanted = select(CollectionEntry.page_id).join(Collection).where(Collection.slug == slug)
    return tuple(db.session.scalars(wanted.order_by(CollectionEntry.page_id)))


def pages_called(words: str, without: Iterable[int], limit: int = 10) -> Sequence[Page]:
    """Public reports and articles whose title or address holds the words (all, when there are none), newest first,
    without those already there: 1 query."""
    wanted = select(Page).where(pages.is_public(), Page.kind.in_(pages.READ), Page.id.not_in(list(without)))
    for word in words.replace("\0", " ").split():
        wanted = wanted.where(Page.title.icontains(word, autoescape=True) | Page.slug.icontains(word, autoescape=True))
    return db.session.scalars(wanted.order_by(Page.id.desc()).limit(limit)).all()


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotThere
    return row


def _read_whole(wanted: Select[Row]) -> Row | None:
    """The row as it stands, also where it was read for the public before, without some of its pages."""
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _is_read(page_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that everybody may read the page of this id."""
    return page_id.in_(select(Page.id).where(pages.is_public()))


def _with_public_entries(with_people: bool = False) -> Select[Collection]:
    entries = selectinload(Collection.entries.and_(_is_read(CollectionEntry.page_id)))
    found = entries.joinedload(CollectionEntry.page)
    return select(Collection).options(found.selectinload(Page.people) if with_people else found)


def _with_series() -> Select[Episode]:
    return select(Episode).options(joinedload(Episode.series))
