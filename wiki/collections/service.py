"""Every change to collections and series. What is put twice is there once, and recorded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wiki import ledger
from wiki.accounts.models import Person
from wiki.collections import queries
from wiki.collections.models import Collection, CollectionEntry, Episode, Series
from wiki.core import versions
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.pages.models import Page
from wiki.text import markdown


@dataclass(frozen=True)
class EntryDraft:
    """A page's place in a collection, with the heading and digest it has there."""

    page: Page
    heading: str
    digest: str


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
) -> Collection:
    """Make the collection at `slug`, or bring it to this state; `lead` is Markdown, rendered here.

    Raises text.markdown.TooComplex.
    """
    collection = queries.collection_at(slug)
    if collection is None:
        collection = Collection(slug=slug, lead="", lead_html="")
        db.session.add(collection)
    if collection.lead != lead:
        collection.lead, collection.lead_html = lead, markdown.render_page(lead).html
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


def put_episode(page: Page, series_title: str, number: int, label: str, actor: Person | None = None) -> Episode:
    """Make a page the episode `number` of a series, which is made when there is none of that title."""
    series = queries.series_named(series_title)
    if series is None:
        series = Series(title=series_title)
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
