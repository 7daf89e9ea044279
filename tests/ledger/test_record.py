"""Recording: an event and whatever listeners make of it are part of the change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from wiki import ledger
from wiki.core import versions
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind, queries, recorded


@pytest.fixture
def heard() -> Iterator[list[tuple[Kind, Event]]]:
    """What a listener was told; it writes a row for each, in the event's transaction."""
    found: list[tuple[Kind, Event]] = []

    def listen(kind: Kind, event: Event) -> None:
        found.append((kind, event))
        versions.touch(f"heard:{kind.value}")

    with recorded.connected_to(listen):
        yield found


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Event.id))) or 0


def test_an_event_keeps_ids_and_facts(app: Flask) -> None:
    with transaction():
        ledger.record(Kind.PROPOSAL_STEPPED, 7, page_id=3, proposal_id=5, stage="adopted", number=2)
    db.session.expire_all()
    event = db.session.scalars(select(Event)).one()
    assert (event.kind, event.actor_id, event.page_id, event.proposal_id) == (Kind.PROPOSAL_STEPPED, 7, 3, 5)
    assert (event.person_id, event.comment_id) == (None, None)
    assert event.facts == {"stage": "adopted", "number": 2}
    assert event.at.utcoffset() is not None


def test_listeners_hear_of_an_event_within_its_transaction(app: Flask, heard: list[tuple[Kind, Event]]) -> None:
    with transaction():
        event = ledger.record(Kind.VOTED, 1, proposal_id=5)
        assert heard == [(Kind.VOTED, event)]
    assert events() == 1
    assert versions.read("heard:proposal.voted")[0]


def test_when_the_change_is_undone_neither_event_nor_listeners_work_is_left(
    app: Flask, heard: list[tuple[Kind, Event]]
) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        ledger.record(Kind.VOTED, 1, proposal_id=5)
        db.session.flush()
        raise ZeroDivisionError
    assert len(heard) == 1
    assert events() == 0
    assert versions.read("heard:proposal.voted")[0] is None


def test_a_listener_that_fails_undoes_the_change(app: Flask) -> None:
    def fail(kind: Kind, event: Event) -> None:
        raise ZeroDivisionError

    with recorded.connected_to(fail), pytest.raises(ZeroDivisionError), transaction():
        ledger.record(Kind.VOTED, 1, proposal_id=5)
    assert events() == 0


def test_only_public_kinds_are_listed_newest_first_and_by_cursor(app: Flask, count_queries: object) -> None:
    for kind in (Kind.PAGE_CREATED, Kind.VOTED, Kind.PAGE_REVISED, Kind.FLAGGED, Kind.COMMENT_HIDDEN):
        with transaction():
            ledger.record(kind, 1)
    with count_queries() as counted:  # type: ignore[operator]
        found = queries.public_before(None, limit=2)
    assert counted.count == 1
    assert [event.kind for event in found] == [Kind.COMMENT_HIDDEN, Kind.PAGE_REVISED]
    assert [event.kind for event in queries.public_before(found[-1].id)] == [Kind.PAGE_CREATED]
