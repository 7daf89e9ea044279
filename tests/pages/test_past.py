"""The past of a page, public, and the way back to it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories import make_page
from tests.pages.browsing import fields, revisions, soup
from tests.pages.test_queries import add_revisions
from wiki.accounts.models import Person
from wiki.core.database import transaction
from wiki.pages import queries, service
from wiki.pages.models import PageKind
from wiki.pages.service import PageDraft


def test_the_past_of_a_page_is_public_and_kept_ready(client: FlaskClient) -> None:
    page = make_page("r1", body="窓口は月に一度開きます。")
    add_revisions(page, 3)
    for path in ("history", "revisions/1", "diff?from=1&to=3", "diff", "history?cursor=2"):
        answer = client.get(f"/reports/r1/{path}")
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        assert not soup(answer).select('main form[method="post"]')


def test_a_difference_says_in_words_what_went_and_came(client: FlaskClient) -> None:
    page = make_page("r1", body="窓口は月に一度開きます。")
    with transaction():
        service.revise(None, page, PageDraft.of(page.title, "r1", "窓口は月に二度開きます。", "増やす"), 1)
    shown = soup(client.get("/reports/r1/diff?from=1&to=2"))
    assert shown.select_one(".diff del").text == "（削除）一（削除ここまで）"
    assert shown.select_one(".diff ins").text == "（追加）二（追加ここまで）"
    assert shown.select_one(".diff .text").text.startswith("窓口は月に")


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=1&to=1", 200), ("from=a&to=1", 400), ("from=1&to=", 400), ("from=0&to=1", 404), ("to=2", 404),
     ("from=-1", 400), ("to=" + "9" * 5000, 400), ("to=999999999", 404), ("from=１&to=1", 400)],
)  # fmt: skip
def test_nonsense_numbers_are_answered_with_a_page(client: FlaskClient, query: str, status: int) -> None:
    make_page("r1")
    answer = client.get(f"/reports/r1/diff?{query}")
    assert answer.status_code == status
    assert soup(answer).h1


def test_a_revision_that_is_not_there(client: FlaskClient) -> None:
    make_page("r1")
    assert client.get("/reports/r1/revisions/2").status_code == 404
    assert client.get("/reports/r1/revisions/" + "9" * 40).status_code == 404
    assert client.get("/reports/nothing/revisions/1").status_code == 404


def test_the_history_page_costs_the_same_however_long(client: FlaskClient, count_queries) -> None:
    page = make_page("r1")
    costs = []
    for length in (5, 200):
        add_revisions(page, length)
        client.get("/reports/r1/history")
        with count_queries() as counted:
            client.get("/reports/r1/history")
        costs.append(counted.count)
    assert costs[0] == costs[1] <= 9


def test_help_pages_have_a_past_too(client: FlaskClient) -> None:
    make_page("guide", kind=PageKind.HELP)
    assert soup(client.get("/reports/guide/history")).find("a", href="/help/guide")


def test_staff_bring_an_earlier_text_back_after_saying_so_twice(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="一")
    client.post("/reports/r1/edit", data=fields(body="二"))
    form = soup(client.get("/reports/r1/revisions/1")).select_one("main form.form")
    assert form["action"] == "/reports/r1/revisions/1/restore"
    sent = {"base_revision": form.find("input", {"name": "base_revision"})["value"]}
    assert client.post(form["action"], data=sent).status_code == 422
    assert client.post(form["action"], data=sent | {"confirm": "y"}).status_code == 303
    current = queries.current_revision(queries.page_or_404("r1"))
    assert (current.number, current.body, current.restored_from) == (3, "一", 1)
    assert client.post(form["action"], data=sent | {"confirm": "y"}).status_code == 303
    assert revisions() == 3
    assert "第1版の内容に戻した版" in client.get("/reports/r1/history").text


def test_bringing_back_does_not_overwrite_what_was_published_meanwhile(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="一")
    client.post("/reports/r1/edit", data=fields(body="二"))
    client.post("/reports/r1/edit", data=fields(body="三", base_revision="2"))
    late = client.post("/reports/r1/revisions/1/restore", data={"confirm": "y", "base_revision": "2"})
    assert late.status_code == 409
    assert revisions() == 3
