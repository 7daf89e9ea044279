"""What is not accepted comes back as it was typed; what may not be posted yet is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.comments.reading import composer, how_many, written
from tests.factories import make_comment, make_page, make_person, make_proposal, sign_in
from wiki.accounts import passwords
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.pages.models import Page

POST = "/reports/r1/comments"
TEXT = "書いた人の文章です。**消えません**。"
PASSWORD = "correct horse 電池 staple"


def test_twenty_thousand_characters_are_accepted(client: FlaskClient, page: Page, author: Person) -> None:
    sign_in(client, author)
    assert client.post(POST, data={"body": "長" * 20_000}).status_code == 303
    assert written()[0].body == "長" * 20_000


def test_one_more_is_refused_with_the_text_in_the_form(client: FlaskClient, page: Page, author: Person) -> None:
    sign_in(client, author)
    typed = "長" * 20_001
    answer = client.post(POST, data={"body": typed, "request_key": "k"})
    assert answer.status_code == 422
    assert "20001" in answer.text and "20000" in answer.text
    fields = composer(answer)
    assert fields["body"] == typed
    assert how_many() == 0
    assert client.post(POST, data=fields | {"body": typed[1:]}).status_code == 303


@pytest.mark.parametrize("body", ["", " ", "\n\r\n\t", "　", "\u200b\u200b", "\u00ad", "\ufeff"])
def test_what_says_nothing_is_refused(client: FlaskClient, page: Page, author: Person, body: str) -> None:
    sign_in(client, author)
    answer = client.post(POST, data={"body": body})
    assert answer.status_code == 422
    assert "まだ何も書かれていません" in answer.text
    assert how_many() == 0


def test_a_refused_reply_stays_a_reply(client: FlaskClient, page: Page, author: Person) -> None:
    sign_in(client, author)
    client.post(POST, data={"body": "根"})
    root = written()[0].id
    fields = composer(client.post(POST, data={"body": " ", "parent_id": str(root)}))
    assert fields["parent_id"] == str(root)
    assert client.post(POST, data=fields | {"body": "枝"}).status_code == 303
    assert written()[1].parent_id == root


@pytest.mark.parametrize("place", ["/reports/r1", "/proposals/1"])
def test_an_unconfirmed_persons_text_is_kept_and_given_back(
    client: FlaskClient, page: Page, author: Person, place: str
) -> None:
    make_proposal(page, author)
    waiting = make_person(confirmed=False)
    sign_in(client, waiting)
    answer = client.post(f"{place}/comments", data={"body": TEXT})
    assert answer.status_code == 403
    assert TEXT in answer.text
    assert "預かりました" in answer.text
    assert how_many() == 0
    with transaction():
        db.session.get_one(Person, waiting.id).confirmed_at = clock.now()
    fields = composer(client.get(place))
    assert (fields["body"], fields["kept"]) == (TEXT, "1")
    assert client.post(f"{place}/comments", data=fields).status_code == 303
    assert [comment.body for comment in written()] == [TEXT]
    assert composer(client.get(place))["body"] == ""


def test_a_visitors_text_is_kept_and_given_back_after_signing_in(client: FlaskClient, page: Page) -> None:
    make_person(email="kept@example.jp", password_hash=passwords.hash_of(PASSWORD))
    answer = client.post(POST, data={"body": TEXT})
    assert answer.status_code == 403
    assert TEXT in answer.text
    assert how_many() == 0
    signed_in = client.post("/accounts/login", data={"email": "kept@example.jp", "password": PASSWORD})
    assert signed_in.location == "/reports/r1"
    fields = composer(client.get("/reports/r1"))
    assert fields["body"] == TEXT
    assert client.post(POST, data=fields).status_code == 303
    assert written()[0].body == TEXT


def come_in(client: FlaskClient) -> None:
    make_person(email="kept@example.jp", password_hash=passwords.hash_of(PASSWORD))
    client.post("/accounts/login", data={"email": "kept@example.jp", "password": PASSWORD})


def test_a_visitors_reply_comes_back_as_a_reply(client: FlaskClient, page: Page, reader: Person) -> None:
    comment_id = make_comment(page, reader, "はじめの声").id
    client.post(POST, data={"body": "返事です", "parent_id": str(comment_id), "stance": "question"})
    come_in(client)
    answer = client.get("/reports/r1")
    assert f'href="/comments/{comment_id}"' in answer.text.partition('id="compose"')[0]
    fields = composer(answer)
    assert (fields["body"], fields["parent_id"]) == ("返事です", str(comment_id))
    assert '<option value="question" selected' in answer.text
    assert client.post(POST, data=fields).status_code == 303
    assert [comment.parent_id for comment in written()] == [None, comment_id]


def test_a_visitors_words_on_a_passage_come_back_with_it(client: FlaskClient, page: Page) -> None:
    sent = {"body": "ここがわかりません", "anchor_quote": "大切な箇所", "anchor_prefix": "前", "revision": "1"}
    client.post(POST, data=sent)
    come_in(client)
    fields = composer(client.get("/reports/r1"))
    assert {name: fields[name] for name in sent} == sent


@pytest.mark.parametrize("parent", ["0", "-1", "99999999999999999999", "x"])
def test_a_visitors_reply_to_nothing_is_kept_as_a_comment(client: FlaskClient, page: Page, parent: str) -> None:
    assert client.post(POST, data={"body": TEXT, "parent_id": parent}).status_code == 403
    come_in(client)
    assert composer(client.get("/reports/r1"))["body"] == TEXT


def test_a_visitors_text_is_given_to_nobody_else(client: FlaskClient, page: Page, reader: Person) -> None:
    client.post(POST, data={"body": TEXT})
    other = client.application.test_client()
    sign_in(other, reader)
    assert TEXT not in other.get("/reports/r1").text


def test_a_visitors_text_that_could_not_be_kept_is_in_the_answer(client: FlaskClient, page: Page) -> None:
    typed = "長" * 20_001
    answer = client.post(POST, data={"body": typed})
    assert answer.status_code == 403
    assert typed in answer.text


def test_a_closed_page_takes_comments_from_staff_alone_and_gives_the_text_back(
    client: FlaskClient, author: Person, staff: Person
) -> None:
    make_page("closed", is_open=False)
    sign_in(client, author)
    assert "意見の募集は終わりました" in client.get("/reports/closed").text
    answer = client.post("/reports/closed/comments", data={"body": TEXT})
    assert answer.status_code == 403
    assert TEXT in answer.text
    assert how_many() == 0
    sign_in(client, staff)
    assert client.post("/reports/closed/comments", data={"body": "市からのお知らせです。"}).status_code == 303


def test_a_suspended_person_reads_but_does_not_write(client: FlaskClient, page: Page, author: Person) -> None:
    with transaction():
        db.session.get_one(Person, author.id).suspended_at = clock.now()
    sign_in(client, author)
    assert client.get("/reports/r1").status_code == 200
    assert 'id="compose"' not in client.get("/reports/r1").text
    answer = client.post(POST, data={"body": TEXT})
    assert answer.status_code == 403
    assert how_many() == 0


def test_a_page_that_is_not_there_takes_nothing(client: FlaskClient, author: Person) -> None:
    sign_in(client, author)
    assert client.post("/reports/nowhere/comments", data={"body": TEXT}).status_code == 404
    assert client.post("/proposals/4711/comments", data={"body": TEXT}).status_code == 404


def test_no_more_than_so_many_comments_a_day(
    client: FlaskClient, page: Page, author: Person, travel: Callable[..., None]
) -> None:
    client.application.config.update(COMMENTS_PER_DAY=2, RATE_LIMITS=True)
    sign_in(client, author)
    assert [client.post(POST, data={"body": f"声{n}"}).status_code for n in range(3)] == [303, 303, 429]
    assert "声3つ" in client.post(POST, data={"body": "声3つ"}).text, "what was typed comes back"
    travel(hours=25)
    assert client.post(POST, data={"body": "あしたの声"}).status_code == 303
