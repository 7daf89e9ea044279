"""Two members of staff on one page, in two browsers; a text that outlives the network and the sign-in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.walks.conftest import Site, browsing, sign_in
from tests.walks.test_screens import AXE, findings

BODY = "窓口は九時に開きます。昼は休みます。\n\n申し込みはいりません。\n\nお問い合わせは市民課まで。"
SAVED = re.compile(r"^保存しました \d{1,2}:\d\d$")


def write_report(page: Page, slug: str) -> str:
    """A new report; gives the address of its editor."""
    page.goto("/reports/new")
    for name, value in {"title": "窓口の案内", "slug": slug, "body": BODY, "summary": "はじめ"}.items():
        page.fill(f"#editor [name={name}]", value)
    page.click("#editor button.main")
    page.wait_for_url(f"**/reports/{slug}")
    return f"/reports/{slug}/edit"


def change(page: Page, summary: str, *edits: tuple[str, str]) -> None:
    text = page.input_value("#body")
    for old, new in edits:
        text = text.replace(old, new)
    page.fill("#body", text)
    page.fill("#summary", summary)


def no_barrier(page: Page) -> None:
    if Path(AXE).exists():
        assert findings(page, AXE.read_text("utf-8")) == []


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_two_people_edit_one_page_and_nothing_is_lost(javascript: bool, chromium: Browser, live_site: Site) -> None:
    mark = "甲乙" if javascript else "丙丁"
    options = {"java_script_enabled": javascript, "bypass_csp": True}
    with browsing(chromium, live_site, **options) as one, browsing(chromium, live_site, **options) as other:
        for page, name in ((one, mark[0]), (other, mark[1])):
            sign_in(page, live_site.create(f"係{name}", "staff"))
        editor = write_report(one, f"window-{ord(mark[0])}")
        one.goto(editor)
        other.goto(editor)
        expect(other.locator("#beside")).to_contain_text(f"係{mark[0]}さんが")
        change(other, "時間を直した", ("九時", "十時"), ("市民課", "窓口課"))
        if javascript:
            expect(other.locator("[data-draft-line]")).to_have_text(SAVED)
        change(
            one,
            "段落を足した",
            ("昼は休みます", "昼も開きます"),
            ("はいりません。", "はいりません。\n\n予約もいりません。"),
        )
        if javascript:
            expect(one.locator("#beside")).to_contain_text(f"係{mark[1]}さんが")
        other.click("#editor button.main")
        other.wait_for_url(re.compile(r"/reports/window-\d+$"))
        if javascript:
            one.type("#summary", "。")
            expect(one.locator("#beside")).to_contain_text(f"係{mark[1]}さんが第2版を公開しました")
        one.click("#editor button.main")
        expect(one.locator("main h1")).to_have_text("まとめた文章を確かめてください")
        expect(one.locator("main")).to_contain_text(f"係{mark[1]}さんの変更（第2版で公開済み）")
        if javascript:
            no_barrier(one)
        one.click(".notice button.main")
        one.wait_for_url(re.compile(r"/reports/window-\d+$"))
        text = one.inner_text("article.report-text")
        for part in ("十時に開きます。昼も開きます。", "予約もいりません。", "窓口課まで。"):
            assert part in text


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_the_same_sentence_is_a_choice_between_three_texts(
    javascript: bool, chromium: Browser, live_site: Site
) -> None:
    mark = "春夏" if javascript else "秋冬"
    options = {"java_script_enabled": javascript, "bypass_csp": True, "viewport": {"width": 390, "height": 844}}
    with browsing(chromium, live_site, **options) as one, browsing(chromium, live_site, **options) as other:
        for page, name in ((one, mark[0]), (other, mark[1])):
            sign_in(page, live_site.create(f"係{name}", "staff"))
        editor = write_report(one, f"season-{ord(mark[0])}")
        one.goto(editor)
        other.goto(editor)
        change(other, "十時に", ("九時", "十時"))
        other.click("#editor button.main")
        other.wait_for_url(re.compile(r"/reports/season-\d+$"))
        change(one, "八時に", ("九時", "八時"), ("市民課", "窓口課"))
        one.click("#editor button.main")
        place = one.locator("fieldset.place")
        expect(place).to_have_count(1)
        expect(place.locator(".three section")).to_have_count(3)
        if javascript:
            no_barrier(one)
        one.click("#places button.main")
        expect(place).to_contain_text("どうするかを選んでください。")
        one.check("#choice-0-own")
        one.fill("#own-0", "窓口は八時か十時に開きます。")
        if javascript:
            no_barrier(one)
        one.click("#places button.main")
        expect(one.locator("#body")).to_have_value(
            BODY.replace("窓口は九時に開きます。", "窓口は八時か十時に開きます。").replace("市民課", "窓口課")
        )
        one.click("#editor button.main")
        one.wait_for_url(re.compile(r"/reports/season-\d+$"))
        assert "八時か十時" in one.inner_text("article.report-text")


@pytest.mark.browser
def test_what_was_typed_before_the_script_came_is_saved_too(chromium: Browser, live_site: Site) -> None:
    address = live_site.create("係早", "staff")
    scripts: list[Route] = []
    with browsing(chromium, live_site) as page:
        sign_in(page, address)
        editor = write_report(page, "typed-early")
        page.route(re.compile(r"/draft\.js"), lambda route: scripts.append(route))
        with page.expect_request(re.compile(r"/draft\.js")):
            page.goto(editor, wait_until="commit")
        page.fill("#body", "回線が遅いときに書いた文")
        assert page.inner_text("[data-draft-line]") == ""
        scripts[0].continue_()
        expect(page.locator("[data-draft-line]")).to_have_text(SAVED, timeout=10_000)


@pytest.mark.browser
def test_a_text_survives_a_lost_network_a_lost_sign_in_and_a_change_of_device(
    chromium: Browser, live_site: Site
) -> None:
    address = live_site.create("係星", "staff")
    with browsing(chromium, live_site, bypass_csp=True) as page:
        sign_in(page, address)
        editor = write_report(page, "survives")
        page.goto(editor)
        line = page.locator("[data-draft-line]")
        page.context.set_offline(True)
        page.fill("#body", "電波のないところで書いた文")
        expect(line).to_contain_text("まだ保存できていません。文章はこの端末に残しています。")
        page.context.set_offline(False)
        page.goto("/reports/")
        page.context.clear_cookies()
        sign_in(page, address)
        page.goto(editor)
        expect(page.locator("#body")).to_have_value(BODY)
        page.click("[data-draft-line] >> text=下書きに保存して開く")
        page.wait_for_url("**/edit?draft=1")
        expect(page.locator("#body")).to_have_value("電波のないところで書いた文")
        page.fill("#body", "続きの文")
        page.goto("/reports/")  # left within the pause: saved on the way out
        with browsing(chromium, live_site, bypass_csp=True) as phone:
            sign_in(phone, address)
            phone.goto(editor)
            no_barrier(phone)
            phone.click("text=続きを書く")
            expect(phone.locator("#body")).to_have_value("続きの文")
            phone.fill("#body", "電話で書いた文")
            expect(phone.locator("[data-draft-line]")).to_have_text(SAVED)
        page.goto(editor)
        page.context.clear_cookies()
        page.fill("#body", "ログインが切れてから書いた文")
        expect(line).to_contain_text("ログインが切れた")
        page.click("#editor button.main")
        expect(page.locator("#held-body")).to_have_value("ログインが切れてから書いた文")
        no_barrier(page)
