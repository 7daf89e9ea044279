"""Staff enter sheets: what was typed stays, a sheet counts once, and a slip can be put right."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from tests.factories import make_comment, make_page, make_person, sign_in
from wiki.attachments.jobs import unneeded
from wiki.comments.models import Comment, EarlierText
from wiki.core import clock, files
from wiki.core.database import db, transaction
from wiki.core.jobs import Job
from wiki.intake import numbers, queries, service
from wiki.intake.models import Sheet
from wiki.ledger import Event, Kind
from wiki.pages.models import Page

SAID = "バスが一日三本しかなく、病院へ行くのに半日かかります。"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def staff(client: FlaskClient, page: Page) -> FlaskClient:
    sign_in(client, make_person("見本職員", role="staff"))
    return client


def typed(page: Page, **fields: str) -> dict[str, str]:
    return {"number": numbers.new(page.id), "page_id": "0", "channel": "paper", "body": SAID, **fields}


def test_a_sheet_becomes_a_voice_among_the_others(staff: FlaskClient, page: Page, app: Flask) -> None:
    sent = typed(page, signed_as="畑の人", age_band="70plus", district="北町", received_on="令和7年11月5日")
    answer = staff.post("/desk/intake", data=sent)
    assert answer.status_code == 303
    assert f"page_id={page.id}" in answer.location
    sheet = db.session.scalars(select(Sheet)).one()
    assert (sheet.age_band, sheet.district, sheet.received_on.isoformat()) == ("70plus", "北町", "2025-11-05")
    shown = app.test_client().get("/reports/basu").text
    assert SAID in shown
    assert "畑の人" in shown
    assert "紙の意見用紙" in shown
    assert "北町" not in shown
    assert "70代" not in shown
    assert db.session.scalar(select(func.count()).where(Event.kind == Kind.SHEET_ENTERED)) == 1
    assert numbers.shown(sheet.number) not in str(db.session.scalars(select(Event.facts)).all())


def test_what_kind_of_voice_it_is_stands_with_it(staff: FlaskClient, page: Page, app: Flask) -> None:
    staff.post("/desk/intake", data=typed(page, stance="oppose"))
    sheet = db.session.scalars(select(Sheet)).one()
    assert sheet.comment.stance == "oppose"
    assert SAID in app.test_client().get("/reports/basu?stance=oppose").text
    corrected = typed(page, number=numbers.shown(sheet.number), stance="question", sheet=str(sheet.id))
    assert staff.post("/desk/intake", data=corrected).status_code == 303
    db.session.expire_all()
    assert sheet.comment.stance == "question"
    assert staff.post("/desk/intake", data=typed(page, stance="nonsense")).status_code == 422


def test_the_next_sheet_keeps_page_way_and_day(staff: FlaskClient, page: Page) -> None:
    answer = staff.post("/desk/intake", data=typed(page, channel="meeting", received_on="2026-11-05"))
    form = staff.get(answer.location).text
    assert f'<option selected value="{page.id}">' in form
    assert '<option selected value="meeting">' in form
    assert 'value="2026-11-05"' in form
    assert SAID[:20] in form  # among those entered just now
    assert "autofocus" in form


def test_a_voice_without_a_sheet_gets_a_number(staff: FlaskClient, page: Page) -> None:
    staff.post("/desk/intake", data=typed(page, number="", page_id=str(page.id), channel="phone"))
    sheet = db.session.scalars(select(Sheet)).one()
    assert numbers.page_of(sheet.number) == page.id
    assert sheet.comment.author.name == "電話で聞いた声"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": "ABC"}, "番号が読み取れません"),
        ({"number": numbers.new(999)}, "レポートが見つかりません"),
        ({"number": ""}, "レポートを選ぶか"),
        ({"body": "  \n "}, "まだ何も書かれていません"),
        ({"body": "あ" * 20_001}, "長すぎます"),
        ({"received_on": "2026年13月40日"}, "日付が読み取れません"),
        ({"received_on": "2999-01-01"}, "まだ来ていない日"),
        ({"channel": "web"}, "直すところがあります"),
        ({"signed_as": "見本職員"}, "登録している人が使っている名前"),
        ({"signed_as": "あ" * 31}, "30字まで"),
        ({"age_band": "200"}, "直すところがあります"),
        ({"body": ">" * 9_000 + "あ"}, "直すところがあります"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    staff: FlaskClient, page: Page, fields: dict[str, str], said: str
) -> None:
    sent = typed(page, district="北町の三丁目", **fields)
    answer = staff.post("/desk/intake", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "北町の三丁目" in answer.text
    assert db.session.scalar(select(func.count(Sheet.id))) == 0


def test_a_sheet_entered_by_two_officials_counts_once(staff: FlaskClient, page: Page, app: Flask) -> None:
    sent = typed(page)
    staff.post("/desk/intake", data=sent)
    other = app.test_client()
    sign_in(other, make_person(role="staff"))
    answer = other.post("/desk/intake", data=sent | {"body": "読みちがえた文。"})
    assert answer.status_code == 409
    assert "もう登録されています" in answer.text
    assert "見本職員" in answer.text
    assert "読みちがえた文。" in answer.text
    assert db.session.scalar(select(func.count(Comment.id))) == 1


def test_the_same_text_is_asked_about(staff: FlaskClient, page: Page) -> None:
    staff.post("/desk/intake", data=typed(page))
    again = typed(page, body=SAID.replace("一日三本", "一日三本\n"))
    answer = staff.post("/desk/intake", data=again)
    assert answer.status_code == 409
    assert "同じ文章" in answer.text
    assert staff.post("/desk/intake", data=again | {"is_another": "y"}).status_code == 303
    assert db.session.scalar(select(func.count(Sheet.id))) == 2


def test_an_entry_is_put_right_and_the_earlier_text_is_kept(staff: FlaskClient, page: Page) -> None:
    staff.post("/desk/intake", data=typed(page, signed_as="畑の人"))
    sheet = db.session.scalars(select(Sheet)).one()
    form = staff.get(f"/desk/intake/{sheet.id}").text
    assert SAID in form
    assert "畑の人" in form
    sent = typed(page, number=numbers.shown(sheet.number), sheet=str(sheet.id), channel="counter", signed_as="畑の人")
    assert staff.post("/desk/intake", data=sent | {"body": "直した文です。"}).status_code == 303
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.body, comment.channel, comment.signed_as) == ("直した文です。", "counter", "畑の人")
    assert db.session.scalars(select(EarlierText.body)).all() == [SAID]


def test_an_entry_taken_back_can_be_entered_again(staff: FlaskClient, page: Page, app: Flask) -> None:
    sent = typed(page)
    staff.post("/desk/intake", data=sent)
    sheet_id = db.session.scalars(select(Sheet.id)).one()
    assert staff.post(f"/desk/intake/{sheet_id}/take-back").status_code == 303
    assert SAID not in app.test_client().get("/reports/basu").text
    assert staff.post("/desk/intake", data=sent).status_code == 303
    assert SAID in app.test_client().get("/reports/basu").text


def test_the_photo_is_for_staff_and_is_not_swept_away(staff: FlaskClient, page: Page, app: Flask) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(picture, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    staff.post("/desk/intake", data=typed(page) | {"photo": (io.BytesIO(picture.getvalue()), "../../x.jpg")})
    sheet = db.session.scalars(select(Sheet)).one()
    answer = staff.get(f"/desk/intake/{sheet.id}/photo")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert b"Exif" not in answer.data
    assert sheet.photo not in unneeded(timedelta(0))
    files.store().put(b"nobody needs this")
    assert len(unneeded(-timedelta(seconds=5))) == 1
    assert app.test_client().get(f"/desk/intake/{sheet.id}/photo").status_code in (302, 303, 401, 403)
    resident = app.test_client()
    sign_in(resident, make_person())
    assert resident.get(f"/desk/intake/{sheet.id}/photo").status_code == 403


def test_a_file_that_is_no_picture_is_refused(staff: FlaskClient, page: Page) -> None:
    answer = staff.post("/desk/intake", data=typed(page) | {"photo": (io.BytesIO(b"<html>"), "sheet.png")})
    assert answer.status_code == 422
    assert "写真として読めません" in answer.text
    assert SAID in answer.text


def test_residents_enter_nothing(client: FlaskClient, page: Page) -> None:
    sign_in(client, make_person())
    for path in ("/desk/intake", "/desk/intake/list", "/desk/intake/list/template.csv"):
        assert client.get(path).status_code == 403, path
    assert client.post("/desk/intake", data=typed(page)).status_code == 403
    assert client.post("/desk/intake/list", data={}).status_code == 403
    assert db.session.scalar(select(func.count(Sheet.id))) == 0


def test_no_letter_goes_to_who_has_no_address(staff: FlaskClient, page: Page) -> None:
    staff.post("/desk/intake", data=typed(page))
    on_paper = db.session.scalars(select(Comment.id)).one()
    on_the_web = make_comment(page, make_person("手紙の届く人"), "ウェブの声。").id
    for comment_id in (on_paper, on_the_web):
        staff.post(f"/comments/{comment_id}/hide", data={"reason": "personal"})
        assert db.session.get_one(Comment, comment_id).hidden_at is not None
    letters = db.session.scalars(select(Job).where(Job.kind == "mail.send")).all()
    assert ["手紙の届く人" in letter.payload["text"] for letter in letters] == [True]


def test_the_form_costs_the_same_however_much_was_entered(staff: FlaskClient, page: Page, count_queries: Any) -> None:
    person = db.session.scalar(select(Sheet.entered_by_id)) or 1
    costs = []
    for _ in range(2):
        with transaction():
            for number in range(6):
                draft = service.SheetDraft(service.CommentDraft.of(f"{SAID}{clock.now()}{number}"), service.CHANNELS[0])
                service.enter(queries.db.session.get_one(service.Person, person), page, draft)
        staff.get("/desk/intake")
        with count_queries() as counted:
            assert staff.get("/desk/intake").status_code == 200
        costs.append(counted.count)
    assert costs[0] == costs[1]


def test_a_comment_of_the_web_keeps_its_author(app: Flask, client: FlaskClient, page: Page) -> None:
    comment = make_comment(page, make_person("ふだんの名前"))
    assert comment.shown_name == "ふだんの名前"
