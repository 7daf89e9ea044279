"""Staff put a collection in order: by buttons without a script, by keyboard, and by dragging."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import Site, browsing, sign_in

EDIT = "/collections/jichitai-dx-2023/edit"
FIRST = "thirst-for-change"


@pytest.fixture(scope="module")
def clerk(live_site: Site) -> str:
    return live_site.create("並べ係", "staff")


def order(page: Page) -> list[str]:
    """The titles in the order in which they stand on the screen."""
    return page.locator("#entries [data-order-name], #entries .order > li").evaluate_all(
        "rows => rows.map(row => row.dataset.orderName)"
    )


def is_published(page: Page, wanted: list[str]) -> None:
    """The collection as everybody reads it stands in this order."""
    page.goto("/collections/jichitai-dx-2023")
    expect(page.locator(".episode h2")).to_have_text(wanted)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("main .form-acts > button.main")


@pytest.mark.browser
def test_rows_are_moved_by_the_arrow_keys_and_the_move_is_read_aloud(
    chromium: Browser, live_site: Site, clerk: str
) -> None:
    with browsing(chromium, live_site) as page:
        sign_in(page, clerk)
        page.goto(EDIT)
        before = order(page)
        grip = page.locator(".grip").first
        grip.focus()
        page.keyboard.press("ArrowDown")
        assert order(page) == [before[1], before[0], *before[2:]]
        assert page.evaluate("document.activeElement.className") == "button quiet grip"
        status = page.locator(".order + [role=status]")
        assert before[0] in status.inner_text()
        assert "2番目" in status.inner_text()
        page.keyboard.press("End")
        assert order(page) == [*before[1:], before[0]]
        page.keyboard.press("Home")
        assert order(page) == before
        page.keyboard.press("ArrowDown")
        save(page)
        is_published(page, [before[1], before[0], *before[2:]])


@pytest.mark.browser
def test_rows_are_dragged_by_their_handle(chromium: Browser, live_site: Site, clerk: str) -> None:
    with browsing(chromium, live_site, viewport={"width": 1280, "height": 1600}) as page:
        sign_in(page, clerk)
        page.goto(EDIT)
        before = order(page)
        page.locator("#entries").scroll_into_view_if_needed()
        grip, target = page.locator(".grip").nth(3).bounding_box(), page.locator(".order > li").first.bounding_box()
        assert grip is not None
        assert target is not None
        page.mouse.move(grip["x"] + 10, grip["y"] + 10)
        page.mouse.down()
        page.mouse.move(target["x"] + 300, target["y"] + 40, steps=12)
        page.mouse.move(target["x"] + 300, target["y"] + 5, steps=6)
        page.mouse.up()
        wanted = [before[3], *before[:3], before[4]]
        assert order(page) == wanted
        assert page.locator("[data-place]").evaluate_all("all => all.map(one => one.value)") == list("12345")
        save(page)
        is_published(page, wanted)


@pytest.mark.browser
def test_without_a_script_buttons_move_rows_and_nothing_typed_is_lost(
    chromium: Browser, live_site: Site, clerk: str
) -> None:
    with browsing(chromium, live_site, java_script_enabled=False) as page:
        sign_in(page, clerk)
        page.goto(EDIT)
        rows = page.locator(".order > li .row-title")
        before = rows.all_inner_texts()
        page.fill("input[name=title]", "まだ保存していない題名")
        page.locator("[data-up]").nth(2).click()
        expect(rows).to_have_text([before[0], before[2], before[1], *before[3:]])
        assert page.input_value("input[name=title]") == "まだ保存していない題名"
        page.fill("input[name=find]", "ない題名のもの")
        page.press("input[name=find]", "Enter")
        expect(page.locator("#add-pages")).to_contain_text("見つかりませんでした")
        assert page.input_value("input[name=title]") == "まだ保存していない題名"
        is_published(page, before)
