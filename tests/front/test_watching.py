"""Watching the wiki: recent changes, patrol, a page's activity, what one person contributed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import Client

from tests.factories import make_comment, make_page, make_person, sign_in
from tests.front.conftest import Town
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.core.database import db, transaction
from wiki.front import activity, changes, contributions
from wiki.ledger import Event, Kind, chain
from wiki.moderation import service as moderation
from wiki.moderation.models import Reason
from wiki.pages import patrol, settings
from wiki.pages import service as pages
from wiki.pages.models import Page, Patrol, Revision
from wiki.pages.service import PageDraft
from wiki.proposals import service as proposals
from wiki.proposals.models import Stage
from wiki.proposals.service import ProposalDraft
from wiki.suggestions import service as suggestions
from wiki.suggestions.service import SuggestionDraft

Count = Callable[[], AbstractContextManager[Any]]


def look(client: FlaskClient | Client, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.text, "html.parser")


def lines(client: FlaskClient | Client, path: str = "/changes") -> list[str]:
    return [each.get_text(" ", strip=True) for each in look(client, path).select(".line")]


def suggest(town: Town, body: str = "はじめの段落でした。") -> None:
    """The resident suggests an edit, and staff take it over."""
    with transaction():
        page = db.session.get_one(Page, town.page.id)
        made = suggestions.post(town.resident, page, SuggestionDraft(body, "読みやすく。", page.current_number))
        draft = PageDraft.of(page.title, page.slug, body, "修正案を取り入れました")
        suggestions.accept(town.staff, made, draft, page.current_number)


def propose(town: Town, title: str) -> int:
    with transaction():
        page = db.session.get_one(Page, town.page.id)
        return proposals.post(town.neighbour, page, ProposalDraft.of(title, "よくなります。")).id


def newest(page: Page) -> Revision:
    wanted = select(Revision).where(Revision.page_id == page.id).order_by(Revision.number.desc()).limit(1)
    return db.session.scalars(wanted).one()


# recent changes ------------------------------------------------------------------------------------------------------


def test_an_edit_is_told_with_who_why_how_much_and_a_way_to_the_difference(client: FlaskClient, town: Town) -> None:
    town.revise("はじめの段落です。続きです。")
    shown = look(client, "/changes")
    assert "直しました 川上しずく 5字増" in shown.select_one(".line").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert shown.select_one('.line a[href="/reports/r1/diff?from=1&to=2"]')
    assert not shown.select("#patrol, .line button")


def test_the_list_is_narrowed_by_kind_collection_person_and_day(client: FlaskClient, town: Town) -> None:
    town.revise("別の段落です。")
    propose(town, "夜も開く")
    with transaction():
        pages.create(town.staff, PageDraft.of("ほかの話", "other", "本文", "作りました"))
    assert len(lines(client)) == 3
    assert [("夜も開く" in line) for line in lines(client, "/changes?kind=proposals")] == [True]
    assert len(lines(client, "/changes?kind=text")) == 2
    assert len(lines(client, "/changes?kind=nonsense")) == 3
    assert all("ほかの話" not in line for line in lines(client, "/changes?collection=tokushu"))
    assert lines(client, "/changes?collection=nowhere") == []
    assert len(lines(client, "/changes?person=川上しずく")) == 2
    assert lines(client, "/changes?since=2099-01-01") == []
    assert len(lines(client, "/changes?since=2020-01-01")) == 3
    assert "年・月・日で" in look(client, "/changes?since=きのう&person=だれか", 422).text
    assert look(client, "/changes?since=x&person=だれか", 422).select_one('#person[value="だれか"]')
    assert len(lines(client, "/changes?person=%00&kind=%FF&before=x")) == 3


def test_of_a_resident_only_what_was_taken_over_is_found_by_name(client: FlaskClient, town: Town) -> None:
    propose(town, "夜も開く")
    suggest(town)
    assert [("取り入れました" in line) for line in lines(client, "/changes?person=海野ひかる")] == [True]
    assert lines(client, "/changes?person=山田みなと") == []
    unknown = look(client, "/changes?person=いない人").select_one(".empty")
    assert unknown is not None
    known = look(client, "/changes?person=山田みなと").select_one(".empty")
    assert known == unknown


def test_what_is_hidden_or_not_public_is_not_told(client: FlaskClient, town: Town) -> None:
    number = propose(town, "ひみつの提案")
    town.revise("別の段落です。")
    assert any("ひみつの提案" in line for line in lines(client))
    with transaction():
        proposal = db.session.get_one(proposals.Proposal, number)
        moderation.hide(town.staff, proposal, Reason.SPAM)
    assert not any("ひみつの提案" in line or "新しい提案" in line for line in lines(client))
    assert any("表示しないことにしました" in line for line in lines(client, "/changes?kind=decisions"))
    assert not any("ひみつ" in line for line in lines(client, "/reports/r1/activity"))
    with transaction():
        settings.withdraw(town.staff, db.session.get_one(Page, town.page.id))
    assert lines(client) == []
    sign_in(client, town.staff)
    assert lines(client) == []


def test_the_list_costs_the_same_however_long_and_goes_on_by_cursor(
    client: FlaskClient, town: Town, count_queries: Count
) -> None:
    town.revise("段落 0")
    costs = []
    for number in range(1, 7):
        town.revise(f"段落 {number}")
        propose(town, f"提案 {number}")
        if number in {1, 6}:
            db.session.commit()
            assert town.staff.id
            with count_queries() as queries:
                changes.recent(changes.Filters.read({"collection": "tokushu"}), town.staff, None)
            costs.append(queries.count)
    assert costs[0] == costs[1] <= 8
    first = changes.recent(changes.Filters(), None, None, limit=5)
    second = changes.recent(changes.Filters(), None, first.next_cursor, limit=50)
    ids = [line.entry.id for line in (*first.lines, *second.lines)]
    assert len(ids) == 13 and ids == sorted(ids, reverse=True) and second.next_cursor is None


def test_a_ready_list_is_new_after_each_change(town: Town, browser: Callable[..., Client]) -> None:
    visitor, staff = browser(), browser(make_person(role="staff"))
    assert len(lines(visitor)) == 0
    town.revise("別の段落です。")
    assert len(lines(visitor)) == 1
    assert "未確認" in lines(staff)[0] and "未確認" not in lines(visitor)[0]
    staff.post("/patrol", data={"one": newest(town.page).id})
    assert "未確認 " not in lines(staff)[0] and "確認済み" in lines(staff)[0]


# patrol --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(app: Flask) -> Person:
    return make_person("見本の同僚", role="staff")


def test_an_edit_waits_for_others_but_not_for_who_made_it(town: Town, colleague: Person) -> None:
    assert patrol.waiting_count(colleague) == 0
    town.revise("別の段落です。")
    assert (patrol.waiting_count(town.staff), patrol.waiting_count(colleague)) == (0, 1)
    with transaction():
        assert patrol.look(town.staff, [newest(town.page).id]) == 0
        pages.create(None, PageDraft.of("取り込み", "imported", "本文", "取り込みました"))
    assert patrol.waiting_count(colleague) == 1


def test_one_click_marks_an_edit_and_another_takes_it_back(client: FlaskClient, town: Town, colleague: Person) -> None:
    town.revise("別の段落です。")
    sign_in(client, colleague)
    form = look(client, "/reports/r1/diff?from=1&to=2").select_one('form[action="/patrol"]')
    assert form is not None
    button = form.select_one('button[name="one"]')
    assert button is not None
    sent = {"one": button["value"], "next": "/reports/r1/diff?from=1&to=2"}
    for _click in range(2):
        answer = client.post("/patrol", data=sent)
        assert (answer.status_code, answer.location) == (303, sent["next"])
    assert "見本の同僚さんが確認しました" in client.get(sent["next"]).text
    assert db.session.scalars(select(Event.kind).where(Event.kind == Kind.REVISION_PATROLLED)).all() == [
        Kind.REVISION_PATROLLED
    ]
    assert patrol.waiting_count(colleague) == 0
    client.post("/patrol", data={"undo": button["value"]})
    assert patrol.waiting_count(colleague) == 1
    assert client.post("/patrol", data={"one": "x", "next": "https://example.jp/"}).location == "/changes"


def test_all_that_is_shown_is_marked_at_once_and_nothing_else(
    client: FlaskClient, town: Town, colleague: Person
) -> None:
    for number in range(3):
        town.revise(f"段落 {number}")
    sign_in(client, colleague)
    assert len(lines(client, "/changes?unseen=1")) == 3
    shown = [str(field["value"]) for field in look(client, "/changes?unseen=1").select('#patrol [name="shown"]')]
    town.revise("そのあとの段落")
    client.post("/patrol", data={"all": "1", "shown": shown})
    assert patrol.waiting_count(colleague) == 1
    assert [("そのあと" in line or "第5版" in line) for line in lines(client, "/changes?unseen=1")] == [True]
    told = db.session.scalars(select(Event.facts).where(Event.kind == Kind.REVISION_PATROLLED)).all()
    assert told == [{"numbers": [2, 3, 4]}]
    chain.verify()


def test_patrol_is_for_staff_and_seen_by_staff_alone(client: FlaskClient, town: Town) -> None:
    town.revise("別の段落です。")
    number = newest(town.page).id
    for person in (None, town.resident):
        if person is not None:
            sign_in(client, person)
        assert client.post("/patrol", data={"one": number}).status_code == 403
        assert "確認" not in look(client, "/reports/r1/diff?from=1&to=2").select_one("main").text  # type: ignore[union-attr]
        assert len(lines(client, "/changes?unseen=1")) == 1
    sign_in(client, town.staff)
    assert not look(client, "/reports/r1/diff?from=1&to=2").select('form[action="/patrol"]')
    assert lines(client, "/changes?unseen=1") == []


def test_two_who_mark_the_same_edits_at_once_count_each_edit_once(app: Flask, town: Town, colleague: Person) -> None:
    for number in range(6):
        town.revise(f"段落 {number}")
    ids = list(db.session.scalars(select(Patrol.revision_id)))
    one, other = colleague.id, make_person(role="staff").id
    db.session.remove()

    def mark(person_id: int, order: list[int]) -> int:
        with app.app_context(), transaction():
            return patrol.look(db.session.get_one(Person, person_id), order)

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(mark, one, ids), pool.submit(mark, other, ids[::-1])]
        assert sum(each.result(timeout=30) for each in done) == 6
    told = db.session.scalars(select(Event.facts).where(Event.kind == Kind.REVISION_PATROLLED)).all()
    assert sorted(number for facts in told for number in facts["numbers"]) == [2, 3, 4, 5, 6, 7]


def test_the_desk_says_how_many_wait(client: FlaskClient, town: Town, colleague: Person) -> None:
    town.revise("別の段落です。")
    sign_in(client, colleague)
    link = look(client, "/desk/").select_one('a[href="/changes?unseen=1"] .num')
    assert link is not None and link.get_text() == "1"


# a page's activity ---------------------------------------------------------------------------------------------------


def test_a_page_tells_its_edits_proposals_and_how_much_was_said(client: FlaskClient, town: Town) -> None:
    town.step(Stage.CONSIDERING)
    town.step(Stage.ACCEPTED)
    town.revise("別の段落です。", reflects=True)
    suggest(town, "もう一つの段落です。")
    said = make_comment(town.page, town.neighbour, "見えない声です。")
    make_comment(town.page, town.neighbour, "夜の便もほしいです。", proposal=town.proposal)
    with transaction():
        comments.delete(town.neighbour, db.session.merge(said))
    shown = look(client, "/reports/r1/activity")
    words = shown.select_one(".timeline").get_text(" ", strip=True)  # type: ignore[union-attr]
    for told in ("コメント2件", "検討中", "第2版にしました", "提案を第2版に反映", "修正案を第3版に取り入れ"):
        assert told in words, told
    assert "時刻表" not in words and "夜の便" not in words
    assert look(client, "/reports/r1/history").select_one('a[href="/reports/r1/activity"]')
    assert client.get("/reports/nowhere/activity").status_code == 404


def test_activity_costs_the_same_however_long_and_loses_no_comment_at_a_cut(
    town: Town, count_queries: Count, travel: Callable[..., None]
) -> None:
    costs = []
    for day in range(6):
        travel(days=day)
        town.revise(f"段落 {day}")
        make_comment(town.page, town.resident)
        if day in {1, 5}:
            page = db.session.get_one(Page, town.page.id)
            db.session.commit()
            with count_queries() as queries:
                activity.of_page(page, town.staff, None)
            costs.append(queries.count)
    assert costs[0] == costs[1] <= 9
    page, cursor, said, edits = db.session.get_one(Page, town.page.id), None, 0, 0
    while True:
        found = activity.of_page(page, None, cursor, limit=2)
        said += sum(day.comments for day in found.days)
        edits += sum(len(day.lines) for day in found.days)
        cursor = found.next_cursor
        if cursor is None:
            break
    assert (said, edits) == (7, 6)


# what one person contributed -----------------------------------------------------------------------------------------


def test_contributions_are_for_the_person_and_staff(client: FlaskClient, town: Town) -> None:
    address = f"/people/{town.resident.id}"
    assert client.get(address).status_code == client.get("/people/999999").status_code == 303
    sign_in(client, town.neighbour)
    assert client.get(address).status_code == client.get("/people/999999").status_code == 404
    for reader in (town.resident, town.staff):
        sign_in(client, reader)
        assert "バスの時刻表" in look(client, address).text
    assert client.get("/people/999999").status_code == 404


def test_contributions_hold_all_sorts_hidden_posts_too(client: FlaskClient, town: Town) -> None:
    suggest(town)
    with transaction():
        moderation.hide(town.staff, db.session.merge(town.comment), Reason.SPAM)
    sign_in(client, town.staff)
    resident, staff = f"/people/{town.resident.id}", f"/people/{town.staff.id}"
    assert "表示していません" in look(client, f"{resident}?show=comments").text
    assert "読みやすく。" in look(client, f"{resident}?show=suggestions").text
    assert "第2版" in look(client, staff).text
    assert "夜の窓口を開く" in look(client, f"/people/{town.neighbour.id}?show=proposals&before=x").text
    assert "まだ何もありません" in look(client, f"{staff}?show=proposals").text


def test_ones_own_list_names_no_page_that_is_out_of_sight(client: FlaskClient, town: Town) -> None:
    with transaction():
        settings.withdraw(town.staff, db.session.get_one(Page, town.page.id))
    sign_in(client, town.resident)
    shown = look(client, f"/people/{town.resident.id}")
    assert "いま公開していません" in shown.text and "試しのレポート" not in shown.text


def test_contributions_cost_the_same_however_many(town: Town, count_queries: Count) -> None:
    costs = []
    for number in range(8):
        make_comment(make_page(), town.resident, f"声 {number}")
        if number in {0, 7}:
            person_id = town.resident.id
            db.session.commit()
            with count_queries() as queries:
                found = contributions.of_person(person_id, None, None, limit=5)
                assert [row.page.title for row in found.rows]
            costs.append(queries.count)
    assert costs[0] == costs[1] == 6
    assert found.counts[contributions.Sort.COMMENTS] == 9 and found.next_cursor is not None
