"""Passwords by mailed links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.mailbox import PASSWORD, link_in
from tests.factories import make_person, sign_in
from wiki.accounts import administration
from wiki.accounts.models import Person, Role
from wiki.core.database import db, transaction

Outbox = Callable[[], list[dict[str, Any]]]
NEW = "another long word"


def log_in(client: FlaskClient, password: str, email: str = "kawa@example.jp") -> int:
    return client.post("/accounts/login", data={"email": email, "password": password}).status_code


def test_the_answer_never_tells_whether_the_address_is_known(client: FlaskClient, outbox: Outbox) -> None:
    make_person(email="kawa@example.jp", password_hash="x")
    known = client.post("/accounts/reset", data={"email": "kawa@example.jp"})
    unknown = client.post("/accounts/reset", data={"email": "nobody@example.jp"})
    assert (known.status_code, known.location, known.data) == (
        unknown.status_code,
        unknown.location,
        unknown.data,
    )
    assert [letter["to"] for letter in outbox()] == ["kawa@example.jp"]


def test_a_reset_ends_every_sign_in_confirms_and_works_once(client: FlaskClient, app: Flask, outbox: Outbox) -> None:
    person = make_person(email="kawa@example.jp", password_hash="x", confirmed=False)
    other = app.test_client()
    sign_in(other, person)
    client.post("/accounts/reset", data={"email": "kawa@example.jp"})
    client.post("/accounts/reset", data={"email": "kawa@example.jp"})
    first, second = (link_in(letter) for letter in outbox())
    assert client.get(first).status_code == 200
    assert client.post(first, data={"password": "short"}).status_code == 422
    assert client.post(first, data={"password": NEW}).status_code == 303
    assert client.get("/accounts/settings").status_code == 200
    assert other.get("/accounts/settings").status_code == 303
    assert db.session.scalars(select(Person)).one().is_confirmed
    for used in (first, second):
        answer = client.post(used, data={"password": PASSWORD})
        assert answer.status_code == 410
        assert "もう使われています" in answer.text
    assert log_in(app.test_client(), NEW) == 303


def test_a_reset_link_lasts_an_hour(client: FlaskClient, outbox: Outbox, travel: Callable[..., None]) -> None:
    make_person(email="kawa@example.jp", password_hash="x")
    client.post("/accounts/reset", data={"email": "kawa@example.jp"})
    travel(hours=1, seconds=1)
    answer = client.post(link_in(outbox()[0]), data={"password": NEW})
    assert answer.status_code == 410
    assert "期限" in answer.text
    assert 'href="/accounts/reset"' in answer.text


def test_a_reset_opens_a_locked_account(client: FlaskClient, outbox: Outbox) -> None:
    make_person(email="kawa@example.jp", password_hash="x")
    for _ in range(6):
        status = log_in(client, "wrong password")
    assert status == 429
    client.post("/accounts/reset", data={"email": "kawa@example.jp"})
    client.post(link_in(outbox()[0]), data={"password": NEW})
    client.post("/accounts/logout")
    assert log_in(client, NEW) == 303


def test_invited_staff_set_a_password_and_are_in(client: FlaskClient, app: Flask, outbox: Outbox) -> None:
    admin = make_person(role="admin")
    sign_in(client, admin)
    form = {"name": "広報課", "email": "koho@example.jp", "role": "staff", "department_id": "0"}
    assert client.post("/accounts/people", data=form).status_code == 303
    letter = outbox()[0]
    assert letter["to"] == "koho@example.jp"
    invited = app.test_client()
    assert log_in(invited, NEW, "koho@example.jp") == 422
    assert "koho@example.jp" in invited.get(link_in(letter)).text
    assert invited.post(link_in(letter), data={"password": NEW}).status_code == 303
    person = db.session.scalars(select(Person).where(Person.email == "koho@example.jp")).one()
    assert person.role is Role.STAFF
    assert person.is_confirmed
    assert invited.post(link_in(letter), data={"password": PASSWORD}).status_code == 410


def test_an_invitation_lasts_seven_days_and_no_reset_replaces_it(
    app: Flask, client: FlaskClient, outbox: Outbox, travel: Callable[..., None]
) -> None:
    with transaction():
        administration.invite(None, "koho@example.jp", "広報課", Role.STAFF)
    travel(days=7, seconds=1)
    assert client.get(link_in(outbox()[0])).status_code == 410
    client.post("/accounts/reset", data={"email": "koho@example.jp"})
    assert len(outbox()) == 1
    with transaction():
        administration.invite(None, "koho@example.jp", "広報課", Role.STAFF)
    assert client.get(link_in(outbox()[1])).status_code == 200


def test_the_first_administrator_has_a_link_until_it_is_used(app: Flask, client: FlaskClient) -> None:
    with transaction():
        first = administration.first_admin_link()
    with transaction():
        second = administration.first_admin_link()
    assert first is not None
    assert second is not None
    assert client.get(first.removeprefix("http://localhost")).status_code == 410  # only the newest works
    assert client.post(second.removeprefix("http://localhost"), data={"password": NEW}).status_code == 303
    assert administration.first_admin_link() is None
    people = db.session.scalars(select(Person)).all()
    assert [(person.name, person.email, person.role) for person in people] == [
        ("管理者", "admin@localhost", Role.ADMIN)
    ]
    client.post("/accounts/logout")
    assert log_in(client, NEW, "admin@localhost") == 303
