"""Departments, who belongs to them, and 住民確認."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories import make_comment, make_page, make_person, sign_in
from wiki.accounts.models import Department, Person, Role
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    person = make_person(name="管理者", role=Role.ADMIN)
    sign_in(client, person)
    return person


def department(name: str) -> int:
    with transaction():
        row = Department(name=name)
        db.session.add(row)
        db.session.flush()
        return row.id


def test_an_administrator_adds_and_renames_a_department(client: FlaskClient, admin: Person) -> None:
    assert client.post("/accounts/departments", data={"name": "デジタル推進課"}).status_code == 303
    found = db.session.query(Department).one()
    assert client.post(f"/accounts/departments/{found.id}", data={"name": "市民課"}).status_code == 303
    assert 'value="市民課"' in client.get("/accounts/departments").text
    told = db.session.query(Event).filter_by(kind=Kind.DEPARTMENT_NAMED).order_by(Event.id).all()
    assert [(event.actor_id, event.facts) for event in told] == [
        (admin.id, {"department": found.id, "name": "デジタル推進課"}),
        (admin.id, {"department": found.id, "name": "市民課"}),
    ]


@pytest.mark.parametrize("name", ["", "   ", "市民課", "あ" * 61, "市\u202e民課"])
def test_a_name_that_will_not_do_comes_back_with_the_reason(client: FlaskClient, admin: Person, name: str) -> None:
    department("市民課")
    answer = client.post("/accounts/departments", data={"name": name})
    assert answer.status_code == 422
    assert db.session.query(Department).count() == 1
    other = department("福祉課")
    again = client.post(f"/accounts/departments/{other}", data={"name": name})
    assert again.status_code == 422
    assert 'role="alert"' in again.text


def test_staff_and_residents_are_kept_out(client: FlaskClient) -> None:
    sign_in(client, make_person(role=Role.STAFF))
    assert client.get("/accounts/departments").status_code == 403
    assert client.post("/accounts/departments", data={"name": "市民課"}).status_code == 403
    assert db.session.query(Department).count() == 0


def test_staff_are_put_into_a_department_and_residents_are_not(client: FlaskClient, admin: Person) -> None:
    staff, resident, home = make_person(role=Role.STAFF), make_person(), department("市民課")
    staff_id = staff.id
    put = f"/accounts/people/{staff_id}/department"
    assert client.post(put, data={"department_id": home}).status_code == 303
    assert db.session.get_one(Person, staff_id).department_id == home
    assert client.post(put, data={"department_id": "99"}).status_code == 400
    assert client.post(put, data={"department_id": "0"}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Person, staff_id).department_id is None
    assert client.post(f"/accounts/people/{resident.id}/department", data={"department_id": home}).status_code == 400


def test_a_verified_resident_is_marked_wherever_they_speak(client: FlaskClient, admin: Person) -> None:
    resident, page = make_person(name="川沿い"), make_page(slug="r1")
    make_comment(page, resident, "声です")
    assert "住民確認済み" not in client.get("/reports/r1").text
    assert client.post(f"/accounts/people/{resident.id}/verify").status_code == 303
    assert "住民確認済み" in client.get("/reports/r1").text
    assert client.post(f"/accounts/people/{resident.id}/unverify").status_code == 303
    assert "住民確認済み" not in client.get("/reports/r1").text


def test_nobody_but_administrators_verifies(client: FlaskClient) -> None:
    resident = make_person()
    sign_in(client, make_person(role=Role.STAFF))
    assert client.post(f"/accounts/people/{resident.id}/verify").status_code == 403
