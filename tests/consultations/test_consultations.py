"""A public comment from plan to result: days count in Japan, numbers have no gaps, what is black stays black."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.factories import as_, make_page, make_person, sign_in
from wiki.accounts.models import Person
from wiki.consultations import jobs, numbering, queries, redaction, service
from wiki.consultations.models import Consultation, Opinion, Phase
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.pages.models import Page
from wiki.search import queries as search

SAID = "山田花子です。電話は090-1234-5678。バスを増やしてください。"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスの計画の案")


@pytest.fixture
def staff(page: Page) -> Person:
    return make_person("見本職員", role="staff")


@pytest.fixture
def desk(client: FlaskClient, staff: Person) -> FlaskClient:
    sign_in(client, staff)
    return client


def planned(**fields: str) -> dict[str, str]:
    today = clock.today()
    return {
        "purpose": "来年からのバスの走らせ方を決めるためです。",
        "legal_basis": "見本市意見公募条例 第4条",
        "materials": "- [路線図](/reports/basu)",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=29)).isoformat(),
        "why_short": "",
        **fields,
    }


@pytest.fixture
def opened(desk: FlaskClient) -> Consultation:
    assert desk.post("/reports/basu/consultation/edit", data=planned()).status_code == 303
    return db.session.scalars(select(Consultation)).one()


def sent(client: FlaskClient, body: str, key: str = "") -> int:
    return client.post("/reports/basu/consultation", data={"body": body, "request_key": key}).status_code


def grouped(desk: FlaskClient, numbers: str, **fields: str) -> int:
    data = {
        "numbers": numbers,
        "summary": "バスを増やしてほしい。",
        "answer": "一日四本にします。",
        "category": "partly",
        **fields,
    }
    return desk.post("/desk/consultations/1/groups", data=data).status_code


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"closes_on": (datetime.now(UTC) + timedelta(days=10)).date().isoformat()}, "30日より短くするときは"),
        ({"opens_on": "2020-01-01"}, "今日かそれよりあと"),
        ({"closes_on": "2020-01-01"}, "はじめる日かそれよりあと"),
        ({"opens_on": "あした"}, "2026-12-01 の形"),
        ({"legal_basis": ""}, "まだ何も書かれていません"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(desk: FlaskClient, fields: dict[str, str], said: str) -> None:
    answer = desk.post("/reports/basu/consultation/edit", data=planned(**fields))
    assert answer.status_code == 422
    assert said in answer.text
    assert "来年からのバスの走らせ方" in answer.text
    assert db.session.scalars(select(Consultation)).all() == []


def test_a_short_period_says_why(app: Flask, desk: FlaskClient) -> None:
    closes = (clock.today() + timedelta(days=9)).isoformat()
    sent = planned(closes_on=closes, why_short="国の締め切りが近いためです。")
    assert desk.post("/reports/basu/consultation/edit", data=sent).status_code == 303
    shown = app.test_client().get("/reports/basu/consultation").text
    assert "国の締め切りが近いためです。" in shown
    assert "あと10日" in shown


def test_it_opens_and_closes_by_the_clock_of_japan(
    app: Flask, opened: Consultation, travel: Callable[..., None]
) -> None:
    person = make_person()
    last = datetime(opened.closes_on.year, opened.closes_on.month, opened.closes_on.day, 14, 59, tzinfo=UTC)
    travel(seconds=(last - datetime.now(UTC)).total_seconds())  # 23:59 in Japan
    assert sent(as_(app, person), "間に合った意見です。") == 303
    travel(seconds=(last - datetime.now(UTC)).total_seconds() + 120)
    answer = as_(app, person).post("/reports/basu/consultation", data={"body": "遅れた意見です。"})
    assert answer.status_code == 409
    assert "遅れた意見です。" in answer.text
    assert [opinion.body for opinion in queries.opinions(opened)] == ["間に合った意見です。"]


def test_before_it_opens_nobody_sends_and_the_plan_may_change(
    app: Flask, desk: FlaskClient, travel: Callable[..., None]
) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    later = (clock.today() + timedelta(days=40)).isoformat()
    desk.post("/reports/basu/consultation/edit", data=planned(opens_on=tomorrow, closes_on=later))
    assert sent(as_(app, make_person()), "早すぎる意見") == 409
    again = planned(opens_on=tomorrow, closes_on=later, purpose="目的を書き直しました。")
    assert desk.post("/reports/basu/consultation/edit", data=again).status_code == 303
    assert "目的を書き直しました。" in app.test_client().get("/reports/basu/consultation").text
    travel(days=2)
    assert desk.post("/reports/basu/consultation/edit", data=planned()).status_code == 409


def test_an_open_period_can_only_be_made_longer_and_says_why(
    app: Flask, desk: FlaskClient, opened: Consultation
) -> None:
    end = opened.closes_on
    shorter = {"closes_on": (end - timedelta(days=1)).isoformat(), "reason": "早く"}
    assert desk.post("/reports/basu/consultation/extend", data=shorter).status_code == 422
    longer = {"closes_on": (end + timedelta(days=7)).isoformat(), "reason": "資料を足したためです。"}
    assert desk.post("/reports/basu/consultation/extend", data=longer).status_code == 303
    assert "資料を足したためです。" in app.test_client().get("/reports/basu/consultation").text


def test_numbers_have_no_gaps_and_a_form_sent_twice_counts_once(app: Flask, opened: Consultation) -> None:
    client = as_(app, make_person())
    for body, key in [("一つ目", "k1"), ("一つ目", "k1"), ("二つ目", "k2"), ("三つ目", "")]:
        assert sent(client, body, key) == 303
    assert [opinion.number for opinion in queries.opinions(opened)] == [1, 2, 3]


def test_people_at_the_same_moment_get_different_numbers(app: Flask, opened: Consultation) -> None:
    people = [make_person().id for _person in range(6)]
    failed: list[BaseException] = []

    def send(person_id: int) -> None:
        try:
            with app.app_context(), transaction():
                found = db.session.scalars(select(Consultation)).one()
                service.submit(db.session.get_one(Person, person_id), found, "同時に送る意見です。", None)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=send, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    db.session.rollback()
    assert [opinion.number for opinion in queries.opinions(opened)] == [1, 2, 3, 4, 5, 6]


def test_an_opinion_is_its_writers_until_the_result(app: Flask, desk: FlaskClient, opened: Consultation) -> None:
    writer = make_person()
    sent(as_(app, writer), SAID)
    for reader in (app.test_client(), as_(app, make_person())):
        for place in ("/reports/basu/consultation", "/reports/basu", "/search?q=バスを増やして", "/ledger/"):
            assert SAID[:8] not in reader.get(place).text
    assert SAID in as_(app, writer).get("/reports/basu/consultation").text
    assert SAID in desk.get("/desk/consultations/1").text
    assert as_(app, make_person()).get("/desk/consultations/1").status_code == 403
    assert app.test_client().get("/reports/basu/consultation/result").status_code == 404
    assert search is not None


def test_the_writer_may_take_it_back_until_the_end(
    app: Flask, desk: FlaskClient, opened: Consultation, travel: Callable[..., None]
) -> None:
    writer = make_person()
    client = as_(app, writer)
    sent(client, "取り下げる意見")
    sent(client, "残す意見")
    assert as_(app, make_person()).post("/reports/basu/consultation/1/withdraw").status_code == 403
    assert client.post("/reports/basu/consultation/1/withdraw").status_code == 303
    travel(days=31)
    assert as_(app, writer).post("/reports/basu/consultation/2/withdraw").status_code == 403
    desk = as_(app, make_person("見本職員二", role="staff"))
    assert grouped(desk, "1") == 422
    assert grouped(desk, "2") == 303
    assert desk.post("/desk/consultations/1/publish").status_code == 303
    shown = app.test_client().get("/reports/basu/consultation/result").text
    assert "残す意見" in shown
    assert "取り下げる意見" not in shown


def finished(app: Flask, opened: Consultation, travel: Callable[..., None]) -> FlaskClient:
    """Two opinions by the web and one by fax; the period is over."""
    for body in (SAID, "=1+1 本数はいまのままでよいです。"):
        sent(as_(app, make_person()), body)
    desk = as_(app, make_person("見本係長", role="staff"))
    entered = {"way": "fax", "body": "ファクスで送ります。朝のバスを早くしてください。"}
    assert desk.post("/desk/consultations/1/opinions", data=entered).status_code == 303
    travel(days=31)
    return as_(app, make_person("見本課長", role="staff"))


def test_the_result_waits_until_every_opinion_has_its_answer(
    app: Flask, opened: Consultation, travel: Callable[..., None]
) -> None:
    desk = finished(app, opened, travel)
    answer = desk.post("/desk/consultations/1/publish")
    assert answer.status_code == 422
    assert "1〜3" in answer.text
    assert grouped(desk, "1〜3", answer="") == 303
    answer = desk.post("/desk/consultations/1/publish")
    assert "市の考え方か対応区分のないまとめ" in answer.text
    assert queries.of_page_or_404(opened.page).phase is Phase.CLOSED


def test_what_is_blacked_out_is_nowhere_in_the_result(
    app: Flask, opened: Consultation, travel: Callable[..., None]
) -> None:
    desk = finished(app, opened, travel)
    for quote, reason in (("山田花子", "個人の名前"), ("090-1234-5678", "電話番号")):
        data = {"quote": quote, "reason": reason}
        assert desk.post("/desk/consultations/1/opinions/1/black-out", data=data).status_code == 303
    absent = desk.post("/desk/consultations/1/opinions/1/black-out", data={"quote": "鈴木", "reason": "名前"})
    assert absent.status_code == 422
    assert "意見の中にありません" in absent.text
    assert grouped(desk, "1,3") == 303
    assert grouped(desk, "2", category="cannot", summary="=いまのまま", answer="増やす計画です。") == 303
    assert desk.post("/desk/consultations/1/publish").status_code == 303
    visitor = app.test_client()
    shown = visitor.get("/reports/basu/consultation/result").text
    sheet = visitor.get("/reports/basu/consultation/result.csv").text
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/reports/basu/consultation/result.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active.rows]
    kept = db.session.scalars(select(Opinion).where(Opinion.number == 1)).one()
    assert "山田花子" in kept.body
    for text in (shown, sheet, str(cells), str(queries.newest_result(opened).told)):  # type: ignore[union-attr]
        assert "山田花子" not in text
        assert "1234" not in text
        assert "■■■■です。電話は" in text or "■■■■" in text
    assert "個人の名前" in shown
    rows = list(csv.reader(io.StringIO(sheet.lstrip("\ufeff"))))
    assert [row[4] for row in rows[1:]] == ["1", "3", "2"]
    assert rows[3][1].startswith("'=")
    assert all(cell.data_type != "f" for row in book.active.rows for cell in row)
    assert "3人から" in re.sub(r"\s", "", shown)


def test_the_result_leads_from_the_draft_to_the_final_text(
    app: Flask, desk: FlaskClient, page: Page, opened: Consultation, travel: Callable[..., None]
) -> None:
    sent(as_(app, make_person()), "直してください。")
    revised = {
        "title": "バスの計画の案",
        "slug": "basu",
        "body": "直した段落です。",
        "summary": "意見を受けて",
        "base_revision": "1",
    }
    assert desk.post("/reports/basu/edit", data=revised).status_code == 303
    travel(days=31)
    chief = as_(app, make_person("見本課長", role="staff"))
    grouped(chief, "1")
    chief.post("/desk/consultations/1/publish")
    shown = app.test_client().get("/reports/basu/consultation/result").text
    assert "/reports/basu/diff?from=1&amp;to=2" in shown or "/reports/basu/diff?from=1&to=2" in shown


def test_authors_are_told_once_and_a_correction_keeps_what_was_published(
    app: Flask, opened: Consultation, travel: Callable[..., None], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    writer = make_person()
    for body in ("一つ目の意見", "二つ目の意見"):
        sent(as_(app, writer), body)
    travel(days=31)
    desk = as_(app, make_person("見本課長", role="staff"))
    grouped(desk, "1-2")
    before = len(outbox())
    desk.post("/desk/consultations/1/publish")
    jobs.tell(1)
    jobs.tell(1)
    assert [letter["to"] for letter in outbox()[before:]] == [writer.email]
    group = queries.groups(opened)[0].id
    data = {"numbers": "1-2", "summary": "直した概要", "answer": "直した考え方", "category": "future"}
    assert desk.post(f"/desk/consultations/1/groups/{group}", data=data).status_code == 303
    assert "直した概要" not in app.test_client().get("/reports/basu/consultation/result").text
    desk.post("/desk/consultations/1/publish")
    shown = app.test_client().get("/reports/basu/consultation/result").text
    assert "直した概要" in shown
    assert "第2回の公表" in shown
    assert queries.earlier_results(opened)[0].told["groups"][0]["summary"] == "バスを増やしてほしい。"


def test_after_the_result_no_opinion_is_added(app: Flask, opened: Consultation, travel: Callable[..., None]) -> None:
    desk = finished(app, opened, travel)
    grouped(desk, "1-3")
    desk.post("/desk/consultations/1/publish")
    entered = {"way": "paper", "body": "遅れて届いた紙"}
    assert desk.post("/desk/consultations/1/opinions", data=entered).status_code == 409


@pytest.mark.parametrize("numbers", ["", "0", "9", "a", "3-1", "1-999999", "１a"])
def test_numbers_that_are_none_are_said(app: Flask, desk: FlaskClient, opened: Consultation, numbers: str) -> None:
    sent(as_(app, make_person()), "一つだけの意見")
    answer = desk.post("/desk/consultations/1/groups", data={"numbers": numbers, "summary": "概要です"})
    assert answer.status_code == 422
    assert "概要です" in answer.text


def test_who_may_what(app: Flask, desk: FlaskClient, opened: Consultation) -> None:
    assert app.test_client().post("/reports/basu/consultation", data={"body": "名なしの意見"}).status_code in {303, 403}
    assert sent(as_(app, make_person(confirmed=False)), "未確認の意見") == 403
    resident = as_(app, make_person())
    for place in (
        "/reports/basu/consultation/edit",
        "/reports/basu/consultation/extend",
        "/desk/consultations/1/publish",
    ):
        assert resident.post(place).status_code == 403
    assert sent(resident, "") == 422
    assert sent(resident, "あ" * 20_001) == 422
    assert queries.received(opened) == 0


def test_the_report_and_the_list_lead_there(app: Flask, desk: FlaskClient, opened: Consultation) -> None:
    visitor = app.test_client()
    assert "意見公募のページ" in visitor.get("/reports/basu").text
    assert "バスの計画の案" in visitor.get("/consultations/").text
    assert visitor.get("/reports/none/consultation").status_code == 404
    make_page("other")
    assert visitor.get("/reports/other/consultation").status_code == 404
    assert desk.get("/reports/other/consultation").status_code == 200


def test_the_desk_costs_the_same_however_many_opinions(
    app: Flask, desk: FlaskClient, opened: Consultation, count_queries: Callable[..., Any]
) -> None:
    counts = []
    for _round in range(2):
        for number in range(4):
            sent(as_(app, make_person()), f"意見{number}です。")
        desk.get("/consultations/")
        with count_queries() as queries_made:
            desk.get("/desk/consultations/1")
        counts.append(queries_made.count)
    assert counts[0] == counts[1]


@given(st.lists(st.integers(1, 60), max_size=20))
def test_numbers_are_read_as_they_are_written(numbers: list[int]) -> None:
    assert numbering.read(numbering.written(numbers)) == sorted(set(numbers))


@given(
    st.text(alphabet="あいう ab", max_size=30),
    st.lists(st.text(alphabet="あいう ab", min_size=1, max_size=4), max_size=5),
)
def test_no_blacked_out_place_is_read(body: str, quotes: list[str]) -> None:
    redactions: list[list[object]] = []
    black: set[int] = set()
    for quote in quotes:
        try:
            redactions = redaction.black_out(body, redactions, quote, "理由")
        except redaction.NotInText:
            assert quote not in body
            continue
        at = body.find(quote)
        while at >= 0:
            black |= set(range(at, at + len(quote)))
            at = body.find(quote, at + len(quote))
    covered = {at for start, end, _why in redactions for at in range(int(str(start)), int(str(end)))}
    assert covered >= black
    pieces = redaction.pieces(body, redactions)
    assert "".join(piece.text for piece in pieces if not piece.reason) == "".join(
        char for at, char in enumerate(body) if at not in covered
    )
