"""One's own comments: edited for a quarter of an hour, taken back at any time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.comments.reading import hide, voice, written
from tests.factories import make_comment, make_person, sign_in
from wiki.accounts.models import Person
from wiki.comments import queries
from wiki.comments.models import Comment
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.pages.models import Page

BEFORE, AFTER = "はじめの文章です。", "直した文章です。"


@pytest.fixture
def comment(page: Page, author: Person) -> Comment:
    return make_comment(page, author, BEFORE)


def test_the_author_edits_and_the_earlier_text_is_kept(client: FlaskClient, comment: Comment, author: Person) -> None:
    sign_in(client, author)
    opened = client.get(f"/comments/{comment.id}/edit")
    area = BeautifulSoup(opened.text, "html.parser").select_one("main textarea[name=body]")
    assert area is not None and area.get_text().strip() == BEFORE
    answer = client.post(f"/comments/{comment.id}/edit", data={"body": AFTER})
    assert (answer.status_code, answer.location) == (303, f"/comments/{comment.id}")
    db.session.rollback()
    assert (comment.body, comment.html.strip()) == (AFTER, f"<p>{AFTER}</p>")
    assert comment.edited_at is not None
    assert [text.body for text in queries.earlier_texts(comment)] == [BEFORE]
    shown = client.get("/reports/r1")
    assert AFTER in voice(shown, comment).get_text()
    assert BEFORE not in shown.text


def test_staff_alone_read_what_a_comment_said_before(
    client: FlaskClient, comment: Comment, author: Person, staff: Person
) -> None:
    sign_in(client, author)
    client.post(f"/comments/{comment.id}/edit", data={"body": AFTER})
    assert BEFORE not in client.get(f"/comments/{comment.id}").text
    sign_in(client, staff)
    assert BEFORE in client.get(f"/comments/{comment.id}").text


def test_every_earlier_text_is_kept_and_an_unchanged_one_is_none(
    client: FlaskClient, comment: Comment, author: Person
) -> None:
    sign_in(client, author)
    for body in ("二つ目", "二つ目", "三つ目"):
        client.post(f"/comments/{comment.id}/edit", data={"body": body})
    db.session.rollback()
    assert [text.body for text in queries.earlier_texts(comment)] == ["二つ目", BEFORE]


def test_editing_ends_after_a_quarter_of_an_hour(
    client: FlaskClient, comment: Comment, author: Person, travel: Callable[..., None]
) -> None:
    sign_in(client, author)
    travel(minutes=14, seconds=50)
    assert client.get(f"/comments/{comment.id}/edit").status_code == 200
    assert f"/comments/{comment.id}/edit" in client.get("/reports/r1").text
    travel(minutes=15, seconds=1)
    assert client.get(f"/comments/{comment.id}/edit").status_code == 403
    assert client.post(f"/comments/{comment.id}/edit", data={"body": AFTER}).status_code == 403
    assert f"/comments/{comment.id}/edit" not in client.get("/reports/r1").text
    assert written()[0].body == BEFORE


def test_an_edit_that_cannot_be_kept_comes_back_as_it_was_typed(
    client: FlaskClient, comment: Comment, author: Person
) -> None:
    sign_in(client, author)
    typed = "あ" * 20_001
    answer = client.post(f"/comments/{comment.id}/edit", data={"body": typed})
    assert answer.status_code == 422
    assert typed in answer.text
    assert client.post(f"/comments/{comment.id}/edit", data={"body": " \n "}).status_code == 422
    assert written()[0].body == BEFORE


def test_nobody_edits_or_deletes_what_another_wrote(
    client: FlaskClient, comment: Comment, reader: Person, staff: Person
) -> None:
    for person in (reader, staff):
        sign_in(client, person)
        assert client.get(f"/comments/{comment.id}/edit").status_code == 403
        assert client.post(f"/comments/{comment.id}/edit", data={"body": AFTER}).status_code == 403
        assert client.post(f"/comments/{comment.id}/delete").status_code == 403
    visitor = client.application.test_client()
    assert visitor.post(f"/comments/{comment.id}/edit", data={"body": AFTER}).status_code == 403
    assert visitor.post(f"/comments/{comment.id}/delete").status_code == 403
    assert written()[0].body == BEFORE
    assert written()[0].is_public


def test_the_suspended_and_who_was_hidden_do_not_edit(client: FlaskClient, page: Page, staff: Person) -> None:
    suspended, moderated = make_person(), make_person()
    one, other = make_comment(page, suspended, BEFORE), make_comment(page, moderated, BEFORE)
    with transaction():
        db.session.get_one(Person, suspended.id).suspended_at = clock.now()
    hide(staff, other)
    for person, comment in ((suspended, one), (moderated, other)):
        sign_in(client, person)
        assert client.post(f"/comments/{comment.id}/edit", data={"body": AFTER}).status_code == 403
    assert [comment.body for comment in written()] == [BEFORE, BEFORE]


def test_a_deleted_comment_leaves_a_stub_and_its_replies(
    client: FlaskClient, page: Page, comment: Comment, author: Person, reader: Person, travel: Callable[..., None]
) -> None:
    reply = make_comment(page, reader, "返信は残ります。", parent=comment)
    sign_in(client, author)
    travel(days=3)
    answer = client.post(f"/comments/{comment.id}/delete")
    assert answer.status_code == 303
    for path in ("/reports/r1", f"/comments/{comment.id}", f"/comments/{reply.id}"):
        for browser in (client, client.application.test_client()):
            shown = browser.get(path)
            assert "取り消しました" in voice(shown, comment).get_text()
            assert "返信は残ります。" in voice(shown, reply).get_text()
            assert BEFORE not in shown.text
    assert client.post(f"/comments/{comment.id}/delete").status_code == 403
    assert "はじめの文章" not in client.get("/accounts/me").text


def test_a_hidden_comment_is_a_stub_for_residents_and_readable_for_staff(
    client: FlaskClient, page: Page, comment: Comment, author: Person, reader: Person, staff: Person
) -> None:
    reply = make_comment(page, reader, "返信です。", parent=comment)
    hide(staff, comment)
    readers = {"visitor": None, "resident": reader, "author": author, "staff": staff}
    for who, person in readers.items():
        browser = client.application.test_client()
        if person is not None:
            sign_in(browser, person)
        for path in ("/reports/r1", f"/comments/{comment.id}", f"/comments/{reply.id}"):
            shown = browser.get(path)
            assert "表示していません" in voice(shown, comment).get_text(), (who, path)
            assert (BEFORE in shown.text) == (who == "staff"), (who, path)
            assert "返信です。" in voice(shown, reply).get_text()
