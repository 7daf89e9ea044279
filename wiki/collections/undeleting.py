"""Collections and series that staff took away: kept as they were written, until somebody brings them back.

Within the running transaction of the caller, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki import ledger
from wiki.accounts.models import Person
from wiki.collections import queries, service
from wiki.collections.models import Collection, Deleted, Series
from wiki.collections.service import CollectionDraft, SeriesDraft
from wiki.core import versions
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.ledger import Kind
from wiki.pages.service import SlugTaken
from wiki.text import markdown

COLLECTION, SERIES = "collection", "series"


def delete_collection(actor: Person, slug: str) -> None:
    """Take a collection away and keep what it said; its pages stay. Raises NotThere."""
    found = queries.collection_to_arrange(slug)
    entries = [[entry.page_id, entry.heading, entry.digest] for entry in found.entries]
    told = {"lead": found.lead, "source": found.source, "disclaimer": found.disclaimer, "is_sample": found.is_sample}
    _take_away(actor, COLLECTION, found, told | {"entries": entries})
    ledger.record(Kind.COLLECTION_DELETED, actor.id, slug=slug, title=found.title)


def delete_series(actor: Person, slug: str) -> None:
    """Take a series away and keep its order; its pages stay. Raises NotThere."""
    found = queries.series_to_arrange(slug)
    episodes = [[episode.page_id, episode.number, episode.label] for episode in found.episodes]
    _take_away(actor, SERIES, found, {"episodes": episodes})
    ledger.record(Kind.SERIES_DELETED, actor.id, slug=slug, title=found.title)


def deleted(kind: str) -> Sequence[Deleted]:
    """What was taken away, the last first, with who did it: 1 query."""
    wanted = select(Deleted).where(Deleted.kind == kind).options(joinedload(Deleted.person))
    return db.session.scalars(wanted.order_by(Deleted.id.desc()).limit(50)).all()


def deleted_or_404(kind: str, deleted_id: int) -> Deleted:
    """One of them: 1 query. Raises NotThere."""
    found = db.session.get(Deleted, deleted_id)
    if found is None or found.kind != kind:
        raise NotThere
    return found


def lead_of(kept: Deleted) -> str:
    """The collection's lead rendered, before the writers' queue. Raises text.markdown.TooComplex."""
    return markdown.render_page(kept.told["lead"]).html


def bring_collection_back(actor: Person, kept: Deleted, lead_html: str) -> Collection:
    """Make the collection again where it stood. Raises SlugTaken."""
    told = kept.told
    draft = CollectionDraft(
        title=kept.title,
        lead=told["lead"],
        lead_html=lead_html,
        source=told["source"],
        disclaimer=told["disclaimer"],
        entries=[(page_id, heading, digest) for page_id, heading, digest in told["entries"]],
    )
    found = service.open_collection(actor, kept.slug, draft)
    found.is_sample = told["is_sample"]
    db.session.delete(kept)
    return found


def bring_series_back(actor: Person, kept: Deleted) -> Series:
    """Make the series again at its address, with those pages that belong to no other by now. Raises SlugTaken."""
    if queries.series_like(kept.slug) & {kept.slug}:
        raise SlugTaken
    taken = queries.episodes_of(page_id for page_id, _number, _label in kept.told["episodes"])
    free = [tuple(episode) for episode in kept.told["episodes"] if episode[0] not in taken]
    found = service.open_series(actor, SeriesDraft(kept.title, free), kept.slug)
    db.session.delete(kept)
    return found


def _take_away(actor: Person, kind: str, found: Collection | Series, told: dict[str, object]) -> None:
    db.session.add(Deleted(kind=kind, slug=found.slug, title=found.title, told=told, person_id=actor.id))
    db.session.delete(found)
    versions.touch(versions.EVERYTHING)
