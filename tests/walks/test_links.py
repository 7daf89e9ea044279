"""Links by name in Chromium: offered behind "[[", red, written, blue; renamed; with and without JavaScript."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import Site, browsing, sign_in
from tests.walks.test_screens import LOOKS, axe, look  # noqa: F401 (axe is a fixture)


def publish(page: Page, title: str, body: str) -> None:
    """Write a new report; its address is left to the title."""
    page.goto("/reports/new")
    page.fill("#title", title)
    page.fill("#body", body)
    page.fill("#summary", "はじめの版")
    page.click("main button.main")
    page.wait_for_url(lambda url: "/reports/new" not in url)


@pytest.mark.browser
def test_a_page_is_offered_while_its_name_is_typed(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        sign_in(page, live_site.create("名づけ係", "staff"))
        page.goto("/reports/goal-of-dx/edit")
        body = page.locator("#body")
        body.fill("くわしくは[[第一")
        body.press("End")
        body.type("歩")
        option = page.get_by_role("option")
        expect(option).to_have_count(1)
        expect(option).to_have_attribute("aria-selected", "true")
        expect(body).to_have_attribute("aria-activedescendant", "body-offer-0")
        body.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        body.press("Backspace")
        expect(option).to_have_count(1)
        body.press("Enter")
        assert re.fullmatch(r"くわしくは\[\[[^\]]*第一歩[^\]]*\]\]", body.input_value())
        body.press("Control+z")
        assert body.input_value().startswith("くわしくは[[第一")


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_red_link_leads_to_its_page_being_written(javascript: bool, chromium: Browser, live_site: Site) -> None:
    mark = "壱" if javascript else "弐"
    with browsing(chromium, live_site, java_script_enabled=javascript) as page:
        sign_in(page, live_site.create(f"赤い糸{mark}", "staff"))
        publish(page, f"夜の試み{mark}", f"[[夜間窓口{mark}]]をご覧ください。")
        here = page.url
        page.click("a.unwritten")
        expect(page.locator("#title")).to_have_value(f"夜間窓口{mark}")
        page.fill("#body", "本文です。")
        page.fill("#summary", "はじめの版")
        page.click("main button.main")
        page.goto(here)
        expect(page.locator("a.wikilink")).to_have_text(f"夜間窓口{mark}")
        expect(page.locator(".unwritten")).to_have_count(0)
        page.goto(f"/reports/夜間窓口{mark}/rename")
        page.fill("#title", f"夜の窓口{mark}")
        page.fill("#slug", f"夜の窓口{mark}")
        page.click("main button.main")
        expect(page.locator("main h1")).to_have_text(f"夜の窓口{mark}")
        page.goto(here)
        page.click("a.wikilink")
        assert unquote(page.url).endswith(f"/reports/夜の窓口{mark}")


@pytest.mark.browser
@pytest.mark.parametrize("appearance", LOOKS, ids=["phone-light", "desktop-dark"])
def test_red_links_are_no_barrier(
    appearance: dict[str, Any],
    chromium: Browser,
    live_site: Site,
    axe: str,  # noqa: F811
) -> None:
    mark = appearance["color_scheme"]
    title = f"赤いリンク{mark}"
    paths = [f"/reports/{title}"]
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        sign_in(page, live_site.create(f"点検{mark}", "staff"))
        publish(page, title, "[[ないページ]]と[こちら](/reports/gone)。\n\n| a |\n|---|\n| [[goal-of-dx|目的]] |")
        look(page, [*paths, "/desk/links", "/desk/links?kind=vague", "/reports/goal-of-dx/links"], axe)
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        look(page, [*paths, "/reports/goal-of-dx/links"], axe)
