"""Links between pages: noted with each save, red until their page is there, counted by the page they lead to."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import fields, soup
from wiki.accounts.models import Person
from wiki.core import jobs
from wiki.core.database import db, transaction
from wiki.pages import links, queries, service
from wiki.pages.models import Page, PageKind, PageLink, Revision
from wiki.pages.service import PageDraft


def write(slug: str, body: str, title: str = "", **columns: object) -> Page:
    """A page made by the service."""
    with transaction():
        return service.create(None, PageDraft.of(title or slug, slug, body, "はじめ"), **columns)


def revise(page: Page, body: str, title: str = "", slug: str = "") -> None:
    with transaction():
        page = db.session.get_one(Page, page.id)
        draft = PageDraft.of(title or page.title, slug or page.slug, body, "直しました")
        service.revise(None, page, draft, page.current_number)


def targets(page: Page) -> list[tuple[str | None, int | None]]:
    """Key and target of the links of a page, in order."""
    db.session.rollback()
    wanted = select(PageLink.key, PageLink.target_id).where(PageLink.page_id == page.id)
    return [(key, target) for key, target in db.session.execute(wanted.order_by(PageLink.position))]


def article(client: FlaskClient, slug: str) -> BeautifulSoup:
    found = soup(client.get(f"/reports/{slug}")).find("article", class_="report-text")
    assert found is not None
    return found


def test_a_save_notes_the_links_of_the_text_and_forgets_those_before(app: Flask) -> None:
    goal, page = (
        write("goal", "a", "DXの目的"),
        write("r1", "[[goal]] [[ＤＸの目的#節|こ]] [[ない]] [外](https://example.jp/)"),
    )
    assert targets(page) == [("goal", goal.id), ("dxの目的", goal.id), ("ない", None), (None, None)]
    revise(page, "[#]( #x) [まとめ](/reports/goal#h)")
    assert targets(page)[-1] == ("goal", goal.id)
    assert links.count_to(goal) == 1
    revise(page, "もう何もありません")
    assert targets(page) == []


@pytest.mark.parametrize("count", [1, 40])
def test_a_save_costs_the_same_however_many_links_there_are(app: Flask, count_queries, count: int) -> None:
    for number in range(count):
        write(f"p{number}", "a")
    page = write("r1", "a")
    body = " ".join(f"[[p{number}]]" for number in range(count))
    with count_queries() as counted:
        revise(page, body)
    assert sum("page_link" in statement for statement in counted.statements) == 3
    assert counted.count <= 28


def test_a_name_is_a_slug_first_then_a_title_then_an_old_name(app: Flask) -> None:
    old = write("gomi", "a", "ごみ")
    revise(old, "b", title="ごみ2025", slug="gomi-2025")
    places = queries.resolve(["gomi", "ごみ", "gomi-2025", "ごみ2025"])
    assert {place.page_id for place in places.values()} == {old.id}
    by_title = write("new-gomi", "a", "ごみ")
    assert queries.resolve(["ごみ"])["ごみ"].page_id == by_title.id
    by_slug = write("ごみ", "a", "ほか")
    assert queries.resolve(["ごみ"])["ごみ"].page_id == by_slug.id


def test_a_missing_page_is_words_for_readers_and_a_way_to_write_it_for_staff(app: Flask, client: FlaskClient) -> None:
    write("r1", "[[夜間窓口]]と[[night-desk|夜の窓口]]と[[r1]]")
    words = article(client, "r1").find_all("span", class_="unwritten")
    assert [(word.text, word["data-note"]) for word in words] == [
        ("夜間窓口", "まだ書かれていません"),
        ("夜の窓口", "まだ書かれていません"),
    ]
    sign_in(client, make_person(role="staff"))
    offered = article(client, "r1").find_all("a", class_="unwritten")
    form = soup(client.get(offered[0]["href"]))
    assert (form.find(id="title")["value"], form.find(id="slug")["value"]) == ("夜間窓口", "夜間窓口")
    form = soup(client.get(offered[1]["href"]))
    assert (form.find(id="title")["value"], form.find(id="slug")["value"]) == ("夜の窓口", "night-desk")


def test_a_link_leads_straight_to_where_the_page_stands(app: Flask, client: FlaskClient) -> None:
    write("how", "a", "参加のしかた", kind=PageKind.HELP)
    moved = write("old", "a", "題")
    write("r1", "[[参加のしかた#節|ど]] [[old]]")
    revise(moved, "a", slug="あたらしい")
    found = [link["href"] for link in article(client, "r1").find_all("a")]
    assert found == ["/help/how#%E7%AF%80", "/reports/%E3%81%82%E3%81%9F%E3%82%89%E3%81%97%E3%81%84"]


def test_a_page_without_links_by_name_costs_no_query_for_them(app: Flask, count_queries) -> None:
    with count_queries() as counted:
        assert links.shown("<p>あ</p>", may_write=False) == "<p>あ</p>"
    assert counted.count == 0
    html = queries.current_revision(write("r1", "[[a]] [[b]] [[c]]")).html
    with count_queries() as counted:
        links.shown(html, may_write=True)
    assert counted.count == 1


def test_the_page_shows_who_links_to_it(app: Flask, client: FlaskClient) -> None:
    page = write("r1", "[[r1]] だけ", "もとの題")
    assert "リンク元" not in client.get("/reports/r1").text
    assert "まだありません" in client.get("/reports/r1/links").text
    write("r2", "[[もとの題|くわしく]]", "二つめ")
    write("r3", "[[r1]] [[r1]]", "三つめ")
    assert "リンク元 2" in client.get("/reports/r1").text
    listed = soup(client.get("/reports/r1/links")).select(".link-list a")
    assert [link.text for link in listed] == ["二つめ", "三つめ"]
    assert links.links_to(page).pages[0][1] == "くわしく"
    assert client.get("/reports/nowhere/links").status_code == 404


def test_many_backlinks_come_in_pages_of_one_query_each(app: Flask, count_queries) -> None:
    page = write("r1", "a")
    for number in range(5):
        write(f"p{number}", "[[r1]] [[r1]]")
    page = queries.page_or_404("r1")
    with count_queries() as counted:
        first = links.links_to(page, limit=3)
    assert counted.count == 1
    second = links.links_to(page, first.next_cursor, limit=3)
    slugs = [linking.slug for linking, _text in [*first.pages, *second.pages]]
    assert slugs == [f"p{number}" for number in range(5)]
    assert second.next_cursor is None


def test_the_preview_shows_which_names_are_missing(client: FlaskClient, staff: Person) -> None:
    write("r1", "a", "ある題")
    answer = soup(client.post("/preview", data={"body": "[[ある題]] [[ない題]]"}))
    assert [link.get("class") for link in answer.find_all("a")] == [["wikilink"], ["wikilink", "unwritten"]]
    whole = soup(client.post("/reports/new", data=fields(body="[[ない題]]", preview="1")))
    assert whole.find("a", class_="unwritten") is not None


def test_a_page_of_an_older_renderer_is_rendered_anew_by_the_job(app: Flask) -> None:
    goal, page = write("goal", "a"), make_page("r1", body="[[goal]]")
    long_ago = {"renderer_version": 1, "html": '<p data-block="0">[[goal]]</p>', "blocks": ["[[goal]]"]}
    with transaction():
        db.session.execute(update(Revision).where(Revision.page_id == page.id).values(**long_ago))
    for _ in range(2):
        jobs.start_regular()
        jobs.run_due()
    db.session.expire_all()
    revision = queries.current_revision(page)
    assert 'class="wikilink"' in revision.html
    assert (revision.blocks, targets(page)) == (["goal"], [("goal", goal.id)])


def test_an_earlier_revision_stays_as_it_was_read(app: Flask, client: FlaskClient) -> None:
    page = write("r1", "[[ない]]")
    revise(page, "二")
    link = soup(client.get("/reports/r1/revisions/1")).find("a", class_="wikilink")
    assert link["href"] == "/reports/%E3%81%AA%E3%81%84"


def test_the_editor_is_offered_pages_for_what_is_typed(client: FlaskClient, staff: Person, count_queries) -> None:
    write("goal", "a", "DXの目的")
    write("goal-2", "a", "DXの目的")
    write("odd", "a", "かぎ[1]の題")
    with count_queries() as counted:
        answer = client.get("/reports/titles?q=ｄｘ")
    assert [page["link"] for page in answer.json] == ["[[DXの目的]]", "[[goal-2|DXの目的]]"]
    assert sum("page" in statement for statement in counted.statements) == 2
    assert [page["link"] for page in client.get("/reports/titles?q=od").json] == ["[[odd|かぎ 1 の題]]"]
    assert client.get("/reports/titles?q=%25").json == client.get("/reports/titles").json == []


def test_only_staff_are_offered_titles(client: FlaskClient) -> None:
    sign_in(client, make_person())
    assert client.get("/reports/titles?q=a").status_code == 403
