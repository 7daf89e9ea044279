"""Whoever holds a sheet's number reads what became of it, and may take the voice over, once."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_comment, make_page, make_person, sign_in
from wiki.comments import service as comments
from wiki.comments.models import Channel, Comment
from wiki.comments.service import CommentDraft
from wiki.core.database import db, transaction
from wiki.intake import numbers, service
from wiki.intake.models import Sheet
from wiki.pages.models import Page

SAID = "図書館を夜も開けてください。"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("tosho", title="図書館のこれから", questions=["いつ行きますか"])


@pytest.fixture
def sheet(page: Page) -> Sheet:
    with transaction():
        draft = service.SheetDraft(CommentDraft.of(SAID), Channel.PAPER, signed_as="本の虫")
        return service.enter(make_staff(), page, draft)


def make_staff():  # type: ignore[no-untyped-def]
    return db.session.scalar(select(service.Person).where(service.Person.role == "staff"))


@pytest.fixture(autouse=True)
def official(app: Flask) -> None:
    make_person("担当の見本", role="staff")


def test_a_sheet_is_printed_with_a_number_of_its_own(client: FlaskClient, page: Page) -> None:
    seen = set()
    for look in ("standard", "large", "easy", "nonsense"):
        answer = client.get(f"/reports/tosho/sheet?look={look}&copies=9")
        assert answer.headers["Cache-Control"] == "private, no-store"
        found = BeautifulSoup(answer.text, "html.parser").select(".paper")
        assert len(found) == 1, "only staff print many at once"
        number = found[0].select_one(".paper-number")
        assert number is not None
        assert numbers.page_of(numbers.read(number.text) or "") == page.id
        seen.add(number.text)
    assert len(seen) == 4


def test_staff_print_many(client: FlaskClient, page: Page) -> None:
    sign_in(client, make_person(role="staff"))
    html = client.get("/reports/tosho/sheet?copies=999").text
    found = [
        node.text
        for node in BeautifulSoup(html, "html.parser").select(".paper > footer > div:first-child .paper-number")
    ]
    assert len(found) == len(set(found)) == 50


def test_the_number_leads_to_the_voice_and_its_answer(client: FlaskClient, page: Page, sheet: Sheet) -> None:
    official = make_person("図書館の見本", role="staff")
    make_comment(page, official, "夏から試します。", parent=sheet.comment)
    answer = client.get(f"/receipts/?number={numbers.shown(sheet.number).lower()}")
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert SAID in shown
    assert "本の虫" in shown
    assert "夏から試します。" in shown


@pytest.mark.parametrize("typed", ["", "abc", "0000-0000-0001", "'; DROP TABLE sheet; --", "あ" * 5000])
def test_what_is_no_number_is_told_so(client: FlaskClient, sheet: Sheet, typed: str) -> None:
    answer = client.get("/receipts/", query_string={"number": typed})
    assert answer.status_code == 422
    assert "番号が読み取れません" in answer.text


def test_a_number_not_entered_yet_asks_for_patience(client: FlaskClient, page: Page) -> None:
    answer = client.get(f"/receipts/{numbers.shown(numbers.new(page.id))}")
    assert answer.status_code == 404
    assert "数日かかる" in answer.text


def test_a_hidden_voice_is_not_shown(client: FlaskClient, sheet: Sheet) -> None:
    with transaction():
        comments.hide(make_staff(), db.session.get_one(Comment, sheet.comment_id), "privacy")
    shown = client.get(f"/receipts/{sheet.number}").text
    assert SAID not in shown
    assert "いまは表示していません" in shown


def test_a_voice_is_taken_over_once(client: FlaskClient, app: Flask, sheet: Sheet) -> None:
    number = numbers.shown(sheet.number)
    assert client.post(f"/receipts/{number}/claim").status_code == 403
    sign_in(client, make_person("登録した本の虫"))
    assert client.post(f"/receipts/{number}/claim").status_code == 303
    shown = app.test_client().get("/reports/tosho").text
    assert "登録した本の虫" in shown
    assert "紙の意見用紙" in shown  # the way it came stays
    official = app.test_client()
    sign_in(official, make_staff())
    assert official.get(f"/desk/intake/{sheet.id}").status_code == 403, "it is no longer the city's to change"
    assert official.post(f"/desk/intake/{sheet.id}/take-back").status_code == 403
    other = app.test_client()
    sign_in(other, make_person())
    answer = other.post(f"/receipts/{number}/claim")
    assert answer.status_code == 409
    assert "引きつがれています" in answer.text
    assert "登録した本の虫" in app.test_client().get("/reports/tosho").text


def test_an_unconfirmed_account_takes_nothing_over(client: FlaskClient, sheet: Sheet) -> None:
    sign_in(client, make_person(confirmed=False))
    assert client.post(f"/receipts/{sheet.number}/claim").status_code == 403
    assert db.session.get_one(Sheet, sheet.id).claimed_at is None


def test_asking_after_numbers_is_slowed(csrf_app: Flask) -> None:
    client = csrf_app.test_client()
    answers = [client.get(f"/receipts/{numbers.new(1)}").status_code for _ in range(25)]
    assert answers[-1] == 429
