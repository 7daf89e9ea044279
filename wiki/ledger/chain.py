"""The hash chain over the ledger: sealed in batches by a job, proved by `kairan ledger verify`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import func, select

from wiki.core import clock, jobs
from wiki.core.database import db, transaction
from wiki.core.i18n import iso
from wiki.ledger.models import Event, Seal

BATCH = 1000
_SETTLE = timedelta(seconds=30)
_NEWEST = select(Seal).order_by(Seal.id.desc()).limit(1)


class ChainBroken(Exception):
    """An event or a seal is not what it was; the message names the first place."""


@jobs.handler("ledger.seal", every=timedelta(minutes=1))
def seal() -> None:
    """Seal what has settled: events older than half a minute, so that no slower transaction can slip in below."""
    while seal_batch():
        pass


def seal_batch() -> int:
    """Add one link over the next events, at most `BATCH`; gives how many it covers.

    Sealed events never change, so they are read and hashed before the writers' queue. When somebody else has sealed
    meanwhile, nothing is added.
    """
    last = db.session.scalar(_NEWEST)
    last_id, previous = (last.last_id, last.digest) if last else (0, "")
    events = _settled(last_id)
    if not events:
        db.session.rollback()
        return 0
    link = Seal(
        first_id=events[0].id,
        last_id=events[-1].id,
        events=len(events),
        digest=digest(previous, events),
        sealed_at=clock.now(),
    )
    with transaction():
        newest = db.session.scalar(_NEWEST.with_for_update())
        if (newest.last_id if newest else 0) != last_id:
            return 0
        db.session.add(link)
    return link.events


def _settled(after: int) -> list[Event]:
    """The next events behind `after` that no slower transaction can slip in between any more, at most `BATCH`."""
    fresh = select(func.min(Event.id)).where(Event.id > after, Event.at >= clock.now() - _SETTLE)
    settled = select(Event).where(Event.id > after)
    if (first_fresh := db.session.scalar(fresh)) is not None:  # clocks are not exact: numbers decide, not times
        settled = settled.where(Event.id < first_fresh)
    return list(db.session.scalars(settled.order_by(Event.id).limit(BATCH)))


def digest(previous: str, events: Iterable[Event]) -> str:
    """SHA-256, in hex, over the previous link's digest and the events in canonical JSON, one a line."""
    found = hashlib.sha256(previous.encode())
    for event in events:
        found.update(b"\n" + canonical(event).encode())
    return found.hexdigest()


def canonical(event: Event) -> str:
    """The one way to write an event down for hashing."""
    fields = [
        event.id,
        iso(event.at),
        event.kind.value,
        event.actor_id,
        event.person_id,
        event.page_id,
        event.proposal_id,
        event.comment_id,
        event.facts,
    ]
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify() -> tuple[int, int]:
    """Walk the whole chain; gives (events proved, events not yet sealed). Raises ChainBroken at the first flaw."""
    previous, proved, last_id = "", 0, 0
    for link in _links():
        events = _events_under(link)
        if len(events) != link.events or link.first_id <= last_id:
            raise ChainBroken(f"seal {link.id}: {link.events} events were sealed, {len(events)} are there")
        if digest(previous, events) != link.digest:
            raise ChainBroken(f"seal {link.id}: an event from {link.first_id} to {link.last_id} was changed")
        stray = select(func.count()).where(Event.id < link.first_id)
        if db.session.scalar(stray.where(Event.id > last_id) if proved else stray):
            raise ChainBroken(f"seal {link.id}: events stand before {link.first_id} that were never sealed")
        previous, proved, last_id = link.digest, proved + len(events), link.last_id
        db.session.expunge_all()
    loose = db.session.scalar(select(func.count()).where(Event.id > last_id)) or 0
    return proved, loose


def _events_under(link: Seal) -> list[Event]:
    between = Event.id.between(link.first_id, link.last_id)
    try:
        return list(db.session.scalars(select(Event).where(between).order_by(Event.id)))
    except (LookupError, ValueError):  # an unknown kind, facts that are no JSON
        raise ChainBroken(f"seal {link.id}: an event from {link.first_id} to {link.last_id} cannot be read") from None


def _links() -> Iterator[Seal]:
    after = 0
    while link := db.session.scalar(select(Seal).where(Seal.id > after).order_by(Seal.id).limit(1)):
        after = link.id
        yield link
