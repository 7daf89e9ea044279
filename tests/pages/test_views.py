"""Writing pages, as a browser without JavaScript does."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import HOSTILE, fields, revisions, soup
from wiki.accounts.models import Person
from wiki.core.database import transaction
from wiki.pages import queries, service
from wiki.pages.models import Page
from wiki.pages.service import PageDraft


def rename(page: Page, slug: str) -> None:
    body = queries.current_revision(page).body
    with transaction():
        service.revise(None, page, PageDraft.of(page.title, slug, body, "名前"), page.current_number)


@pytest.mark.parametrize("path", ["/reports/new", "/reports/r1/edit"])
def test_visitors_are_asked_to_sign_in_and_come_back(client: FlaskClient, path: str) -> None:
    make_page("r1")
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location == f"/accounts/login?next={path}"


@pytest.mark.parametrize("path", ["/reports/new", "/reports/r1/edit", "/reports/r1/revisions/1/restore"])
def test_residents_may_not_write_pages(client: FlaskClient, path: str) -> None:
    make_page("r1")
    sign_in(client, make_person())
    if not path.endswith("restore"):
        assert client.get(path).status_code == 403
    assert client.post(path, data=fields(confirm="y")).status_code == 403
    assert client.post(path, data={}).status_code == 403
    assert revisions() == 1


def test_staff_without_a_confirmed_address_may_not_write(client: FlaskClient) -> None:
    make_page("r1")
    sign_in(client, make_person(role="staff", confirmed=False))
    assert client.get("/reports/r1/edit").status_code == 403


def test_staff_write_a_new_report(client: FlaskClient, staff: Person) -> None:
    assert client.get("/reports/new").status_code == 200
    answer = client.post("/reports/new", data=fields(slug="夜間-窓口"))
    assert (answer.status_code, answer.location) == (303, "/reports/%E5%A4%9C%E9%96%93-%E7%AA%93%E5%8F%A3")
    assert queries.page_or_404("夜間-窓口").title == "試しのレポート"


def test_the_editor_holds_the_source_and_the_number_it_starts_from(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="<b>&amp;\n\n二行目")
    page = soup(client.get("/reports/r1/edit"))
    assert page.find("textarea", {"name": "body"}).text.lstrip("\r\n") == "<b>&amp;\n\n二行目"
    assert page.find("input", {"name": "base_revision"})["value"] == "1"


def test_a_save_leads_to_the_page_and_says_which_revision_it_made(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    answer = client.post("/reports/r1/edit", data=fields())
    assert (answer.status_code, answer.location) == (303, "/reports/r1")
    assert "第2版を公開しました。" in client.get("/reports/r1/history").text


def test_a_save_without_a_change_says_so(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="同じ")
    client.post("/reports/r1/edit", data=fields(body="同じ\r\n"))
    assert "変更はありませんでした。" in client.get("/reports/r1/history").text
    assert revisions() == 1


def test_hostile_text_does_nothing(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    client.post("/reports/r1/edit", data=fields(body=HOSTILE, title="<script>x</script>", summary="<img src=x>"))
    for path in (
        "/reports/r1/revisions/2",
        "/reports/r1/history",
        "/reports/r1/diff?from=1&to=2",
        "/reports/r1/edit",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        page = soup(answer)
        assert [script["src"] for script in page.find_all("script")] == [page.script["src"]]
        assert not page.find_all("img")
        assert not page.find_all(onerror=True)
        assert not [link for link in page.find_all("a") if "script:" in link.get("href", "")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": ""},
        {"body": " \n　"},
        {"body": "文\x00字"},
        {"body": "a" * 500_001},
        {"body": ">" * 10_000 + " 深い"},
        {"title": ""},
        {"title": "a" * 201},
        {"summary": ""},
        {"summary": "a" * 201},
        {"reflects": "7"},
        {"reflects": "七"},
    ],
)
def test_what_cannot_be_kept_is_answered_with_all_that_was_typed(
    client: FlaskClient, staff: Person, wrong: dict[str, str]
) -> None:
    make_page("r1")
    sent = fields() | wrong
    answer = client.post("/reports/r1/edit", data=sent)
    assert answer.status_code == 422
    page = soup(answer)
    assert page.find(class_="error-summary")
    shown = page.find("textarea", {"name": "body"}).text.lstrip("\r\n")
    if "\x00" not in sent["body"]:
        assert shown == sent["body"]
    assert page.find("input", {"name": "summary"})["value"] == sent["summary"]
    assert page.find("input", {"name": "title"})["value"] == sent["title"]
    assert revisions() == 1


@pytest.mark.parametrize("slug", ["a", "r-2", "回覧板", "々かな-カナー", "a" * 80])
def test_a_slug_may_be_lower_case_ascii_or_japanese(client: FlaskClient, staff: Person, slug: str) -> None:
    assert client.post("/reports/new", data=fields(slug=slug)).status_code == 303
    assert queries.page_or_404(slug).slug == slug


@pytest.mark.parametrize(
    "slug",
    ["a b", "a/b", "..", "-a", "new", "titles", "a" * 81, "é", "taken", "a?b", "<b>", "👍"],
)
def test_other_slugs_are_refused(client: FlaskClient, staff: Person, slug: str) -> None:
    make_page("taken")
    answer = client.post("/reports/new", data=fields(slug=slug))
    assert answer.status_code == 422


def test_an_old_address_leads_to_the_same_place_at_the_new_one(client: FlaskClient, staff: Person) -> None:
    rename(make_page("r1"), "新しい名")
    answer = client.get("/reports/r1/diff?from=1&to=2&q=%E5%A4%9C+%26")
    assert answer.status_code == 301
    new = "/reports/%E6%96%B0%E3%81%97%E3%81%84%E5%90%8D"
    assert answer.location == f"{new}/diff?from=1&to=2&q=%E5%A4%9C+%26"
    sent = client.post("/reports/r1/edit", data=fields(base_revision="2", slug="新しい名"))
    assert (sent.status_code, sent.location) == (308, f"{new}/edit")
    assert client.get("/reports/r2/history").status_code == 404


def test_the_preview_is_a_fragment_by_the_pages_own_renderer(client: FlaskClient, staff: Person) -> None:
    answer = client.post("/preview", data={"body": "## 見出し\n\n**「はい」**と\n\n" + HOSTILE})
    assert answer.status_code == 200
    page = soup(answer)
    assert page.h2["id"] == "見出し"
    assert page.strong.text == "「はい」"
    assert not page.find_all(["script", "img", "html"])
    assert not soup(client.post("/preview?kind=comment", data={"body": "## 見出し"})).h2


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("page", "", 200),
        ("page", ">" * 10_000 + "x", 422),
        ("page", "a\x00", 422),
        ("page", "a" * 500_001, 422),
        ("comment", "a" * 20_001, 422),
        ("page", "a" * 20_001, 200),
    ],
)
def test_a_preview_that_cannot_be_shown_says_why(
    client: FlaskClient, staff: Person, kind: str, body: str, status: int
) -> None:
    answer = client.post(f"/preview?kind={kind}", data={"body": body})
    assert answer.status_code == status
    assert bool(soup(answer).select(".error")) == (status == 422)


def test_the_preview_is_for_people_who_are_signed_in(client: FlaskClient) -> None:
    assert client.post("/preview", data={"body": "x"}).status_code == 403


def test_without_a_script_the_preview_stands_above_the_form(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    answer = client.post("/reports/r1/edit", data=fields(body="**太い**", summary="", preview="1"))
    page = soup(answer)
    assert answer.status_code == 200
    assert page.select_one(".editor > .preview + form")
    assert page.select_one(".preview strong").text == "太い"
    assert page.find("textarea", {"name": "body"}).text.lstrip("\r\n") == "**太い**"
    assert client.post("/reports/new", data=fields(body="a\x00", preview="1")).status_code == 422
    assert revisions() == 1


def test_the_forms_carry_their_token(csrf_app: Flask) -> None:
    browser = csrf_app.test_client()
    make_page("r1")
    sign_in(browser, make_person(role="staff"))
    assert browser.post("/reports/r1/edit", data=fields()).status_code == 400
    form = soup(browser.get("/reports/r1/edit")).select_one("main form.form")
    token = form.find("input", {"name": "csrf_token"})["value"]
    assert browser.post("/preview", data={"body": "x", "csrf_token": token}).status_code == 200
    assert browser.post("/reports/r1/edit", data=fields(csrf_token=token)).status_code == 303
