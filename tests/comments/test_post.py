"""Comments and replies are written once, where they belong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.comments.reading import composer, hide, how_many, voice, written
from tests.factories import make_comment, make_page, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.comments import service
from wiki.comments.service import CommentDraft, WrongParent
from wiki.core.database import db, transaction
from wiki.ledger import Event, Kind
from wiki.pages.models import Page
from wiki.proposals import service as proposals

POST = "/reports/r1/comments"
LONG_REPLY = "書きかけの長い返信です。" * 20


def test_a_comment_is_written_and_its_permalink_opens_at_it(client: FlaskClient, page: Page, author: Person) -> None:
    sign_in(client, author)
    answer = client.post(POST, data={"body": "夜の窓口が**ほしい**です。\r\n\r\n月に一度でも。"})
    comment = written()[0]
    assert (answer.status_code, answer.location) == (303, f"/comments/{comment.id}#c{comment.id}")
    assert (comment.page_id, comment.author_id, comment.revision_number) == (page.id, author.id, 1)
    assert (comment.parent_id, comment.root_id, comment.depth) == (None, None, 0)
    assert comment.body == "夜の窓口が**ほしい**です。\n\n月に一度でも。"
    assert "<strong>ほしい</strong>" in comment.html
    shown = voice(client.get("/reports/r1"), comment)
    assert "月に一度でも。" in shown.get_text()
    assert "見本A" in shown.get_text()


def test_a_comment_is_recorded_by_ids_without_its_words(page: Page, author: Person) -> None:
    comment = make_comment(page, author, "だれにも言わないでください。")
    event = db.session.scalars(select(Event).where(Event.kind == Kind.COMMENT_POSTED)).one()
    assert (event.actor_id, event.person_id, event.page_id, event.comment_id) == (
        author.id,
        author.id,
        page.id,
        comment.id,
    )
    assert event.facts == {}


def test_a_reply_knows_its_parent_its_thread_and_its_depth(
    client: FlaskClient, page: Page, author: Person, reader: Person
) -> None:
    root = make_comment(page, author)
    sign_in(client, reader)
    above = root
    for depth in range(1, 6):
        answer = client.post(POST, data={"body": f"返信{depth}", "parent_id": str(above.id)})
        assert answer.status_code == 303
        reply = written()[-1]
        assert (reply.parent_id, reply.root_id, reply.depth) == (above.id, root.id, depth)
        above = reply


def test_replies_deeper_than_four_stand_on_the_fourth_level(client: FlaskClient, page: Page, author: Person) -> None:
    chain = [make_comment(page, author, "一段目")]
    for depth in range(2, 8):
        chain.append(make_comment(page, author, f"{depth}段目", parent=chain[-1]))
    answer = client.get("/reports/r1")
    levels = [len(voice(answer, comment).find_parents("article", class_="voice")) + 1 for comment in chain]
    assert levels == [1, 2, 3, 4, 4, 4, 4]


@pytest.mark.parametrize("where", ["another page", "a proposal", "hidden", "deleted", "nowhere"])
def test_a_reply_to_a_comment_that_does_not_stand_here_is_refused_and_its_text_given_back(
    client: FlaskClient, page: Page, author: Person, staff: Person, where: str
) -> None:
    parent_id = 4711
    if where == "another page":
        parent_id = make_comment(make_page("r2"), author).id
    elif where == "a proposal":
        parent_id = make_comment(page, author, proposal=make_proposal(page, author)).id
    elif where != "nowhere":
        parent = make_comment(page, author)
        parent_id = parent.id
        if where == "hidden":
            hide(staff, parent)
        else:
            with transaction():
                service.delete(author, parent)
    before = how_many()
    sign_in(client, author)
    answer = client.post(POST, data={"body": LONG_REPLY, "parent_id": str(parent_id)})
    assert answer.status_code == 400
    assert "返信先" in answer.text
    assert composer(answer)["body"] == LONG_REPLY
    assert how_many() == before


def test_a_comment_of_another_proposal_is_no_parent(app: Flask, page: Page, author: Person) -> None:
    one, other = make_proposal(page, author, "一つ目"), make_proposal(page, author, "二つ目")
    parent = make_comment(page, author, proposal=one)
    for wrong in (other, None):
        with pytest.raises(WrongParent):
            make_comment(page, author, parent=parent, proposal=wrong)
    assert how_many() == 1


@pytest.mark.parametrize("parent_id", ["abc", "-5", "1.0", "99999999999999999999999"])
def test_a_parent_that_is_no_number_of_a_comment_changes_nothing_and_keeps_the_text(
    client: FlaskClient, page: Page, author: Person, parent_id: str
) -> None:
    sign_in(client, author)
    answer = client.post(POST, data={"body": LONG_REPLY, "parent_id": parent_id})
    assert answer.status_code in (400, 422)
    assert LONG_REPLY in answer.text
    assert how_many() == 0


def test_a_comment_on_a_proposal_stands_there_and_not_on_the_page(
    client: FlaskClient, page: Page, author: Person, reader: Person
) -> None:
    proposal = make_proposal(page, author)
    sign_in(client, reader)
    answer = client.post(f"/proposals/{proposal.id}/comments", data={"body": "賛成です。"})
    comment = written()[0]
    assert (answer.status_code, answer.location) == (303, f"/comments/{comment.id}#c{comment.id}")
    assert (comment.page_id, comment.proposal_id) == (page.id, proposal.id)
    client.post(f"/proposals/{proposal.id}/comments", data={"body": "続きです。", "parent_id": str(comment.id)})
    reply = written()[1]
    assert (reply.root_id, reply.proposal_id) == (comment.id, proposal.id)
    assert "続きです。" in voice(client.get(f"/proposals/{proposal.id}"), comment).get_text()
    assert f'id="c{comment.id}"' not in client.get("/reports/r1").text
    assert f'action="/proposals/{proposal.id}/comments"' in client.get(f"/comments/{comment.id}").text


def test_nobody_comments_on_a_proposal_that_they_cannot_read(
    client: FlaskClient, page: Page, author: Person, reader: Person, staff: Person
) -> None:
    proposal = make_proposal(page, author)
    with transaction():
        proposals.hide(staff, proposal, "spam")
    sign_in(client, reader)
    assert client.post(f"/proposals/{proposal.id}/comments", data={"body": "見えません。"}).status_code == 404
    assert how_many() == 0


def test_a_live_page_gets_the_comment_alone(client: FlaskClient, page: Page, author: Person) -> None:
    sign_in(client, author)
    answer = client.post(POST, data={"body": "こんにちは。"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "こんにちは。" in voice(answer, written()[0]).get_text()


def test_a_double_clicked_form_makes_one_comment(app: Flask, page: Page, author: Person) -> None:
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        sign_in(browser, author)
    fields = composer(browsers[0].get("/reports/r1"))
    assert fields["request_key"]
    start = Barrier(len(browsers))

    def send(browser: FlaskClient) -> tuple[int, str | None]:
        start.wait()
        answer = browser.post(POST, data=fields | {"body": "二度押しました。"})
        return answer.status_code, answer.location

    db.session.rollback()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, browsers))
    assert how_many() == 1
    number = written()[0].id
    assert answers == [(303, f"/comments/{number}#c{number}")] * 2
    events = db.session.scalars(select(Event).where(Event.kind == Kind.COMMENT_POSTED)).all()
    assert len(events) == 1


def test_the_same_form_with_another_text_place_or_author_is_another_comment(
    client: FlaskClient, page: Page, author: Person, reader: Person
) -> None:
    make_page("r2")
    sign_in(client, author)
    for path, body in ((POST, "一つ目"), (POST, "二つ目"), ("/reports/r2/comments", "一つ目")):
        client.post(path, data={"body": body, "request_key": "a key"})
    sign_in(client, reader)
    client.post(POST, data={"body": "一つ目", "request_key": "a key"})
    assert how_many() == 4


def test_every_form_has_a_key_of_its_own(client: FlaskClient, page: Page, author: Person) -> None:
    sign_in(client, author)
    keys = {composer(client.get("/reports/r1"))["request_key"] for _ in range(3)}
    assert len(keys) == 3


def test_the_same_words_without_a_key_are_two_comments(page: Page, author: Person) -> None:
    for _ in range(2):
        with transaction():
            service.post(author, page, CommentDraft.of("はい"))
    assert how_many() == 2
