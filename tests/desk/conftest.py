"""Staff at the desk, and texts that were flagged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import make_comment, make_page, make_person
from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core.database import transaction
from wiki.moderation import queries, service
from wiki.moderation.models import Case, Reason
from wiki.pages.models import Page

MakeCase = Callable[..., Case]


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page(slug="r1", title="第一歩とは")


@pytest.fixture
def author(app: Flask) -> Person:
    return make_person("見本A", email="a@example.jp")


@pytest.fixture
def resident(app: Flask) -> Person:
    return make_person("見本B")


@pytest.fixture
def staff(app: Flask) -> Person:
    return make_person("見本職員", role="staff")


@pytest.fixture
def make_case(page: Page, author: Person, resident: Person) -> MakeCase:
    """`make_case(body, reasons)`: a comment flagged once for each reason, by different people."""

    def make(
        body: str = "きまりに反する文",
        reasons: tuple[Reason, ...] = (Reason.SPAM,),
        parent: Comment | None = None,
    ) -> Case:
        comment = make_comment(page, author, body, parent=parent)
        for number, reason in enumerate(reasons):
            person = resident if number == 0 else make_person()
            with transaction():
                service.flag(person, comment, reason)
        case = queries.case_of(comment)
        assert case is not None
        return case

    return make
