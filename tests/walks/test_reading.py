"""A long text is easy to find one's way in: contents that follow, notes that open in place, paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.conftest import Site, browsing

REPORT = "/reports/first-step"


@pytest.mark.browser
def test_the_contents_mark_where_one_reads(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, viewport={"width": 1280, "height": 800}) as page:
        page.goto(REPORT)
        current = page.locator(".toc-rail a[aria-current]")
        assert current.count() == 0
        page.locator("#短い動画で三つのこと").evaluate("at => scrollTo({top: at.offsetTop - 50, behavior: 'instant'})")
        page.wait_for_selector(".toc-rail a[aria-current]")
        assert current.all_inner_texts() == ["短い動画で、三つのこと"]
        assert current.get_attribute("aria-current") == "location"
        page.locator("#意識は小さな問いから変わる").evaluate(
            "at => scrollTo({top: at.offsetTop + 300, behavior: 'instant'})"
        )
        expect(current).to_have_text("意識は、小さな問いから変わる")
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        page.wait_for_selector(".toc-rail a[aria-current]", state="detached")


@pytest.mark.browser
def test_on_a_phone_the_contents_stay_at_the_top_and_say_where_one_is(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, viewport={"width": 390, "height": 844}) as page:
        page.goto(REPORT)
        page.click(".toc-fold summary")
        page.click(".toc-fold a:has-text('意識は、小さな問いから変わる')")
        expect(page.locator("[data-toc-here]")).to_contain_text("意識は、小さな問いから変わる")
        assert page.locator(".toc-fold[open]").count() == 0
        fold = page.locator(".toc-fold").bounding_box()
        heading = page.locator("#意識は小さな問いから変わる").bounding_box()
        assert fold is not None
        assert heading is not None
        assert fold["y"] == 0
        assert heading["y"] >= fold["height"]


@pytest.mark.browser
def test_a_note_opens_at_its_mark_and_gives_the_focus_back(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, viewport={"width": 390, "height": 844}) as page:
        page.goto(REPORT)
        mark = page.locator("#fnref1")
        mark.focus()
        page.keyboard.press("Enter")
        note = page.get_by_role("dialog", name="注1")
        assert "DXは「デジタルトランスフォーメーション」" in note.inner_text()
        assert mark.get_attribute("aria-expanded") == "true"
        at, box = mark.bounding_box(), note.bounding_box()
        assert at is not None
        assert box is not None
        above, below = at["y"] - (box["y"] + box["height"]), box["y"] - (at["y"] + at["height"])
        assert 0 <= max(above, below) < 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.locator("#fn1").count() == 1
        page.keyboard.press("Escape")
        assert note.count() == 0
        assert page.evaluate("document.activeElement.id") == "fnref1"
        mark.click()
        note.get_by_role("button", name="閉じる").click()
        assert page.evaluate("document.activeElement.id") == "fnref1"
        mark.click()
        page.mouse.click(5, 5)
        assert note.count() == 0


@pytest.mark.browser
def test_without_a_script_the_mark_leads_to_the_note(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, java_script_enabled=False) as page:
        page.goto(REPORT)
        page.click("#fnref1")
        assert page.url.endswith("#fn1")


@pytest.mark.browser
def test_the_way_back_leads_to_where_the_reader_came_from(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        page.goto(REPORT)
        step = page.locator(".crumbs li:nth-last-child(2) a")
        assert "/collections/" in str(step.get_attribute("href"))
        page.click(".standing a[href^='/series/']")
        page.click(".rows a")
        page.wait_for_url(f"**{REPORT}")
        expect(step).to_have_attribute("href", re.compile("/series/"))
        expect(step).to_have_text(re.compile("^連載"))


@pytest.mark.browser
def test_on_paper_there_is_the_text_with_its_address_and_nothing_to_press(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, java_script_enabled=False) as page:
        page.goto(REPORT)
        assert not page.locator(".paper-only").is_visible()
        page.emulate_media(media="print")
        assert page.locator(".paper-only img").is_visible()
        assert live_site.url + REPORT in page.locator(".paper-only").inner_text()
        for pressed in (".acts", ".toc-fold", ".composer", ".related", ".crumbs", ".pager"):
            assert page.locator(f"{pressed}:visible").count() == 0, pressed
        after = "at => getComputedStyle(at, '::after').content"
        page.locator("article.prose").evaluate(
            "at => at.insertAdjacentHTML('beforeend', '<p><a id=out href=\"https://example.jp/x\">外</a></p>')"
        )
        assert "https://example.jp/x" in page.locator("#out").evaluate(after)
        pdf = page.pdf(prefer_css_page_size=True)
        assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf
