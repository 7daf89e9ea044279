"""Finding in the browser: words offered while one types, a plain form without script, and far too much typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.conftest import Site, browsing


@pytest.mark.browser
def test_words_are_offered_while_one_types_and_taken_by_keyboard(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, viewport={"width": 390, "height": 844}) as page:
        page.goto("/search")
        field = page.locator("#q")
        field.press_sequentially("デジタ", delay=30)
        options = page.locator("#q-list [role=option]")
        expect(options.first).to_be_visible()
        assert all("デジタ" in words for words in options.all_inner_texts())
        field.press("ArrowDown")
        chosen = options.first.inner_text()
        expect(options.first).to_have_attribute("aria-selected", "true")
        field.press("Enter")
        page.wait_for_url("**/search?q=*")
        expect(page.locator("#q")).to_have_value(chosen)
        expect(page.locator("main mark").first).to_be_visible()


@pytest.mark.browser
def test_escape_closes_the_words_and_keeps_what_was_typed(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        page.goto("/search")
        field = page.locator("#q")
        field.press_sequentially("デジタ", delay=30)
        expect(page.locator("#q-list [role=option]").first).to_be_visible()
        field.press("Escape")
        expect(page.locator("#q-list")).to_be_hidden()
        expect(field).to_have_value("デジタ")


@pytest.mark.browser
@pytest.mark.parametrize("has_script", [True, False])
def test_what_is_found_leads_to_its_place(chromium: Browser, live_site: Site, has_script: bool) -> None:
    with browsing(chromium, live_site, java_script_enabled=has_script) as page:
        page.goto("/")
        page.get_by_role("link", name="検索").first.click()
        page.wait_for_url("**/search")  # loaded, scripts included: nothing moves under the pointer any more
        page.locator("#q").fill("窓口")
        page.get_by_role("button", name="検索する").click()
        expect(page.locator("main mark").first).to_have_text("窓口")
        page.locator("main article a, main li a").filter(has=page.locator("mark")).first.click()
        expect(page.locator("main")).to_contain_text("窓口")


@pytest.mark.browser
def test_ten_thousand_characters_are_answered_with_what_to_do(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        page.goto("/search")
        page.locator("#q").evaluate(
            "field => { field.focus(); document.execCommand('insertText', false, '窓'.repeat(10_000)); }"
        )
        page.get_by_role("button", name="検索する").click()
        expect(page.locator("#q-error")).to_contain_text("100字まで")
        assert set(page.locator("#q").input_value()) == {"窓"}
