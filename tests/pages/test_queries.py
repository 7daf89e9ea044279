"""Reading pages costs the same however long their past is."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import make_page, make_person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.core.web import NotThere
from wiki.pages import queries
from wiki.pages.models import Page, PageKind, PagePerson, Revision


def add_revisions(page: Page, upto: int) -> None:
    author = make_person(role="staff")
    with transaction():
        page = db.session.get_one(Page, page.id)
        for number in range(page.current_number + 1, upto + 1):
            db.session.add(
                Revision(
                    page_id=page.id,
                    number=number,
                    title=page.title,
                    body=f"第{number}の文",
                    html=f"<p>第{number}の文</p>",
                    toc=[],
                    blocks=[f"第{number}の文"],
                    renderer_version=1,
                    summary=f"変更{number}",
                    author_id=author.id,
                    created_at=clock.now(),
                )
            )
        page.current_number = upto


def test_a_slug_that_nobody_has_leads_nowhere(app: Flask) -> None:
    with pytest.raises(NotThere):
        queries.page_or_404("nothing")


def test_a_report_is_no_help_page(app: Flask) -> None:
    make_page("r1")
    make_page("guide", kind=PageKind.HELP)
    assert queries.help_page_or_404("guide").slug == "guide"
    with pytest.raises(NotThere):
        queries.help_page_or_404("r1")


@pytest.mark.parametrize("number", [-1, 0, 2, 10**30])
def test_a_number_that_no_revision_has_leads_nowhere(app: Flask, number: int) -> None:
    with pytest.raises(NotThere):
        queries.revision_or_404(make_page(), number)


def test_the_history_comes_in_pages_newest_first(app: Flask) -> None:
    page = make_page()
    add_revisions(page, 120)
    first = queries.history(page)
    second = queries.history(page, first.next_cursor)
    third = queries.history(page, second.next_cursor)
    read = [revision.number for part in (first, second, third) for revision in part.revisions]
    assert read == list(range(120, 0, -1))
    assert third.next_cursor is None


@pytest.mark.parametrize("revisions", [5, 200])
def test_a_history_costs_one_query_however_long(app: Flask, count_queries, revisions: int) -> None:
    page = make_page()
    add_revisions(page, revisions)
    db.session.refresh(page)
    with count_queries() as counted:
        past = queries.history(page)
        assert [revision.author.name for revision in past.revisions if revision.author]
    assert counted.count == 1


def test_reports_come_newest_first_with_their_people_in_two_queries(app: Flask, count_queries) -> None:
    for slug in ("a", "b", "c"):
        make_page(slug, people=[PagePerson(position=1, name="見本A", office="見本市")])
    make_page("guide", kind=PageKind.HELP)
    with count_queries() as counted:
        found = queries.reports(limit=2)
        assert [(page.slug, page.people[0].name) for page in found] == [("c", "見本A"), ("b", "見本A")]
    assert counted.count == 2
    assert [page.slug for page in queries.reports(cursor=found[-1].id)] == ["a"]
    assert [page.slug for page in queries.help_pages()] == ["guide"]
