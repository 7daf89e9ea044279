"""A page's settings, withdrawing, deleting, and the way back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_comment, make_page, make_person, sign_in
from tests.pages.browsing import fields, soup
from tests.pages.publishing import colleague, in_hours, put, the_page, the_submission
from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.ledger import Event, Kind
from wiki.pages import policy
from wiki.pages.models import Page, PageKind, PageState, Protection, SubmissionState

USUAL = {"kind": "report", "protection": "open", "is_open": "y"}


def events(kind: Kind) -> int:
    return db.session.scalar(select(func.count(Event.id)).where(Event.kind == kind)) or 0


def save(client: FlaskClient, **other: str | None) -> int:
    sent = {name: value for name, value in (USUAL | other).items() if value is not None}
    return client.post("/reports/r1/settings", data=sent).status_code


def test_staff_close_a_page_and_residents_can_no_longer_write(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    assert save(client, is_open=None) == 303
    resident = app.test_client()
    sign_in(resident, make_person())
    assert "意見の募集は終わりました" in resident.get("/reports/r1").text
    assert resident.post("/reports/r1/comments", data={"body": "声"}).status_code == 403
    assert save(client) == 303
    assert resident.post("/reports/r1/comments", data={"body": "声"}).status_code == 303


def test_what_was_set_is_told_in_its_history_and_in_the_public_record(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    save(client, is_open=None, protection="staff", needs_review="y")
    told = client.get("/reports/r1/settings").text
    for words in (
        "意見の募集を終えました。",
        "職員だけが直せるようにしました。",
        "別の職員が確認することに",
        staff.name,
    ):
        assert words in told
    assert "ページの設定を変えました。" in client.get("/ledger/").text
    save(client, is_open=None, protection="staff", needs_review="y")
    assert events(Kind.PAGE_SETTINGS_CHANGED) == 1


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        ({}, {"protection": "locked"}),
        ({"protection": Protection.LOCKED}, {"protection": "open"}),
        ({"needs_review": True}, {}),
    ],
)
def test_locking_unlocking_and_giving_up_reviews_is_for_administrators(
    app: Flask, client: FlaskClient, staff: Person, before: dict[str, object], sent: dict[str, str]
) -> None:
    make_page("r1", **before)
    assert save(client, **sent) == 403
    _boss, admin = colleague(app, "admin")
    assert save(admin, **sent) == 303


@pytest.mark.parametrize("sent", [{"kind": "nonsense"}, {"protection": "x"}, {"kind": None}])
def test_settings_that_do_not_exist_are_refused(client: FlaskClient, staff: Person, sent: dict[str, None]) -> None:
    make_page("r1")
    assert save(client, **sent) == 422


def test_a_locked_page_is_edited_by_administrators_only(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1", protection=Protection.LOCKED)
    assert client.get("/reports/r1/edit").status_code == 403
    assert "編集する" not in client.get("/reports/r1").text
    assert client.post("/reports/r1/delete", data={"confirm": "y"}).status_code == 403
    _boss, admin = colleague(app, "admin")
    assert admin.post("/reports/r1/edit", data=fields(body="管理者の文")).status_code == 303


def test_a_deleted_page_keeps_everything_and_comes_back_as_it_was(
    app: Flask, client: FlaskClient, staff: Person
) -> None:
    page = make_page("r1")
    make_comment(page, make_person(), "残る声")
    assert client.post("/reports/r1/delete").status_code == 422
    for _ in range(2):
        assert client.post("/reports/r1/delete", data={"confirm": "y"}).status_code == 303
    assert events(Kind.PAGE_DELETED) == 1
    assert app.test_client().get("/reports/r1").status_code == 404
    taken = client.post("/reports/new", data=fields(slug="r1"))
    assert taken.status_code == 422
    banner = soup(client.get("/reports/r1")).select_one(".banner form")
    assert banner is not None
    for _ in range(2):
        assert client.post(str(banner["action"])).status_code == 303
    assert "残る声" in app.test_client().get("/reports/r1").text
    assert events(Kind.PAGE_UNDELETED) == 1


def test_the_desk_finds_what_was_deleted_or_withdrawn(client: FlaskClient, staff: Person) -> None:
    make_page("r1", title="削除されたもの")
    make_page("r2", title="やめたもの")
    client.post("/reports/r2/withdraw", data={"confirm": "y"})
    client.post("/reports/r1/delete", data={"confirm": "y"})
    listed = soup(client.get("/desk/?kind=deleted")).select(".queue .cut")
    assert [row.text for row in listed] == ["削除されたもの", "やめたもの"]


@pytest.mark.parametrize("what", ["delete", "withdraw"])
def test_what_was_scheduled_does_not_bring_a_page_back(client: FlaskClient, staff: Person, what: str) -> None:
    make_page("r1")
    client.post("/reports/r1/edit", data=fields(publish="at", publish_at=in_hours(1)))
    client.post(f"/reports/r1/{what}", data={"confirm": "y"})
    assert the_submission().state is SubmissionState.DRAFT


def test_a_withdrawn_page_is_shown_again(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    client.post("/reports/r1/withdraw", data={"confirm": "y"})
    assert app.test_client().get("/reports/r1").status_code == 404
    client.post("/reports/r1/show")
    assert app.test_client().get("/reports/r1").status_code == 200
    assert the_page().state is PageState.PUBLISHED


def test_a_page_of_help_is_read_at_its_new_place(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    save(client, kind="help")
    assert the_page().kind is PageKind.HELP
    assert client.get("/reports/r1").location == "/help/r1"


def test_suggestions_are_welcome_on_open_pages_that_ask_for_opinions() -> None:
    def page(**columns: object) -> Page:
        usual = {"state": PageState.PUBLISHED, "protection": Protection.OPEN, "is_open": True}
        return Page(**(usual | columns))

    from wiki.accounts.models import Role
    from wiki.core import clock

    resident = Person(role=Role.RESIDENT, confirmed_at=clock.now())
    assert policy.may_suggest(resident, page())
    assert not policy.may_suggest(None, page())
    assert not policy.may_suggest(Person(role=Role.RESIDENT), page())
    for columns in (
        {"protection": Protection.STAFF},
        {"protection": Protection.LOCKED},
        {"is_open": False},
        {"state": PageState.WITHDRAWN},
        {"deleted_at": clock.now()},
    ):
        assert not policy.may_suggest(resident, page(**columns))


def test_reading_the_settings_costs_the_same_however_much_happened(
    client: FlaskClient, staff: Person, count_queries: object
) -> None:
    make_page("r1")
    put(is_open=True)
    counts = []
    for closed in (None, "y", None, "y"):
        save(client, is_open=closed)
        client.get("/reports/r1/settings")
        with count_queries() as queries:  # type: ignore[operator]
            client.get("/reports/r1/settings")
        counts.append(queries.count)
    assert len(set(counts)) == 1
