"""`kairan user create`."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.mailbox import PASSWORD
from tests.factories import make_person
from wiki.accounts.models import Person, Role
from wiki.core.database import db


def create(app: Flask, *args: str, password: str | None = None) -> tuple[int, str]:
    if password is not None:
        args = (*args, "--password-stdin")
    done = app.test_cli_runner().invoke(args=["user", "create", *args], input=password)
    return done.exit_code, done.output


def test_a_person_made_here_signs_in_at_once(app: Flask, client: FlaskClient) -> None:
    status, _ = create(app, "市民課", "--email", "Shimin@example.jp", "--role", "staff", password=PASSWORD)
    assert status == 0
    person = db.session.scalars(select(Person)).one()
    assert (person.name, person.role, person.is_confirmed) == ("市民課", Role.STAFF, True)
    answer = client.post("/accounts/login", data={"email": "shimin@example.jp", "password": PASSWORD})
    assert answer.location == "/accounts/me"


def test_without_a_password_a_link_is_printed(app: Flask, client: FlaskClient) -> None:
    status, output = create(app, "市民課", "--email", "shimin@example.jp", "--role", "admin")
    assert status == 0
    link = output.strip().rsplit(" ", 1)[1].removeprefix("http://localhost")
    assert client.post(link, data={"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [
        ("TAKEN", "new@example.jp", PASSWORD),
        ("市民課", "taken@example.jp", PASSWORD),
        ("市民\u202e課", "new@example.jp", PASSWORD),
        ("市民課", "no address", PASSWORD),
        ("市民課", "new@example.jp", "short"),
        ("市民課", "new@example.jp", ""),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(app: Flask, name: str, email: str, password: str) -> None:
    make_person(name="Taken", email="taken@example.jp")
    status, output = create(app, name, "--email", email, "--role", "staff", password=password)
    assert status != 0
    assert len(output.strip().splitlines()) == 1
    assert output.startswith("Error:")
    assert len(db.session.scalars(select(Person.id)).all()) == 1
