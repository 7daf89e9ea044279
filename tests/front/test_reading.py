"""What stands around a report's text: when it was changed and why, what it is part of, what to read next."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_page
from tests.front.conftest import Town
from wiki.collections import service, tagging
from wiki.collections.service import EntryDraft
from wiki.core.database import db, transaction
from wiki.pages.models import Page


def page_at(slug: str) -> Page:
    return db.session.scalars(select(Page).where(Page.slug == slug)).one()


def soup(client: FlaskClient, path: str = "/reports/r1") -> BeautifulSoup:
    return BeautifulSoup(client.get(path).text, "html.parser")


def line(client: FlaskClient) -> str:
    found = soup(client).select_one(".last-changed")
    assert found is not None
    return " ".join(found.text.split())


def test_a_report_says_in_plain_words_when_and_why_it_was_changed(town: Town, client: FlaskClient) -> None:
    assert line(client).endswith("に公開しました。")
    town.revise("新しい本文です。")
    said = line(client)
    assert "に川上しずくが書き直し、第2版になりました。 「直しました」" in said
    assert said.endswith("変更を見る")
    assert "前" not in said  # a page is kept: what is relative to now would grow old


def test_a_report_says_what_it_is_part_of(town: Town, client: FlaskClient) -> None:
    with transaction():
        service.put_episode(page_at("r1"), "対談", 1, "第1回")
        tagging.put_tags(None, page_at("r1"), ["防災 & 減災"])
    links = {str(link["href"]): str(link["data-came"]) for link in soup(client).select(".standing a")}
    assert links == {
        "/collections/tokushu": "特集 試しの特集",
        "/series/対談": "連載 対談",
        "/tags/%E9%98%B2%E7%81%BD%20%26%20%E6%B8%9B%E7%81%BD": "タグ 防災 & 減災",
    }
    for path in links:
        assert "試しのレポート" in client.get(path).text


def test_what_is_read_next_is_named_once(town: Town, client: FlaskClient) -> None:
    for slug in ("r2", "r3"):
        make_page(slug, title=f"題名{slug}")
    with transaction():
        entries = [EntryDraft(page_at(slug), "", "") for slug in ("r1", "r2", "r3")]
        service.put_collection(None, "tokushu", "試しの特集", "リード", entries=entries)
        for number, slug in enumerate(("r1", "r2"), 1):
            service.put_episode(page_at(slug), "対談", number, f"第{number}回")
    page = soup(client)
    assert [link["href"] for link in page.select("a[rel=next]")] == ["/reports/r2"]
    assert [link["href"] for link in page.select(".related a")] == ["/reports/r3"]


def test_every_screen_of_a_page_leads_back_through_its_collection(town: Town, client: FlaskClient) -> None:
    town.revise("新しい本文です。")
    for path in ("/reports/r1", "/reports/r1/history", "/reports/r1/diff", "/reports/r1/revisions/1"):
        steps = [str(link["href"]) for link in soup(client, path).select(".crumbs a")]
        assert steps[:2] == ["/", "/collections/tokushu"], path
    with transaction():
        service.put_collection(None, "tokushu", "試しの特集", "リード", entries=[])
    steps = [str(link["href"]) for link in soup(client, "/reports/r1/history").select(".crumbs a")]
    assert steps == ["/", "/reports/", "/reports/r1"]
    help_steps = [str(link["href"]) for link in soup(client, "/reports/privacy/history").select(".crumbs a")]
    assert help_steps == ["/", "/help/", "/help/privacy"]


def test_a_report_costs_the_same_however_much_stands_around_it(
    town: Town, client: FlaskClient, app: Flask, count_queries
) -> None:
    costs = []
    for number in (3, 30):
        for more in range(number):
            make_page(f"{number}-{more}")
        with transaction():
            there = list(db.session.scalars(select(Page).where(Page.slug.contains("-") | (Page.slug == "r1"))))
            for group in range(number):
                entries = [EntryDraft(page, "", "") for page in there]
                service.put_collection(None, f"g{group}", f"特集{group}", "まえがき", entries=entries)
            tagging.put_tags(None, page_at("r1"), [f"タグ{tag}" for tag in range(min(number, 20))])
        client.get("/reports/r1")
        with count_queries() as counted:
            assert len(soup(client).select(".related li")) <= 4
        costs.append(counted.count)
    assert costs[0] == costs[1]
