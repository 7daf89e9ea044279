"""A voice on paper, from the sheet that is printed to the answer that its writer reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.walks.conftest import PASSWORD, Site, browsing, sign_in

REPORT = "/reports/first-step"
SAID = "母は字が小さいと読めません。窓口にも大きな字の案内をください。"


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_sheet_goes_from_print_preview_to_answered(chromium: Browser, live_site: Site, script: bool) -> None:
    way = "鍵盤" if script else "素"
    clerk = live_site.create(f"受付係{way}", "staff")
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        page.goto(REPORT)
        page.get_by_role("link", name="意見用紙を印刷する").click()
        page.emulate_media(media="print")
        expect(page.locator(".sheet-tools")).to_be_hidden()
        expect(page.locator(".masthead")).to_be_hidden()
        number = page.locator(".paper-number").last.inner_text()
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        sign_in(page, clerk)
        page.goto("/desk/intake")
        expect(page.locator("[name=number]")).to_be_focused()
        page.keyboard.type(number.lower())
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type(SAID + way)
        with page.expect_navigation():
            if script:
                page.keyboard.press("Control+Enter")
            else:
                page.locator("form.entry button.main").focus()
                page.keyboard.press("Enter")
        expect(page.locator(".flashes")).to_contain_text(number)
        expect(page.locator("[name=number]")).to_be_focused()
        page.get_by_role("link", name=SAID[:10]).first.click()
        page.get_by_role("link", name="返信").first.click()
        page.locator("textarea[name=body]").last.fill("来月から、窓口の案内を大きな字でも用意します。")
        with page.expect_navigation():
            page.locator("form.composer button.main").last.click()
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        page.goto("/receipts/")
        page.fill("[name=number]", number)
        page.keyboard.press("Enter")
        expect(page.locator(".voices")).to_contain_text(SAID + way)
        expect(page.locator(".voices")).to_contain_text("来月から、窓口の案内を大きな字でも用意します。")


@pytest.mark.browser
def test_the_writer_takes_the_voice_over_into_an_account(chromium: Browser, live_site: Site) -> None:
    clerk, writer = live_site.create("受付係二", "staff"), live_site.create("書いた本人", "resident")
    with browsing(chromium, live_site) as page:
        sign_in(page, clerk)
        page.goto("/desk/intake")
        page.select_option("[name=page_id]", index=1)
        page.select_option("[name=channel]", "phone")
        page.fill("[name=body]", "電話で話しました。土曜にも相談したいです。")
        with page.expect_navigation():
            page.locator("form.entry button.main").click()
        number = page.locator(".entered b.num").first.inner_text()
    with browsing(chromium, live_site) as page:
        page.goto(f"/receipts/{number}")
        page.get_by_role("link", name="ログインして引きつぐ").click()
        page.fill("[name=email]", writer)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.locator("main button[type=submit]").first.click()
        page.get_by_role("button", name="自分の声として引きつぐ").click()
        expect(page.locator("article.voice[data-marked]")).to_contain_text("書いた本人")
        expect(page.locator("article.voice[data-marked]")).to_contain_text("電話で受付")
