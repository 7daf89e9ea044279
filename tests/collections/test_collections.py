"""Collections and series: put twice, there once; read in a number of queries that does not grow."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import make_page
from wiki.collections import queries, service
from wiki.collections.models import Collection, CollectionEntry
from wiki.collections.service import EntryDraft
from wiki.core import versions
from wiki.core.database import db, transaction
from wiki.core.web import NotThere
from wiki.ledger import Event, Kind
from wiki.pages.models import Page


def put(*slugs: str, slug: str = "dx", title: str = "特集", lead: str = "**はじめに**") -> Collection:
    with transaction():
        pages = {page.slug: page for page in db.session.scalars(select(Page))}
        entries = [EntryDraft(pages[one], f"《{one}》", f"{one}のあらまし") for one in slugs]
        return service.put_collection(None, slug, title, lead, entries=entries, disclaimer="要約です")


def events() -> int:
    changed = select(func.count(Event.id)).where(Event.kind == Kind.COLLECTION_CHANGED)
    return db.session.scalar(changed) or 0


def test_a_collection_put_twice_is_there_once_and_recorded_once(app: Flask) -> None:
    for slug in ("a", "b"):
        make_page(slug)
    put("a", "b")
    before = versions.read("site")
    put("a", "b")
    found = queries.collection_or_404("dx")
    assert found.lead_html.strip() == '<p data-block="0"><strong>はじめに</strong></p>'
    assert [(entry.page.slug, entry.heading) for entry in found.entries] == [("a", "《a》"), ("b", "《b》")]
    assert events() == 1
    assert versions.read("site") == before
    assert db.session.scalar(select(func.count(CollectionEntry.id))) == 2


def test_a_changed_collection_is_brought_to_the_new_state(app: Flask) -> None:
    for slug in ("a", "b", "c"):
        make_page(slug)
    put("a", "b")
    before = versions.read("site")
    put("c", "b", title="新しい特集")
    found = queries.collection_or_404("dx")
    assert found.title == "新しい特集"
    assert [entry.page.slug for entry in found.entries] == ["c", "b"]
    assert events() == 2
    assert versions.read("site") != before
    put("b", "c", title="新しい特集")
    assert [entry.page.slug for entry in queries.collection_or_404("dx").entries] == ["b", "c"]
    put("b", title="新しい特集")
    assert [entry.page.slug for entry in queries.collection_or_404("dx").entries] == ["b"]


def test_a_collection_that_is_not_there(app: Flask) -> None:
    with pytest.raises(NotThere):
        queries.collection_or_404("dx")


@pytest.mark.parametrize("pages", [2, 30])
def test_a_collection_costs_as_many_queries_however_long(app: Flask, count_queries, pages: int) -> None:
    slugs = [f"p{number}" for number in range(pages)]
    for slug in slugs:
        make_page(slug)
    put(*slugs)
    db.session.expunge_all()
    with count_queries() as counted:
        found = queries.collection_or_404("dx")
        assert [(entry.page.slug, list(entry.page.people)) for entry in found.entries] == [(slug, []) for slug in slugs]
    assert counted.count == 3
    put(*slugs, slug="dx2")
    db.session.expunge_all()
    with count_queries() as counted:
        assert [len(one.entries) for one in queries.all_collections()] == [pages, pages]
    assert counted.count == 2


def test_a_page_knows_the_collections_in_which_it_stands(app: Flask) -> None:
    page, other = make_page("a"), make_page("b")
    put("a")
    put("a", slug="dx2", title="別の特集")
    assert [collection.slug for collection in queries.collections_of(page)] == ["dx", "dx2"]
    assert list(queries.collections_of(other)) == []


def test_an_episode_knows_the_ones_before_and_after(app: Flask, count_queries) -> None:
    pages = [make_page(slug) for slug in ("a", "b", "c", "d")]
    for _ in range(2):
        with transaction():
            for number, slug in enumerate(("a", "b", "c"), 1):
                page = db.session.scalars(select(Page).where(Page.slug == slug)).one()
                service.put_episode(page, "対談", number, f"PART{number}")
    assert events() == 3
    with count_queries() as counted:
        middle = queries.episode_of(pages[1])
    assert counted.count <= 4  # one of them refreshes the page
    assert middle is not None
    assert (middle.series_title, middle.number, middle.label) == ("対談", 2, "PART2")
    assert [page.slug if page else None for page in (middle.previous, middle.next)] == ["a", "c"]
    first, last = queries.episode_of(pages[0]), queries.episode_of(pages[2])
    assert first is not None
    assert last is not None
    assert (first.previous, last.next) == (None, None)
    assert queries.episode_of(pages[3]) is None


def test_the_episodes_of_many_pages_cost_one_query(app: Flask, count_queries) -> None:
    pages = [make_page(f"p{number}") for number in range(5)]
    with transaction():
        for number, page in enumerate(pages[:4], 1):
            service.put_episode(page, "連載", number, f"第{number}回")
    ids = [page.id for page in pages]
    with count_queries() as counted:
        found = queries.episodes_of(ids)
        assert [found[one].series.title for one in ids[:4]] == ["連載"] * 4
    assert ids[4] not in found
    assert counted.count == 1
