"""The life of a proposal: nothing but the steps that are drawn."""

from __future__ import annotations

from itertools import product

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_page, make_person, make_proposal, sign_in
from tests.proposals.acts import lead_to
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.proposals import queries, service, stages
from wiki.proposals.models import Proposal, Stage, Step

STEPS = list(product(Stage, Stage))
WRONG = [(before, after) for before, after in STEPS if after not in stages.NEXT[before]]


@pytest.fixture
def staff(app: object) -> Person:
    return make_person(role="staff")


@pytest.fixture
def proposal(app: object) -> Proposal:
    return make_proposal(make_page("r1"), make_person())


def test_every_stage_has_its_place_words_and_badge() -> None:
    assert stages.NEXT.keys() == stages.LABELS.keys() == stages.BADGES.keys() == set(Stage)


@given(st.sampled_from(STEPS))
def test_a_step_is_taken_only_when_it_is_drawn(step: tuple[Stage, Stage]) -> None:
    before, after = step
    if after in stages.NEXT[before]:
        assert stages.step(before, after) is after
    else:
        with pytest.raises(stages.WrongStage):
            stages.step(before, after)


@given(st.lists(st.sampled_from(list(Stage)), max_size=12))
def test_no_walk_leaves_the_drawing_and_every_walk_ends(wanted: list[Stage]) -> None:
    stage, taken = Stage.RECEIVED, 0
    for after in wanted:
        try:
            stage = stages.step(stage, after)
            taken += 1
        except stages.WrongStage:
            continue
    assert taken <= 3


def test_the_service_refuses_every_step_that_is_not_drawn(staff: Person) -> None:
    page, author = make_page("r1"), make_person()
    made = {stage: make_proposal(page, author) for stage in Stage}
    for stage, proposal in made.items():
        lead_to(stage, proposal, staff)
    for before, after in WRONG:
        with pytest.raises(stages.WrongStage), transaction():
            service.decide(staff, made[before], after, service.OfficialText.of("考え方です。"), before)
    assert {stage: made[stage].stage for stage in Stage} == {stage: stage for stage in Stage}


@pytest.mark.parametrize(("before", "after"), WRONG)
def test_the_view_refuses_every_step_that_is_not_drawn(
    client: FlaskClient, staff: Person, proposal: Proposal, before: Stage, after: Stage
) -> None:
    lead_to(before, proposal, staff)
    sign_in(client, staff)
    sent = {"stage": after.value, "text": "考え方です。", "from": before.value}
    answer = client.post(f"/proposals/{proposal.id}/decide", data=sent)
    assert answer.status_code == 409
    assert "考え方です。" in answer.text
    assert queries.proposal_or_404(proposal.id).stage is before


def test_a_step_leaves_its_official_text_and_a_public_record(staff: Person, proposal: Proposal) -> None:
    lead_to(Stage.ACCEPTED, proposal, staff, text="**開きます**。")
    first, last = queries.steps_of(proposal)
    assert (first.stage, last.stage) == (Stage.CONSIDERING, Stage.ACCEPTED)
    assert "<strong>開きます</strong>" in last.html
    event = db.session.query(Event).filter_by(kind=Kind.PROPOSAL_STEPPED).order_by(Event.id.desc()).first()
    assert event is not None
    assert event.facts == {"stage": "accepted", "previous": "considering"}
    assert (event.page_id, event.proposal_id) == (proposal.page_id, proposal.id)


def test_staff_take_a_step_in_the_browser(client: FlaskClient, staff: Person, proposal: Proposal) -> None:
    sign_in(client, staff)
    sent = {"stage": "considering", "text": "調べています。", "from": "received"}
    answer = client.post(f"/proposals/{proposal.id}/decide", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/proposals/{proposal.id}#answers")
    assert queries.proposal_or_404(proposal.id).stage is Stage.CONSIDERING


def test_of_two_staff_at_once_the_second_is_refused_and_keeps_the_text(
    client: FlaskClient, staff: Person, proposal: Proposal
) -> None:
    lead_to(Stage.CONSIDERING, proposal, staff)
    sign_in(client, staff)
    first = {"stage": "accepted", "text": "採用します。", "from": "considering"}
    second = {"stage": "declined", "text": "見送ります。", "from": "considering"}
    assert client.post(f"/proposals/{proposal.id}/decide", data=first).status_code == 303
    answer = client.post(f"/proposals/{proposal.id}/decide", data=second)
    assert answer.status_code == 409
    assert "見送ります。" in answer.text
    assert queries.proposal_or_404(proposal.id).stage is Stage.ACCEPTED
    assert db.session.query(Step).count() == 2


def test_who_saw_an_earlier_stage_is_refused_even_where_the_step_is_drawn(staff: Person, proposal: Proposal) -> None:
    lead_to(Stage.ACCEPTED, proposal, staff)
    text = service.OfficialText.of("実施しました。")
    with pytest.raises(service.StageMoved), transaction():
        service.decide(staff, proposal, Stage.DONE, text, seen=Stage.PARTLY_ACCEPTED)


@pytest.mark.parametrize("text", ["", " \n ", "あ" * 5001])
def test_a_step_needs_an_official_text_that_is_not_too_long(
    client: FlaskClient, staff: Person, proposal: Proposal, text: str
) -> None:
    sign_in(client, staff)
    sent = {"stage": "considering", "text": text, "from": "received"}
    assert client.post(f"/proposals/{proposal.id}/decide", data=sent).status_code == 422


@pytest.mark.parametrize("stage", ["", "gone", None])
def test_a_step_needs_a_stage_that_there_is(
    client: FlaskClient, staff: Person, proposal: Proposal, stage: str | None
) -> None:
    sign_in(client, staff)
    sent = {"text": "考え方です。", "from": "received"} | ({} if stage is None else {"stage": stage})
    answer = client.post(f"/proposals/{proposal.id}/decide", data=sent)
    assert answer.status_code == 422
    assert "考え方です。" in answer.text


def test_residents_and_visitors_take_no_steps(client: FlaskClient, proposal: Proposal) -> None:
    sent = {"stage": "considering", "text": "考え方です。", "from": "received"}
    assert client.post(f"/proposals/{proposal.id}/decide", data=sent).status_code == 403
    sign_in(client, make_person())
    assert client.post(f"/proposals/{proposal.id}/decide", data=sent).status_code == 403
    assert queries.proposal_or_404(proposal.id).stage is Stage.RECEIVED
