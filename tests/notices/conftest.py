"""A report, people, and a way to hide what they write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, g, request_started

from tests.factories import make_page, make_person
from wiki.accounts.models import Department, Person
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.moderation import service as moderation
from wiki.moderation.models import Reason
from wiki.pages.models import Page
from wiki.proposals.models import Proposal


@dataclass
class Town:
    """Who and what there is."""

    page: Page
    resident: Person
    staff: Person

    def hide(self, subject: Comment | Proposal) -> None:
        with transaction():
            moderation.hide(self.staff, db.session.get_one(type(subject), subject.id), Reason.PERSONAL)


@pytest.fixture(autouse=True)
def each_in_its_language(app: Flask) -> Iterator[None]:
    """The pushed context outlives a request here; the language that Babel noted in it must not."""

    def forget(*_: object, **__: object) -> None:
        g.pop("_flask_babel", None)

    with request_started.connected_to(forget, app):
        yield


@pytest.fixture
def town(app: Flask) -> Town:
    page, staff = make_page("r1"), make_person("川上しずく", role="staff")
    with transaction():
        department = Department(name="市民課")
        db.session.add(department)
        db.session.flush()
        db.session.get_one(Person, staff.id).department_id = department.id
    return Town(page, make_person("海野ひかる"), staff)
