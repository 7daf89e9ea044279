"""From a draft to the public: at once, at a set time, after somebody else's look; and what may go wrong between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.factories import make_page, make_person, sign_in
from tests.pages.browsing import fields, revisions, soup
from tests.pages.publishing import colleague, decision, in_hours, put, the_page, the_submission
from wiki.accounts.models import Person, Role
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.core.web import Problem
from wiki.ledger import Event, Kind
from wiki.pages import jobs, publishing, queries, service, stages, submissions
from wiki.pages.models import Page, PageState, Protection
from wiki.pages.models import SubmissionState as State
from wiki.pages.service import PageDraft

WORDS = "まだ内緒の知らせです。"


def hand_in(client: FlaskClient, way: str, **other: str) -> str:
    """Send the editor's form with this way; gives the address of the submission."""
    answer = client.post("/reports/r1/edit", data=fields(body=WORDS, publish=way, **other))
    assert answer.status_code == 303, answer.text
    assert "/submissions/" in answer.location
    return str(answer.location)


def revise(body: str) -> None:
    """Somebody else publishes meanwhile."""
    page = the_page()
    draft = PageDraft.of(page.title, page.slug, body, "あいだの版")
    with transaction():
        service.revise(None, page, draft, page.current_number)


def test_without_a_word_about_it_a_save_publishes_at_once(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    assert client.post("/reports/r1/edit", data=fields(body=WORDS)).location == "/reports/r1"
    assert WORDS in client.get("/reports/r1").text


def test_a_new_report_can_begin_as_a_draft_and_be_published_later(
    app: Flask, client: FlaskClient, staff: Person
) -> None:
    answer = client.post("/reports/new", data=fields(slug="new-one", body=WORDS, publish="draft"))
    assert answer.status_code == 303
    visitor = app.test_client()
    assert visitor.get("/reports/new-one").status_code == 404
    assert client.get("/reports/new-one", follow_redirects=True).request.path == answer.location
    editor = soup(client.get("/reports/new-one/edit"))
    assert WORDS in editor.find("textarea", {"name": "body"}).text
    sent = decision(client, answer.location, "publish")
    assert client.post(answer.location, data=sent).location == "/reports/new-one"
    assert WORDS in visitor.get("/reports/new-one").text
    assert the_page("new-one").current_number == 1
    assert the_submission().state is State.PUBLISHED
    assert "ページを公開しました。" in visitor.get("/ledger/").text


def test_a_draft_goes_on_in_the_editor_and_is_published_from_there(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body="はじめの文。")
    path = hand_in(client, "draft")
    editor = soup(client.get(f"/reports/r1/edit?submission={the_submission().id}"))
    again = {tag["name"]: tag.get("value", "") for tag in editor.select("main form.form input[name]")}
    again |= {"body": "さらに書いた文。", "publish": "draft"}
    assert client.post("/reports/r1/edit", data=again).location == path
    assert (the_submission().version, the_submission().body) == (2, "さらに書いた文。")
    again |= {"publish": "now", "publish_at": "", "seen": "2"}
    assert client.post("/reports/r1/edit", data=again).location == "/reports/r1"
    assert the_submission().state is State.PUBLISHED
    assert the_submission().revision_number == 2
    assert revisions() == 2


def test_two_who_change_one_draft_overwrite_nothing(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    hand_in(client, "draft")
    number = str(the_submission().id)
    first = fields(body="一人目", publish="draft", submission=number, seen="1")
    assert client.post("/reports/r1/edit", data=first).status_code == 303
    late = client.post("/reports/r1/edit", data=first | {"body": "二人目"})
    assert late.status_code == 409
    assert "二人目" in late.text
    assert the_submission().body == "一人目"
    seen = soup(late).find("input", {"name": "seen"})["value"]
    assert client.post("/reports/r1/edit", data=first | {"body": "二人目", "seen": seen}).status_code == 303


def test_a_form_sent_twice_is_one_submission(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    assert hand_in(client, "review") == hand_in(client, "review")
    stepped = select(Event).where(Event.kind == Kind.SUBMISSION_STEPPED)
    assert len(db.session.scalars(stepped).all()) == 1


@pytest.mark.parametrize(
    ("way", "moment", "said"),
    [
        ("at", "", "公開する日時を"),
        ("at", "あした", "公開する日時を"),
        ("at", "2020-01-01T09:00", "過ぎた日時です"),
        ("at", "9999-12-31T23:59", "先すぎる日時です"),
        ("review", "2020-01-01T09:00", "過ぎた日時です"),
        ("now", "2099-01-01T09:00", "日時が入っています"),
        ("someday", "", "公開のしかたを"),
    ],
)
def test_a_time_that_cannot_be_is_said_and_nothing_is_lost(
    client: FlaskClient, staff: Person, way: str, moment: str, said: str
) -> None:
    make_page("r1")
    answer = client.post("/reports/r1/edit", data=fields(body=WORDS, publish=way, publish_at=moment))
    assert answer.status_code == 422
    assert said in answer.text
    assert WORDS in answer.text
    assert revisions() == 1


def test_a_text_is_published_at_its_time_and_only_once(
    app: Flask, client: FlaskClient, staff: Person, travel: Callable[..., None]
) -> None:
    make_page("r1")
    hand_in(client, "at", publish_at=in_hours(2))
    jobs.publish_due()
    assert WORDS not in app.test_client().get("/reports/r1").text
    travel(hours=2, minutes=1)
    jobs.publish_due()
    jobs.publish_due()
    assert WORDS in app.test_client().get("/reports/r1").text
    assert the_submission().state is State.PUBLISHED
    assert revisions() == 2


def test_a_scheduled_text_takes_in_what_was_published_meanwhile(
    client: FlaskClient, staff: Person, travel: Callable[..., None]
) -> None:
    make_page("r1", body="はじめの段落。\n\nおわりの段落。")
    sent = fields(body="はじめの段落。\n\nおわりの新しい段落。", publish="at", publish_at=in_hours(1))
    client.post("/reports/r1/edit", data=sent)
    revise("はじめの直した段落。\n\nおわりの段落。")
    travel(hours=2)
    jobs.publish_due()
    assert queries.current_revision(the_page()).body == "はじめの直した段落。\n\nおわりの新しい段落。"


def test_a_scheduled_text_that_clashes_goes_back_with_a_letter(
    client: FlaskClient, staff: Person, travel: Callable[..., None], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    make_page("r1")
    path = hand_in(client, "at", publish_at=in_hours(1))
    revise("まったく別の文です。")
    travel(hours=2)
    jobs.publish_due()
    assert the_submission().state is State.RETURNED
    assert "新しい版が公開されました" in the_submission().note
    assert "公開できませんでした" in outbox()[-1]["text"]
    assert "ぶつかっています" in client.get(path).text
    conflict = client.get(f"/reports/r1/edit?submission={the_submission().id}")
    assert conflict.status_code == 409
    assert WORDS in conflict.text


def test_one_text_that_fails_does_not_hold_up_the_others(
    client: FlaskClient, staff: Person, travel: Callable[..., None]
) -> None:
    for slug in ("r1", "r2"):
        make_page(slug)
        sent = fields(slug="taken" if slug == "r1" else slug, body=WORDS, publish="at", publish_at=in_hours(1))
        client.post(f"/reports/{slug}/edit", data=sent)
    make_page("taken")
    travel(hours=2)
    jobs.publish_due()
    assert the_page("r1").current_number == 1
    assert the_page("r2").current_number == 2


@pytest.mark.parametrize("change", ["suspended", "demoted", "locked", "reviewed", "deleted", "withdrawn"])
def test_what_changed_meanwhile_keeps_a_scheduled_text_back(
    app: Flask, client: FlaskClient, staff: Person, travel: Callable[..., None], change: str
) -> None:
    make_page("r1")
    hand_in(client, "at", publish_at=in_hours(1))
    _boss, admin = colleague(app, "admin")
    if change == "locked":
        put(protection=Protection.LOCKED)
    elif change == "reviewed":
        put(needs_review=True)
    elif change in {"deleted", "withdrawn"}:
        admin.post(f"/reports/r1/{'delete' if change == 'deleted' else 'withdraw'}", data={"confirm": "y"})
    else:
        values = {"suspended_at": clock.now()} if change == "suspended" else {"role": Role.RESIDENT}
        with transaction():
            db.session.execute(update(Person).where(Person.id == staff.id).values(**values))
    travel(hours=2)
    jobs.publish_due()
    assert the_submission().state in {State.RETURNED, State.DRAFT}
    assert revisions() == 1


def test_a_page_that_asks_for_it_is_published_only_after_somebody_elses_look(
    app: Flask, client: FlaskClient, staff: Person, outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    make_page("r1", needs_review=True)
    for way in ("now", "at"):
        refused = client.post("/reports/r1/edit", data=fields(body=WORDS, publish=way, publish_at=in_hours(1)))
        assert refused.status_code == 422
        assert "別の職員の確認が必要です" in refused.text
    path = client.post("/reports/r1/edit", data=fields(body=WORDS)).location
    own = decision(client, path, "approve")
    assert client.post(path, data=own).status_code == 403
    assert client.post(path, data=own | {"verdict": "publish"}).status_code == 409
    assert revisions() == 1
    _other, reviewer = colleague(app)
    assert "第1版との違い" in reviewer.get(path).text
    assert reviewer.post(path, data=decision(reviewer, path, "approve")).location == "/reports/r1"
    assert WORDS in app.test_client().get("/reports/r1").text
    assert queries.current_revision(the_page()).author_id == staff.id
    assert "公開されました" in outbox()[-1]["text"]


def test_who_was_sent_back_cannot_publish_around_the_review(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1", needs_review=True)
    path = hand_in(client, "review")
    _other, reviewer = colleague(app)
    silent = reviewer.post(path, data=decision(reviewer, path, "return"))
    assert silent.status_code == 422
    reviewer.post(path, data=decision(reviewer, path, "return", note="日付を確かめてください。"))
    assert "日付を確かめてください。" in client.get(path).text
    assert client.post(path, data=decision(client, path, "publish")).status_code == 409
    assert client.post(path, data=decision(client, path, "hold")).status_code == 303
    assert revisions() == 1
    client.post(path, data=decision(client, path, "review"))
    assert the_submission().state is State.IN_REVIEW
    assert client.post(path, data=decision(client, path, "publish")).status_code == 409
    assert revisions() == 1


def test_an_administrator_does_not_approve_their_own_text_either(app: Flask) -> None:
    make_page("r1", needs_review=True)
    _boss, admin = colleague(app, "admin")
    path = hand_in(admin, "review")
    assert admin.post(path, data=decision(admin, path, "approve")).status_code == 403
    assert revisions() == 1


def test_an_approved_text_waits_for_its_time(
    app: Flask, client: FlaskClient, staff: Person, travel: Callable[..., None]
) -> None:
    make_page("r1", needs_review=True)
    path = hand_in(client, "review", publish_at=in_hours(3))
    _other, reviewer = colleague(app)
    reviewer.post(path, data=decision(reviewer, path, "approve"))
    assert the_submission().state is State.SCHEDULED
    assert revisions() == 1
    travel(hours=4)
    jobs.publish_due()
    assert WORDS in app.test_client().get("/reports/r1").text


def test_a_text_changed_after_its_approval_needs_another(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1", needs_review=True)
    path = hand_in(client, "review", publish_at=in_hours(3))
    _other, reviewer = colleague(app)
    reviewer.post(path, data=decision(reviewer, path, "approve"))
    number = str(the_submission().id)
    sent = fields(body="すりかえた文", publish="review", submission=number, seen="1", publish_at=in_hours(3))
    assert client.post("/reports/r1/edit", data=sent).status_code == 303
    assert the_submission().state is State.IN_REVIEW
    assert the_submission().reviewer_id is None


def test_nobody_approves_what_they_have_not_read(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    path = hand_in(client, "review")
    _other, reviewer = colleague(app)
    read = decision(reviewer, path, "approve")
    changed = fields(body="すりかえた文", publish="review", submission=str(the_submission().id), seen="1")
    client.post("/reports/r1/edit", data=changed)
    answer = reviewer.post(path, data=read)
    assert answer.status_code == 409
    assert "内容が変わりました" in answer.text
    assert revisions() == 1
    revise("はじめの段落です。\n\n足した段落です。")
    read = decision(reviewer, path, "approve")
    revise("はじめの段落です。\n\n足した段落です。\n\nさらに。")
    assert reviewer.post(path, data=read).status_code == 409


@pytest.mark.parametrize("other", [{"summary": "別のあらまし"}, {"base_revision": "2"}])
def test_a_changed_summary_or_base_is_a_change_too(
    app: Flask, client: FlaskClient, staff: Person, other: dict[str, str]
) -> None:
    make_page("r1", body="はじめの段落。")
    sent = fields(body="はじめの段落。\n\n新しい段落。", publish="review")
    path = client.post("/reports/r1/edit", data=sent).location
    revise("はじめの直した段落。")
    _other, reviewer = colleague(app)
    read = decision(reviewer, path, "approve")
    again = sent | {"submission": str(the_submission().id), "seen": "1"} | other
    assert client.post("/reports/r1/edit", data=again).status_code == 303
    assert reviewer.post(path, data=read).status_code == 409
    assert revisions() == 2


def test_a_second_click_on_approve_is_the_first(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    path = hand_in(client, "review")
    _other, reviewer = colleague(app)
    sent = decision(reviewer, path, "approve")
    assert [reviewer.post(path, data=sent).status_code for _ in range(2)] == [303, 303]
    _third, late = colleague(app)
    assert late.post(path, data=sent).status_code == 409
    assert revisions() == 2


def test_two_who_approve_at_once_make_one_revision(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    hand_in(client, "review")
    submission_id = the_submission().id
    reviewers = [make_person(role="staff").id for _ in range(2)]
    prepared = publishing.prepare(submissions.by_id(submission_id))
    db.session.remove()
    gate, outcomes = threading.Barrier(2), []

    def approve(person_id: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    reviewer = db.session.get_one(Person, person_id)
                    publishing.approve(reviewer, submissions.by_id(submission_id), prepared)
                outcomes.append("approved")
            except Problem as refusal:
                outcomes.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=approve, args=[person_id]) for person_id in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["WrongState", "approved"]
    assert revisions() == 2


def test_a_text_that_was_withdrawn_is_never_published(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    path = hand_in(client, "draft")
    sent = decision(client, path, "withdraw")
    assert client.post(path, data=sent).status_code == 303
    assert client.post(path, data=sent | {"verdict": "publish"}).status_code == 409
    assert client.post(path, data=sent | {"verdict": "nonsense"}).status_code == 400
    assert WORDS in client.get(path).text


@pytest.mark.parametrize("role", ["visitor", "resident"])
def test_pending_texts_are_for_staff(app: Flask, client: FlaskClient, staff: Person, role: str) -> None:
    make_page("r1")
    path = hand_in(client, "draft")
    reader = app.test_client()
    if role == "resident":
        sign_in(reader, make_person())
    for address in (path, "/reports/r1/submissions/", "/reports/r1/settings", "/reports/r1/revisions/1/undo"):
        answer = reader.get(address)
        assert answer.status_code in {303, 403}
        assert WORDS not in answer.text
    assert reader.post(path, data={"verdict": "publish"}).status_code == 403
    assert reader.post("/reports/r1/delete", data={"confirm": "y"}).status_code == 403
    assert revisions() == 1


@pytest.mark.parametrize(
    ("columns", "status", "said"),
    [
        ({"deleted_at": "now"}, 409, "削除されています"),
        ({"protection": Protection.LOCKED}, 403, "保護されています"),
        ({"state": PageState.WITHDRAWN}, 409, "公開をやめています"),
        ({"needs_review": True}, 422, "別の職員の確認"),
    ],
)
def test_a_save_on_a_page_that_changed_meanwhile_loses_nothing(
    client: FlaskClient, staff: Person, columns: dict[str, Any], status: int, said: str
) -> None:
    make_page("r1")
    put(**{name: clock.now() if value == "now" else value for name, value in columns.items()})
    answer = client.post("/reports/r1/edit", data=fields(body=WORDS, publish="now"))
    assert answer.status_code == status
    assert said in answer.text
    assert WORDS in soup(answer).find("textarea", {"name": "body"}).text
    assert revisions() == 1


def test_a_withdrawn_page_is_published_again_by_who_knows_it(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    put(state=PageState.WITHDRAWN)
    refused = client.post("/reports/r1/edit", data=fields(body=WORDS))
    knows = soup(refused).find("input", {"name": "shows_again"})["value"]
    assert client.post("/reports/r1/edit", data=fields(body=WORDS, shows_again=knows)).status_code == 303
    assert WORDS in app.test_client().get("/reports/r1").text


def test_going_back_to_an_old_revision_asks_for_a_review_where_the_page_does(
    client: FlaskClient, staff: Person
) -> None:
    make_page("r1")
    client.post("/reports/r1/edit", data=fields(body="二つ目の文"))
    put(needs_review=True)
    answer = client.post("/reports/r1/revisions/1/restore", data={"confirm": "y", "base_revision": "2"})
    assert "/submissions/" in answer.location
    assert revisions() == 2


def test_every_step_is_in_the_table_and_no_other_is_taken() -> None:
    assert set(stages.NEXT) == set(State) == set(stages.LABELS) == set(stages.BADGES)
    for before in State:
        for after in set(State) - stages.NEXT[before]:
            with pytest.raises(stages.WrongState):
                stages.step(before, after)


def test_the_desk_lists_what_waits_for_a_review_first(
    app: Flask, client: FlaskClient, staff: Person, count_queries: Callable[..., Any]
) -> None:
    for number in range(4):
        make_page(f"r{number}")
        sent = fields(slug=f"r{number}", title=f"文{number}", body=WORDS, publish="review" if number > 1 else "draft")
        client.post(f"/reports/r{number}/edit", data=sent)
    listed = soup(client.get("/desk/?kind=submissions")).select(".queue .cut")
    assert [row.text for row in listed] == ["文2", "文3", "文0", "文1"]
    with count_queries() as queries_:
        submissions.waiting()
    assert queries_.count == 1


def test_staff_are_told_on_the_page_that_a_version_waits_and_nobody_else(
    app: Flask, client: FlaskClient, staff: Person
) -> None:
    make_page("r1")
    assert "公開を待っている版" not in client.get("/reports/r1").text
    hand_in(client, "draft")
    assert "公開を待っている版" in client.get("/reports/r1").text
    assert "公開を待っている版" not in app.test_client().get("/reports/r1").text


def test_a_scheduled_moment_is_read_in_japans_time(client: FlaskClient, staff: Person) -> None:
    make_page("r1")
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    hand_in(client, "at", publish_at=f"{day}T09:00")
    moment = the_submission().publish_at
    assert moment is not None
    assert moment.isoformat() == f"{day}T00:00:00+00:00"


def test_a_page_that_was_never_published_is_not_a_page_for_the_service_of_others(app: Flask) -> None:
    author = make_person(role="staff")
    with transaction():
        page = Page(slug="r9", title="題", state=PageState.DRAFT, current_number=0)
        db.session.add(page)
    with transaction():
        service.revise(author, the_page("r9"), PageDraft.of("題", "r9", "本文", "はじめ"), 0)
    assert the_page("r9").is_public
    assert db.session.scalars(select(Event.kind).order_by(Event.id.desc())).first() is Kind.PAGE_CREATED
