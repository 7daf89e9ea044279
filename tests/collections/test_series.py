"""Series: staff number their episodes, readers go from one to the next."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.collections.test_views import fields, fields_in
from tests.factories import make_page, make_person, sign_in
from wiki.collections import queries, service
from wiki.core.database import db, transaction
from wiki.pages.models import Page

EDIT = "/series/対談/edit"


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> FlaskClient:
    for slug in ("a", "b", "c", "d"):
        make_page(slug, title=f"題名{slug}", digest=f"{slug}の要約")
    with transaction():
        for page in list(db.session.scalars(select(Page).order_by(Page.id)))[:3]:
            service.put_episode(page, "対談", page.id, f"第{page.id}回")
    sign_in(client, make_person(role="staff"))
    return client


def rows(*told: tuple[str, str, str]) -> dict[str, Any]:
    """What the form sends of these (slug, number, label)."""
    ids = {page.slug: str(page.id) for page in db.session.scalars(select(Page))}
    return {
        "episode_page": [ids[slug] for slug, _number, _label in told],
        "episode_number": [number for _slug, number, _label in told],
        "episode_label": [label for _slug, _number, label in told],
    }


def test_a_new_series_gets_its_address_from_its_title(staff: FlaskClient) -> None:
    answer = staff.post("/series/new", data={"title": "動画 DX講座"} | rows(("d", "3", "")))
    assert answer.status_code == 303
    found = queries.series_or_404("動画-dx講座")
    assert [(one.page.slug, one.number, one.label) for one in found.episodes] == [("d", 3, "第3回")]
    assert staff.post("/series/new", data={"title": "動画 DX講座"}).status_code == 422
    assert staff.post("/series/new", data={"title": "動画「DX講座」"}).status_code == 303
    assert queries.series_or_404("動画-dx講座-2").title == "動画「DX講座」"


def test_episodes_may_change_numbers_with_each_other(staff: FlaskClient) -> None:
    sent = fields(staff, EDIT) | rows(("a", "2", "後編"), ("b", "1", "前編"))
    assert staff.post(EDIT, data=sent).status_code == 303
    found = queries.series_or_404("対談")
    assert [(one.page.slug, one.label) for one in found.episodes] == [("b", "前編"), ("a", "後編")]
    page = staff.get("/reports/b").text
    assert '<a class="button next" rel="next" href="/reports/a">' in page
    assert 'rel="prev"' not in page
    assert '<a href="/series/対談">対談</a>　前編' in page
    assert 'rel="next"' not in staff.get("/reports/c").text


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([("a", "1", ""), ("b", "1", "")], "ほかと重ならない番号"),
        ([("a", "0", "")], "1から9999まで"),
        ([("a", "x", "")], "1から9999まで"),
        ([("a", "1", "長" * 61)], "長すぎます"),
    ],
)
def test_wrong_numbers_are_told_at_their_row(staff: FlaskClient, told: list[tuple[str, str, str]], said: str) -> None:
    answer = staff.post(EDIT, data=fields(staff, EDIT) | rows(*told))
    assert answer.status_code == 422
    assert said in answer.text
    assert fields_in(answer.text)["episode_number"] == [number for _slug, number, _label in told]
    assert len(queries.series_or_404("対談").episodes) == 3


def test_a_page_is_an_episode_of_one_series(staff: FlaskClient) -> None:
    answer = staff.post("/series/new", data={"title": "別の連載"} | rows(("a", "1", "")))
    assert answer.status_code == 422
    assert "連載「対談」に入っています" in answer.text
    assert queries.series_named("別の連載") is None


def test_an_added_page_gets_the_next_number(staff: FlaskClient) -> None:
    page = db.session.scalars(select(Page).where(Page.slug == "d")).one()
    answer = staff.post(EDIT, data=fields(staff, EDIT) | {"episode_add": str(page.id)})
    assert fields_in(answer.text)["episode_number"] == ["1", "2", "3", "4"]


def test_who_was_slower_sees_what_is_there_now(staff: FlaskClient) -> None:
    mine = fields(staff, EDIT) | {"title": "わたしの題"}
    assert staff.post(EDIT, data=fields(staff, EDIT) | {"title": "早い題"}).status_code == 303
    answer = staff.post(EDIT, data=mine)
    assert answer.status_code == 409
    assert "早い題" in answer.text
    assert fields_in(answer.text)["title"] == ["わたしの題"]


def test_a_title_that_another_series_has_is_refused(staff: FlaskClient) -> None:
    staff.post("/series/new", data={"title": "別の連載"})
    answer = staff.post(EDIT, data=fields(staff, EDIT) | {"title": "別の連載"})
    assert answer.status_code == 422
    assert "同じ題名の連載があります" in answer.text


def test_a_series_is_deleted_and_its_pages_stay(staff: FlaskClient) -> None:
    assert "3本のページは、そのまま残ります" in staff.get("/series/対談/delete").text
    assert staff.post("/series/対談/delete").status_code == 303
    assert staff.get("/series/対談").status_code == 404
    assert "対談" not in staff.get("/reports/a").text


def test_the_public_lists_cost_the_same_however_long(staff: FlaskClient, app: Flask, count_queries) -> None:
    visitor = app.test_client()
    costs = []
    for more in (range(0), range(10, 30)):
        with transaction():
            for number in more:
                service.put_episode(make_row(number), "対談", number, f"第{number}回")
        visitor.get("/series/")
        with count_queries() as counted:
            assert visitor.get("/series/対談").text.count("row-title") == 3 + len(more)
            assert "対談" in visitor.get("/series/").text
        costs.append(counted.count)
    assert costs[0] == costs[1]


def make_row(number: int) -> Page:
    page = Page(slug=f"p{number}", title=f"題名{number}")
    db.session.add(page)
    db.session.flush()
    return page
