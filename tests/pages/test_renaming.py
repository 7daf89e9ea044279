"""Renaming: old names lead on for good, links are written anew, nobody's edit is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_person, sign_in
from tests.pages.browsing import HOSTILE, fields, soup
from tests.pages.test_links import revise, targets, write
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.pages import queries, renaming, service
from wiki.pages.models import Page, Redirect
from wiki.pages.service import EditConflict, PageDraft


def form(**other: str) -> dict[str, str]:
    """What the screen for renaming sends, the box ticked."""
    return {"title": "新しい題", "slug": "新しい名", "rewrite": "y", "base_revision": "1"} | other


def body(slug: str) -> str:
    db.session.rollback()
    return queries.current_revision(queries.page_or_404(slug)).body


def rename(staff: Person, page: Page, title: str, slug: str, rewrites: bool = True) -> list[str]:
    """By the service; gives the slugs of the pages that were written anew."""
    db.session.rollback()
    ready = renaming.plan(page, title, slug, rewrites)
    with transaction():
        page = db.session.get_one(Page, page.id)
        return [other.slug for other in renaming.rename(staff, page, ready, page.current_number)]


def test_a_renamed_page_is_linked_by_its_new_name_everywhere(client: FlaskClient, staff: Person) -> None:
    page = write("old", "[[古い題]]は自分です。", "古い題")
    write("a", "[[old]] [[old#節|別名]] [[古い題]] `[[old]]`", "甲")
    write("b", "[ふつう](/reports/old#h-x) と [履歴](/reports/old/history)", "乙")
    write("c", "[[ほか]]", "丙")
    screen = soup(client.get("/reports/old/rename"))
    assert [link.text for link in screen.select(".link-list a")] == ["甲", "乙"]
    answer = client.post("/reports/old/rename", data=form())
    assert (answer.status_code, unquote(answer.location)) == (303, "/reports/新しい名")
    assert body("新しい名") == "[[新しい題]]は自分です。"
    assert body("a") == "[[新しい名]] [[新しい名#節|別名]] [[新しい題]] `[[old]]`"
    new = "/reports/%E6%96%B0%E3%81%97%E3%81%84%E5%90%8D"
    assert body("b") == f"[ふつう]({new}#h-x) と [履歴]({new}/history)"
    assert body("c") == "[[ほか]]"
    revision = queries.current_revision(queries.page_or_404("a"))
    assert (revision.number, revision.author_id) == (2, staff.id)
    assert revision.summary == "「古い題」の名前が「新しい題」に変わったため、リンクを書き換えました"
    own = queries.current_revision(queries.page_or_404("新しい名"))
    assert own.summary == "名前を「古い題」から「新しい題」に変えました"
    assert {target for _key, target in targets(queries.page_or_404("a"))} == {page.id}
    shown = client.get("/reports/新しい名").text
    assert "名前を変えました" in shown
    assert "リンクを書き換えたページ：2" in shown


def test_old_names_lead_on_in_one_step_however_often_a_page_is_renamed(client: FlaskClient, staff: Person) -> None:
    page = write("a", "一", "甲")
    for number in range(3):
        rename(staff, page, f"題{number}", f"name-{number}")
    for old in ("a", "name-0", "name-1", "甲", "題0"):
        answer = client.get(f"/reports/{old}/history")
        assert (answer.status_code, answer.location) == (301, "/reports/name-2/history")


def test_a_circle_of_renamings_leads_to_where_the_page_stands(client: FlaskClient, staff: Person) -> None:
    page = write("a", "一", "甲")
    write("r1", "[[a|前]] と [[甲]]")
    rename(staff, page, "乙", "b")
    rename(staff, page, "甲", "a")
    assert client.get("/reports/a").status_code == 200
    answer = client.get("/reports/b")
    assert (answer.status_code, answer.location) == (301, "/reports/a")
    assert set(db.session.scalars(select(Redirect.slug))) == {"b", "乙"}
    assert body("r1") == "[[a|前]] と [[甲]]"


def test_two_pages_may_change_names_by_way_of_a_third(client: FlaskClient, staff: Person) -> None:
    one, two = write("a", "[[b]]", "甲"), write("b", "[[a]]", "乙")
    rename(staff, one, "甲", "c")
    rename(staff, two, "乙", "a")
    rename(staff, one, "甲", "b")
    assert (queries.page_or_404("b").id, queries.page_or_404("a").id) == (one.id, two.id)
    assert (body("b"), body("a")) == ("[[a]]", "[[b]]")
    assert client.get("/reports/c").location == "/reports/b"


def test_without_the_box_links_stay_and_lead_on(client: FlaskClient, staff: Person) -> None:
    page = write("old", "一", "題")
    write("r1", "[[old]] [[題]]")
    sent = {name: value for name, value in form().items() if name != "rewrite"}
    assert client.post("/reports/old/rename", data=sent).status_code == 303
    assert body("r1") == "[[old]] [[題]]"
    assert targets(queries.page_or_404("r1")) == [("old", page.id), ("題", page.id)]
    links = soup(client.get("/reports/r1")).select(".report-text a")
    assert [unquote(link["href"]) for link in links] == ["/reports/新しい名"] * 2


def test_an_edit_that_came_between_is_kept_and_rewritten_too(app: Flask) -> None:
    staff, page = make_person(role="staff"), write("old", "一", "題")
    other = write("r1", "[[old]]")
    ready = renaming.plan(page, "題", "new", rewrites=True)
    revise(other, "[[old]] 同僚が足した文 [[old|二つめ]]")
    with transaction():
        page = db.session.get_one(Page, page.id)
        renaming.rename(staff, page, ready, 1)
    assert body("r1") == "[[new]] 同僚が足した文 [[new|二つめ]]"
    assert queries.page_or_404("r1").current_number == 3


def test_renaming_and_editing_at_once_lose_nothing(app: Flask) -> None:
    page_id, staff_id = write("old", "一", "題").id, make_person(role="staff").id
    for number in range(4):
        write(f"p{number}", "[[old]]")
    db.session.remove()
    failed: list[BaseException] = []

    def side_by_side(work: Callable[[], None]) -> None:
        with app.app_context():
            try:
                work()
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    def edit(number: int) -> Callable[[], None]:
        def work() -> None:
            for step in range(5):
                while True:
                    current = queries.current_revision(queries.page_or_404(f"p{number}"))
                    draft = PageDraft.of(
                        f"p{number}", f"p{number}", f"{current.body}\n\n足した{step} [[old]]", "足した"
                    )
                    try:
                        with transaction():
                            service.revise(None, queries.page_or_404(f"p{number}"), draft, current.number)
                        break
                    except EditConflict:
                        db.session.rollback()

        return work

    def rename_twice() -> None:
        for old, new in (("old", "second"), ("second", "third")):
            rename(db.session.get_one(Person, staff_id), queries.page_or_404(old), "題", new)

    threads = [threading.Thread(target=side_by_side, args=(work,)) for work in (*map(edit, range(4)), rename_twice)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for number in range(4):
        text = body(f"p{number}")
        assert [f"足した{step}" in text for step in range(5)] == [True] * 5
        assert {target for _key, target in targets(queries.page_or_404(f"p{number}"))} == {page_id}
    assert queries.page_or_404("third").id == page_id


def test_a_page_that_changed_meanwhile_is_not_renamed_and_nothing_is(client: FlaskClient, staff: Person) -> None:
    page = write("old", "一", "題")
    write("r1", "[[old]]")
    revise(page, "同僚の文")
    answer = client.post("/reports/old/rename", data=form())
    assert answer.status_code == 409
    again = soup(answer)
    assert (again.find(id="slug")["value"], again.find(id="base_revision")["value"]) == ("新しい名", "2")
    assert body("r1") == "[[old]]"
    assert queries.page_or_404("old").title == "題"
    assert client.post("/reports/old/rename", data=form(base_revision="2")).status_code == 303


def test_a_failure_half_way_leaves_everything_as_it_was(app: Flask) -> None:
    staff, page = make_person(role="staff"), write("old", "一", "題")
    write("r1", "[[old]]")
    ready = renaming.plan(page, "題", "new", rewrites=True)
    revise(page, "同僚の文")
    with pytest.raises(EditConflict), transaction():
        renaming.rename(staff, db.session.get_one(Page, page.id), ready, 1)
    assert (body("r1"), queries.page_or_404("old").current_number) == ("[[old]]", 2)


def test_an_address_that_leads_to_another_page_is_taken_only_on_purpose(client: FlaskClient, staff: Person) -> None:
    write("r1", "一", "題")
    rename(staff, write("was", "二", "ほかの題"), "ほかの題", "now")
    refused = client.post("/reports/r1/rename", data=form(slug="was"))
    assert refused.status_code == 422
    assert "「ほかの題」へ案内しています" in refused.text
    assert soup(refused).find(id="take_over") is not None
    assert client.get("/reports/was").location == "/reports/now"
    assert client.post("/reports/r1/rename", data=form(slug="was", take_over="y")).status_code == 303
    assert client.get("/reports/was").status_code == 200


@pytest.mark.parametrize("wrong", [{"slug": "taken"}, {"slug": "new"}, {"slug": "a b"}, {"slug": ""}, {"title": " "}])
def test_a_name_that_cannot_be_is_refused_with_what_was_typed(
    client: FlaskClient, staff: Person, wrong: dict[str, str]
) -> None:
    write("r1", "一", "題")
    write("taken", "一")
    answer = client.post("/reports/r1/rename", data=form(**wrong))
    assert answer.status_code == 422
    for name, value in form(**wrong).items():
        if name in ("title", "slug"):
            assert (soup(answer).find(id=name).get("value") or "").strip() == value.strip()
    assert queries.page_or_404("r1").title == "題"


def test_a_save_after_the_page_was_renamed_meets_the_newer_revision(client: FlaskClient, staff: Person) -> None:
    rename(staff, write("old", "一", "題"), "新しい題", "new")
    sent = fields(slug="old", title="題", body="書きかけの文", base_revision="1")
    moved = client.post("/reports/old/edit", data=sent)
    assert (moved.status_code, moved.location) == (308, "/reports/new/edit")
    answer = client.post(moved.location, data=sent)
    assert answer.status_code == 409
    editor = soup(answer)
    assert (editor.find(id="slug")["value"], editor.find(id="title")["value"]) == ("new", "新しい題")
    assert "書きかけの文" in editor.find(id="body").text
    comment = client.post("/reports/old/comments", data={"body": "声"})
    assert (comment.status_code, comment.location) == (308, "/reports/new/comments")
    assert client.post(comment.location, data={"body": "声"}).status_code == 303


def test_hostile_names_are_words_like_others(client: FlaskClient, staff: Person) -> None:
    write("r1", "一", "題")
    write("r2", "[[題]] [[題|<b>]]")
    assert client.post("/reports/r1/rename", data=form(title=HOSTILE, slug="r1")).status_code == 303
    assert body("r2") == "[[r1]] [[題|<b>]]".replace("題", "r1")
    assert "<script>alert" not in client.get("/reports/r2").text
    assert "<script>alert" not in client.get("/reports/r1/rename").text


def test_a_title_that_is_another_pages_name_is_not_written_into_links(app: Flask) -> None:
    staff, page = make_person(role="staff"), write("a", "一", "甲")
    write("b", "二", "乙")
    write("r1", "[[甲]]")
    assert rename(staff, page, "乙", "a") == ["r1"]
    assert body("r1") == "[[a]]"


def test_links_by_still_older_names_are_brought_up_to_date(app: Flask) -> None:
    staff, page = make_person(role="staff"), write("a", "一", "甲")
    write("r1", "[[a]] [[甲]]")
    rename(staff, page, "乙", "b", rewrites=False)
    rename(staff, page, "丙", "c")
    assert body("r1") == "[[c]] [[丙]]"


@pytest.mark.parametrize("count", [1, 8])
def test_what_is_read_for_a_plan_does_not_grow(app: Flask, count_queries, count: int) -> None:
    write("old", "一", "題")
    for number in range(count):
        write(f"p{number}", "[[old]]")
    page = queries.page_or_404("old")
    with count_queries() as counted:
        ready = renaming.plan(page, "題", "new", rewrites=True)
    assert (counted.count, len(ready.others)) == (5, count)


def test_only_staff_rename(client: FlaskClient) -> None:
    write("r1", "一")
    assert client.get("/reports/r1/rename").status_code == 303
    sign_in(client, make_person())
    assert client.get("/reports/r1/rename").status_code == 403
    assert client.post("/reports/r1/rename", data=form()).status_code == 403
