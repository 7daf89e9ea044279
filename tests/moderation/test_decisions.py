"""Staff hide, restore and keep, with a reason; the author is told; a mistake can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_person, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.core.jobs import Job
from wiki.ledger import Event, Kind
from wiki.moderation import queries, service
from wiki.moderation.models import Case, Decision, Reason, Verdict
from wiki.pages.models import Page

Outbox = Callable[[], list[dict[str, Any]]]


def flagged(comment: Comment, *people: Person) -> Case:
    for person in people:
        with transaction():
            service.flag(person, comment, Reason.PERSONAL)
    case = queries.case_of(comment)
    assert case is not None
    return case


def hide(staff: Person, comment: Comment, reason: Reason = Reason.PERSONAL, note: str = "") -> Decision:
    with transaction():
        return service.hide(staff, comment, reason, note)


def test_hiding_closes_the_case_and_tells_the_author_why(
    comment: Comment, resident: Person, staff: Person, outbox: Outbox
) -> None:
    case = flagged(comment, resident)
    hide(staff, comment, note="お名前を消して、もう一度お書きください。")
    assert comment.hidden_at is not None
    assert case.closed_at is not None
    assert case.flags_waiting == 0
    letter = outbox()[-1]
    assert letter["to"] == "a@example.jp"
    assert "非表示" in letter["subject"]
    for words in (
        "個人情報",
        "お名前を消して",
        "> 窓口の**見本さん**の病名は…",
        "/help/guidelines",
        f"/comments/{comment.id}",
        "/reports/r1",
        "第一歩とは",
    ):
        assert words in letter["text"]
    assert resident.name not in letter["text"]
    assert staff.name not in letter["text"]


def test_the_ledger_tells_of_decisions_without_anybodys_words(
    comment: Comment, resident: Person, staff: Person
) -> None:
    case = flagged(comment, resident)
    with transaction():
        service.keep(staff, case, "ひとこと")
    hide(staff, comment, Reason.UNLAWFUL, "見本さんの名前")
    with transaction():
        service.restore(staff, comment, note="見直し")
    facts = {event.kind: event.facts for event in db.session.scalars(select(Event))}
    assert facts[Kind.FLAGS_DISMISSED] == {"reason": "personal", "flags": 1}
    assert facts[Kind.COMMENT_HIDDEN] == {"reason": "unlawful"}
    assert facts[Kind.COMMENT_RESTORED] == {"reason": "unlawful"}


def test_restoring_tells_the_author_too(comment: Comment, staff: Person, outbox: Outbox) -> None:
    hide(staff, comment)
    with transaction():
        service.restore(staff, comment)
    assert comment.is_public
    assert "もう一度" in outbox()[-1]["subject"]
    assert [decision.verdict for decision in queries.decisions_of(queries.case_of(comment).id)] == [
        Verdict.RESTORE,
        Verdict.HIDE,
    ]


def test_sample_people_and_oneself_get_no_letter(
    page: Page, comment: Comment, author: Person, staff: Person, outbox: Outbox
) -> None:
    own = make_proposal(page, staff)
    with transaction():
        author.is_sample = True
    with transaction():
        service.hide(staff, comment, Reason.SPAM)
        service.hide(staff, own, Reason.OTHER)
    assert outbox() == []


def test_what_is_hidden_is_not_decided_twice(comment: Comment, staff: Person) -> None:
    hide(staff, comment)
    with pytest.raises(service.AlreadyHidden), transaction():
        service.hide(staff, comment, Reason.SPAM)
    with transaction():
        service.restore(staff, comment)
    with pytest.raises(service.NotHidden), transaction():
        service.restore(staff, comment)
    case = queries.case_of(comment)
    assert case is not None
    with pytest.raises(service.AlreadyDecided), transaction():
        service.keep(staff, case)
    assert db.session.scalar(select(func.count(Decision.id))) == 2


def test_undoing_shows_a_hidden_text_again_and_its_flags_wait_again(
    comment: Comment, resident: Person, staff: Person
) -> None:
    case = flagged(comment, resident, make_person())
    hide(staff, comment)
    with transaction():
        assert service.undo(staff, case) is Verdict.HIDE
    assert comment.is_public
    assert (case.flags_waiting, case.closed_at) == (2, None)
    assert db.session.scalar(select(func.count(Decision.id))) == 0
    kinds = list(db.session.scalars(select(Event.kind).order_by(Event.id)))
    assert kinds[-2:] == [Kind.COMMENT_HIDDEN, Kind.COMMENT_RESTORED], "the ledger keeps both"


def test_undoing_keeps_what_was_decided_before(comment: Comment, resident: Person, staff: Person) -> None:
    case = flagged(comment, resident)
    with transaction():
        service.keep(staff, case)
    flagged(comment, make_person())
    with transaction():
        service.keep(staff, case)
    with transaction():
        assert service.undo(staff, case) is Verdict.KEEP
    assert case.flags_waiting == 1, "only the flag since the first decision waits"
    with transaction():
        service.undo(staff, case)
    assert case.flags_waiting == 2
    with pytest.raises(service.NothingToUndo), transaction():
        service.undo(staff, case)


def test_undoing_a_restoration_hides_again_for_the_first_reason(
    comment: Comment, staff: Person, outbox: Outbox
) -> None:
    hide(staff, comment, Reason.INSULT)
    with transaction():
        service.restore(staff, comment, Reason.OTHER)
    case = queries.case_of(comment)
    assert case is not None
    with transaction():
        service.undo(staff, case)
    assert comment.hidden_at is not None
    assert case.closed_at is not None
    assert "人を傷つける言葉" in outbox()[-1]["text"]
    assert queries.hidden_of(comment.author_id).comments == {comment.id: Reason.INSULT}


def test_a_decision_that_is_not_the_last_any_more_is_not_undone(comment: Comment, staff: Person) -> None:
    first = hide(staff, comment).id
    with transaction():
        service.restore(staff, comment)
    case = queries.case_of(comment)
    assert case is not None
    with pytest.raises(service.NothingToUndo), transaction():
        service.undo(staff, case, first)


def test_proposals_are_hidden_and_restored_likewise(page: Page, author: Person, staff: Person, outbox: Outbox) -> None:
    proposal = make_proposal(page, author, title="夜の窓口", body="月に一度でも。")
    with transaction():
        service.hide(staff, proposal, Reason.OFF_TOPIC)
    assert proposal.is_hidden
    assert "> 夜の窓口" in outbox()[-1]["text"]
    assert "話題からはずれている" in outbox()[-1]["text"]
    assert queries.hidden_of(author.id).proposals == {proposal.id: Reason.OFF_TOPIC}
    with transaction():
        service.restore(staff, proposal)
    assert not proposal.is_hidden
    assert queries.hidden_of(author.id).proposals == {}


def test_staff_hide_and_restore_in_place(client: FlaskClient, comment: Comment, staff: Person) -> None:
    sign_in(client, staff)
    assert client.get(f"/comments/{comment.id}/hide").status_code == 200
    data = {"reason": "spam", "note": "", "next": "/reports/r1"}
    sent = client.post(f"/comments/{comment.id}/hide", data=data)
    assert (sent.status_code, sent.location) == (303, f"/reports/r1#c{comment.id}")
    twice = client.post(f"/comments/{comment.id}/hide", data=data)
    assert twice.status_code == 409
    assert "すでに隠されています" in twice.text
    assert client.get(f"/comments/{comment.id}/restore").status_code == 200
    sent = client.post(f"/comments/{comment.id}/restore", data={"reason": "", "next": "//evil.example"})
    assert (sent.status_code, sent.location) == (303, f"/comments/{comment.id}#c{comment.id}")
    db.session.rollback()
    assert comment.is_public


def test_hiding_needs_a_reason(client: FlaskClient, comment: Comment, staff: Person) -> None:
    sign_in(client, staff)
    sent = client.post(f"/comments/{comment.id}/hide", data={"note": "書いた文章"})
    assert sent.status_code == 422
    assert "書いた文章" in sent.text
    assert client.post(f"/comments/{comment.id}/hide", data={"reason": "個人情報"}).status_code == 303
    assert db.session.scalar(select(Decision.reason)) is Reason.PERSONAL


@pytest.mark.parametrize("act", ["hide", "restore"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_residents_decide_nothing(
    client: FlaskClient, page: Page, comment: Comment, author: Person, resident: Person, act: str, method: str
) -> None:
    proposal = make_proposal(page, author)
    paths = [f"/comments/{comment.id}/{act}", f"/proposals/{proposal.id}/{act}"]
    for path in paths:
        anonymous = getattr(client, method)(path, data={"reason": "spam"})
        assert anonymous.status_code == (303 if method == "get" else 403)
    for person in (resident, author):
        sign_in(client, person)
        for path in paths:
            assert getattr(client, method)(path, data={"reason": "spam"}).status_code == 403
    assert db.session.scalar(select(func.count(Decision.id))) == 0


def test_a_hidden_comment_is_read_by_staff_only(
    client: FlaskClient, comment: Comment, resident: Person, author: Person, staff: Person
) -> None:
    hide(staff, comment)
    path = f"/comments/{comment.id}"
    assert "の病名は" not in client.get(path).text
    for person in (resident, author):
        sign_in(client, person)
        assert "の病名は" not in client.get(path).text
    sign_in(client, staff)
    assert "の病名は" in client.get(path).text


def test_a_report_stops_showing_what_was_hidden_at_the_next_request(
    client: FlaskClient, comment: Comment, staff: Person
) -> None:
    assert "の病名は" in client.get("/reports/r1").text
    hide(staff, comment)
    assert "の病名は" not in client.get("/reports/r1").text
    with transaction():
        service.restore(staff, comment)
    assert "の病名は" in client.get("/reports/r1").text


def test_tools_are_shown_to_staff_alone(client: FlaskClient, comment: Comment, resident: Person, staff: Person) -> None:
    address = f'action="/comments/{comment.id}/hide"'
    sign_in(client, resident)
    assert address not in client.get(f"/comments/{comment.id}").text
    sign_in(client, staff)
    assert address in client.get(f"/comments/{comment.id}").text


def test_a_letter_is_written_in_the_authors_language_outside_a_request(
    comment: Comment, author: Person, staff: Person
) -> None:
    with transaction():
        author.language = "en"
    hide(staff, comment)
    assert db.session.scalar(select(func.count(Job.id)).where(Job.kind == "mail.send")) == 1
