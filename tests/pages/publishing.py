"""What the tests of publishing share."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_person, sign_in
from tests.pages.browsing import soup
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.core.database import db, transaction
from wiki.pages.models import Page, Submission


def typed(moment: datetime) -> str:
    """A moment as a browser's datetime-local field sends it."""
    return moment.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")


def in_hours(hours: float) -> str:
    """As `typed`, that many hours from now."""
    return typed(clock.now() + timedelta(hours=hours))


def the_submission() -> Submission:
    """The newest submission, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Submission).order_by(Submission.id.desc())).first()  # type: ignore[return-value]


def the_page(slug: str = "r1") -> Page:
    """The page, whoever may read it, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Page).where(Page.slug == slug)).one()


def put(slug: str = "r1", **columns: object) -> None:
    """Set columns of a page."""
    with transaction():
        page = db.session.scalars(select(Page).where(Page.slug == slug)).one()
        for name, value in columns.items():
            setattr(page, name, value)


def colleague(app: Flask, role: str = "staff") -> tuple[Person, FlaskClient]:
    """Another member of staff, signed in on a browser of their own."""
    person, client = make_person(role=role), app.test_client()
    sign_in(client, person)
    return person, client


def decision(client: FlaskClient, path: str, verdict: str, **other: str) -> dict[str, str]:
    """What the form on the submission's screen sends for this verdict."""
    page = soup(client.get(path))
    form = page.select_one(".verdicts form")
    assert form is not None
    found = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]")}
    found.pop("csrf_token", None)
    return found | {"verdict": verdict} | other
