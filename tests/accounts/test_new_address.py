"""Another e-mail address for one's account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.accounts.mailbox import PASSWORD, link_in
from tests.factories import make_person, sign_in
from wiki.accounts import passwords
from wiki.accounts.models import Person
from wiki.core.database import db

HASH = passwords.hash_of(PASSWORD)
Outbox = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def kawa(client: FlaskClient) -> Person:
    person = make_person(name="川沿い", email="kawa@example.jp", password_hash=HASH)
    sign_in(client, person)
    return person


def ask(client: FlaskClient, email: str, password: str = PASSWORD) -> int:
    return client.post("/accounts/settings/email", data={"email": email, "password": password}).status_code


def email_of(person_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Person, person_id).email


def test_the_new_address_takes_effect_by_its_own_link_and_the_former_is_told(
    client: FlaskClient, kawa: Person, outbox: Outbox
) -> None:
    person_id = kawa.id
    assert ask(client, "New@Example.jp") == 303
    (letter,) = outbox()
    assert letter["to"] == "new@example.jp"
    assert email_of(person_id) == "kawa@example.jp"
    link = link_in(letter)
    assert "new@example.jp" in client.get(link).text
    assert email_of(person_id) == "kawa@example.jp", "looking changes nothing"
    assert client.post(link).status_code == 303
    assert email_of(person_id) == "new@example.jp"
    assert outbox()[-1]["to"] == "kawa@example.jp"
    assert client.post(link).status_code == 410


def test_the_password_is_needed(client: FlaskClient, kawa: Person, outbox: Outbox) -> None:
    assert ask(client, "new@example.jp", "not this one") == 422
    assert outbox() == []


def test_an_address_in_use_gets_the_same_answer_and_no_letter(
    client: FlaskClient, kawa: Person, outbox: Outbox
) -> None:
    make_person(name="山の手", email="yama@example.jp")
    assert ask(client, "yama@example.jp") == 303
    assert outbox() == []


def test_an_address_taken_meanwhile_is_not_taken_twice(client: FlaskClient, kawa: Person, outbox: Outbox) -> None:
    person_id = kawa.id
    ask(client, "new@example.jp")
    link = link_in(outbox()[0])
    make_person(name="山の手", email="new@example.jp")
    assert client.post(link).status_code == 410
    assert email_of(person_id) == "kawa@example.jp"


def test_a_link_expires_and_a_tampered_one_is_unknown(
    client: FlaskClient, kawa: Person, outbox: Outbox, travel: Callable[..., None]
) -> None:
    ask(client, "new@example.jp")
    link = link_in(outbox()[0])
    assert client.get(link + "x").status_code == 404
    travel(hours=25)
    assert client.get(link).status_code == 410
