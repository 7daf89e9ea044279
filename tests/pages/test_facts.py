"""What is told about a page beside its text: staff write it, nobody overwrites it unseen."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_page, make_person, sign_in
from wiki.core.database import db
from wiki.ledger import Event, Kind
from wiki.pages.models import Page

FACTS = "/reports/r1/facts"
ALL = {
    "heading": "《解説》",
    "digest": "二文の要約です。\r\n続きです。",
    "cover": "/static/sample/many-voices.svg",
    "cover_alt": "多くの吹き出し",
    "person_name": ["山田みなと", "海野ひかる"],
    "person_office": ["見本大学 教授", ""],
    "source_medium": "見本新聞",
    "source_title": "窓口の話",
    "source_date": "2026年11月",
    "source_url": "https://example.jp/story?a=1&b=2",
    "questions": "どの窓口でしたか。\r\n\r\n何分待ちましたか。",
    "disclaimer": "要約です。",
}


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> FlaskClient:
    make_page("r1")
    sign_in(client, make_person(role="staff"))
    return client


def fields_in(html: str) -> dict[str, Any]:
    form = BeautifulSoup(html, "html.parser").select_one("form.arrange")
    assert form is not None
    sent: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name]"):
        text = one.get("value", "") if one.name == "input" else one.text.removeprefix("\r").removeprefix("\n")
        sent.setdefault(str(one["name"]), []).append(text)
    return sent


def seen(client: FlaskClient) -> dict[str, Any]:
    return {"seen": fields_in(client.get(FACTS).text)["seen"]}


def page() -> Page:
    db.session.rollback()
    return db.session.scalars(select(Page).where(Page.slug == "r1")).one()


def test_all_facts_are_kept_and_shown(staff: FlaskClient) -> None:
    assert staff.post(FACTS, data=ALL | seen(staff)).status_code == 303
    now = page()
    assert now.digest == "二文の要約です。続きです。"
    assert [(person.name, person.office) for person in now.people] == [
        ("山田みなと", "見本大学 教授"),
        ("海野ひかる", ""),
    ]
    assert now.questions == ["どの窓口でしたか。", "何分待ちましたか。"]
    shown = staff.get("/reports/r1").text
    for words in ("《解説》", "山田みなと", "（見本大学 教授）", "見本新聞", "何分待ちましたか。", "要約です。"):
        assert words in shown
    assert '<a href="https://example.jp/story?a=1&amp;b=2" rel="noopener">窓口の話</a>' in shown
    assert "海野ひかる（" not in shown
    event = db.session.scalars(select(Event).where(Event.kind == Kind.PAGE_FACTS_CHANGED)).one()
    assert "people" in event.facts["changed"]
    assert "山田" not in str(event.facts)


def test_the_form_holds_what_is_there_and_sending_it_as_it_is_changes_nothing(staff: FlaskClient) -> None:
    staff.post(FACTS, data=ALL | seen(staff))
    form = fields_in(staff.get(FACTS).text)
    assert form["source_url"] == [ALL["source_url"]]
    assert form["person_name"] == ALL["person_name"]
    answer = staff.post(FACTS, data=form, follow_redirects=True)
    assert "変更はありませんでした" in answer.text
    assert len(db.session.scalars(select(Event).where(Event.kind == Kind.PAGE_FACTS_CHANGED)).all()) == 1


def test_facts_can_be_taken_away_again(staff: FlaskClient) -> None:
    staff.post(FACTS, data=ALL | seen(staff))
    assert staff.post(FACTS, data=seen(staff)).status_code == 303
    now = page()
    assert (now.heading, now.source, now.cover, now.people, now.questions) == (None, None, None, [], [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cover": "https://example.com/x.png"}, "このサイトの中にある図"),
        ({"cover": "//example.com/x.png"}, "このサイトの中にある図"),
        ({"cover": "data:image/png;base64,x"}, "このサイトの中にある図"),
        ({"cover_alt": ""}, "図が見えない人のために"),
        ({"source_url": "javascript:alert(1)"}, "「https://」で始まる"),
        ({"source_url": "/reports/x"}, "「https://」で始まる"),
        ({"source_medium": ""}, "掲載された媒体も"),
        ({"digest": "長" * 601}, "長すぎます"),
        ({"person_name": ["", "海野ひかる"]}, "名前を入れるか"),
        ({"questions": "問い\n" * 21}, "20個まで"),
        ({"questions": "長" * 201}, "長すぎます"),
        ({"heading": "a\u202eb"}, "使えない文字"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(staff: FlaskClient, wrong: dict[str, Any], said: str) -> None:
    sent = ALL | seen(staff) | wrong
    answer = staff.post(FACTS, data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    kept = fields_in(answer.text)
    assert kept["source_date"] == ["2026年11月"]
    assert kept["person_office"] == ["見本大学 教授", ""]
    assert page().source is None


def test_people_are_added_moved_and_taken_out_without_a_script(staff: FlaskClient) -> None:
    more = staff.post(FACTS, data=ALL | seen(staff) | {"person_add": "1"})
    assert more.status_code == 200
    assert fields_in(more.text)["person_name"] == ["山田みなと", "海野ひかる", ""]
    moved = staff.post(FACTS, data=ALL | seen(staff) | {"person_up": "2"})
    assert fields_in(moved.text)["person_name"] == ["海野ひかる", "山田みなと"]
    out = staff.post(FACTS, data=ALL | seen(staff) | {"person_remove": "1"})
    assert fields_in(out.text)["person_name"] == ["海野ひかる"]
    assert page().people == []


def test_who_was_slower_sees_what_is_there_now_and_loses_nothing(staff: FlaskClient) -> None:
    mine = ALL | seen(staff) | {"heading": "わたしの見出し"}
    staff.post(FACTS, data=ALL | seen(staff) | {"heading": "早い見出し"})
    answer = staff.post(FACTS, data=mine)
    assert answer.status_code == 409
    assert "早い見出し" in answer.text
    assert fields_in(answer.text)["heading"] == ["わたしの見出し"]
    assert page().heading == "早い見出し"
    assert staff.post(FACTS, data=fields_in(answer.text)).status_code == 303
    assert page().heading == "わたしの見出し"


def test_a_new_revision_of_the_text_is_no_conflict(staff: FlaskClient) -> None:
    form = ALL | seen(staff)
    edited = {"title": "試しのレポート", "slug": "r1", "body": "新しい本文", "summary": "直した", "base_revision": "1"}
    assert staff.post("/reports/r1/edit", data=edited).status_code == 303
    assert staff.post(FACTS, data=form).status_code == 303


def test_only_staff_write_facts(staff: FlaskClient, app: Flask) -> None:
    resident, visitor = app.test_client(), app.test_client()
    sign_in(resident, make_person())
    assert resident.get(FACTS).status_code == 403
    assert resident.post(FACTS, data=ALL).status_code == 403
    assert visitor.get(FACTS).location.startswith("/accounts/login")
    assert "/facts" not in resident.get("/reports/r1").text


def test_the_address_of_a_page_is_a_square_to_photograph(staff: FlaskClient) -> None:
    answer = staff.get("/reports/r1/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg")
    assert "style" not in answer.text
    assert staff.get("/reports/none/qr.svg").status_code == 404
    assert 'src="/reports/r1/qr.svg"' in staff.get("/reports/r1").text


def test_a_new_report_may_start_from_a_skeleton(staff: FlaskClient) -> None:
    blank = staff.get("/reports/new").text
    for name in ("summary", "notice", "minutes"):
        assert f'href="/reports/new?template={name}"' in blank
        started = BeautifulSoup(staff.get(f"/reports/new?template={name}").text, "html.parser")
        body = started.select_one("[name=body]")
        assert body is not None
        assert "## " in body.text
    none = BeautifulSoup(staff.get("/reports/new?template=../../etc").text, "html.parser").select_one("[name=body]")
    assert none is not None
    assert none.text.strip() == ""
    assert "?template=" not in staff.post("/reports/new", data={"title": ""}).text
