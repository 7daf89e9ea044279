"""Every change to collections and series. What is put twice is there once, and recorded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.accounts.models import Person
from wiki.collections import queries
from wiki.collections.models import Collection, CollectionEntry, Episode, Series
from wiki.core import versions
from wiki.core.database import db
from wiki.core.state import ChangedMeanwhile, require_unchanged
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.pages.service import SlugTaken
from wiki.text import markdown, slugs


@dataclass(frozen=True)
class EntryDraft:
    """A page's place in a collection, with the heading and digest it has there."""

    page: Page
    heading: str
    digest: str


@dataclass(frozen=True)
class CollectionDraft:
    """What staff wrote of a collection, its lead rendered before the writers' queue; entries by the pages' ids."""

    title: str
    lead: str
    lead_html: str
    source: str | None
    disclaimer: str | None
    entries: Sequence[tuple[int, str, str]]


@dataclass(frozen=True)
class SeriesDraft:
    """What staff wrote of a series: its title, and (page id, number, label) of each episode."""

    title: str
    episodes: Sequence[tuple[int, int, str]]


def put_collection(
    actor: Person | None,
    slug: str,
    title: str,
    lead: str,
    *,
    entries: Sequence[EntryDraft],
    source: str | None = None,
    disclaimer: str | None = None,
    is_sample: bool = False,
    lead_html: str | None = None,
) -> Collection:
    """Make the collection at `slug`, or bring it to this state; `lead` is Markdown, rendered here unless it was before.

    Raises text.markdown.TooComplex.
    """
    collection = queries.collection_at(slug)
    if collection is None:
        collection = Collection(slug=slug, lead="", lead_html="")
        db.session.add(collection)
    if collection.lead != lead:
        collection.lead, collection.lead_html = lead, lead_html or markdown.render_page(lead).html
    wanted = {"title": title, "source": source, "disclaimer": disclaimer, "is_sample": is_sample}
    for column, value in wanted.items():
        if getattr(collection, column) != value:
            setattr(collection, column, value)
    _put_entries(collection, entries)
    if not _is_changed(collection):
        return collection
    db.session.flush()
    ledger.record(Kind.COLLECTION_CHANGED, actor.id if actor else None, slug=slug, title=title)
    versions.touch(versions.EVERYTHING)
    return collection


def open_collection(actor: Person, slug: str, draft: CollectionDraft) -> Collection:
    """Make a new collection at `slug`. Raises SlugTaken."""
    if queries.collection_at(slug) is not None:
        raise SlugTaken
    try:
        with db.session.begin_nested():
            return _put_draft(actor, slug, draft)
    except IntegrityError:
        raise SlugTaken from None


def revise_collection(actor: Person, slug: str, draft: CollectionDraft, mark: str | None) -> Collection:
    """Bring a collection to what staff wrote; `mark` is of its state when they opened it.

    Raises NotThere, and ChangedMeanwhile when it is not as it was.
    """
    db.session.execute(select(Collection.id).where(Collection.slug == slug).with_for_update())
    collection = queries.collection_to_arrange(slug)
    require_unchanged(state_of(collection), mark)
    return _put_draft(actor, slug, draft, is_sample=collection.is_sample)


def state_of(collection: Collection) -> Any:
    """All of a collection that staff write, for its mark (core/state.py)."""
    entries = [[entry.page_id, entry.heading, entry.digest] for entry in collection.entries]
    return [collection.title, collection.lead, collection.source, collection.disclaimer, entries]


def put_episode(page: Page, series_title: str, number: int, label: str, actor: Person | None = None) -> Episode:
    """Make a page the episode `number` of a series, which is made when there is none of that title."""
    series = queries.series_named(series_title)
    if series is None:
        series = Series(title=series_title, slug=_free_slug(series_title))
        db.session.add(series)
        db.session.flush()
    episode = db.session.get(Episode, page.id)
    if episode is None:
        episode = Episode(page_id=page.id)
        db.session.add(episode)
    elif (episode.series_id, episode.number, episode.label) == (series.id, number, label):
        return episode
    episode.series_id, episode.number, episode.label = series.id, number, label
    db.session.flush()
    ledger.record(Kind.COLLECTION_CHANGED, actor.id if actor else None, page_id=page.id, number=number)
    versions.touch(versions.EVERYTHING)
    return episode


def open_series(actor: Person, draft: SeriesDraft, slug: str | None = None) -> Series:
    """Make a new series; its address is made of its title unless given. Raises SlugTaken when there is one already."""
    series = Series(title=draft.title, slug=slug or _free_slug(draft.title))
    try:
        with db.session.begin_nested():
            db.session.add(series)
    except IntegrityError:
        raise SlugTaken from None
    _put_series(actor, series, draft)
    return series


def revise_series(actor: Person, slug: str, draft: SeriesDraft, mark: str | None) -> Series:
    """Bring a series to what staff wrote; `mark` is of its state when they opened it.

    Raises NotThere, ChangedMeanwhile, and SlugTaken when another series has this title.
    """
    db.session.execute(select(Series.id).where(Series.slug == slug).with_for_update())
    series = queries.series_to_arrange(slug)
    require_unchanged(series_state_of(series), mark)
    try:
        with db.session.begin_nested():
            series.title = draft.title
    except IntegrityError:
        raise SlugTaken from None
    _put_series(actor, series, draft)
    return series


def series_state_of(series: Series) -> Any:
    """All of a series that staff write, for its mark (core/state.py)."""
    return [series.title, [[episode.page_id, episode.number, episode.label] for episode in series.episodes]]


def _put_draft(actor: Person, slug: str, draft: CollectionDraft, is_sample: bool = False) -> Collection:
    pages = queries.pages_by_id(page_id for page_id, _heading, _digest in draft.entries)
    entries = [EntryDraft(pages[number], *words) for number, *words in draft.entries if number in pages]
    return put_collection(
        actor,
        slug,
        draft.title,
        draft.lead,
        entries=entries,
        source=draft.source,
        disclaimer=draft.disclaimer,
        is_sample=is_sample,
        lead_html=draft.lead_html,
    )


def _put_series(actor: Person, series: Series, draft: SeriesDraft) -> None:
    """Write the episodes anew: numbers may change places, which row by row would meet each other.

    Raises ChangedMeanwhile.
    """
    db.session.execute(delete(Episode).where(Episode.series_id == series.id))
    db.session.expire(series, ["episodes"])
    there = queries.pages_by_id(page_id for page_id, _number, _label in draft.episodes)
    rows = [
        {"page_id": page_id, "series_id": series.id, "number": number, "label": label}
        for page_id, number, label in draft.episodes
        if page_id in there
    ]
    if queries.episodes_of(there):
        raise ChangedMeanwhile  # one of them has become an episode of another series
    if rows:
        db.session.execute(insert(Episode), rows)
    ledger.record(Kind.SERIES_CHANGED, actor.id, slug=series.slug, title=series.title)
    versions.touch(versions.EVERYTHING)


def _free_slug(title: str) -> str:
    """An address for a series of this title that no other has."""
    slug = slugs.slug_of(title) or "series"
    taken = queries.series_like(slug) | {"new"}
    return next(one for number in count(1) if (one := f"{slug}-{number}" if number > 1 else slug) not in taken)


def _put_entries(collection: Collection, drafts: Sequence[EntryDraft]) -> None:
    """Keep the row of each page that stays, so that order and words change without taking rows out."""
    rows = {entry.page_id: entry for entry in collection.entries}
    kept = []
    for position, draft in enumerate(drafts, 1):
        entry = rows.get(draft.page.id) or CollectionEntry(page_id=draft.page.id)
        if (entry.position, entry.heading, entry.digest) != (position, draft.heading, draft.digest):
            entry.position, entry.heading, entry.digest = position, draft.heading, draft.digest
        kept.append(entry)
    if collection.entries != kept:
        collection.entries = kept


def _is_changed(collection: Collection) -> bool:
    """Whether anything of the collection still has to be written."""
    return any(db.session.is_modified(row) or row in db.session.new for row in (collection, *collection.entries))
