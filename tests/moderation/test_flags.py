"""Residents flag, once a person; a flag moves a case up in the queue and does nothing else by itself."""

from __future__ import annotations

import re
import threading

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_comment, make_page, make_person, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.moderation import queries, service
from wiki.moderation.models import Case, Flag, Reason
from wiki.pages.models import Page
from wiki.proposals.models import Proposal


def flag(person: Person, subject: Comment | Proposal, reason: Reason = Reason.PERSONAL) -> Flag:
    with transaction():
        return service.flag(person, subject, reason)


def test_a_person_flags_a_text_once(comment: Comment, resident: Person) -> None:
    first = flag(resident, comment)
    again = flag(resident, comment, Reason.SPAM)
    assert again.id == first.id
    assert again.reason is Reason.PERSONAL
    assert queries.counts() == queries.Counts(cases=1, flags=1)


def test_three_flags_hide_nothing(comment: Comment, client: FlaskClient) -> None:
    for _ in range(3):
        flag(make_person(), comment)
    assert comment.is_public
    case = queries.case_of(comment)
    assert case is not None
    assert case.flags_waiting == 3
    assert "の病名は" in client.get(f"/comments/{comment.id}").text


def test_a_flag_keeps_the_text_as_it_was(comment: Comment, author: Person, resident: Person) -> None:
    given = flag(resident, comment)
    with transaction():
        comments.edit(author, comment, comments.CommentDraft.of("きれいに直しました。"))
    assert given.snapshot == "窓口の**見本さん**の病名は…"


def test_ten_people_flagging_at_once_are_counted_exactly(app: Flask, comment: Comment) -> None:
    people = [make_person().id for _ in range(10)]
    comment_id, failures = comment.id, []
    db.session.remove()
    together = threading.Barrier(10)

    def run(person_id: int) -> None:
        with app.app_context():
            together.wait()
            try:
                for _ in range(2):
                    with transaction():
                        person, subject = (
                            db.session.get(Person, person_id),
                            db.session.get(Comment, comment_id),
                        )
                        assert person is not None
                        assert subject is not None
                        service.flag(person, subject, Reason.INSULT)
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert db.session.scalar(select(func.count(Case.id))) == 1
    assert db.session.scalar(select(Case.flags_waiting)) == 10
    assert db.session.scalar(select(func.count(Flag.id))) == 10


def test_the_ledger_learns_of_a_flag_without_anybodys_words(comment: Comment, resident: Person) -> None:
    with transaction():
        service.flag(resident, comment, Reason.PERSONAL, "見本さんは隣の人です")
    event = db.session.scalars(select(Event).where(Event.kind == Kind.FLAGGED)).one()
    assert event.facts == {"reason": "personal"}
    assert (event.comment_id, event.page_id, event.person_id) == (
        comment.id,
        comment.page_id,
        comment.author_id,
    )


def test_a_new_flag_opens_a_dismissed_case_again(comment: Comment, resident: Person, staff: Person) -> None:
    flag(resident, comment)
    case = queries.case_of(comment)
    assert case is not None
    with transaction():
        service.keep(staff, case)
    assert queries.counts().cases == 0
    flag(resident, comment)
    assert queries.counts().cases == 0, "who flagged before does not open it again"
    flag(make_person(), comment)
    assert queries.counts() == queries.Counts(cases=1, flags=1)


def test_a_resident_flags_by_the_form(client: FlaskClient, comment: Comment, resident: Person) -> None:
    sign_in(client, resident)
    path = f"/comments/{comment.id}/flag"
    shown = client.get(path)
    assert shown.status_code == 200
    assert "人を傷つける言葉" in shown.text
    assert "宣伝・迷惑投稿" in shown.text
    sent = client.post(path, data={"reason": "personal", "note": "名前が出ています"})
    assert sent.status_code == 303
    assert sent.location == f"/comments/{comment.id}#c{comment.id}"
    assert db.session.scalars(select(Flag)).one().note == "名前が出ています"
    again = client.post(path, data={"reason": "spam"}, follow_redirects=True)
    assert again.status_code == 200
    assert "すでに受け取っています" in again.text


def test_a_proposal_is_flagged_likewise(client: FlaskClient, page: Page, author: Person, resident: Person) -> None:
    proposal = make_proposal(page, author)
    sign_in(client, resident)
    assert client.get(f"/proposals/{proposal.id}/flag").status_code == 200
    sent = client.post(f"/proposals/{proposal.id}/flag", data={"reason": "off_topic"})
    assert sent.location == f"/proposals/{proposal.id}"
    case = queries.case_of(proposal)
    assert case is not None
    assert case.flags_waiting == 1


def test_a_flag_without_a_reason_comes_back_with_its_note(
    client: FlaskClient, comment: Comment, resident: Person
) -> None:
    sign_in(client, resident)
    sent = client.post(f"/comments/{comment.id}/flag", data={"note": "困っています"})
    assert sent.status_code == 422
    assert "困っています" in sent.text
    assert "理由を一つ選んでください" in sent.text
    assert client.post(f"/comments/{comment.id}/flag", data={"reason": "nonsense"}).status_code == 422


def test_bad_notes_are_refused(client: FlaskClient, comment: Comment, resident: Person) -> None:
    sign_in(client, resident)
    for note in ("a\0b", "\u202eabc", "長" * 1001):
        sent = client.post(f"/comments/{comment.id}/flag", data={"reason": "other", "note": note})
        assert sent.status_code == 422


def test_nobody_flags_their_own_text_nor_what_is_gone(
    client: FlaskClient, comment: Comment, author: Person, resident: Person, staff: Person
) -> None:
    sign_in(client, author)
    assert client.get(f"/comments/{comment.id}/flag").status_code == 403
    assert client.post(f"/comments/{comment.id}/flag", data={"reason": "spam"}).status_code == 403
    with transaction():
        service.hide(staff, comment, Reason.SPAM)
    sign_in(client, resident)
    assert client.post(f"/comments/{comment.id}/flag", data={"reason": "spam"}).status_code == 403
    assert client.post("/comments/999/flag", data={"reason": "spam"}).status_code == 404


def test_the_unconfirmed_and_the_suspended_do_not_flag(client: FlaskClient, comment: Comment) -> None:
    unconfirmed, suspended = make_person(confirmed=False), make_person()
    with transaction():
        suspended.suspended_at = suspended.created_at
    for person in (unconfirmed, suspended):
        sign_in(client, person)
        assert client.post(f"/comments/{comment.id}/flag", data={"reason": "spam"}).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, comment: Comment) -> None:
    shown = client.get(f"/comments/{comment.id}/flag")
    assert shown.status_code == 303
    assert shown.location == f"/accounts/login?next=/comments/{comment.id}/flag"
    assert client.post(f"/comments/{comment.id}/flag", data={"reason": "spam"}).status_code == 403


def test_a_comment_on_a_hidden_proposal_is_not_there_for_residents(
    client: FlaskClient, page: Page, author: Person, resident: Person, staff: Person
) -> None:
    proposal = make_proposal(page, author)
    comment = make_comment(page, author, proposal=proposal)
    with transaction():
        service.hide(staff, proposal, Reason.SPAM)
    sign_in(client, resident)
    assert client.get(f"/comments/{comment.id}/flag").status_code == 404
    assert client.get(f"/proposals/{proposal.id}/flag").status_code == 404


def test_a_form_without_its_token_does_nothing(csrf_app: Flask) -> None:
    page, author, resident = make_page(), make_person(), make_person()
    comment, client = make_comment(page, author), csrf_app.test_client()
    sign_in(client, resident)
    path = f"/comments/{comment.id}/flag"
    assert client.post(path, data={"reason": "spam"}).status_code == 400
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token is not None
    assert client.post(path, data={"reason": "spam", "csrf_token": token[1]}).status_code == 303


def test_flags_are_limited(csrf_app: Flask) -> None:
    csrf_app.config["WTF_CSRF_ENABLED"] = False
    comment, resident = make_comment(make_page(), make_person()), make_person()
    client = csrf_app.test_client()
    sign_in(client, resident)
    path = f"/comments/{comment.id}/flag"
    answers = [client.post(path, data={"reason": "spam"}).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
