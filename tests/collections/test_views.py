"""Staff arrange collections: what was typed stays until it is saved, and nobody's change is overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_page, make_person, sign_in
from wiki.collections import queries, service
from wiki.collections.service import EntryDraft
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.pages.models import Page, PageKind

EDIT = "/collections/dx/edit"


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> FlaskClient:
    for slug in ("a", "b", "c"):
        make_page(slug, title=f"題名{slug}", digest=f"{slug}の要約")
    with transaction():
        there = {page.slug: page for page in db.session.scalars(select(Page))}
        entries = [EntryDraft(there["a"], "", ""), EntryDraft(there["b"], "ここだけの見出し", "ここだけの要約")]
        service.put_collection(None, "dx", "特集DX", "まえがき", entries=entries)
    sign_in(client, make_person(role="staff"))
    return client


def fields(client: FlaskClient, path: str = EDIT) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    return fields_in(client.get(path).text)


def fields_in(html: str) -> dict[str, Any]:
    form = BeautifulSoup(html, "html.parser").select_one("form.arrange")
    assert form is not None
    sent: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name]"):
        text = one.get("value", "") if one.name == "input" else one.text.removeprefix("\r").removeprefix("\n")
        sent.setdefault(str(one["name"]), []).append(text)
    return sent


def titles(html: str) -> list[str]:
    return [row.text.strip() for row in BeautifulSoup(html, "html.parser").select(".order .row-title")]


def test_a_new_collection_is_published_with_its_pages_in_order(staff: FlaskClient) -> None:
    ids = {page.slug: str(page.id) for page in db.session.scalars(select(Page))}
    sent = {"title": "新しい特集", "slug": "tokushu", "body": "**はじめに**", "entry_page": [ids["c"], ids["a"]]}
    sent |= {"entry_place": ["2", "1"], "entry_heading": ["", "見出し"], "entry_digest": ["", ""]}
    answer = staff.post("/collections/new", data=sent)
    assert (answer.status_code, answer.location) == (303, "/collections/tokushu")
    found = queries.collection_or_404("tokushu")
    assert [(entry.page.slug, entry.shown_heading, entry.shown_digest) for entry in found.entries] == [
        ("a", "見出し", "aの要約"),
        ("c", "", "cの要約"),
    ]
    page = staff.get("/collections/tokushu").text
    assert "<strong>はじめに</strong>" in page
    assert "cの要約" in page
    event = db.session.scalars(select(Event).where(Event.kind == Kind.COLLECTION_CHANGED)).all()[-1]
    assert event.actor_id is not None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "まだ何も書かれていません"),
        ({"slug": "DX!"}, "英小文字"),
        ({"slug": "dx"}, "ほかの特集が使っています"),
        ({"slug": "new"}, "ほかの特集が使っています"),
        ({"body": ""}, "まだ何も書かれていません"),
        ({"entry_digest": "長" * 601}, "長すぎます"),
    ],
)
def test_what_is_wrong_is_said_and_all_that_was_typed_stays(
    staff: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    page = db.session.scalars(select(Page)).first()
    assert page is not None
    sent = {"title": "題", "slug": "t", "body": "本文", "source": "ある資料", "entry_page": str(page.id)} | wrong
    answer = staff.post("/collections/new", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    kept = fields_in(answer.text)
    assert {name: kept[name] for name in sent} == {name: [text] for name, text in sent.items()}
    assert queries.collection_at("t") is None


def test_a_button_moves_a_row_and_saves_nothing(staff: FlaskClient) -> None:
    sent = fields(staff) | {"title": "まだ", "entry_down": "1"}
    answer = staff.post(EDIT, data=sent)
    assert answer.status_code == 200
    assert titles(answer.text) == ["題名b", "題名a"]
    assert fields_in(answer.text)["title"] == ["まだ"]
    assert "まだ保存していません" in answer.text
    assert [entry.page.slug for entry in queries.collection_or_404("dx").entries] == ["a", "b"]
    saved = staff.post(EDIT, data=fields_in(answer.text))
    assert saved.status_code == 303
    found = queries.collection_or_404("dx")
    assert (found.title, [entry.page.slug for entry in found.entries]) == ("まだ", ["b", "a"])
    assert found.entries[0].heading == "ここだけの見出し"


def test_pages_are_found_by_their_titles_added_and_taken_out(staff: FlaskClient) -> None:
    make_page("howto", title="題名の使いかた", kind=PageKind.HELP)
    sent = fields(staff)
    found = staff.post(EDIT, data=sent | {"find": "題名", "find_pages": "1"})
    offered = BeautifulSoup(found.text, "html.parser").select(".found [name=entry_add]")
    assert [one["aria-label"] for one in offered] == ["「題名c」を加える"]
    added = staff.post(EDIT, data=sent | {"entry_add": str(offered[0]["value"])})
    assert titles(added.text) == ["題名a", "題名b", "題名c"]
    out = staff.post(EDIT, data=fields_in(added.text) | {"entry_remove": "1"})
    assert titles(out.text) == ["題名b", "題名c"]
    staff.post(EDIT, data=fields_in(out.text))
    assert [entry.page.slug for entry in queries.collection_or_404("dx").entries] == ["b", "c"]


def test_a_page_is_in_a_collection_once_and_an_unknown_one_never(staff: FlaskClient) -> None:
    sent = fields(staff)
    again = staff.post(EDIT, data=sent | {"entry_add": sent["entry_page"][0]})
    assert titles(again.text) == ["題名a", "題名b"]
    odd = staff.post(EDIT, data=sent | {"entry_page": [*sent["entry_page"], "999999", "x"]})
    assert odd.status_code == 303
    assert len(queries.collection_or_404("dx").entries) == 2
    twice = fields(staff)
    double = {"entry_page": twice["entry_page"] * 2, "entry_heading": [""] * 4, "entry_digest": [""] * 4}
    assert staff.post(EDIT, data=twice | double | {"entry_place": list("1234")}).status_code == 303
    assert len(queries.collection_or_404("dx").entries) == 2


def test_who_was_slower_sees_what_is_there_now_and_loses_nothing(staff: FlaskClient) -> None:
    mine = fields(staff) | {"title": "わたしの題"}
    assert staff.post(EDIT, data=fields(staff) | {"title": "早いほうの題"}).status_code == 303
    answer = staff.post(EDIT, data=mine)
    assert answer.status_code == 409
    assert "早いほうの題" in answer.text
    assert fields_in(answer.text)["title"] == ["わたしの題"]
    assert queries.collection_or_404("dx").title == "早いほうの題"
    db.session.rollback()
    assert staff.post(EDIT, data=fields_in(answer.text)).status_code == 303
    assert queries.collection_or_404("dx").title == "わたしの題"


def test_a_form_that_changes_nothing_records_nothing(staff: FlaskClient) -> None:
    before = len(db.session.scalars(select(Event)).all())
    assert staff.post(EDIT, data=fields(staff)).status_code == 303
    assert len(db.session.scalars(select(Event)).all()) == before


def test_a_collection_is_deleted_after_a_word_of_warning_and_its_pages_stay(staff: FlaskClient) -> None:
    warning = staff.get("/collections/dx/delete")
    assert "2本のページは、そのまま残ります" in warning.text
    assert queries.collection_at("dx") is not None
    assert staff.post("/collections/dx/delete").location == "/collections/"
    assert staff.get("/collections/dx").status_code == 404
    assert staff.get("/reports/a").status_code == 200
    assert db.session.scalars(select(Event.kind).order_by(Event.id.desc())).first() is Kind.COLLECTION_DELETED


def test_the_lead_is_shown_before_it_is_saved(staff: FlaskClient) -> None:
    answer = staff.post(EDIT, data=fields(staff) | {"body": "これは**試し**", "preview": "1"})
    assert "<strong>試し</strong>" in answer.text
    assert "試し" not in queries.collection_or_404("dx").lead


@pytest.mark.parametrize("path", ["/collections/new", EDIT, "/collections/dx/delete", "/series/new", "/reports/a/tags"])
def test_only_staff_arrange(staff: FlaskClient, app: Flask, path: str) -> None:
    resident, visitor = app.test_client(), app.test_client()
    sign_in(resident, make_person())
    assert resident.get(path).status_code == 403
    assert resident.post(path, data={"title": "x"}).status_code == 403
    assert visitor.get(path).location.startswith("/accounts/login")
    assert visitor.post(path, data={"title": "x"}).status_code == 403


def test_the_list_of_collections_costs_the_same_however_many(staff: FlaskClient, count_queries) -> None:
    costs = []
    for wanted in (1, 12):
        with transaction():
            there = list(db.session.scalars(select(Page)))
            for number in range(wanted):
                entries = [EntryDraft(page, "", "") for page in there]
                service.put_collection(None, f"s{number}", f"特集{number}", "まえがき", entries=entries)
        staff.get("/collections/")
        with count_queries() as counted:
            assert staff.get("/collections/").text.count("row-title") == wanted + 1
        costs.append(counted.count)
    assert costs[0] == costs[1]


def test_what_not_everybody_may_read_is_in_no_list(staff: FlaskClient, app: Flask, monkeypatch) -> None:
    sign_in(staff, make_person(role="staff"))
    staff.post("/reports/a/tags", data={"new": "防災", "seen": fields_of_tags(staff, "a")})
    staff.post("/reports/b/tags", data={"new": "防災", "seen": fields_of_tags(staff, "b")})
    with transaction():
        for number, page in enumerate(db.session.scalars(select(Page).order_by(Page.id)), 1):
            service.put_episode(page, "連載", number, f"第{number}回")
    monkeypatch.setattr("wiki.pages.queries.is_public", lambda: Page.slug != "b")
    visitor = app.test_client()
    for path in ("/collections/dx", "/", "/series/連載", "/tags/防災", "/reports/a"):
        page = visitor.get(path).text
        assert "題名b" not in page, path
    assert "題名c" in visitor.get("/reports/a").text
    shown = (
        queries.collection_or_404("dx"),
        queries.series_or_404("連載"),
    )
    assert [len(shown[0].entries), len(shown[1].episodes)] == [1, 2]
    assert "題名b" in staff.get(EDIT).text
    assert "題名b" in staff.get("/series/連載/edit").text


def fields_of_tags(client: FlaskClient, slug: str) -> str:
    found = BeautifulSoup(client.get(f"/reports/{slug}/tags").text, "html.parser").select_one("[name=seen]")
    assert found is not None
    return str(found["value"])
