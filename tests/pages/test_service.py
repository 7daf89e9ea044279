"""Changing pages: each save a revision, nothing overwritten unseen, nothing lost."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import make_page, make_person
from wiki.core import versions
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.pages import queries, service
from wiki.pages.models import Page, Redirect, Revision
from wiki.pages.service import EditConflict, PageDraft, SlugTaken
from wiki.text.markdown import TooComplex
from wiki.text.normalize import BadText


def draft(body: str, title: str = "試しのレポート", slug: str = "r1", summary: str = "直しました") -> PageDraft:
    return PageDraft.of(title, slug, body, summary)


def numbers(page: Page) -> list[int]:
    db.session.rollback()
    found = select(Revision.number).where(Revision.page_id == page.id).order_by(Revision.number)
    return list(db.session.scalars(found))


def test_a_new_page_has_its_first_revision_and_is_recorded(app: Flask) -> None:
    staff = make_person(role="staff")
    with transaction():
        page = service.create(staff, draft("はじめ。\n\n## 見出し\n", slug="new-one"), heading="《特集》")
    revision = queries.current_revision(page)
    assert (page.current_number, revision.number, revision.author_id) == (1, 1, staff.id)
    assert "はじめ。" in revision.html
    assert revision.toc == [[2, "見出し", "見出し"]]
    assert revision.blocks[0] == "はじめ。"
    event = db.session.scalars(select(Event)).one()
    assert (event.kind, event.page_id, event.facts["number"]) == (Kind.PAGE_CREATED, page.id, 1)
    assert event.facts["slug"] == "new-one"


def test_a_save_adds_a_revision_and_keeps_the_earlier_ones(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    with transaction():
        service.revise(staff, page, draft("二"), 1)
    with transaction():
        service.revise(staff, page, draft("三"), 2)
    assert numbers(page) == [1, 2, 3]
    assert [queries.revision_or_404(page, n).body for n in (1, 2, 3)] == ["一", "二", "三"]
    assert page.updated_at == queries.current_revision(page).created_at


def test_an_unchanged_text_makes_no_revision(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    with transaction():
        same = service.revise(staff, page, draft("一\r\n\n"), 1)
    assert same.number == 1
    assert numbers(page) == [1]
    assert db.session.scalars(select(Event)).all() == []


def test_a_save_against_an_older_revision_changes_nothing(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一\n\n二\n\n三")
    with transaction():
        service.revise(staff, page, draft("いち\n\n二\n\n三"), 1)
    with pytest.raises(EditConflict) as conflict, transaction():
        service.revise(staff, page, draft("一\n\n二\n\nさん"), 1)
    assert (conflict.value.page.id, conflict.value.newer.number) == (page.id, 2)
    assert queries.current_revision(page).body == "いち\n\n二\n\n三"
    assert numbers(page) == [1, 2]


def test_the_same_form_sent_twice_makes_one_revision(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    for _ in range(2):
        with transaction():
            made = service.revise(staff, page, draft("二"), 1)
    assert made.number == 2
    assert numbers(page) == [1, 2]


def test_of_two_saves_at_once_exactly_one_wins(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    staff_id, page_id = staff.id, page.id
    db.session.rollback()
    drafts = [draft(f"案{n}") for n in range(6)]
    start = threading.Barrier(len(drafts))
    results: list[str] = []

    def save(mine: PageDraft) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    author = db.session.get_one(type(staff), staff_id)
                    service.revise(author, db.session.get_one(Page, page_id), mine, 1)
                results.append("saved")
            except EditConflict:
                results.append("conflict")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=save, args=(one,)) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["conflict"] * 5 + ["saved"]
    assert numbers(page) == [1, 2]


def test_a_renamed_page_leaves_a_redirect_and_everything_is_shown_anew(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    before = versions.read("site")[1]
    with transaction():
        service.revise(staff, page, draft("一", slug="r2"), 1)
    assert db.session.get_one(Redirect, "r1").page_id == page.id
    event = db.session.scalars(select(Event)).one()
    assert (event.kind, event.facts["old_slug"], event.facts["slug"]) == (Kind.PAGE_REVISED, "r1", "r2")
    assert versions.read("site")[1] != before


def test_a_new_title_shows_everything_anew_and_a_new_text_does_not(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    before = versions.read("site")[1]
    with transaction():
        service.revise(staff, page, draft("二"), 1)
    assert versions.read("site")[1] == before
    with transaction():
        service.revise(staff, page, draft("二", title="別の題名"), 2)
    assert versions.read("site")[1] != before
    assert page.title == "別の題名"


def test_a_page_that_goes_back_to_its_old_slug_needs_no_redirect_there(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    with transaction():
        service.revise(staff, page, draft("一", slug="r2"), 1)
    with transaction():
        service.revise(staff, page, draft("一", slug="r1"), 2)
    assert [redirect.slug for redirect in db.session.scalars(select(Redirect))] == ["r2"]


def test_a_slug_of_another_page_is_refused_and_nothing_is_written(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    make_page("taken")
    with pytest.raises(SlugTaken), transaction():
        service.revise(staff, page, draft("二", slug="taken"), 1)
    with pytest.raises(SlugTaken), transaction():
        service.create(staff, draft("二", slug="taken"))
    assert numbers(page) == [1]
    assert db.session.scalar(select(func.count(Page.id))) == 2


def test_a_restored_text_is_a_new_revision_that_says_where_it_came_from(app: Flask) -> None:
    staff, page = make_person(role="staff"), make_page("r1", body="一")
    with transaction():
        service.revise(staff, page, draft("二"), 1)
    old = PageDraft.back_to(page, queries.revision_or_404(page, 1))
    with transaction():
        made = service.restore(staff, page, 1, old, 2)
    assert (made.number, made.body, made.restored_from) == (3, "一", 1)
    assert made.summary == "第1版の内容に戻しました"
    assert numbers(page) == [1, 2, 3]


@pytest.mark.parametrize("body", ["", " \n　", "a\x00b", "\ud800", "あ" * 500_001])
def test_a_text_that_cannot_be_kept_is_refused_before_it_is_rendered(app: Flask, body: str) -> None:
    with pytest.raises(BadText):
        draft(body)


def test_a_text_that_asks_for_too_much_work_is_refused(app: Flask) -> None:
    with pytest.raises(TooComplex):
        draft(">" * 10_000 + " 深い")
