"""Lists as CSV and Excel: read first, wrong rows named, right ones entered, nothing twice."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from tests.factories import make_page, make_person, sign_in
from wiki.comments.models import Channel, Comment
from wiki.core import clock
from wiki.core.database import db
from wiki.core.jobs import run_due
from wiki.intake import entering, lists, numbers, service
from wiki.intake.jobs import forget
from wiki.intake.models import Batch, Sheet
from wiki.intake.spreadsheets import BadList
from wiki.pages.models import Page

HEAD = "受付番号,意見,お名前,年代,地区,受け取った日"
TEMPLATE = "受付番号,意見,声の種類,お名前,年代,地区,受け取った日"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("michi", title="道のこれから")


@pytest.fixture
def staff(client: FlaskClient, page: Page) -> FlaskClient:
    sign_in(client, make_person("見本職員", role="staff"))
    return client


def csv_of(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode("utf-8-sig")


def xlsx_of(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in (HEAD.split(","), *rows):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def send(client: FlaskClient, page: Page, data: bytes, name: str = "list.csv", channel: str = "meeting") -> Any:
    sent = {"page_id": str(page.id), "channel": channel, "file": (io.BytesIO(data), name)}
    return client.post("/desk/intake/list", data=sent)


def batch_in(html: str) -> str:
    found = re.search(r"/desk/intake/list/(\d+)\"", html)
    assert found is not None
    return f"/desk/intake/list/{found[1]}"


def test_reading_enters_nothing_and_entering_enters_what_was_read(staff: FlaskClient, page: Page, app: Flask) -> None:
    number = numbers.shown(numbers.new(page.id))
    answer = send(
        staff, page, csv_of(f"{number},歩道が狭いです。,道の人,４０歳代,南町,令和8年1月5日", ",夜は暗い。,,,,")
    )
    assert answer.status_code == 200
    assert "2行を読みました" in answer.text
    assert db.session.scalar(select(func.count(Comment.id))) == 0
    assert staff.post(batch_in(answer.text)).status_code == 303
    first = db.session.scalars(select(Sheet).order_by(Sheet.id)).first()
    assert first is not None
    assert (first.age_band, first.district, first.received_on.isoformat()) == ("40s", "南町", "2026-01-05")
    assert first.comment.channel is Channel.MEETING
    assert db.session.scalar(select(func.count(Batch.id))) == 0
    shown = app.test_client().get("/reports/michi").text
    assert "歩道が狭いです。" in shown
    assert "会合で受付" in shown


def test_a_list_is_entered_once(staff: FlaskClient, page: Page) -> None:
    address = batch_in(send(staff, page, csv_of(",一度だけ。,,,,")).text)
    assert staff.post(address).status_code == 303
    assert staff.post(address).status_code == 404
    assert db.session.scalar(select(func.count(Sheet.id))) == 1


def test_each_wrong_row_is_named_with_its_reason(staff: FlaskClient, page: Page) -> None:
    entered = numbers.new(page.id)
    staff.post("/desk/intake", data={"number": entered, "page_id": "0", "channel": "paper", "body": "前に届いた声。"})
    twice = numbers.new(page.id)
    rows = [
        ",よい行です。,,,,",
        "XYZ,番号が違う,,,,",
        f"{numbers.new(page.id + 1)},別のページ,,,,",
        f"{entered},もうある番号,,,,",
        f"{twice},同じ番号の一つめ,,,,",
        f"{twice},同じ番号の二つめ,,,,",
        ",,,,,",
        ",  ,名前だけ,,,",
        ",年代が変,,大人,,",
        ",日付が変,,,,2026-02-30",
        ",まだ来ない,,,,2999-01-01",
        ",名前が職員,見本職員,,,",
        ',数式,"=HYPERLINK(""http://x"")",,,',
        ",前に届いた声。,,,,",
    ]
    shown = send(staff, page, csv_of(*rows)).text
    for said in (
        "「XYZ」が読み取れません",
        "別のレポートの受付番号",
        "もう登録されています",
        "前の行にもあります",
        "意見が書かれていません",
        "年代「大人」がわかりません",
        "日付「2026-02-30」が読み取れません",
        "まだ来ていない日",
        "登録している人が使っている名前",
        "数式は取り込めません",
        "同じ文章が1行あります",
    ):
        assert said in shown, said
    assert "13行を読みました。登録できるのは3行、直すところがあるのは10行です" in shown
    staff.post(batch_in(shown))
    assert db.session.scalar(select(func.count(Sheet.id))) == 3  # the one before, and two: the equal text was left out


def test_equal_texts_are_entered_when_wanted(staff: FlaskClient, page: Page) -> None:
    address = batch_in(send(staff, page, csv_of(",賛成です。,,,,", ",賛成です。,,,,")).text)
    staff.post(address, data={"repeated": "1"})
    assert db.session.scalar(select(func.count(Sheet.id))) == 2


def test_excel_gives_the_same(staff: FlaskClient, page: Page) -> None:
    from datetime import datetime

    rows: list[list[Any]] = [
        [None, "日付のセル", None, "70代以上", "西町", datetime(2026, 3, 4)],  # noqa: DTZ001 (as Excel gives it)
        [None, "=1+1", None, None, None, None],
        [None, 12345, None, None, 3.0, None],
        [None, "数式の日付", None, None, None, "=TODAY()"],
    ]
    shown = send(staff, page, xlsx_of(*rows), "list.xlsx").text
    assert "4行を読みました。登録できるのは3行、直すところがあるのは1行です" in shown
    staff.post(batch_in(shown))
    found = db.session.scalars(select(Sheet).order_by(Sheet.id)).all()
    assert [sheet.comment.body for sheet in found] == ["日付のセル", "=1+1", "12345"]
    assert (found[0].received_on.isoformat(), found[2].district) == ("2026-03-04", "3")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "何も書かれていません"),
        (b"\r\n\r\n", "何も書かれていません"),
        (csv_of(",", head="番号,地区"), "「意見」という見出し"),
        (csv_of(), "行がありません"),
        (b"\xff\xfe\x00\xd8\x81", "文字が読み取れません"),
        (b"PK\x03\x04broken", "Excelのファイルとして読み取れません"),
        (csv_of(*[f",声{n},,,," for n in range(5_001)]), "5000件まで"),
        (b'\xe6\x84\x8f\xe8\xa6\x8b\n"' + b"a" * 140_000, "CSVとして読み取れません"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_words(staff: FlaskClient, page: Page, data: bytes, said: str) -> None:
    answer = send(staff, page, data)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(select(func.count(Batch.id))) == 0


def test_a_bomb_is_not_unpacked(staff: FlaskClient, page: Page) -> None:
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    answer = send(staff, page, packed.getvalue(), "list.xlsx")
    assert answer.status_code == 422
    assert "ファイルが大きすぎます" in answer.text


def test_shift_jis_as_spreadsheets_here_write_it_is_read(staff: FlaskClient, page: Page) -> None:
    shown = send(staff, page, f"{HEAD}\r\n,髙橋の声①,,,,\r\n".encode("cp932")).text
    assert "髙橋の声①" in shown


def test_the_templates_are_lists_themselves(staff: FlaskClient, page: Page) -> None:
    assert staff.get("/desk/intake/list/template.csv").data.decode("utf-8-sig").strip() == TEMPLATE
    book = load_workbook(io.BytesIO(staff.get("/desk/intake/list/template.xlsx").data))
    assert [cell.value for cell in book.worksheets[0][1]] == TEMPLATE.split(",")
    assert "行がありません" in send(staff, page, lists.template_csv()).text


def test_what_nobody_takes_in_is_forgotten_after_a_day(staff: FlaskClient, page: Page) -> None:
    from datetime import timedelta

    address = batch_in(send(staff, page, csv_of(",忘れられる。,,,,")).text)
    forget()
    assert db.session.scalar(select(func.count(Batch.id))) == 1
    clock.shift(timedelta(days=1, minutes=1))
    forget()
    assert db.session.scalar(select(func.count(Batch.id))) == 0
    clock.shift(timedelta(0))
    assert staff.post(address).status_code == 404


def test_a_list_belongs_to_who_had_it_read(staff: FlaskClient, page: Page, app: Flask) -> None:
    address = batch_in(send(staff, page, csv_of(",ほかの人には渡さない。,,,,")).text)
    other = app.test_client()
    sign_in(other, make_person(role="staff"))
    assert other.post(address).status_code == 404


def test_some_hundred_rows_are_entered_at_once(staff: FlaskClient, page: Page) -> None:
    rows = [f",{number}人めの声です。,,30代,東町,２０２６/１/５" for number in range(120)]
    staff.post(batch_in(send(staff, page, csv_of(*rows)).text))
    assert db.session.scalar(select(func.count(Sheet.id))) == 120


def test_a_long_list_is_entered_by_a_job_that_tells_how_far_it_is(
    staff: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "AT_ONCE", 100)
    rows = [f",{number}人めの声です。,,30代,東町,２０２６/１/５" for number in range(230)] + [",0人めの声です。,,,,"]
    address = batch_in(send(staff, page, csv_of(*rows)).text)
    answer = staff.post(address)
    assert (answer.status_code, answer.location) == (303, address)
    assert db.session.scalar(select(func.count(Sheet.id))) == 0
    assert "0件を登録しました。残りは230件です。" in staff.get(address).text
    staff.post(address)  # sent twice
    assert run_due(1) == 1
    assert "100件を登録しました。残りは130件です。" in staff.get(address).text
    run_due()
    assert "230件を登録しました。" in staff.get(address).text
    assert db.session.scalar(select(func.count(Sheet.id))) == 230
    run_due()
    assert db.session.scalar(select(func.count(Sheet.id))) == 230


def test_what_somebody_entered_meanwhile_is_passed_over_and_named(staff: FlaskClient, page: Page) -> None:
    number = numbers.new(page.id)
    address = batch_in(send(staff, page, csv_of(f"{number},用紙の声です。,,,,", ",ほかの声です。,,,,")).text)
    entry = {"number": number, "page_id": "0", "channel": "paper", "body": "用紙の声です。"}
    staff.post("/desk/intake", data=entry)
    assert "登録できなかった行：2（もう登録されています）" in staff.post(address, follow_redirects=True).text
    assert db.session.scalar(select(func.count(Sheet.id))) == 2


def test_a_list_that_was_interrupted_goes_on_where_it_was(
    staff: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f",{number}人めの声です。,,,," for number in range(120)]
    address = batch_in(send(staff, page, csv_of(*rows)).text)
    enter = service.enter

    def stop_at_the_sixtieth(*told: Any) -> Sheet:
        if db.session.scalar(select(func.count(Sheet.id))) == 60:
            raise RuntimeError("the machine stopped")
        return enter(*told)

    monkeypatch.setattr(service, "enter", stop_at_the_sixtieth)
    with pytest.raises(RuntimeError):
        staff.post(address)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Sheet.id))) == 50  # the transaction that stopped left nothing
    monkeypatch.setattr(service, "enter", enter)
    assert staff.post(address).status_code == 303
    assert db.session.scalar(select(func.count(Sheet.id))) == 120


def test_a_list_may_say_what_kind_of_voice_each_is(staff: FlaskClient, page: Page) -> None:
    lines = lists.read("意見,声の種類\n賛成です。,賛成\nわかりません。,質問\n".encode(), page)
    assert [line.values["stance"] for line in lines] == ["support", "question"]
    (wrong,) = lists.read("意見,声の種類\n何か。,大賛成\n".encode(), page)
    assert "賛成、反対、質問、提案、体験のどれか" in wrong.errors[0]


def test_a_title_and_remarks_may_stand_above_the_heading(page: Page) -> None:
    above = "令和8年度 意見募集 受付一覧,,\n\n※ 個人情報は書かないでください,,\n"
    (line,) = lists.read(f"{above}お名前,ご意見,年代\n見本,バスがほしい。,４０代\n".encode("cp932"), page)
    assert (line.place, line.errors) == (5, [])
    assert (line.values["body"], line.values["age_band"]) == ("バスがほしい。", "40s")
    with pytest.raises(BadList, match="見出しの列"):
        lists.read(("題\n" * 10 + "意見\n声\n").encode(), page)
