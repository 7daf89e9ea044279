"""A link by name is right at the very next request after its page comes or is renamed, although pages are kept."""

from __future__ import annotations

from collections.abc import Callable

from bs4 import BeautifulSoup
from werkzeug.test import Client

from tests.front.conftest import Town
from wiki.core.database import db, transaction
from wiki.pages import service as pages
from wiki.pages.models import Page
from wiki.pages.service import PageDraft

Open = Callable[..., Client]


def link(client: Client, path: str = "/reports/r1") -> tuple[str, str | None]:
    """The tag and address of the only link by name on the page."""
    article = BeautifulSoup(client.get(path).text, "html.parser").find("article", class_="report-text")
    assert article is not None
    (found,) = article.select(".wikilink, .unwritten")
    return found.name, found.get("href")


def create(slug: str, title: str, body: str = "本文") -> Page:
    with transaction():
        return pages.create(None, PageDraft.of(title, slug, body, "はじめ"))


def test_a_red_link_is_blue_at_the_next_request_after_its_page_is_made(town: Town, browser: Open) -> None:
    town.revise("[[夜間窓口]]を見てください。")
    visitor, staff = browser(), browser(town.staff)
    assert [link(visitor)[0] for _ in range(2)] == ["span", "span"]
    assert "/reports/new?" in str(link(staff)[1])
    create("night", "夜間窓口")
    assert link(visitor) == ("a", "/reports/night")
    assert link(staff) == ("a", "/reports/night")


def test_a_link_leads_to_the_new_address_at_the_next_request(town: Town, browser: Open) -> None:
    page = create("night", "夜間窓口")
    town.revise("[[night]]")
    visitor = browser()
    assert [link(visitor)[1] for _ in range(2)] == ["/reports/night"] * 2
    with transaction():
        page = db.session.get_one(Page, page.id)
        pages.revise(town.staff, page, PageDraft.of("夜間窓口", "late", "本文", "名前"), 1)
    assert link(visitor)[1] == "/reports/late"


def test_a_link_goes_back_to_the_nearer_name(town: Town, browser: Open) -> None:
    """A page that takes a title's words for its slug is nearer than the page with that title."""
    create("night", "夜間窓口")
    town.revise("[[夜間窓口]]")
    visitor = browser()
    assert link(visitor)[1] == "/reports/night"
    create("夜間窓口", "別の題")
    assert link(visitor)[1] == "/reports/%E5%A4%9C%E9%96%93%E7%AA%93%E5%8F%A3"


def test_the_count_of_backlinks_is_right_at_the_next_request(town: Town, browser: Open) -> None:
    visitor = browser()
    assert "リンク元" not in visitor.get("/reports/r1").text
    page = create("other", "よその題", "[[r1]]")
    assert "リンク元 1" in visitor.get("/reports/r1").text
    assert "よその題" in visitor.get("/reports/r1/links").text
    with transaction():
        page = db.session.get_one(Page, page.id)
        pages.revise(town.staff, page, PageDraft.of("よその題", "other", "もう無い", "直し"), 1)
    assert "リンク元" not in visitor.get("/reports/r1").text
    assert "よその題" not in BeautifulSoup(visitor.get("/reports/r1/links").text, "html.parser").main.text
