"""One person, one vote, counted exactly."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_page, make_person, make_proposal, sign_in
from tests.proposals.acts import cast, counts, lead_to
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.proposals import policy, queries, service
from wiki.proposals.models import Proposal, Stage, Vote


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    return make_proposal(make_page("r1"), make_person())


@pytest.fixture
def voter(app: Flask) -> Person:
    return make_person()


def test_votes_are_exact_when_twenty_people_vote_at_once(app: Flask, proposal: Proposal) -> None:
    people = [make_person().id for _ in range(20)]
    proposal_id, luck = proposal.id, random.Random(1)
    wishes = [(person, luck.choice([1, 0, -1, None])) for person in people for _ in range(5)]
    luck.shuffle(wishes)

    def vote(wish: tuple[int, int | None]) -> None:
        person_id, value = wish
        with app.app_context():
            with transaction():
                person = db.session.get_one(Person, person_id)
                service.vote(person, queries.proposal_or_404(proposal_id), value)
            db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(vote, wishes))
    kept = dict(db.session.execute(select(Vote.value, func.count()).group_by(Vote.value)).all())
    assert counts(proposal) == (kept.get(1, 0), kept.get(0, 0), kept.get(-1, 0))
    assert sum(kept.values()) <= 20


def test_a_vote_is_changed_and_withdrawn(proposal: Proposal, voter: Person) -> None:
    seen = []
    for value in (1, -1, 0, 0, None, None, 1):
        cast(voter, proposal, value)
        seen.append(counts(proposal))
    assert seen == [(1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 0), (0, 0, 0), (0, 0, 0), (1, 0, 0)]
    assert queries.vote_of(voter, proposal) == 1


def test_only_a_vote_that_changes_something_is_recorded_and_never_what_it_said(
    proposal: Proposal, voter: Person
) -> None:
    for value in (1, 1, None, None):
        cast(voter, proposal, value)
    events = db.session.scalars(select(Event).where(Event.kind == Kind.VOTED)).all()
    assert [event.facts for event in events] == [{}, {}]


@pytest.mark.parametrize("value", ["5", "-2", "1.0", "賛成", "１", " 1"])
def test_a_vote_of_five_is_refused(client: FlaskClient, proposal: Proposal, voter: Person, value: str) -> None:
    sign_in(client, voter)
    assert client.post(f"/proposals/{proposal.id}/vote", data={"value": value}).status_code == 422
    assert client.post(f"/proposals/{proposal.id}/vote").status_code == 422
    assert counts(proposal) == (0, 0, 0)


def test_the_service_knows_no_other_votes_either(proposal: Proposal, voter: Person) -> None:
    with pytest.raises(service.WrongVote):
        cast(voter, proposal, 2)


def test_a_vote_is_sent_changed_and_withdrawn_in_the_browser(
    client: FlaskClient, proposal: Proposal, voter: Person
) -> None:
    sign_in(client, voter)
    for value, after in (("1", (1, 0, 0)), ("-1", (0, 0, 1)), ("", (0, 0, 0))):
        answer = client.post(f"/proposals/{proposal.id}/vote", data={"value": value})
        assert (answer.status_code, answer.location) == (303, f"/proposals/{proposal.id}#vote")
        assert counts(proposal) == after


def test_a_live_page_gets_the_votes_back_with_its_own_pressed(
    client: FlaskClient, proposal: Proposal, voter: Person
) -> None:
    sign_in(client, voter)
    answer = client.post(f"/proposals/{proposal.id}/vote", data={"value": "0"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.count('aria-pressed="true"') == 1
    assert 'value="0" aria-pressed="true"' in " ".join(answer.text.split())
    assert "<html" not in answer.text


@pytest.mark.parametrize("stage", [Stage.ACCEPTED, Stage.PARTLY_ACCEPTED, Stage.DECLINED, Stage.DONE])
def test_votes_after_the_decision_are_refused(
    client: FlaskClient, proposal: Proposal, voter: Person, stage: Stage
) -> None:
    cast(voter, proposal, 1)
    lead_to(stage, proposal, make_person(role="staff"))
    sign_in(client, voter)
    assert client.post(f"/proposals/{proposal.id}/vote", data={"value": "-1"}).status_code == 409
    assert client.post(f"/proposals/{proposal.id}/vote", data={"value": ""}).status_code == 409
    assert counts(proposal) == (1, 0, 0)


def test_only_confirmed_unsuspended_people_vote(client: FlaskClient, proposal: Proposal) -> None:
    assert client.post(f"/proposals/{proposal.id}/vote", data={"value": "1"}).status_code == 403
    suspended = make_person()
    with transaction():
        suspended.suspended_at = clock.now()
        db.session.add(suspended)
    for person in (make_person(confirmed=False), suspended):
        assert not policy.may_vote(person, proposal)
        sign_in(client, person)
        assert client.post(f"/proposals/{proposal.id}/vote", data={"value": "1"}).status_code == 403
    assert counts(proposal) == (0, 0, 0)


def test_a_hidden_proposal_is_not_there_to_vote_on(client: FlaskClient, proposal: Proposal, voter: Person) -> None:
    staff = make_person(role="staff")
    with transaction():
        service.hide(staff, proposal, "spam")
    sign_in(client, voter)
    assert client.post(f"/proposals/{proposal.id}/vote", data={"value": "1"}).status_code == 404


def test_a_person_reads_their_own_votes_in_one_query(app: Flask, voter: Person, count_queries) -> None:  # type: ignore[no-untyped-def]
    page, author = make_page("r2"), make_person()
    made = [make_proposal(page, author) for _ in range(3)]
    cast(voter, made[0], 1)
    cast(voter, made[2], -1)
    ids = [proposal.id for proposal in made]
    assert voter.id  # loaded anew after the commit
    with count_queries() as queries_sent:
        own = queries.votes_of(voter, ids)
    assert own == {ids[0]: 1, ids[2]: -1}
    assert queries_sent.count == 1


def test_the_form_for_votes_is_the_only_one_with_its_field(
    client: FlaskClient, proposal: Proposal, voter: Person
) -> None:
    """Whoever fills the page's forms by the contract's names reaches the vote."""
    sign_in(client, voter)
    forms = re.findall(r"<form\b.*?</form>", client.get(f"/proposals/{proposal.id}").text, re.S)
    found = [form for form in forms if 'name="value"' in form]
    assert len(found) == 1
    assert f'action="/proposals/{proposal.id}/vote"' in found[0]
