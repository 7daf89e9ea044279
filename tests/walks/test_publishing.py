"""From draft to public in the browser: a second pair of eyes; and what residents suggest, taken over or declined."""

from __future__ import annotations

import re
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import Site, browsing, sign_in
from tests.walks.test_links import publish

_numbers = count(1)
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])


def hand_in(page: Page, title: str, body: str) -> str:
    """Write a new report and ask for a look at it; gives its address."""
    page.goto("/reports/new")
    page.fill("#title", title)
    page.fill("#body", body)
    page.fill("#summary", "はじめの版")
    page.click("details.later summary")
    page.get_by_role("button", name="確認を頼む").click()
    page.wait_for_url(re.compile(r"/reports/[^/]+/(submissions|pending)"))
    return page.url


def decide(page: Page, address: str, verdict: str, note: str = "") -> None:
    page.goto(address)
    if note:
        page.fill("textarea[name=note]", note)
    page.click(f"button[name=verdict][value={verdict}]")
    expect(page.locator("main")).to_be_visible()


@pytest.mark.browser
@both
def test_a_report_is_returned_changed_and_approved(javascript: bool, chromium: Browser, live_site: Site) -> None:
    mark = next(_numbers)
    title = f"夜の開庁{mark}"
    writer_address, reviewer_address = (live_site.create(f"{who}{mark}号", "staff") for who in ("書く人", "見る人"))
    with (
        browsing(chromium, live_site, java_script_enabled=javascript) as writer,
        browsing(chromium, live_site, java_script_enabled=javascript) as reviewer,
        browsing(chromium, live_site) as visitor,
    ):
        sign_in(writer, writer_address)
        address = hand_in(writer, title, "木曜日は、夜の七時まで開きます。")
        slug = address.split("/reports/")[1].split("/")[0]
        visitor.goto(f"/reports/{slug}")
        expect(visitor.locator("main")).not_to_contain_text("木曜日は")
        writer.goto(address)
        expect(writer.locator("button[value=approve]")).to_have_count(0)
        sign_in(reviewer, reviewer_address)
        decide(reviewer, address, "return", "曜日を確かめてください。")
        writer.goto(address)
        expect(writer.locator("main")).to_contain_text("曜日を確かめてください。")
        writer.locator(".verdicts").get_by_role("link", name="編集する").click()
        writer.fill("#body", "金曜日は、夜の七時まで開きます。")
        if not writer.locator("details.later").get_attribute("open"):
            writer.click("details.later summary")
        writer.get_by_role("button", name="確認を頼む").click()
        writer.wait_for_url(re.compile(r"/reports/[^/]+/(submissions|pending)"))
        decide(reviewer, writer.url, "approve")
        visitor.goto(f"/reports/{slug}")
        expect(visitor.locator("main h1")).to_have_text(title)
        expect(visitor.locator("main")).to_contain_text("金曜日は、夜の七時まで開きます。")


@pytest.mark.browser
@both
def test_a_suggested_edit_is_taken_over_and_another_declined(
    javascript: bool, chromium: Browser, live_site: Site
) -> None:
    mark = next(_numbers)
    resident_address, staff_address = (
        live_site.create(f"気づいた人{mark}", "resident"),
        live_site.create(f"決める人{mark}", "staff"),
    )
    with (
        browsing(chromium, live_site, java_script_enabled=javascript) as resident,
        browsing(chromium, live_site, java_script_enabled=javascript) as staff,
    ):
        sign_in(staff, staff_address)
        publish(staff, f"直される文{mark}", "窓口は五時までです。\n\n電話は四時までです。")
        report = re.sub(r"[?#].*", "", staff.url)
        sign_in(resident, resident_address)
        suggested = []
        for old, new in (("五時", "五時十五分"), ("四時", "三時")):
            resident.goto(f"{report}/suggest")
            body = resident.locator("textarea[name=body]")
            body.fill(body.input_value().replace(old, new))
            resident.fill("textarea[name=reason]", "案内板と違います。")
            resident.get_by_role("button", name="修正案を送る").click()
            resident.wait_for_url(re.compile(r"/suggestions/\d+"))
            suggested.append(re.sub(r"[?#].*", "", resident.url))
        staff.goto(suggested[0])
        staff.get_by_role("button", name="取り入れて公開する").click()
        expect(staff.locator("main")).to_contain_text("本文に取り入れました")
        staff.goto(suggested[1])
        staff.locator("#decline [name=why]").first.check()
        staff.fill("#decline [name=words]", "電話は四時までで正しいことを確かめました。")
        staff.get_by_role("button", name="見送る").click()
        resident.goto(suggested[1])
        expect(resident.locator("main")).to_contain_text("電話は四時までで正しいことを確かめました。")
        resident.goto(report)
        expect(resident.locator("main")).to_contain_text("窓口は五時十五分までです。")
        expect(resident.locator("main")).to_contain_text("電話は四時までです。")
        resident.goto(f"{report}/history")
        expect(resident.locator("main")).to_contain_text(f"気づいた人{mark}")
