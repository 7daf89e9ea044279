"""Signing in and out, and being slowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.mailbox import PASSWORD, link_in
from tests.factories import make_person, sign_in
from wiki.accounts import passwords
from wiki.accounts.models import FailedSignin, Person
from wiki.core import jobs
from wiki.core.database import db, transaction

Outbox = Callable[[], list[dict[str, Any]]]
HASH = passwords.hash_of(PASSWORD)


@pytest.fixture
def kawa(app: Flask) -> Person:
    return make_person(email="kawa@example.jp", password_hash=HASH)


def log_in(client: FlaskClient, password: str = PASSWORD, email: str = "kawa@example.jp", **fields: str) -> Any:
    return client.post("/accounts/login", data={"email": email, "password": password, **fields})


def is_in(client: FlaskClient) -> bool:
    return client.get("/accounts/settings").status_code == 200


def test_the_right_password_signs_in(client: FlaskClient, kawa: Person) -> None:
    answer = log_in(client, email=" ＫＡＷＡ@Example.jp")
    assert (answer.status_code, answer.location) == (303, "/accounts/me")
    assert is_in(client)


def test_unknown_and_known_addresses_get_the_same_answer(client: FlaskClient, kawa: Person) -> None:
    known = log_in(client, "wrong password")
    unknown = log_in(client, "wrong password", "nobody@example.jp")
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace("kawa@", "nobody@") == unknown.text


def test_an_unknown_address_costs_the_same_work(
    client: FlaskClient, kawa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    hasher = passwords._hasher

    class Watched:
        def verify(self, kept: str, text: bytes) -> bool:
            worked.append(kept[:30])
            return hasher.verify(kept, text)

        hash = staticmethod(hasher.hash)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    log_in(client, "wrong password")
    log_in(client, "wrong password", "nobody@example.jp")
    log_in(client, "wrong password", "no address")
    assert len(worked) == 3
    assert len(set(worked)) == 1  # the same parameters


def test_an_account_without_password_lets_nobody_in(client: FlaskClient) -> None:
    make_person(email="kawa@example.jp")
    assert log_in(client, "nobody has this password").status_code == 422
    assert log_in(client, "x" * 5000).status_code == 422


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/reports/first?order=newest", "/reports/first?order=newest"),
        ("//evil.example", "/accounts/me"),
        ("/\\evil.example", "/accounts/me"),
        ("\\\\evil.example", "/accounts/me"),
        ("https://evil.example/", "/accounts/me"),
        ("https:evil.example", "/accounts/me"),
        ("javascript:alert(1)", "/accounts/me"),
        ("/\t/evil.example", "/accounts/me"),
        ("evil", "/accounts/me"),
        ("", "/accounts/me"),
    ],
)
def test_one_goes_on_within_this_site_only(client: FlaskClient, kawa: Person, target: str, expected: str) -> None:
    hidden = re.search(
        r'name="next"[^>]*value="([^"]*)"', client.get("/accounts/login", query_string={"next": target}).text
    )
    assert hidden is not None
    assert hidden[1] == (target if expected == target else "")
    assert log_in(client, next=target).location == expected
    assert client.get("/accounts/login", query_string={"next": target}).location == expected  # signed in already


def test_after_five_failures_even_the_right_password_waits(
    client: FlaskClient, kawa: Person, travel: Callable[..., None]
) -> None:
    for _ in range(5):
        assert log_in(client, "wrong password").status_code == 422
    refused = log_in(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 30
    assert "kawa@example.jp" in refused.text
    travel(seconds=31)
    assert log_in(client, "wrong password").status_code == 422
    travel(seconds=31 + 35)
    again = log_in(client)
    assert again.status_code == 303 or 0 < int(again.headers["Retry-After"]) <= 60


def test_the_wait_doubles_and_success_clears_it(client: FlaskClient, kawa: Person, travel: Callable[..., None]) -> None:
    for _ in range(5):
        log_in(client, "wrong password")
    passed, waits = 0, []
    for _ in range(4):
        wait = int(log_in(client).headers["Retry-After"])
        waits.append(wait)
        passed += wait
        travel(seconds=passed)
        assert log_in(client, "wrong password").status_code == 422
    assert [round(wait / 10) * 10 for wait in waits] == [30, 60, 120, 240]
    travel(seconds=passed + 480)
    assert log_in(client).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FailedSignin)) == 0


def test_an_unknown_account_is_slowed_alike(client: FlaskClient) -> None:
    answers = [log_in(client, "wrong password", "nobody@example.jp").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_somebody_elsewhere_cannot_keep_the_owner_out(client: FlaskClient, kawa: Person) -> None:
    from wiki.accounts import attempts

    with transaction():
        tries = [attempts.begin("kawa@example.jp", "192.0.2.9") for _ in range(7)]
    assert tries[:5] == [0] * 5
    assert all(wait > 0 for wait in tries[5:])
    assert log_in(client).status_code == 303


def test_an_account_tried_from_everywhere_waits_for_everybody(client: FlaskClient, kawa: Person) -> None:
    from wiki.accounts import attempts

    with transaction():
        for number in range(50):
            assert attempts.begin("kawa@example.jp", f"192.0.2.{number}") == 0
            db.session.flush()
    assert log_in(client).status_code == 429


def test_an_address_waits_after_fifty_failures(client: FlaskClient, kawa: Person) -> None:
    from wiki.accounts import attempts

    with transaction():
        for number in range(50):
            assert attempts.begin(f"{number}@example.jp", "127.0.0.1") == 0
            db.session.flush()
    assert log_in(client).status_code == 429


def test_old_failures_are_deleted(client: FlaskClient, travel: Callable[..., None]) -> None:
    log_in(client, "wrong password")
    travel(hours=2)
    jobs.start_regular()
    jobs.run_due()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FailedSignin)) == 0


def test_a_copied_cookie_is_dead_after_signing_out(client: FlaskClient, app: Flask, kawa: Person) -> None:
    log_in(client)
    thief = app.test_client()
    copied = client.get_cookie("kairan_session")
    assert copied is not None
    thief.set_cookie("kairan_session", copied.value)
    assert is_in(thief)
    assert client.post("/accounts/logout").status_code == 303
    assert not is_in(client)
    assert not is_in(thief)


def test_signing_out_needs_a_post(client: FlaskClient, kawa: Person) -> None:
    log_in(client)
    assert client.get("/accounts/logout").status_code == 405
    assert is_in(client)


def test_signing_out_everywhere_ends_every_device(client: FlaskClient, app: Flask, kawa: Person) -> None:
    other = app.test_client()
    log_in(client)
    log_in(other)
    client.post("/accounts/logout-everywhere")
    assert not is_in(client)
    assert not is_in(other)


def test_who_is_not_confirmed_is_told_on_the_way(client: FlaskClient, outbox: Outbox) -> None:
    make_person(email="kawa@example.jp", password_hash=HASH, confirmed=False)
    answer = log_in(client, next="/reports/first")
    assert answer.location == "/accounts/confirm?next=/reports/first"
    page = client.get(answer.location).text
    assert 'action="/accounts/confirm/again"' in page
    assert 'href="/reports/first"' in page
    client.post("/accounts/confirm/again")
    assert link_in(outbox()[0]).startswith("/accounts/confirm/")


def test_suspended_staff_cannot_sign_in_but_residents_can(client: FlaskClient) -> None:
    from wiki.core import clock

    staff = make_person(email="staff@example.jp", password_hash=HASH, role="staff")
    resident = make_person(email="kawa@example.jp", password_hash=HASH)
    with transaction():
        for person in (staff, resident):
            db.session.merge(person).suspended_at = clock.now()
    assert log_in(client, email="staff@example.jp").location == "/accounts/suspended"
    assert not is_in(client)
    assert log_in(client).location == "/accounts/me"
    assert is_in(client)


def test_an_old_hash_is_made_anew(client: FlaskClient) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    person_id = make_person(email="kawa@example.jp", password_hash=old).id
    assert log_in(client).status_code == 303
    db.session.rollback()
    person = db.session.get(Person, person_id)
    assert person is not None
    assert person.password_hash != old
    assert not passwords.is_outdated(person.password_hash or "")


def test_every_answer_stays_out_of_caches(client: FlaskClient) -> None:
    for path in ("login", "register", "reset", "confirm/x"):
        assert client.get(f"/accounts/{path}").headers["Cache-Control"] == "private, no-store"


def test_forms_are_refused_without_their_token(csrf_app: Flask) -> None:
    person = make_person()
    client = csrf_app.test_client()
    sign_in(client, person)
    for path in (
        "logout",
        "logout-everywhere",
        "settings/delete",
        "confirm/again",
        "people",
        "login",
        "register",
    ):
        assert client.post(f"/accounts/{path}").status_code == 400
    assert is_in(client)
