"""The hash chain: it proves that nothing sealed was changed, taken out or put in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind, Seal, chain


def happen(number: int, ago: timedelta = timedelta(hours=1), **facts: object) -> None:
    """So many events, that long ago."""
    clock.shift(-ago)
    with transaction():
        for index in range(number):
            ledger.record(Kind.PAGE_REVISED, 1, page_id=index, number=index, note="版", **facts)
    clock.shift(timedelta(0))


def sealed(number: int) -> None:
    happen(number)
    chain.seal()


@pytest.fixture
def three_links(app: Flask) -> Flask:
    """Twelve events under three seals, four under each."""
    for _turn in range(3):
        sealed(4)
    return app


def change(statement: object) -> None:
    """Somebody with the database's password."""
    with transaction():
        db.session.execute(statement)  # type: ignore[call-overload]
    db.session.expunge_all()


def test_an_empty_ledger_is_in_order(app: Flask) -> None:
    chain.seal()
    assert chain.verify() == (0, 0)


def test_what_was_sealed_is_proved_and_what_is_fresh_is_counted(three_links: Flask) -> None:
    happen(2, ago=timedelta(seconds=5))
    chain.seal()
    assert chain.verify() == (12, 2)
    assert [seal.events for seal in db.session.scalars(select(Seal).order_by(Seal.id))] == [4, 4, 4]


def test_events_are_sealed_half_a_minute_after_they_happened(app: Flask, travel: Callable[..., None]) -> None:
    with transaction():
        ledger.record(Kind.PAGE_CREATED, 1)
    travel(seconds=25)
    chain.seal()
    assert chain.verify() == (0, 1)
    travel(seconds=35)
    chain.seal()
    assert chain.verify() == (1, 0)


def test_an_event_that_has_not_settled_holds_back_those_after_it(app: Flask, travel: Callable[..., None]) -> None:
    happen(1, ago=timedelta(seconds=5))
    happen(1, ago=timedelta(minutes=5))  # the clock was set back meanwhile
    chain.seal()
    assert chain.verify() == (0, 2)
    travel(minutes=1)
    chain.seal()
    assert chain.verify() == (2, 0)


def test_more_events_than_a_batch_are_sealed_in_several_links(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 4)
    sealed(10)
    assert chain.verify() == (10, 0)
    assert [seal.events for seal in db.session.scalars(select(Seal).order_by(Seal.id))] == [4, 4, 2]


def test_sealing_again_adds_nothing(three_links: Flask) -> None:
    chain.seal()
    assert chain.verify() == (12, 0)
    assert db.session.query(Seal).count() == 3


TAMPERINGS = {
    "a fact": update(Event).where(Event.id == 6).values(facts={"number": 99}),
    "the actor": update(Event).where(Event.id == 6).values(actor_id=2),
    "the time": update(Event).where(Event.id == 6).values(at=clock.now() - timedelta(days=1)),
    "the kind": update(Event).where(Event.id == 6).values(kind=Kind.COMMENT_HIDDEN),
    "the kind, to an unknown one": text("UPDATE event SET kind = 'page.burnt' WHERE id = 6"),
    "the facts, to nonsense": text("UPDATE event SET facts = '[1]' WHERE id = 6"),
    "the page": update(Event).where(Event.id == 6).values(page_id=None),
    "a seal's digest": update(Seal).where(Seal.id == 2).values(digest="0" * 64),
    "a seal's bounds": update(Seal).where(Seal.id == 2).values(last_id=7),
    "an event taken out": delete(Event).where(Event.id == 6),
    "the first event taken out": delete(Event).where(Event.id == 1),
    "all events of a seal taken out": delete(Event).where(Event.id.between(5, 8)),
    "the first seal taken out": delete(Seal).where(Seal.id == 1),
    "a seal in the middle taken out": delete(Seal).where(Seal.id == 2),
    "an event numbered anew": update(Event).where(Event.id == 6).values(id=600),
    "an event put in before": insert(Event).values(id=0, at=clock.now(), kind=Kind.VOTED, facts={}),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(three_links: Flask, name: str) -> None:
    change(TAMPERINGS[name])
    with pytest.raises(chain.ChainBroken):
        chain.verify()


def test_an_event_put_in_between_is_found(app: Flask) -> None:
    sealed(2)
    change(update(Event).where(Event.id == 2).values(id=3))
    change(delete(Seal))
    chain.seal()
    change(insert(Event).values(id=2, at=clock.now(), kind=Kind.VOTED, facts={}))
    with pytest.raises(chain.ChainBroken):
        chain.verify()


def test_a_seal_and_its_events_taken_out_together_are_found_unless_they_were_the_last(
    three_links: Flask,
) -> None:
    change(delete(Event).where(Event.id.between(5, 8)))
    change(delete(Seal).where(Seal.id == 2))
    with pytest.raises(chain.ChainBroken):
        chain.verify()


def test_a_later_link_covers_the_earlier_ones(three_links: Flask) -> None:
    digests = list(db.session.scalars(select(Seal.digest).order_by(Seal.id)))
    assert len(set(digests)) == 3
    events = list(db.session.scalars(select(Event).where(Event.id.between(5, 8)).order_by(Event.id)))
    assert chain.digest(digests[0], events) == digests[1]
    assert chain.digest("", events) != digests[1]


def test_sealing_in_two_places_at_once_seals_each_event_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "BATCH", 3)
    happen(60)
    start, raised = threading.Barrier(3), []

    def seal() -> None:
        with app.app_context():
            start.wait(20)
            try:
                chain.seal()
            except IntegrityError:
                pass  # another was faster; the job comes back in a minute
            except Exception as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    chain.seal()
    assert chain.verify() == (60, 0)
    assert sum(db.session.scalars(select(Seal.events))) == 60


def test_the_command_proves_the_chain(three_links: Flask) -> None:
    result = three_links.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (result.exit_code, result.output) == (0, "12 events proved, 0 not yet sealed\n")


def test_the_command_fails_with_one_line_that_names_the_place(three_links: Flask) -> None:
    for statement in (TAMPERINGS["a fact"], TAMPERINGS["the kind, to an unknown one"]):
        change(statement)
        result = three_links.test_cli_runner().invoke(args=["ledger", "verify"])
        assert result.exit_code == 1
        assert "seal 2" in result.stderr
        assert len(result.stderr.splitlines()) == 1
