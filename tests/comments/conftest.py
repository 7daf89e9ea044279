"""A page, two residents and a member of staff."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import make_page, make_person
from wiki.accounts.models import Person
from wiki.pages.models import Page


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("r1")


@pytest.fixture
def author(app: Flask) -> Person:
    return make_person(name="見本A")


@pytest.fixture
def reader(app: Flask) -> Person:
    return make_person(name="見本B")


@pytest.fixture
def staff(app: Flask) -> Person:
    return make_person(name="見本課", role="staff")
