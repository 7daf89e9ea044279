"""A revision says which comments it reflects; text, comment, history and author know of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import as_, make_comment, make_page, make_person, sign_in
from wiki.accounts.models import Person
from wiki.comments import reflections
from wiki.comments import service as comments
from wiki.comments.models import Comment, CommentReflection
from wiki.core.database import db, transaction
from wiki.insight import figures
from wiki.ledger import Event, Kind
from wiki.pages import queries as pages
from wiki.pages.models import Page

Outbox = Callable[[], list[dict[str, Any]]]
BODY = "窓口は五時に閉まります。\n\n土日は休みです。"
LATER = "窓口は木曜だけ七時に閉まります。\n\n土日は休みです。"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("madoguchi", title="窓口の時間", body=BODY)


@pytest.fixture
def resident(page: Page) -> Person:
    return make_person("夜型の住民")


@pytest.fixture
def comment(page: Page, resident: Person) -> Comment:
    return make_comment(page, resident, "仕事のあとに行ける日がほしいです。")


@pytest.fixture
def editor(client: FlaskClient, page: Page) -> FlaskClient:
    sign_in(client, make_person("見本職員", role="staff"))
    return client


def save(editor: FlaskClient, *keys: str, body: str = LATER, base: int = 1, **more: str) -> int:
    sent = {"title": "窓口の時間", "slug": "madoguchi", "body": body, "summary": "夜の窓口", "base_revision": str(base)}
    return editor.post("/reports/madoguchi/edit", data=sent | more | {"reflects": list(keys)}).status_code


def noted() -> int:
    return db.session.scalar(select(func.count()).select_from(CommentReflection)) or 0


def test_from_the_comment_to_the_editor_and_back(
    app: Flask, editor: FlaskClient, comment: Comment, outbox: Outbox
) -> None:
    assert f"/reports/madoguchi/edit?reflects=c{comment.id}" in editor.get("/reports/madoguchi").text
    form = editor.get(f"/reports/madoguchi/edit?reflects=c{comment.id}").text
    assert f'value="c{comment.id}"' in form and "コメント「仕事のあとに行ける日がほしいです。」" in form
    assert save(editor, f"c{comment.id}") == 303
    visitor = app.test_client()
    report = visitor.get("/reports/madoguchi").text
    assert "第2版で本文に反映" in report and "声から生まれた変更" in report
    assert 'data-label="反映"' in report
    voices = visitor.get("/reports/madoguchi/voices").text
    assert "仕事のあとに行ける日がほしいです。" in voices and "夜型の住民" in voices
    for address in ("/reports/madoguchi/history", "/reports/madoguchi/diff?from=1&to=2"):
        assert "夜型の住民さんのコメント" in visitor.get(address).text
    assert "仕事のあとに行ける日がほしいです。" in visitor.get("/reports/madoguchi/outcome").text
    assert "コメントを第2版に反映しました。" in visitor.get("/ledger/").text
    letter = outbox()[-1]
    assert "反映されました" in letter["subject"] and "/reports/madoguchi/diff?from=1&to=2" in letter["text"]
    assert "第2版で本文に反映" in as_(app, db.session.get_one(Person, comment.author_id)).get("/accounts/me").text


def test_it_is_counted_as_reflected(editor: FlaskClient, page: Page, comment: Comment) -> None:
    make_comment(page, make_person(), "駐車場が足りません。")
    assert figures.outcome(page).reflected == 0
    save(editor, f"c{comment.id}")
    assert figures.outcome(page).reflected == 1


def test_the_same_form_twice_notes_and_tells_it_once(editor: FlaskClient, comment: Comment, outbox: Outbox) -> None:
    actor = db.session.scalars(select(Person).where(Person.name == "見本職員")).one()
    save(editor, f"c{comment.id}")
    before = len(outbox())
    with transaction():
        page = pages.page_or_404("madoguchi")
        reflections.reflect(actor, pages.current_revision(page), [comment.id])
    assert noted() == 1
    assert len(outbox()) == before
    assert db.session.scalar(select(func.count(Event.id)).where(Event.kind == Kind.COMMENT_REFLECTED)) == 1


@pytest.mark.parametrize("key", ["c999999", "c0", "c", "cx", "c1e3", "999999", "c" + "9" * 30, "a1", "\0", ""])
def test_what_names_no_comment_of_the_page_is_refused_and_nothing_typed_is_lost(
    editor: FlaskClient, comment: Comment, key: str
) -> None:
    assert save(editor, key) == 422
    assert pages.page_or_404("madoguchi").current_number == 1


def test_another_pages_comment_is_not_reflected(editor: FlaskClient, resident: Person) -> None:
    elsewhere = make_comment(make_page("betsu"), resident, "別の話です。")
    assert save(editor, f"c{elsewhere.id}") == 422
    assert noted() == 0


def test_a_comment_hidden_afterwards_is_named_nowhere(app: Flask, editor: FlaskClient, comment: Comment) -> None:
    save(editor, f"c{comment.id}")
    staff = make_person(role="staff")
    with transaction():
        comments.hide(staff, db.session.get_one(Comment, comment.id), "personal")
    visitor = app.test_client()
    for address in ("", "/history", "/voices", "/outcome", "/diff?from=1&to=2"):
        assert "仕事のあとに行ける日" not in visitor.get("/reports/madoguchi" + address).text
        assert "夜型の住民" not in visitor.get("/reports/madoguchi" + address).text


def test_a_draft_and_a_version_for_later_remember_it(editor: FlaskClient, comment: Comment) -> None:
    assert save(editor, f"c{comment.id}", draft="1") == 303
    again = editor.get("/reports/madoguchi/edit?draft=1").text
    assert f'checked id="reflects-0" name="reflects" type="checkbox" value="c{comment.id}"' in again
    assert save(editor, f"c{comment.id}", publish="draft") == 303
    assert noted() == 0


def test_the_discussion_costs_no_more_queries_the_more_is_reflected(
    editor: FlaskClient, app: Flask, page: Page, comment: Comment, count_queries: Any
) -> None:
    save(editor, f"c{comment.id}")
    visitor = app.test_client()
    with count_queries() as few:
        visitor.get("/reports/madoguchi?order=newest")
    more = [make_comment(page, make_person(), f"声{number}です。") for number in range(5)]
    keys = [f"c{each.id}" for each in more]
    assert save(editor, *keys, body=BODY + "\n\n駅にも窓口があります。", base=2) == 303
    with count_queries() as many:
        visitor.get("/reports/madoguchi?order=newest")
    assert many.count <= few.count + 1  # the official answers to them are asked for
