"""A text that cannot be saved is shown whole, with a clear word and a way on."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import fields, revisions, soup, typed
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.core.web import Problem
from wiki.pages import queries, service

TYPED = fields(title="私の題", body="私の文\n\n二段落目 <b>", summary="私の変更", own_field="x")


def held(page: BeautifulSoup) -> dict[str, str]:
    """What the page would send again."""
    form = page.find("textarea", id="held-body").find_parent("form")
    sent = {tag["name"]: tag["value"] for tag in form.select("input[name]")}
    return sent | {"body": form.textarea.text.lstrip("\n")}


def test_a_page_that_is_gone_gives_the_text_back_and_makes_it_a_new_draft(client: FlaskClient, staff: Person) -> None:
    answer = client.post("/reports/gone/edit", data=TYPED)
    assert answer.status_code == 404
    sent = held(soup(answer))
    assert TYPED.items() <= sent.items()
    kept = client.post("/reports/new", data=sent | {"draft": "1"})
    assert kept.status_code == 303
    again = typed(soup(client.get(kept.location)), "editor")
    assert (again["title"], again["body"]) == ("私の題", "私の文\n\n二段落目 <b>")


class Locked(Problem):
    """As a room may refuse a page that is closed to editing."""

    status = 403
    title = "このページは編集できません"


def test_a_page_that_was_closed_meanwhile_gives_the_text_back(
    client: FlaskClient, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_page("r1")

    def refuse(*given: object, **more: object) -> None:
        raise Locked

    monkeypatch.setattr(service, "revise", refuse)
    answer = client.post("/reports/r1/edit", data=TYPED)
    assert answer.status_code == 403
    assert "このページは編集できません" in answer.text
    assert held(soup(answer))["body"] == TYPED["body"]


def test_a_page_that_was_renamed_meanwhile_is_found_and_merged(client: FlaskClient, staff: Person) -> None:
    page = make_page("r1", body="一")
    with transaction():
        page = queries.page_or_404("r1")
        service.revise(None, page, service.PageDraft.of(page.title, "r2", "一", "名前"), 1)
    answer = client.post("/reports/r1/edit", data=fields(body="二"))
    assert answer.status_code == 308
    moved = client.post(answer.location, data=fields(body="二"))
    assert moved.status_code == 409
    assert typed(soup(moved), "editor").items() >= {"slug": "r2", "body": "二"}.items()


@pytest.mark.parametrize("path", ["/reports/r1/edit", "/reports/new"])
def test_an_ended_sign_in_gives_the_text_back_with_the_way_in(client: FlaskClient, path: str) -> None:
    make_page("r1")
    answer = client.post(path, data=TYPED)
    assert answer.status_code == 403
    page = soup(answer)
    assert page.find("a", href="/accounts/login", target="_blank")
    assert TYPED.items() <= held(page).items()
    sign_in(client, make_person(role="staff"))
    assert client.post(path, data=held(page) | {"slug": "r1" if "r1" in path else "r9"}).status_code == 303


def test_a_role_that_was_taken_away_gives_the_text_back(client: FlaskClient) -> None:
    make_page("r1")
    sign_in(client, make_person(role="resident"))
    answer = client.post("/reports/r1/edit", data=TYPED)
    assert answer.status_code == 403
    assert held(soup(answer))["body"] == TYPED["body"]
    assert not soup(answer).find("button", {"name": "draft"})


def test_without_a_session_the_forms_of_the_editor_come_back_whole(csrf_app: Flask) -> None:
    make_page("r1")
    client = csrf_app.test_client()
    answer = client.post("/reports/r1/edit", data=TYPED)
    assert answer.status_code == 403
    assert TYPED.items() <= held(soup(answer)).items()
    for path in ("/reports/r1/draft", "/drafts"):
        refused = client.post(path, data=TYPED)
        assert refused.status_code == 403
        assert refused.json["href"] == "/accounts/login"


def test_a_form_that_has_run_out_is_sent_again_by_one_click_with_every_field(csrf_app: Flask) -> None:
    make_page("r1")
    client = csrf_app.test_client()
    sign_in(client, make_person(role="staff"))
    form = {tag["name"]: tag.get("value", "") for tag in soup(client.get("/reports/r1/edit")).select("#editor input")}
    late = client.post("/reports/r1/edit", data=form | TYPED | {"csrf_token": "old"})
    assert late.status_code == 400
    fields_again = {tag["name"]: tag["value"] for tag in soup(late).select("main form input[name]")}
    assert fields_again["draft_screen"] == form["draft_screen"]
    assert client.post("/reports/r1/edit", data=fields_again).status_code == 303
    assert revisions() == 2
    assert queries.current_revision(queries.page_or_404("r1")).body == TYPED["body"]


def test_saving_a_draft_hands_out_a_fresh_token_so_that_a_long_day_of_writing_does_not_run_out(csrf_app: Flask) -> None:
    make_page("r1")
    client = csrf_app.test_client()
    sign_in(client, make_person(role="staff"))
    token = soup(client.get("/reports/r1/edit")).find("input", {"name": "csrf_token"})["value"]
    answer = client.post("/reports/r1/draft", data=TYPED | {"csrf_token": token})
    assert answer.status_code == 200
    done = client.post("/reports/r1/edit", data=TYPED | {"csrf_token": answer.json["csrf_token"]})
    assert done.status_code == 303
    db.session.rollback()
