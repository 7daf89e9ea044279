"""From a sentence to the voice that changed it, in Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.conftest import Site, browsing
from tests.walks.test_screens import LOOKS, axe, findings

__all__ = ["axe"]

REPORT = "/reports/goal-of-dx"


@pytest.mark.browser
@pytest.mark.parametrize("appearance", LOOKS, ids=["phone-light", "desktop-dark"])
def test_one_tap_shows_voice_answer_and_change(
    appearance: dict[str, Any],
    chromium: Browser,
    live_site: Site,
    axe: str,
) -> None:
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        page.goto(REPORT)
        seal = page.locator("a.seal")
        seal.click()
        card = page.locator("dialog")
        expect(card).to_contain_text("提案「住所や名前を、一度書けばすむ窓口に」")
        expect(card).to_contain_text("市民課が回答")
        expect(card.locator("ins").first).to_be_visible()
        expect(card.get_by_role("button", name="閉じる")).to_be_in_viewport()
        assert findings(page, axe) == []
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(seal).to_be_focused()
        expect(page).to_have_url(re.compile(REPORT + "$"))
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.report-text'))")
        selected = page.evaluate("String(getSelection())")
        assert "二度たずねないことを目標にします。最後に" in selected, "what is copied is the text alone"


@pytest.mark.browser
def test_without_javascript_the_seal_leads_to_the_card(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site, java_script_enabled=False) as page:
        page.goto(REPORT)
        page.locator("a.seal").click()
        expect(page).to_have_url(re.compile(REPORT + r"/voices#s\d+$"))
        expect(page.locator(".wording :target")).to_contain_text("職員と住民が同じ机で")
        expect(page.locator("li.passage:has(:target) .birth")).to_contain_text("市民課が回答")
