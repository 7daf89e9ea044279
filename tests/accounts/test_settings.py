"""One's own account, and other people's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.mailbox import PASSWORD
from tests.factories import make_comment, make_page, make_person, sign_in
from wiki.accounts import passwords
from wiki.accounts.models import Person, Role
from wiki.core import versions
from wiki.core.database import db

HASH = passwords.hash_of(PASSWORD)


def fresh(person_id: int) -> Person:
    db.session.rollback()
    person = db.session.get(Person, person_id)
    assert person is not None
    return person


@pytest.fixture
def kawa(client: FlaskClient) -> Person:
    person = make_person(name="川沿い", email="kawa@example.jp", password_hash=HASH)
    sign_in(client, person)
    return person


def test_visitors_are_asked_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/accounts/settings")
    assert (answer.status_code, answer.location) == (303, "/accounts/login?next=/accounts/settings")


def test_ids_on_the_page_are_unique(client: FlaskClient, kawa: Person) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get("/accounts/settings").text)
    assert len(ids) == len(set(ids))


def test_a_new_name_makes_every_page_new(client: FlaskClient, kawa: Person) -> None:
    person_id, before = kawa.id, versions.read("site")
    assert client.post("/accounts/settings/name", data={"name": "山の手"}).status_code == 303
    assert fresh(person_id).name == "山の手"
    assert versions.read("site") != before


def test_a_taken_name_is_refused_and_ones_own_is_not(client: FlaskClient, kawa: Person) -> None:
    make_person(name="Yamanote")
    answer = client.post("/accounts/settings/name", data={"name": "yamanote"})
    assert answer.status_code == 422
    assert "yamanote" in answer.text
    assert client.post("/accounts/settings/name", data={"name": "川沿ぃ"}).status_code == 303


def test_a_new_password_needs_the_current_one_and_ends_other_sign_ins(
    client: FlaskClient, app: Flask, kawa: Person
) -> None:
    other = app.test_client()
    sign_in(other, kawa)
    wrong = client.post("/accounts/settings/password", data={"password": "no", "new_password": "another long word"})
    assert wrong.status_code == 422
    right = client.post("/accounts/settings/password", data={"password": PASSWORD, "new_password": "another long word"})
    assert right.status_code == 303
    assert client.get("/accounts/settings").status_code == 200
    assert other.get("/accounts/settings").status_code == 303


def test_guessing_the_current_password_is_slowed(client: FlaskClient, kawa: Person) -> None:
    for _ in range(5):
        client.post("/accounts/settings/delete", data={"password": "no", "sure": "y"})
    answer = client.post("/accounts/settings/delete", data={"password": PASSWORD, "sure": "y"})
    assert answer.status_code == 422
    assert "受け付けていません" in answer.text


def test_one_device_can_be_signed_out(client: FlaskClient, app: Flask, kawa: Person) -> None:
    other = app.test_client()
    sign_in(other, kawa)
    page = client.get("/accounts/settings").text
    ends = re.findall(r'action="(/accounts/settings/signins/\w+/end)"', page)
    assert len(ends) == 1
    with client.session_transaction() as session:
        assert session["_user_id"] not in page
    stranger = app.test_client()
    sign_in(stranger, make_person())
    assert stranger.post(ends[0]).status_code == 404
    assert client.post(ends[0]).status_code == 303
    assert other.get("/accounts/settings").status_code == 303
    assert client.get("/accounts/settings").status_code == 200


def test_the_language_is_kept_and_shown(client: FlaskClient, kawa: Person) -> None:
    person_id = kawa.id
    answer = client.post("/accounts/settings/language", data={"language": "en"})
    assert "kairan_language=en" in answer.headers["Set-Cookie"]
    assert fresh(person_id).language == "en"
    assert client.post("/accounts/settings/language", data={"language": "xx"}).status_code == 422


def test_who_leaves_leaves_their_words_and_nothing_else(client: FlaskClient, kawa: Person) -> None:
    person_id = kawa.id
    comment_id = make_comment(make_page(), kawa, "残る言葉").id
    unsure = client.post("/accounts/settings/delete", data={"password": PASSWORD})
    assert unsure.status_code == 422
    left = client.post("/accounts/settings/delete", data={"password": PASSWORD, "sure": "y"})
    assert left.status_code == 303
    person = fresh(person_id)
    assert (person.name, person.email) == (f"退会した人{person_id}", f"deleted-{person_id}@invalid")
    assert person.password_hash is None
    assert client.get("/accounts/settings").status_code == 303
    from wiki.comments.models import Comment

    comment = db.session.get(Comment, comment_id)
    assert comment is not None
    assert comment.author_id == person_id
    free = client.post(
        "/accounts/register",
        data={"name": "川沿い", "email": "kawa@example.jp", "password": PASSWORD, "consent": "y"},
    )
    assert free.status_code == 303


def test_the_last_administrator_cannot_leave(client: FlaskClient) -> None:
    sign_in(client, make_person(role="admin", password_hash=HASH))
    answer = client.post("/accounts/settings/delete", data={"password": PASSWORD, "sure": "y"})
    assert answer.status_code == 422
    assert "ほかの管理者" in answer.text


def test_only_administrators_manage_people(client: FlaskClient, app: Flask) -> None:
    person_id = make_person().id
    for role in ("resident", "staff"):
        other = app.test_client()
        sign_in(other, make_person(role=role))
        assert other.get("/accounts/people").status_code == 403
        for path in ("", f"/{person_id}/role", f"/{person_id}/suspend"):
            answer = other.post(f"/accounts/people{path}", data={"role": "staff"})
            assert answer.status_code == 403
    assert client.get("/accounts/people").status_code == 303
    assert fresh(person_id).role is Role.RESIDENT


def test_administrators_search_change_roles_and_suspend(client: FlaskClient, app: Flask) -> None:
    admin = make_person(name="管理A", role="admin")
    person = make_person(name="100%川沿い")
    person_id, admin_id = person.id, admin.id
    theirs = app.test_client()
    sign_in(theirs, person)
    sign_in(client, admin)
    assert "100%川沿い" not in client.get("/accounts/people").text
    assert "100%川沿い" in client.get("/accounts/people", query_string={"q": "０%川"}).text
    assert "100%川沿い" not in client.get("/accounts/people", query_string={"q": "0_川"}).text
    assert client.post(f"/accounts/people/{person_id}/role", data={"role": "staff"}).status_code == 303
    assert fresh(person_id).role is Role.STAFF
    assert client.post(f"/accounts/people/{person_id}/role", data={"role": "admin"}).status_code == 400
    assert client.post(f"/accounts/people/{person_id}/suspend").status_code == 303
    assert fresh(person_id).is_suspended
    assert theirs.get("/accounts/settings").status_code == 303
    client.post(f"/accounts/people/{person_id}/unsuspend")
    assert not fresh(person_id).is_suspended
    assert client.post(f"/accounts/people/{admin_id}/suspend").status_code == 403
    assert client.post("/accounts/people/99999/suspend").status_code == 404


def test_an_invitation_to_a_known_address_says_so(client: FlaskClient) -> None:
    sign_in(client, make_person(role="admin"))
    make_person(email="kawa@example.jp", password_hash=HASH)
    form = {"name": "広報課", "email": "kawa@example.jp", "role": "staff", "department_id": "0"}
    answer = client.post("/accounts/people", data=form)
    assert answer.status_code == 422
    assert "もう登録しています" in answer.text


def test_the_list_costs_the_same_however_long(client: FlaskClient, count_queries: Callable[[], Any]) -> None:
    sign_in(client, make_person(role="admin"))

    def cost() -> int:
        with count_queries() as queries:
            assert client.get("/accounts/people").status_code == 200
        return int(queries.count)

    cost()  # who asks is read once, then remembered
    before = cost()
    for _ in range(5):
        make_person(role="staff")
    assert cost() == before
