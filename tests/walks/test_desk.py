"""The desk as staff use it, in Chromium: by keyboard alone, by buttons without JavaScript, on a phone."""

from __future__ import annotations

import re
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import Site, browsing, sign_in

REPORT = "/reports/my-number-card"
_numbers = count(1)


def newcomer(chromium: Browser, site: Site, role: str = "resident") -> str:
    return site.create(f"机の{role}{next(_numbers)}", role)


def write(chromium: Browser, site: Site, texts: list[str]) -> list[str]:
    """Somebody's comments; gives their addresses."""
    with browsing(chromium, site) as page:
        sign_in(page, newcomer(chromium, site))
        addresses = []
        for text in texts:
            page.goto(REPORT)
            page.fill("#compose-text", text)
            page.click("#compose button[type=submit]")
            page.wait_for_url(re.compile(r"/comments/\d+"))
            addresses.append(re.sub(r"#.*", "", page.url.removeprefix(site.url)))
        return addresses


def flag(chromium: Browser, site: Site, comments: list[str], javascript: bool = True) -> None:
    """Two residents flag each of the comments."""
    for _ in range(2):
        with browsing(chromium, site, java_script_enabled=javascript) as page:
            sign_in(page, newcomer(chromium, site))
            for comment in comments:
                page.goto(f"{comment}/flag")
                page.check("input[name=reason][value=personal]")
                page.click("main form button[type=submit]")
                expect(page.locator("main")).to_be_visible()


def hidden(page: Page, comment: str, text: str) -> bool:
    """Whether the public no longer reads the comment."""
    page.goto(comment)
    return text not in page.locator("main").inner_text()


def tab_into_queue(page: Page) -> None:
    """Move by the tabulator key until the focus stands in the region in which the keys listen."""
    for _ in range(60):
        if page.evaluate("!!document.activeElement?.closest('[data-keys]')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the queue cannot be reached by keyboard")


def press(page: Page, key: str) -> None:
    """One key of the desk, and the page that follows."""
    tab_into_queue(page)
    with page.expect_navigation():
        page.keyboard.press(key)


def shown(page: Page) -> str:
    return page.locator(".case .said").first.inner_text()


@pytest.mark.browser
def test_staff_empty_the_queue_by_keyboard_alone_and_take_it_back(chromium: Browser, live_site: Site) -> None:
    texts = [f"鍵盤で決める声{next(_numbers)}です。" for _ in range(3)]
    comments = write(chromium, live_site, texts)
    flag(chromium, live_site, comments)
    by_text = dict(zip(texts, comments, strict=True))
    with browsing(chromium, live_site) as staff, browsing(chromium, live_site) as visitor:
        sign_in(staff, newcomer(chromium, live_site, "staff"))
        staff.goto("/desk/")
        expect(staff.locator(".queue .pick")).to_have_count(3)
        expect(staff.locator(".case")).to_contain_text("2人")
        first = shown(staff)
        press(staff, "h")
        assert hidden(visitor, by_text[first], first)
        second = shown(staff)
        assert second != first
        press(staff, "j")
        third = shown(staff)
        assert third not in (first, second)
        press(staff, "k")
        assert not hidden(visitor, by_text[third], third)
        assert shown(staff) == second
        press(staff, "h")
        expect(staff.locator("main")).to_contain_text("待っている通報はありません")
        assert hidden(visitor, by_text[second], second)
        press(staff, "z")
        assert shown(staff) == second
        assert not hidden(visitor, by_text[second], second)
        press(staff, "k")
        expect(staff.locator("main")).to_contain_text("待っている通報はありません")


@pytest.mark.browser
def test_the_keys_do_nothing_while_one_types_or_stands_elsewhere(chromium: Browser, live_site: Site) -> None:
    text = f"打っている間の声{next(_numbers)}です。"
    (comment,) = write(chromium, live_site, [text])
    flag(chromium, live_site, [comment])
    with browsing(chromium, live_site) as staff:
        sign_in(staff, newcomer(chromium, live_site, "staff"))
        staff.goto("/desk/")
        staff.keyboard.press("h")
        staff.locator("details:has(#note) summary").click()
        staff.locator("#note").focus()
        staff.keyboard.type("hkhk")
        assert staff.input_value("#note") == "hkhk"
        staff.wait_for_timeout(300)
        assert shown(staff) == text
        staff.goto("/desk/")
        press(staff, "k")


@pytest.mark.browser
def test_the_same_without_javascript_by_buttons(chromium: Browser, live_site: Site) -> None:
    texts = [f"釦で決める声{next(_numbers)}です。" for _ in range(2)]
    comments = write(chromium, live_site, texts)
    flag(chromium, live_site, comments, javascript=False)
    by_text = dict(zip(texts, comments, strict=True))
    with (
        browsing(chromium, live_site, java_script_enabled=False) as staff,
        browsing(chromium, live_site) as visitor,
    ):
        sign_in(staff, newcomer(chromium, live_site, "staff"))
        staff.goto("/desk/")
        first = shown(staff)
        staff.click("#decide button[value=hide]")
        assert hidden(visitor, by_text[first], first)
        second = shown(staff)
        assert second != first
        staff.click("#decide button[value=keep]")
        expect(staff.locator("main")).to_contain_text("待っている通報はありません")
        staff.click("form[action$='/undo'] button")
        assert shown(staff) == second
        staff.click("#decide button[value=hide]")
        assert hidden(visitor, by_text[second], second)
        staff.goto(f"{by_text[first]}/hide")
        expect(staff.locator("main")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_on_a_phone_the_decisions_stand_within_its_width(chromium: Browser, live_site: Site, javascript: bool) -> None:
    text = f"電話で決める声{next(_numbers)}です。" + "長い文章が続きます。" * 60
    (comment,) = write(chromium, live_site, [text])
    flag(chromium, live_site, [comment])
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browsing(chromium, live_site, java_script_enabled=javascript, **phone) as staff:
        sign_in(staff, newcomer(chromium, live_site, "staff"))
        staff.goto("/desk/")
        staff.click(".queue .pick a")
        for verdict in ("hide", "keep"):
            button = staff.locator(f"#decide button[value={verdict}]")
            button.scroll_into_view_if_needed()
            expect(button).to_be_in_viewport(ratio=1)
            box = button.bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390
            assert box["height"] >= 24
        staff.click("#decide button[value=keep]")
        expect(staff.locator("main")).to_contain_text("待っている通報はありません")
