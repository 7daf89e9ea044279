"""Editing one section of a page, and what the preview tells its writer, as a browser without JavaScript does."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import fields, revisions, soup
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.pages import queries, service
from wiki.pages.service import PageDraft

BODY = "はじめに。\n\n## 窓口\n\n窓口の話。\n\n## 書類\n\n書類の話。"


def body_now(slug: str = "r1") -> str:
    db.session.rollback()
    return queries.current_revision(queries.page_or_404(slug)).body


def test_the_editor_opens_one_section(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    page = soup(client.get("/reports/r1/edit?section=窓口"))
    assert page.find("textarea", {"name": "body"}).text.strip() == "## 窓口\n\n窓口の話。"
    assert page.find("input", {"name": "section"})["value"] == "窓口"
    assert page.find("form", {"data-editor": True})["action"].endswith("/edit?section=%E7%AA%93%E5%8F%A3")


def test_a_section_that_is_not_there_is_not_found(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    assert client.get("/reports/r1/edit?section=ない").status_code == 404


def test_a_saved_section_changes_that_section_alone(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    sent = fields(section="窓口", body="## 窓口\r\n\r\n夜も開きます。\r\n")
    answer = client.post("/reports/r1/edit?section=窓口", data=sent)
    assert (answer.status_code, answer.location) == (303, "/reports/r1#%E7%AA%93%E5%8F%A3")
    assert body_now() == BODY.replace("窓口の話。", "夜も開きます。")


def test_a_section_saved_unchanged_makes_no_revision(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    client.post("/reports/r1/edit", data=fields(section="書類", body="## 書類\r\n\r\n書類の話。"))
    assert revisions() == 1


def test_a_section_whose_page_has_moved_on_is_a_conflict_of_whole_texts(client: FlaskClient, staff: Person) -> None:
    page = make_page("r1", body=BODY)
    with transaction():
        draft = PageDraft.of(page.title, "r1", BODY.replace("窓口の話。", "同僚の話。"), "先に")
        service.revise(None, page, draft, 1)
    answer = client.post("/reports/r1/edit", data=fields(section="窓口", body="## 窓口\n\n私の話。"))
    assert answer.status_code == 409
    shown = soup(answer)
    carried = {tag["name"]: tag["value"] for tag in shown.select("#places input[type=hidden]")}
    assert carried["body"] == BODY.replace("窓口の話。", "私の話。")
    assert "section" not in carried
    assert "同僚" in shown.select_one(".place").text and "私" in shown.select_one(".place").text
    assert revisions() == 2


def test_a_section_that_cannot_be_put_back_loses_nothing(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    for wrong in ({"section": "ない"}, {"section": "窓口", "base_revision": "9"}):
        answer = client.post("/reports/r1/edit", data=fields(body="## 窓口\n\n書いた文", **wrong))
        assert answer.status_code == 422
        assert "この節を元の版の中に見つけられませんでした" in answer.text
        assert "書いた文" in soup(answer).find("textarea", {"name": "body"}).text
    assert revisions() == 1


def test_a_refused_section_stays_a_section(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    answer = client.post(
        "/reports/r1/edit?section=窓口", data=fields(section="窓口", body="## 窓口\n\n書いた文", summary="")
    )
    assert answer.status_code == 422
    page = soup(answer)
    assert page.find("textarea", {"name": "body"}).text.strip() == "## 窓口\n\n書いた文"
    assert page.find("input", {"name": "section"})["value"] == "窓口"


def test_the_sections_stand_as_links_above_the_whole_text(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=BODY)
    links = [a["href"] for a in soup(client.get("/reports/r1/edit")).select(".sections a")]
    assert links == [
        "/reports/r1/edit?section=%E7%AA%93%E5%8F%A3",
        "/reports/r1/edit?section=%E6%9B%B8%E9%A1%9E",
    ]
    assert not soup(client.get("/reports/r1/edit?section=窓口")).select(".sections a")


def test_only_who_may_edit_is_shown_the_way_to_a_section(client: FlaskClient) -> None:
    make_page("r1", body=BODY)
    assert "data-edit-sections=" not in client.get("/reports/r1").text
    sign_in(client, make_person())
    assert "data-edit-sections=" not in client.get("/reports/r1").text
    sign_in(client, make_person(role="staff"))
    assert 'data-edit-sections="/reports/r1/edit"' in client.get("/reports/r1").text


def test_the_preview_tells_what_is_worth_a_look(client: FlaskClient, staff: Person) -> None:
    body = "## 一\n\n#### 飛んだ見出し\n\n![](/static/a.svg)\n\n申請は[こちら](/reports/)。"
    answer = client.post("/preview", data={"body": body})
    told = [item.get_text(" ", strip=True) for item in soup(answer).select(".hints li")]
    assert [words.split()[0] for words in told] == ["3行目", "5行目", "7行目"]
    assert "飛んだ見出し" in told[0] and "a.svg" in told[1] and "こちら" in told[2]


def test_hints_never_stop_anybody(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    body = "![](/static/a.svg)"
    shown = client.post("/reports/r1/edit", data=fields(body=body, preview="1"))
    assert shown.status_code == 200 and soup(shown).select(".hints li")
    assert client.post("/reports/r1/edit", data=fields(body=body)).status_code == 303


def test_a_good_text_and_a_comment_get_no_hints(client: FlaskClient, staff: Person) -> None:
    assert "hints" not in client.post("/preview", data={"body": BODY}).text
    assert "hints" not in client.post("/preview?kind=comment", data={"body": "[こちら](/)"}).text
    assert "hints" not in client.post("/preview", data={"body": "### 下の節", "section": "下の節"}).text


def test_hostile_words_in_a_hint_are_words(client: FlaskClient, staff: Person) -> None:
    answer = client.post("/preview", data={"body": "##### <script>alert(1)</script>"})
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text
