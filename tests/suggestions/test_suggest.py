"""Residents suggest another text."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_page, make_person, sign_in
from tests.suggestions.conftest import BODY, edit, suggest, text_of
from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.pages.models import Page
from wiki.suggestions.models import Suggestion

CHANGED = BODY.replace("次の段落", "新しい段落")


def sent(**fields: str) -> dict[str, str]:
    return {"body": CHANGED, "reason": "こちらが新しい数字です。", "base_revision": "1", "request_key": "k"} | fields


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Suggestion.id))) or 0


def test_the_form_holds_the_text_and_the_suggestion_shows_only_what_changes(
    client: FlaskClient, page: Page, resident: Person
):
    sign_in(client, resident)
    form = client.get("/reports/r1/suggest")
    assert "一つ目の文です。" in form.text and form.status_code == 200
    answer = client.post("/reports/r1/suggest", data=sent())
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert "こちらが新しい数字です。" in shown
    assert "新しい" in shown
    assert text_of(page) == BODY


def test_a_form_sent_twice_makes_one_suggestion(client: FlaskClient, page: Page, resident: Person):
    sign_in(client, resident)
    first, second = (client.post("/reports/r1/suggest", data=sent()) for _ in range(2))
    assert first.location == second.location
    assert count() == 1


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"body": BODY}, "まだ何も変わっていません"),
        ({"body": "  "}, "まだ何も書かれていません"),
        ({"reason": ""}, "まだ何も書かれていません"),
        ({"reason": "あ" * 1001}, "長すぎます"),
        ({"body": ">" * 10_000 + "深い"}, "重なりが多すぎ"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: FlaskClient, page: Page, resident: Person, fields: dict[str, str], word: str
):
    sign_in(client, resident)
    answer = client.post("/reports/r1/suggest", data=sent(**fields))
    assert answer.status_code == 422
    assert word in answer.text
    if "reason" not in fields:
        assert "こちらが新しい数字です。" in answer.text
    assert count() == 0


@pytest.mark.parametrize("base", ["", "2", "0", "x", "99999999999"])
def test_a_base_that_is_no_revision_of_the_page_is_refused(
    client: FlaskClient, page: Page, resident: Person, base: str
):
    sign_in(client, resident)
    assert client.post("/reports/r1/suggest", data=sent(base_revision=base)).status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_an_unconfirmed_person_keeps_the_text(client: FlaskClient, page: Page):
    assert "/accounts/login" in client.get("/reports/r1/suggest").location
    sign_in(client, make_person(confirmed=False))
    answer = client.post("/reports/r1/suggest", data=sent())
    assert answer.status_code == 403
    assert "新しい段落" in answer.text
    assert count() == 0


def test_a_closed_page_takes_none_but_from_staff(client: FlaskClient, resident: Person, staff: Person):
    make_page("r2", body=BODY, is_open=False)
    sign_in(client, resident)
    assert client.get("/reports/r2/suggest").status_code == 403
    sign_in(client, staff)
    assert client.get("/reports/r2/suggest").status_code == 200


def test_until_it_is_taken_over_only_its_author_and_staff_read_it(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    address = f"/suggestions/{suggest(resident, page, '次', '新しい').id}"
    assert client.get(address).status_code == 404
    sign_in(client, make_person())
    assert client.get(address).status_code == 404
    for reader in (resident, staff):
        sign_in(client, reader)
        assert client.get(address).status_code == 200


def test_one_s_own_suggestion_is_taken_back_once_and_only_by_its_author(
    client: FlaskClient, page: Page, resident: Person
):
    address = f"/suggestions/{suggest(resident, page, '次', '新しい').id}/withdraw"
    sign_in(client, make_person())
    assert client.post(address).status_code == 403
    sign_in(client, resident)
    assert [client.post(address).status_code for _ in range(2)] == [303, 409]


def test_an_outdated_suggestion_is_taken_up_again_in_today_s_text(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    made = suggest(resident, page, "次の", "新しい")
    edit(staff, page, "終わりの", "最後の")
    sign_in(client, resident)
    form = client.get(f"/reports/r1/suggest?from={made.id}").text
    assert "新しい段落です。" in form and "最後の段落です。" in form and "読みやすく。" in form


def test_my_page_lists_my_suggestions_with_what_became_of_them(client: FlaskClient, page: Page, resident: Person):
    suggest(resident, page, "次", "新しい")
    sign_in(client, resident)
    shown = client.get("/accounts/me").text
    assert "読みやすく。" in shown and "確認待ち" in shown


SECTIONED = "はじめに。\n\n## 窓口\n\n窓口の文です。\n\n## 電話\n\n電話の文です。"


def test_one_section_is_opened_and_put_back_into_the_whole(client: FlaskClient, resident: Person):
    page = make_page("r3", body=SECTIONED)
    sign_in(client, resident)
    form = client.get("/reports/r3/suggest?section=窓口").text
    assert "窓口の文です。" in form and "電話の文です。" not in form.split("<textarea")[1].split("</textarea>")[0]
    told = sent(body="## 窓口\n\n直した文です。\n\n", section="窓口")
    answer = client.post("/reports/r3/suggest", data=told)
    assert answer.status_code == 303
    db.session.rollback()
    made = db.session.scalars(select(Suggestion).where(Suggestion.page_id == page.id)).one()
    assert made.body == SECTIONED.replace("窓口の文", "直した文")


def test_a_passage_is_opened_by_its_words_and_put_back_into_the_whole(client: FlaskClient, resident: Person):
    make_page("r3", body=SECTIONED)
    sign_in(client, resident)
    form = client.get("/reports/r3/suggest", query_string={"quote": "窓口の文", "prefix": ""}).text
    name = re.search(r'name="section"[^>]*value="(block:[0-9]+-[0-9]+)"', form)
    assert name is not None
    assert "選んだ箇所だけを開いています" in form
    client.post("/reports/r3/suggest", data=sent(body="別の言い方です。", section=name[1]))
    suggestion = db.session.scalars(select(Suggestion)).one()
    assert suggestion.body == SECTIONED.replace("窓口の文です。", "別の言い方です。")


def test_words_that_are_gone_open_the_whole_text_and_say_so(client: FlaskClient, resident: Person):
    make_page("r3", body=SECTIONED)
    sign_in(client, resident)
    answer = client.get("/reports/r3/suggest?quote=どこにもない言葉")
    assert answer.status_code == 200
    assert "見つかりませんでした" in answer.text


@pytest.mark.parametrize("section", ["ない節", "電話"])
def test_a_section_that_is_not_there_or_not_changed_keeps_what_was_typed(
    client: FlaskClient, resident: Person, section: str
):
    make_page("r3", body=SECTIONED)
    sign_in(client, resident)
    assert client.get("/reports/r3/suggest?section=ない節").status_code == 404
    answer = client.post("/reports/r3/suggest", data=sent(body="## 電話\n\n電話の文です。", section=section))
    assert answer.status_code == 422
    assert "電話の文です。" in answer.text
    assert count() == 0
