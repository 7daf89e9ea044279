"""Whoever edits is told who else has the page open, and that it has moved on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import fields, soup
from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.pages import presence
from wiki.pages.models import Editing


@pytest.fixture
def colleague(app: Flask) -> FlaskClient:
    """Another member of staff, on a device of their own."""
    client = app.test_client()
    sign_in(client, make_person(name="見本B", role="staff"))
    return client


def told(client: FlaskClient) -> list[str]:
    return [part.text for part in soup(client.get("/reports/r1/edit")).select("#beside p")]


def look(client: FlaskClient, **other: str) -> dict[str, object]:
    answer = client.post("/reports/r1/draft", data={"look": "1", "base_revision": "1"} | other)
    assert answer.status_code == 200
    return answer.json


def test_opening_the_editor_tells_who_has_it_open(client: FlaskClient, staff: Person, colleague: FlaskClient) -> None:
    make_page("r1")
    assert told(colleague) == []
    (line,) = told(client)
    assert line.startswith("見本Bさんが ")
    assert line.endswith(" から編集中です。")
    assert look(colleague)["others"][0].startswith("見本課さんが ")


def test_looking_keeps_no_draft_and_leaving_is_noted(
    client: FlaskClient, staff: Person, colleague: FlaskClient
) -> None:
    make_page("r1")
    look(colleague)
    assert len(told(client)) == 1
    look(colleague, leaving="1")
    assert told(client) == []
    assert not soup(colleague.get("/reports/r1/edit")).select(".draft-offer")


def test_who_has_not_been_heard_of_for_some_minutes_is_no_longer_named(
    client: FlaskClient, staff: Person, colleague: FlaskClient, travel: Callable[..., None]
) -> None:
    make_page("r1")
    look(colleague)
    travel(minutes=4)
    assert len(told(client)) == 1
    travel(minutes=6)
    assert told(client) == []
    travel(minutes=20)
    presence.forget()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Editing)) == 0


def test_a_later_save_by_somebody_else_is_told_with_a_link_to_what_changed(
    client: FlaskClient, staff: Person, colleague: FlaskClient
) -> None:
    make_page("r1")
    assert "newer" not in look(client)
    colleague.get("/reports/r1/edit")
    assert colleague.post("/reports/r1/edit", data=fields()).status_code == 303
    seen = look(client)
    assert seen["others"] == []
    assert seen["newer"]["href"] == "/reports/r1/diff?from=1&to=2"
    assert "見本Bさんが第2版を公開しました" in seen["newer"]["said"]
