"""Signing up and confirming."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.mailbox import PASSWORD, link_in, wish
from tests.factories import make_person
from wiki.accounts.models import MailedLink, Person
from wiki.core import clock, jobs
from wiki.core.database import db, transaction
from wiki.core.jobs import Job

Outbox = Callable[[], list[dict[str, Any]]]


def person(email: str = "kawa@example.jp") -> Person | None:
    db.session.rollback()
    return db.session.scalar(select(Person).where(Person.email == email))


def test_the_form_says_that_a_pseudonym_is_welcome_and_what_for(client: FlaskClient) -> None:
    page = client.get("/accounts/register").text
    assert "本名でなくてかまいません" in page
    assert 'href="/help/privacy"' in page
    assert "required" in page.split('name="consent"')[1].split(">")[0] + page.split('name="consent"')[0].split("<")[-1]


def test_who_registers_confirms_by_a_button_and_is_signed_in(client: FlaskClient, outbox: Outbox) -> None:
    sent = client.post("/accounts/register", data=wish())
    assert (sent.status_code, sent.location) == (303, "/accounts/register/sent")
    link = link_in(outbox()[0])
    assert link.startswith("/accounts/confirm/")
    shown = client.get(link)
    assert f'action="{link}"' in shown.text
    assert "「川沿い」" in shown.text
    assert not person().is_confirmed  # a mail scanner that follows the link confirms nothing
    confirmed = client.post(link)
    assert (confirmed.status_code, confirmed.location) == (303, "/accounts/me")
    assert person().is_confirmed
    assert "メールアドレスを確認しました" in client.get("/accounts/settings").text


def test_the_letter_says_what_how_long_and_what_if_it_was_not_you(client: FlaskClient, outbox: Outbox) -> None:
    client.post("/accounts/register", data=wish())
    letter = outbox()[0]
    assert letter["to"] == "kawa@example.jp"
    assert "確認" in letter["subject"]
    assert "24時間" in letter["text"]
    assert "覚えがない" in letter["text"]
    assert "http://localhost" + link_in(letter) in letter["text"].splitlines()


def test_only_a_hash_of_the_link_and_of_the_password_is_kept(client: FlaskClient, outbox: Outbox) -> None:
    client.post("/accounts/register", data=wish())
    token = link_in(outbox()[0]).rsplit("/", 1)[1]
    assert db.session.scalars(select(MailedLink.token_hash)).one() != token
    assert person().password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "   ", "名前を入力"),
        ("name", "あ" * 31, "30字まで"),
        ("name", "見本\u202e", "使えない文字"),
        ("name", "pаypаl", "見分けにくい"),  # two Cyrillic letters
        ("name", "市役所", "間違われる"),
        ("name", "退会した人3", "間違われる"),
        ("email", "no address", "形が正しくありません"),
        ("email", "", "形が正しくありません"),
        ("password", "short", "10字以上"),
        ("password", "x" * 5 + "y" * 300, "200字まで"),
        ("password", "Password123", "よく使われて"),
        ("password", "ｐａｓｓｗｏｒｄ１２３", "よく使われて"),
        ("consent", "", "同意のしるし"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(client: FlaskClient, field: str, value: str, words: str) -> None:
    answer = client.post("/accounts/register", data=wish(**{field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert ("kawa@example.jp" if field != "email" else "川沿い") in answer.text
    assert PASSWORD not in answer.text
    assert db.session.scalar(select(Person)) is None


def test_a_password_needs_no_kinds_of_characters(client: FlaskClient) -> None:
    assert client.post("/accounts/register", data=wish(password="かわぞいのさんぽみち")).status_code == 303


def test_the_same_password_in_other_code_points_signs_in(client: FlaskClient) -> None:
    client.post("/accounts/register", data=wish(password="ｋａｗａ-zoi-ガーデン"))
    data = {"email": "kawa@example.jp", "password": "kawa-zoi-ｶﾞｰﾃﾞﾝ"}
    assert client.post("/accounts/login", data=data).status_code == 303


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(
    client: FlaskClient, app: Flask, outbox: Outbox, confirmed: bool
) -> None:
    make_person(email="kawa@example.jp", password_hash="x", confirmed=confirmed)
    known = client.post("/accounts/register", data=wish(name="山の手", email=" KAWA@Example.JP "))
    unknown = app.test_client().post("/accounts/register", data=wish(name="海の手", email="umi@example.jp"))
    assert (known.status_code, known.location, known.data) == (
        unknown.status_code,
        unknown.location,
        unknown.data,
    )
    assert set(known.headers.keys()) == set(unknown.headers.keys())
    letter = outbox()[0]
    assert letter["to"] == "kawa@example.jp"
    assert "登録しようとした人" in letter["text"]
    assert link_in(letter).startswith("/accounts/reset/")
    assert "/accounts/login" in letter["text"]


def test_trying_the_name_again_does_not_tell_either(client: FlaskClient) -> None:
    make_person(email="kawa@example.jp", password_hash="x")
    for email in ("kawa@example.jp", "umi@example.jp"):
        name = "山の手" if email.startswith("kawa") else "海の手"
        assert client.post("/accounts/register", data=wish(name=name, email=email)).status_code == 303
        again = client.post("/accounts/register", data=wish(name=name, email="mori@example.jp"))
        assert again.status_code == 422


def test_a_taken_name_is_told_whatever_the_address(client: FlaskClient) -> None:
    make_person(name="Kawazoi", email="kawa@example.jp", password_hash="x")
    for email in ("kawa@example.jp", "umi@example.jp"):
        answer = client.post("/accounts/register", data=wish(name="ｋａｗａｚｏｉ", email=email))
        assert answer.status_code == 422
        assert "ほかの人が使っています" in answer.text
        assert email in answer.text


def test_of_two_who_take_one_name_at_once_one_succeeds(app: Flask) -> None:
    start = threading.Barrier(2)
    answers: list[Any] = []

    def register(email: str) -> None:
        client = app.test_client()
        start.wait(10)
        answers.append(client.post("/accounts/register", data=wish(email=email)))

    threads = [threading.Thread(target=register, args=(f"{n}@example.jp",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert 'value="川沿い"' in refused.text
    assert db.session.scalars(select(Person.name)).all() == ["川沿い"]


def test_a_link_confirms_once_under_concurrency(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    client.post("/accounts/register", data=wish())
    link = link_in(outbox()[0])
    start = threading.Barrier(3)
    answers: list[Any] = []

    def confirm() -> None:
        start.wait(10)
        answers.append(app.test_client().post(link))

    threads = [threading.Thread(target=confirm) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 303]


def test_a_tampered_link_says_so(client: FlaskClient, outbox: Outbox) -> None:
    client.post("/accounts/register", data=wish())
    link = link_in(outbox()[0])
    for bent in (link + "x", link[:-1], "/accounts/confirm/%00", "/accounts/reset/" + link.rsplit("/", 1)[1]):
        for answer in (client.get(bent), client.post(bent, data={"password": PASSWORD})):
            assert answer.status_code == 404
            assert "正しくありません" in answer.text
    assert not person().is_confirmed


def test_an_expired_link_says_so_and_offers_a_new_one(
    client: FlaskClient, outbox: Outbox, travel: Callable[..., None]
) -> None:
    client.post("/accounts/register", data=wish())
    travel(hours=24, seconds=1)
    link = link_in(outbox()[0])
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "期限が切れています" in answer.text
        assert 'action="/accounts/confirm/again"' in answer.text
    again = client.post("/accounts/confirm/again", data={"email": "kawa@example.jp"})
    assert (again.status_code, again.location) == (303, "/accounts/register/sent")
    assert client.post(link_in(outbox()[1])).status_code == 303


def test_a_reused_link_says_that_all_is_done(client: FlaskClient, outbox: Outbox) -> None:
    client.post("/accounts/register", data=wish())
    link = link_in(outbox()[0])
    client.post(link)
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 200
        assert "もう確認が済んでいます" in answer.text


def test_asking_again_tells_nothing_of_an_address(client: FlaskClient, outbox: Outbox) -> None:
    make_person(email="done@example.jp", password_hash="x")
    answers = [
        client.post("/accounts/confirm/again", data={"email": email}) for email in ("done@example.jp", "no@example.jp")
    ]
    assert [(answer.status_code, answer.data) for answer in answers] == [(303, answers[0].data)] * 2
    assert outbox() == []


def test_nobodys_mailbox_is_flooded(client: FlaskClient, outbox: Outbox) -> None:
    client.post("/accounts/register", data=wish())
    for _ in range(8):
        client.post("/accounts/confirm/again", data={"email": "kawa@example.jp"})
    assert len(outbox()) == 5


def test_sign_ups_that_nobody_confirms_are_forgotten_within_a_week(
    client: FlaskClient, travel: Callable[..., None]
) -> None:
    client.post("/accounts/register", data=wish())
    confirmed = make_person(email="umi@example.jp")
    confirmed_id = confirmed.id
    travel(days=8)
    with transaction():
        db.session.add(Job(kind="accounts.forget", payload={}, run_at=clock.now() - timedelta(seconds=1)))
    jobs.run_due()
    db.session.rollback()
    assert db.session.scalars(select(Person.id)).all() == [confirmed_id]


def test_what_was_written_before_signing_up_is_found_again(client: FlaskClient, app: Flask, outbox: Outbox) -> None:
    from wiki.accounts import kept

    with app.test_request_context():
        from flask import session

        with transaction():
            kept.keep("書きかけの文章", "/reports/first", None)
        token = session["kept"]
    with client.session_transaction() as browser:
        browser["kept"] = token
    client.post("/accounts/register", data=wish())
    elsewhere = app.test_client()  # the letter is opened on another device
    confirmed = elsewhere.post(link_in(outbox()[0]))
    assert confirmed.location == "/reports/first"
    text = kept.text_for(person(), "/reports/first")
    assert text is not None
    assert text.body == "書きかけの文章"
