"""A page, its people, and a comment that may be flagged."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import make_comment, make_page, make_person
from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.pages.models import Page


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
def comment(page: Page, author: Person) -> Comment:
    return make_comment(page, author, "窓口の**見本さん**の病名は…")
