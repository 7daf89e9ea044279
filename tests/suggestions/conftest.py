"""A page with three lines, a resident and a member of staff."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import make_page, make_person
from wiki.accounts.models import Person
from wiki.core.database import transaction
from wiki.pages import queries as pages
from wiki.pages import service as page_service
from wiki.pages.models import Page
from wiki.pages.service import PageDraft
from wiki.suggestions import service
from wiki.suggestions.models import Suggestion
from wiki.suggestions.service import SuggestionDraft

BODY = "一つ目の文です。二つ目の文です。\n\n次の段落です。\n\n終わりの段落です。"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("r1", body=BODY)


@pytest.fixture
def resident(app: Flask) -> Person:
    return make_person("見本の住民")


@pytest.fixture
def staff(app: Flask) -> Person:
    return make_person(role="staff")


def suggest(author: Person, page: Page, old: str, new: str, base_number: int = 1) -> Suggestion:
    """A suggestion that puts `new` in the place of `old`."""
    body = pages.revision_or_404(page, base_number).body
    assert old in body
    with transaction():
        found = pages.page_or_404(page.slug)
        return service.post(author, found, SuggestionDraft(body.replace(old, new), "読みやすく。", base_number))


def edit(author: Person, page: Page, old: str, new: str) -> None:
    """Staff publish a revision with `new` in the place of `old`."""
    current = pages.current_revision(page)
    assert old in current.body
    draft = PageDraft.of(page.title, page.slug, current.body.replace(old, new), "直しました")
    with transaction():
        page_service.revise(author, pages.page_or_404(page.slug), draft, current.number)


def text_of(page: Page) -> str:
    """The page's text as it is now."""
    return pages.current_revision(pages.page_or_404(page.slug)).body
