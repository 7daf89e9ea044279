"""/desk/import: files become pages from the browser, checked before anything is written."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.attachments import pictures
from tests.exchange import papers
from tests.factories import make_page, make_person, sign_in
from wiki.accounts.models import Role
from wiki.attachments.models import Attachment
from wiki.core.database import db, transaction
from wiki.exchange.views import MOST_DOCUMENTS
from wiki.pages import queries as pages
from wiki.pages.models import Page, Protection, Revision


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    sign_in(client, make_person(role=Role.STAFF))
    return client


def send(client: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    return client.post("/desk/import", data={"file": [(io.BytesIO(data), name) for name, data in files]})


def ticket_in(answer: TestResponse) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', answer.text)
    assert found is not None, answer.text
    return html.unescape(found[1])


def finish(client: FlaskClient, answer: TestResponse) -> TestResponse:
    return client.post("/desk/import/done", data={"ticket": ticket_in(answer)})


def count(model: type[Page] | type[Revision] | type[Attachment]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_word_document_is_shown_first_and_becomes_a_page_on_confirming(staff: FlaskClient) -> None:
    checked = send(staff, ("計画.docx", papers.word()))
    assert checked.status_code == 200
    assert "新しいページになります" in checked.text
    assert "はじめの段落。" in checked.text
    assert "（画像：庁舎の絵）" in checked.text
    assert count(Page) == 0
    done = finish(staff, checked)
    assert "新しいページになりました" in done.text
    page = pages.page_or_404("計画")
    assert page.title == "計画のあらまし"
    assert pages.current_revision(page).author is not None
    assert count(Attachment) == 1


def test_several_files_and_their_pictures_come_together(staff: FlaskClient) -> None:
    sent = [
        ("一.md", "# 一\n\n![絵](絵.png)".encode()),
        ("二.md", "# 二\n\n文".encode()),
        ("絵.png", pictures.picture("PNG")),
    ]
    assert finish(staff, send(staff, *sent)).status_code == 200
    assert (count(Page), count(Attachment)) == (2, 1)


def test_a_refused_file_says_why_in_japanese_and_holds_up_no_other(staff: FlaskClient) -> None:
    macro = papers.word(**{"word/vbaProject.bin": b"macro"})
    checked = send(staff, ("良い.md", "# 良い\n\n文".encode()), ("悪い.docx", macro))
    assert "マクロが入っています" in checked.text
    assert "取り込めるのは1件、取り込めないのは1件" in checked.text
    finish(staff, checked)
    assert count(Page) == 1


def test_an_existing_page_gets_a_revision_and_the_same_text_none(staff: FlaskClient) -> None:
    make_page(slug="一", title="一")
    before = count(Revision)
    checked = send(staff, ("一.md", "# 一\n\n新しい文".encode()))
    assert "新しい版になります" in checked.text
    finish(staff, checked)
    assert count(Revision) == before + 1
    assert "変わりません" in send(staff, ("一.md", "# 一\n\n新しい文".encode())).text


@pytest.mark.parametrize(("column", "value"), [("protection", Protection.LOCKED), ("needs_review", True)])
def test_a_protected_page_is_not_written_over(staff: FlaskClient, column: str, value: object) -> None:
    page = make_page(slug="一", title="一")
    with transaction():
        setattr(db.session.get_one(Page, page.id), column, value)
    before = count(Revision)
    checked = send(staff, ("一.md", "# 一\n\n新しい文".encode()))
    assert "取り込めません" in checked.text
    assert 'name="ticket"' not in checked.text
    assert count(Revision) == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("絵.png", b"x", "どれも入っていません"),
        ("壊れた.zip", b"PK\x03\x04broken", "壊れている"),
        ("外.zip", papers.packed_as({"../外.md": "# 外"}), "安全でない形"),
        ("多い.zip", papers.packed_as({f"{n}.md": "# x" for n in range(MOST_DOCUMENTS + 1)}), "100件まで"),
    ],
)
def test_what_cannot_be_opened_is_said_on_the_form(staff: FlaskClient, name: str, data: bytes, words: str) -> None:
    answer = send(staff, (name, data))
    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_chosen_is_said(staff: FlaskClient) -> None:
    assert staff.post("/desk/import", data={}).status_code == 422


def test_a_ticket_is_good_for_who_got_it_alone_and_not_when_tampered_with(staff: FlaskClient) -> None:
    checked = send(staff, ("一.md", "# 一\n\n文".encode()))
    other = staff.application.test_client()
    sign_in(other, make_person(role=Role.STAFF))
    assert other.post("/desk/import/done", data={"ticket": ticket_in(checked)}).status_code == 422
    assert staff.post("/desk/import/done", data={"ticket": ticket_in(checked) + "x"}).status_code == 422
    assert staff.post("/desk/import/done", data={}).status_code == 422
    assert count(Page) == 0


def test_residents_and_visitors_are_kept_out(client: FlaskClient) -> None:
    assert client.get("/desk/import").status_code in {303, 403}
    sign_in(client, make_person())
    assert client.get("/desk/import").status_code == 403
    assert send(client, ("一.md", "# 一".encode())).status_code == 403
    assert count(Page) == 0


def test_two_files_of_one_name_are_not_taken_for_one(staff: FlaskClient) -> None:
    answer = send(staff, ("北/計画.md", b"# \xe5\x8c\x97"), ("南/計画.md", b"# \xe5\x8d\x97"), ("別.md", b"# x"))
    assert answer.status_code == 422
    assert "同じ名前のファイルが二つあります：計画.md。" in answer.text
    assert count(Page) == 0
