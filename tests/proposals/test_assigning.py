"""Which department answers a proposal, and by when."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.factories import make_page, make_person, make_proposal, sign_in
from wiki.accounts.models import Department, Role
from wiki.core.database import db, transaction
from wiki.proposals.models import Proposal


@pytest.fixture
def department(app: object) -> int:
    with transaction():
        row = Department(name="市民課")
        db.session.add(row)
        db.session.flush()
        return row.id


@pytest.fixture
def proposal(app: object) -> int:
    return make_proposal(make_page("r1"), make_person()).id


def assign(client: FlaskClient, proposal: int, department: int, due_on: str) -> int:
    sent = {"department": str(department), "due_on": due_on}
    return client.post(f"/proposals/{proposal}/assign", data=sent).status_code


def test_residents_see_who_answers_and_by_when(client: FlaskClient, proposal: int, department: int) -> None:
    sign_in(client, make_person(role=Role.STAFF))
    assert assign(client, proposal, department, "2026-12-10") == 303
    found = db.session.get_one(Proposal, proposal)
    assert (found.department_id, found.due_on) == (department, date(2026, 12, 10))
    shown = client.application.test_client().get(f"/proposals/{proposal}").text
    assert "市民課" in shown
    assert "回答の予定：" in shown
    assert assign(client, proposal, 0, "") == 303
    assert "回答の予定：" not in client.application.test_client().get(f"/proposals/{proposal}").text


def test_what_is_late_is_marked_on_the_desk(client: FlaskClient, proposal: int, department: int) -> None:
    sign_in(client, make_person(role=Role.STAFF))
    assign(client, proposal, department, "2020-01-01")
    desk = client.get("/desk/?kind=proposals").text
    assert "市民課" in desk
    assert "（過ぎています）" in desk


@pytest.mark.parametrize(("department_id", "due_on"), [(99, ""), (0, "12/10"), (0, "2026-13-01"), (0, "x" * 100)])
def test_what_cannot_be_is_said_and_nothing_changes(
    client: FlaskClient, proposal: int, department_id: int, due_on: str
) -> None:
    sign_in(client, make_person(role=Role.STAFF))
    assert assign(client, proposal, department_id, due_on) == 422
    assert db.session.get_one(Proposal, proposal).due_on is None


def test_residents_assign_nothing(client: FlaskClient, proposal: int, department: int) -> None:
    sign_in(client, make_person())
    assert assign(client, proposal, department, "") == 403
