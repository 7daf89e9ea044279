"""What was taken away comes back as it was, to staff alone."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import as_, make_page, make_person, sign_in
from wiki.accounts.models import Person
from wiki.collections import queries, service
from wiki.collections.models import Collection, Deleted
from wiki.collections.service import EntryDraft
from wiki.core.database import db, transaction


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    sign_in(client, make_person("見本職員", role="staff"))
    one, two = make_page("a", title="はじめのページ"), make_page("b", title="つぎのページ")
    with transaction():
        entries = [EntryDraft(two, "二番の見出し", "要約です。"), EntryDraft(one, "", "")]
        service.put_collection(
            None, "dx", "自治体DX", "**まえがき**です。", entries=entries, source="出典", is_sample=True
        )
        for number, page in ((1, one), (2, two)):
            service.put_episode(page, "対談", number, f"第{number}回")
    return client


def kept() -> Deleted:
    return db.session.scalars(select(Deleted)).one()


def test_a_collection_comes_back_word_for_word(staff: FlaskClient, app: Flask) -> None:
    before = service.state_of(queries.collection_to_arrange("dx"))
    staff.post("/collections/dx/delete")
    shown = staff.get("/collections/").text
    assert "自治体DX" in shown and "見本職員" in shown
    assert "自治体DX" not in app.test_client().get("/collections/").text
    answer = staff.post(f"/collections/deleted/{kept().id}/restore")
    assert answer.location == "/collections/dx"
    found = queries.collection_to_arrange("dx")
    assert service.state_of(found) == before
    assert found.is_sample
    assert "<strong>まえがき</strong>" in app.test_client().get("/collections/dx").text
    assert db.session.scalar(select(Deleted)) is None


def test_a_series_comes_back_without_what_belongs_to_another_by_now(staff: FlaskClient, app: Flask) -> None:
    staff.post("/series/対談/delete")
    with transaction():
        service.put_episode(queries.pages_by_id([1])[1], "別の連載", 1, "第1回")
    assert staff.post(f"/series/deleted/{kept().id}/restore").status_code == 303
    found = queries.series_to_arrange("対談")
    assert [(episode.page.slug, episode.number, episode.label) for episode in found.episodes] == [("b", 2, "第2回")]
    assert "対談" in app.test_client().get("/reports/b").text


def test_it_does_not_take_the_place_of_a_new_one(staff: FlaskClient) -> None:
    staff.post("/collections/dx/delete")
    staff.post("/series/対談/delete")
    ids = {row.kind: row.id for row in db.session.scalars(select(Deleted))}
    with transaction():
        service.put_collection(None, "dx", "新しい特集", "", entries=[])
        service.put_episode(queries.pages_by_id([1])[1], "対談", 1, "第1回")
    staff.post(f"/collections/deleted/{ids['collection']}/restore")
    assert "元に戻せません" in staff.get("/collections/").text
    staff.post(f"/series/deleted/{ids['series']}/restore")
    assert "元に戻せません" in staff.get("/series/").text
    assert db.session.scalars(select(Collection.title)).one() == "新しい特集"
    assert len(db.session.scalars(select(Deleted)).all()) == 2


def test_others_neither_see_nor_bring_back(staff: FlaskClient, app: Flask) -> None:
    staff.post("/collections/dx/delete")
    resident: Person = make_person()
    other = as_(app, resident)
    assert "自治体DX" not in other.get("/collections/").text
    assert other.post(f"/collections/deleted/{kept().id}/restore").status_code == 403
    assert staff.post(f"/series/deleted/{kept().id}/restore").status_code == 404
    assert staff.post("/collections/deleted/999/restore").status_code == 404
