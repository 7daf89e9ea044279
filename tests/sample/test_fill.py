"""`kairan bench fill` makes a site as large as asked for, and twice makes it twice as large."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core.database import db
from wiki.pages.models import Page, Revision
from wiki.sample.fill import bench


def count(*models: type) -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def fill(app: Flask, pages: int, comments: int, people: int) -> None:
    sizes = ["--pages", str(pages), "--comments", str(comments), "--people", str(people)]
    done = app.test_cli_runner().invoke(bench, ["fill", *sizes])
    assert done.exit_code == 0, done.output


def test_it_fills_a_site_that_can_be_read(app: Flask, client: FlaskClient) -> None:
    fill(app, 3, 60, 4)
    assert count(Page, Revision, Comment, Person) == [3, 3, 60, 4]
    spread = select(func.count(Comment.id)).group_by(Comment.page_id)
    assert set(db.session.scalars(spread)) == {20}
    for slug in db.session.scalars(select(Page.slug)):
        answer = client.get(f"/reports/{slug}")
        assert answer.status_code == 200
        assert answer.text.count('class="voice"') == 20
        assert "見本" in answer.text
    assert client.get("/reports/").status_code == 200


def test_it_may_be_run_again(app: Flask) -> None:
    for _ in range(2):
        fill(app, 2, 10, 3)
    assert count(Page, Comment, Person) == [4, 20, 6]


def test_pages_without_comments_and_people_alone_are_possible(app: Flask) -> None:
    fill(app, 2, 0, 0)
    fill(app, 0, 0, 2)
    assert count(Page, Comment, Person) == [2, 0, 2]
