"""Drafts: what is typed is kept on the server, for its writer alone, on every device, never silently overwritten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import fields, revisions, soup, typed
from wiki.accounts import service as accounts
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.pages import drafts, queries
from wiki.pages.models import Draft


def save(client: FlaskClient, **other: str) -> TestResponse:
    sent = fields(body="書きかけ", summary="", draft_screen="a" * 16) | other
    return client.post("/reports/r1/draft", data=sent)


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Draft.id))) or 0


def test_what_is_typed_is_saved_and_the_answer_says_when(client: FlaskClient, staff: Person, travel) -> None:
    make_page("r1")
    answer = save(client)
    assert answer.status_code == 200
    assert answer.json["said"].startswith("保存しました ")
    first = answer.json["version"]
    assert save(client, body="書きかけの文").json["version"] != first
    assert count() == 1
    assert revisions() == 1


def test_opening_the_editor_on_another_device_offers_the_draft_and_goes_on_with_it(
    app: Flask, client: FlaskClient, staff: Person
) -> None:
    make_page("r1")
    save(client, title="", slug="ほかの 場所", summary="途中")
    other = app.test_client()
    sign_in(other, staff)
    opened = soup(other.get("/reports/r1/edit"))
    assert typed(opened, "editor")["body"] == "はじめの段落です。"
    offer = opened.select_one(".draft-offer")
    assert "の下書きがあります。" in offer.text
    going_on = other.get(offer.find("a", string="続きを書く")["href"])
    form = typed(soup(going_on), "editor")
    assert fields(body="書きかけ", title="", slug="ほかの 場所", summary="途中").items() <= form.items()
    assert not soup(going_on).select(".draft-offer")
    assert other.post("/reports/r1/draft", data=form | {"body": "続き"}).status_code == 200


def test_a_draft_that_another_screen_has_changed_is_not_overwritten(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    save(client)
    refused = save(client, draft_screen="b" * 16, body="別の画面の文")
    assert refused.status_code == 409
    assert refused.json["href"] == "/reports/r1/edit?draft=1"
    assert drafts.find(staff, drafts.key_of(queries.page_or_404("r1"))).body == "書きかけ"
    assert save(client, draft_screen="b" * 16, body="別の画面の文", draft="over").status_code == 200
    assert save(client).status_code == 409


def test_the_button_saves_without_javascript(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    form = typed(soup(client.get("/reports/r1/edit")), "editor")
    answer = client.post("/reports/r1/edit", data=form | {"body": "途中", "summary": "", "draft": "1"})
    assert answer.status_code == 303
    shown = client.get(answer.location)
    assert "保存しました " in shown.text
    assert typed(soup(shown), "editor")["body"] == "途中"
    assert revisions() == 1


def test_the_button_does_not_overwrite_another_screens_draft_either(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    form = typed(soup(client.get("/reports/r1/edit")), "editor") | {"body": "こちらの文"}
    save(client)
    refused = client.post("/reports/r1/edit", data=form | {"draft": "1"})
    assert refused.status_code == 409
    shown = soup(refused)
    assert typed(shown, "editor")["body"] == "こちらの文"
    assert shown.select_one("button[form=editor][name=draft][value=over]")
    assert client.post("/reports/r1/edit", data=form | {"draft": "over"}).status_code == 303


def test_publishing_forgets_the_draft_and_what_is_published_is_no_draft(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    form = typed(soup(client.get("/reports/r1/edit")), "editor") | {"body": "できた", "summary": "書いた"}
    client.post("/reports/r1/draft", data=form)
    assert count() == 1
    assert client.post("/reports/r1/edit", data=form).status_code == 303
    assert count() == 0
    late = client.post("/reports/r1/draft", data=form)
    assert late.status_code == 200
    assert count() == 0


def test_publishing_keeps_a_draft_that_another_screen_has_saved(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    form = typed(soup(client.get("/reports/r1/edit")), "editor")
    save(client, body="別の画面の文")
    assert client.post("/reports/r1/edit", data=form | {"body": "できた", "summary": "書いた"}).status_code == 303
    assert count() == 1


def test_a_draft_behind_the_page_says_so_and_is_merged(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="一\n\n二\n\n三")
    save(client, body="いち\n\n二\n\n三", summary="途中")
    client.post("/reports/r1/edit", data=fields(body="一\n\n二\n\nさん", draft_screen="c" * 16))
    offer = soup(client.get("/reports/r1/edit")).select_one(".draft-offer")
    assert "第1版をもとに書いたものです。いまは第2版です。" in offer.text
    opened = soup(client.get("/reports/r1/edit?draft=1"))
    button = opened.select_one("button[form=editor][name=merge]")
    assert button
    merged = client.post("/reports/r1/edit", data=typed(opened, "editor") | {"merge": "1"})
    assert merged.status_code == 200
    again = typed(soup(merged), "editor")
    assert again["body"] == "いち\n\n二\n\nさん"
    assert client.post("/reports/r1/edit", data=again).status_code == 303
    assert count() == 0


def test_a_new_reports_draft_is_kept_found_again_and_gone_once_published(client: FlaskClient, staff: Person) -> None:
    form = typed(soup(client.get("/reports/new")), "editor") | {"title": "夜の窓口", "body": "途中"}
    assert client.post("/drafts", data=form).status_code == 200
    listed = soup(client.get("/accounts/me")).find("a", string="夜の窓口")
    assert "「夜の窓口」の下書きがあります" in client.get("/reports/new").text
    going_on = typed(soup(client.get(listed["href"])), "editor")
    assert (going_on["title"], going_on["body"]) == ("夜の窓口", "途中")
    done = client.post("/reports/new", data=going_on | {"slug": "night", "summary": "はじめて"})
    assert done.status_code == 303
    assert count() == 0


def test_a_draft_is_discarded_on_a_second_word(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    save(client)
    form = soup(client.get("/reports/r1/edit")).select_one(".draft-offer form")
    assert client.post(form["action"]).location == "/reports/r1/edit"
    assert count() == 0
    assert client.post(form["action"]).status_code == 303


def test_nobody_reads_or_discards_the_draft_of_somebody_else(app: Flask, client: FlaskClient, staff: Person) -> None:
    page = make_page("r1")
    save(client, body="わたしだけの文")
    other = app.test_client()
    sign_in(other, make_person(role="admin"))
    for path in ("/reports/r1/edit", "/reports/r1/edit?draft=1", "/accounts/me"):
        assert "わたしだけの文" not in other.get(path).text
    other.post(f"/drafts/{drafts.key_of(page)}/discard")
    assert count() == 1


@pytest.mark.parametrize("role", ["resident", None])
def test_only_staff_keep_drafts_of_pages(client: FlaskClient, role: str | None) -> None:
    make_page("r1")
    if role:
        sign_in(client, make_person(role=role))
    for path in ("/reports/r1/draft", "/drafts"):
        answer = client.post(path, data=fields())
        assert answer.status_code == 403
        assert answer.json["said"]
    assert count() == 0


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"body": "あ" * 500_001}, 422),
        ({"title": "題" * 1_001}, 422),
        ({"body": "あ\0い"}, 200),
        ({"base_revision": "x", "draft_version": "9" * 30, "reflects": "9" * 30}, 200),
        ({"body": ""}, 200),
    ],
)
def test_a_draft_takes_what_is_typed_within_the_limits_of_a_page(
    client: FlaskClient, staff: Person, changed: dict[str, str], status: int
) -> None:
    make_page("r1")
    answer = save(client, **changed)
    assert answer.status_code == status
    assert answer.json["said"]


def test_a_page_that_is_gone_says_so_in_words(client: FlaskClient, staff: Person) -> None:
    answer = save(client)
    assert answer.status_code == 404
    assert answer.json["said"]


def test_more_new_reports_than_anybody_finishes_are_refused(
    client: FlaskClient, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_NEW", 2)
    statuses = [client.post("/drafts", data=fields(draft_key=f"{n:016x}")).status_code for n in range(3)]
    assert statuses == [200, 200, 422]


def test_opening_the_editor_costs_the_same_however_many_drafts_there_are(
    client: FlaskClient, staff: Person, count_queries: Callable
) -> None:
    client.get("/reports/new")
    with count_queries() as none:
        client.get("/reports/new")
    for number in range(20):
        client.post("/drafts", data=fields(draft_key=f"{number:016x}"))
    with count_queries() as many:
        assert len(soup(client.get("/reports/new")).select(".draft-offer")) == 3
    assert many.count == none.count


def test_a_draft_outlives_its_page(client: FlaskClient, staff: Person) -> None:
    page = make_page("r1")
    save(client)
    with transaction():
        db.session.delete(db.session.merge(queries.current_revision(page)))
        db.session.delete(db.session.merge(page))
    listed = soup(client.get("/accounts/me")).find("a", href=lambda href: href and "/reports/new?draft=" in href)
    assert typed(soup(client.get(listed["href"])), "editor")["body"] == "書きかけ"


def test_with_an_account_go_its_drafts(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    save(client)
    with transaction():
        accounts.leave(db.session.merge(staff))
    assert count() == 0
