"""A site with a few pages that are kept ready, and browsers in front of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import Flask, flash, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from tests.factories import make_person, sign_in
from wiki.accounts import signin
from wiki.accounts.models import Person
from wiki.core import clock, versions
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached, keep_until
from wiki.core.i18n import language
from wiki.core.jobs import Job
from wiki.core.visitor import SESSION_COOKIE

LONG = "長い段落です。" * 400


class Shown:
    """A site with a few kept pages, and how often Flask was asked for each."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.asked: Counter[str] = Counter()

    def note(self) -> None:
        self.asked[request.path] += 1

    def change(self, *scopes: str) -> int:
        """One more job in the table, which the page `/counted` shows; gives how many there are."""
        with self.app.app_context():
            with transaction():
                db.session.add(Job(kind="test.shown", payload={}, run_at=clock.now() + timedelta(days=9)))
                versions.touch(*(scopes or ("counted",)))
            return db.session.scalar(select(func.count(Job.id))) or 0


def add_pages(app: Flask) -> Shown:
    """The site with pages of every kind."""
    pages = Shown(app)

    @app.get("/counted")
    @cached(lambda: "counted", varies_by=frozenset({"order"}))
    def counted() -> ResponseReturnValue:
        pages.note()
        return str(db.session.scalar(select(func.count(Job.id))))

    @app.get("/long")
    @cached(lambda: "long")
    def long() -> ResponseReturnValue:
        pages.note()
        return LONG

    @app.get("/greeting")
    @cached(lambda: "greeting")
    def greeting() -> ResponseReturnValue:
        pages.note()
        return f"{current_user.name if current_user.is_authenticated else '-'} {language()}"

    @app.get("/sets-a-cookie")
    @cached(lambda: "cookie")
    def sets_a_cookie() -> ResponseReturnValue:
        pages.note()
        session["csrf_token"] = "new"
        return "cookie"

    @app.get("/until/<int(signed=True):seconds>")
    @cached(lambda seconds: "until")
    def until(seconds: int) -> ResponseReturnValue:
        pages.note()
        keep_until(clock.now() + timedelta(seconds=seconds))
        return "deadline"

    @app.get("/missing")
    @cached(lambda: "missing")
    def missing() -> ResponseReturnValue:
        pages.note()
        return "gone", 404

    @app.route("/flash", methods=["GET", "POST"])
    def say() -> ResponseReturnValue:
        flash("置いておきました")
        return "said"

    @app.post("/sign-in/<int:person_id>")
    def sign_in_for_real(person_id: int) -> ResponseReturnValue:
        with transaction():
            signin.start(db.session.get_one(Person, person_id))
        return make_response("welcome")

    return pages


def browser(front: Any) -> Client:
    return Client(front, TestResponse)


def signed_in(front: Any, app: Flask, name: str) -> tuple[Client, int]:
    """A browser in which a new person is signed in, and that person's id."""
    with app.app_context():
        person = make_person(name)
        flask_client = app.test_client()
        sign_in(flask_client, person)
        cookie = flask_client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        client = browser(front)
        client.set_cookie(SESSION_COOKIE, cookie.value)
        return client, person.id
