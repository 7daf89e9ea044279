"""Tags, and the pages that stand near another."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_page, make_person, sign_in
from wiki.collections import service, tagging
from wiki.collections.models import Tag
from wiki.collections.service import EntryDraft
from wiki.core import versions
from wiki.core.database import db, transaction
from wiki.core.state import ChangedMeanwhile, mark_of
from wiki.ledger import Event, Kind
from wiki.pages.models import Page, PageKind

TAGS = "/reports/a/tags"


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> FlaskClient:
    for slug in ("a", "b"):
        make_page(slug, title=f"題名{slug}", digest=f"{slug}の要約")
    sign_in(client, make_person(role="staff"))
    return client


def page_at(slug: str) -> Page:
    return db.session.scalars(select(Page).where(Page.slug == slug)).one()


def put(slug: str, *names: str) -> None:
    with transaction():
        tagging.put_tags(None, page_at(slug), names)


def form_of(client: FlaskClient) -> BeautifulSoup:
    return BeautifulSoup(client.get(TAGS).text, "html.parser")


def sent(client: FlaskClient, **more: object) -> dict[str, object]:
    form = form_of(client)
    chosen = [str(box["value"]) for box in form.select("[name=chosen][checked]")]
    return {"seen": str(form.select_one("[name=seen]")["value"]), "chosen": chosen, **more}  # type: ignore[index]


def test_staff_tick_and_type_tags_and_readers_find_the_page_under_them(staff: FlaskClient) -> None:
    put("b", "防災", "子育て")
    offered = [str(box["value"]) for box in form_of(staff).select("[name=chosen]")]
    assert sorted(offered) == ["子育て", "防災"]
    answer = staff.post(TAGS, data=sent(staff, chosen=["防災"], new="ＤＸ、窓口\n防災"))
    assert (answer.status_code, answer.location) == (303, "/reports/a")
    assert sorted(tagging.tags_of(page_at("a"))) == ["DX", "窓口", "防災"]
    assert "題名a" in staff.get("/tags/DX").text
    assert 'href="/tags/%E9%98%B2%E7%81%BD"' in staff.get("/reports/a").text
    event = db.session.scalars(select(Event).where(Event.kind == Kind.PAGE_TAGGED).order_by(Event.id.desc())).first()
    assert event is not None
    assert event.facts == {"added": ["dx", "窓口", "防災"], "removed": []}


def test_another_way_to_write_a_tag_leads_to_it(staff: FlaskClient) -> None:
    put("a", "DX推進")
    put("b", "ｄｘ推進")
    assert tagging.tags_of(page_at("b")) == ["DX推進"]
    answer = staff.get("/tags/dx推進")
    assert (answer.status_code, answer.location) == (301, "/tags/DX%E6%8E%A8%E9%80%B2")
    assert staff.get("/tags/ない").status_code == 404


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("a/b", "タグに使えない記号"),
        ("あ" * 41, "40字まで"),
        ("a\u202eb", "使えない文字"),
        ("、".join(f"tag{number}" for number in range(21)), "20個まで"),
    ],
)
def test_what_cannot_be_a_tag_is_told_and_stays_in_the_field(staff: FlaskClient, new: str, said: str) -> None:
    answer = staff.post(TAGS, data=sent(staff, new=new))
    assert answer.status_code == 422
    assert said in answer.text
    field = BeautifulSoup(answer.text, "html.parser").select_one("[name=new]")
    assert field is not None
    assert field.text.strip() == new
    assert tagging.all_tags() == []


def test_a_tag_without_pages_is_gone(staff: FlaskClient) -> None:
    put("a", "DX", "防災")
    put("b", "防災")
    put("a")
    assert [(tag.name, tag.pages) for tag in tagging.all_tags()] == [("防災", 1)]
    assert db.session.scalar(select(func.count(Tag.id))) == 1
    put("a", "dx")
    assert tagging.tags_of(page_at("a")) == ["dx"]


def test_the_same_tags_again_change_nothing(staff: FlaskClient) -> None:
    put("a", "DX")
    before = versions.read("site"), db.session.scalar(select(func.count(Event.id)))
    put("a", "ｄｘ")
    assert (versions.read("site"), db.session.scalar(select(func.count(Event.id)))) == before


def test_who_was_slower_sees_the_tags_of_now(staff: FlaskClient) -> None:
    mine = sent(staff, new="わたしのタグ")
    put("a", "早いタグ")
    answer = staff.post(TAGS, data=mine)
    assert answer.status_code == 409
    assert "早いタグ" in answer.text
    assert "わたしのタグ" in answer.text
    assert tagging.tags_of(page_at("a")) == ["早いタグ"]
    with pytest.raises(ChangedMeanwhile), transaction():
        tagging.put_tags(None, page_at("a"), ["x"], mark_of([]))


def test_a_long_list_under_a_tag_has_a_next_page(staff: FlaskClient) -> None:
    for number in range(52):
        make_page(f"p{number}", title=f"番号{number}")
        put(f"p{number}", "多い")
    first = BeautifulSoup(staff.get("/tags/多い").text, "html.parser")
    assert len(first.select("main .row-title")) == 50
    link = first.select_one("a[rel=next]")
    assert link is not None
    rest = BeautifulSoup(staff.get(str(link["href"])).text, "html.parser")
    assert [title.text for title in rest.select("main .row-title")] == ["番号1", "番号0"]


def test_pages_nearby_are_those_with_most_in_common_and_never_more_than_four(app: Flask, count_queries) -> None:
    for slug in "abcdefgh":
        make_page(slug, kind=PageKind.HELP if slug == "h" else PageKind.REPORT)
    with transaction():
        entries = [EntryDraft(page_at(slug), "", "") for slug in "abcdefgh"]
        service.put_collection(None, "dx", "特集", "まえがき", entries=entries)
        for number, slug in enumerate("ab", 1):
            service.put_episode(page_at(slug), "対談", number, "")
    put("a", "防災", "窓口")
    put("c", "防災", "窓口")
    put("d", "防災")
    page = page_at("a")
    with count_queries() as counted:
        near = tagging.near(page)
    assert [other.slug for other in near] == ["c", "b", "d", "g"]
    assert counted.count == 1
    assert [other.slug for other in tagging.near(page, without=[page_at("c").id])] == ["b", "d", "g", "f"]
    assert list(tagging.near(make_page("alone"))) == []
