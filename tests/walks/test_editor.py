"""Two editors on one Markdown source, in Chromium: what is saved, by hand and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.test_rich_editor import ROOT
from tests.walks.conftest import Site, browsing, sign_in
from tests.walks.test_screens import AXE, LOOKS, findings

REPORTS = ["first-step", "goal-of-dx", "my-number-card", "residents-in-dx", "thirst-for-change"]
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
END = "Control+End"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def editor_address(live_site: Site) -> str:
    if not (ROOT / "static/dist/rich.js").exists():
        pytest.skip("the rich editor is not built; it comes with Node (make rich)")
    return live_site.create("編集係", "staff")


@pytest.fixture
def desk(chromium: Browser, live_site: Site, editor_address: str) -> Iterator[Page]:
    """A member of staff at a wide screen."""
    with browsing(chromium, live_site, **WIDE) as page:
        sign_in(page, editor_address)
        yield page


def open_rich(page: Page, slug: str) -> None:
    page.goto(f"/reports/{slug}/edit")
    choose(page, "rich")


def choose(page: Page, mode: str) -> None:
    """One of the two editors, with the cursor in it."""
    page.click(f"[data-mode={mode}]")
    expect(page.locator(".rich-text" if mode == "rich" else "textarea[name=body]")).to_be_focused()


def publish(page: Page, summary: str = "試し") -> None:
    page.fill("input[name=summary]", summary)
    page.click("main form.form button.main:not(dialog *)")
    page.wait_for_url(lambda url: "/edit" not in url)


def source(page: Page) -> str:
    """What would be sent, once the rich editor has come to rest."""
    page.wait_for_timeout(600)
    return page.input_value("textarea[name=body]")


def write(page: Page, slug: str, body: str) -> None:
    page.goto(f"/reports/{slug}/edit")
    page.fill("textarea[name=body]", body)


def new_report(page: Page, slug: str, body: str) -> None:
    page.goto("/reports/new")
    page.fill("input[name=title]", slug)
    page.fill("input[name=slug]", slug)
    page.fill("textarea[name=body]", body)
    publish(page)


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_saved_unchanged_in_the_rich_editor_makes_no_revision(desk: Page, slug: str) -> None:
    open_rich(desk, slug)
    publish(desk)
    expect(desk.get_by_text("変更はありませんでした。")).to_be_visible()


@pytest.mark.parametrize("slug", REPORTS)
def test_a_word_typed_into_one_paragraph_changes_that_paragraph_alone(desk: Page, slug: str) -> None:
    open_rich(desk, slug)
    before = desk.input_value("textarea[name=body]").split("\n")
    desk.locator(".rich-text > p").nth(2).click()
    desk.keyboard.press("End")
    desk.keyboard.insert_text("ここは試しに足した一文です。")
    after = source(desk).split("\n")
    assert len(after) == len(before)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    publish(desk)
    desk.goto(f"/reports/{slug}/diff")
    assert "ここは試しに足した一文です。" in "".join(desk.locator(".diff ins").all_text_contents())
    assert desk.locator(".diff .row:has(ins), .diff .row:has(del)").count() <= 2


def test_one_can_change_editors_at_any_moment(desk: Page) -> None:
    open_rich(desk, "first-step")
    desk.keyboard.press(END)
    desk.keyboard.insert_text("見たままの続き")
    desk.click("[data-mode=plain]")
    area = desk.locator("textarea[name=body]")
    expect(area).to_be_focused()
    assert area.input_value().rstrip().endswith("見たままの続き")
    area.press(END)
    desk.keyboard.insert_text("\n\n**Markdownの続き**")
    desk.click("[data-mode=rich]")
    expect(desk.locator(".rich-text strong", has_text="Markdownの続き")).to_be_visible()
    desk.reload()
    expect(desk.locator(".rich-text")).to_be_visible()  # the choice is remembered


def test_japanese_is_composed_once(desk: Page) -> None:
    new_report(desk, "composed", "- 項目\n\n| 列 | 列 |\n| --- | --- |\n| 一 | 二 |")
    open_rich(desk, "composed")
    keys = desk.context.new_cdp_session(desk)
    for place in (".rich-text li p", ".rich-text td p"):
        desk.locator(place).first.click()
        desk.keyboard.press("End")
        for text in ("ｓ", "しゅ", "しゅう", "集"):
            keys.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
        keys.send("Input.insertText", {"text": "集会"})
    assert source(desk) == "- 項目集会\n\n| 列 | 列 |\n| --- | --- |\n| 一集会 | 二 |"


def test_the_toolbar_does_the_same_in_both_editors(desk: Page) -> None:
    made = []
    for mode in ("plain", "rich"):
        write(desk, "goal-of-dx", "窓口")
        choose(desk, mode)
        desk.keyboard.press("Control+A")
        desk.click("[data-act=link]")
        desk.fill("#link-address", "/reports/")
        desk.keyboard.press("Enter")
        desk.keyboard.press(END)
        desk.keyboard.insert_text("と")
        desk.click("[data-act=note]")
        desk.keyboard.insert_text("注です。")
        made.append(source(desk).rstrip())
    assert made == ["[窓口](/reports/)と[^1]\n\n[^1]: 注です。"] * 2


def test_the_toolbar_is_one_stop_and_arrows_go_through_it(desk: Page) -> None:
    write(desk, "goal-of-dx", "言葉")
    desk.click("[data-mode=plain]")
    desk.keyboard.press("Control+A")
    desk.keyboard.press("Shift+Tab")
    expect(desk.locator("[data-act=heading]")).to_be_focused()
    desk.keyboard.press("ArrowLeft")
    expect(desk.locator("[data-act=note]")).to_be_focused()
    desk.keyboard.press("Home")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("[data-act=bold]")).to_be_focused()
    desk.keyboard.press("Enter")
    assert source(desk) == "**言葉**"
    desk.keyboard.press("Control+Z")
    assert source(desk) == "言葉"


@pytest.mark.parametrize("mode", ["plain", "rich"])
def test_a_table_is_edited_without_counting_pipes(desk: Page, mode: str) -> None:
    table = "前。\n\n|  年 | 件数 |\n|---|---|\n| 令和5  | 10 |"
    write(desk, "goal-of-dx", table)
    choose(desk, mode)
    desk.keyboard.press(END)
    if mode == "rich":
        desk.locator(".rich-text td p").last.click()
    desk.click("[data-act=table]")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.keyboard.insert_text("令和6")
    desk.keyboard.press("Tab")
    desk.keyboard.insert_text("12|13")
    desk.get_by_role("button", name="表を入れる").click()
    assert source(desk).rstrip() == table + "\n| 令和6 | 12\\|13 |"


@pytest.mark.parametrize("mode", ["plain", "rich"])
def test_others_may_insert_at_the_cursor(desk: Page, mode: str) -> None:
    write(desk, "goal-of-dx", "前。")
    choose(desk, mode)
    desk.keyboard.press(END)
    desk.evaluate(
        """async () => {
          const { insertAtCursor } = await import("/static/js/editor/surfaces.js");
          insertAtCursor(document.querySelector("form[data-editor]"), '\\n\\n![絵](/static/a.svg "題")\\n');
        }"""
    )
    assert source(desk).rstrip() == '前。\n\n![絵](/static/a.svg "題")'


def test_the_words_about_a_picture_are_changed_where_it_stands_and_nothing_else_is(desk: Page) -> None:
    before = '前の段落。\n\n![絵](/static/sample/card-everyday.svg "図1")\n\n*  後の項目\n'
    write(desk, "goal-of-dx", before)
    choose(desk, "rich")
    button = desk.get_by_role("button", name="説明を直す")
    button.focus()
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog", name="画像の説明を直す")
    alt, caption = dialog.get_by_label("画像の説明", exact=True), dialog.get_by_label("図の下に出す文")
    expect(alt).to_be_focused()
    assert (alt.input_value(), caption.input_value()) == ("絵", "図1")
    alt.fill("一枚のカード\nから伸びる線")
    caption.fill("")
    desk.keyboard.press("Enter")
    assert source(desk) == before.replace(
        '![絵](/static/sample/card-everyday.svg "図1")',
        "![一枚のカード から伸びる線](/static/sample/card-everyday.svg)",
    )
    button.click()
    desk.keyboard.press("Escape")
    expect(desk.locator(".rich-text")).to_be_focused()
    choose(desk, "plain")
    assert "一枚のカード から伸びる線" in source(desk)


def test_a_text_that_the_rich_editor_cannot_show_stays_in_markdown(desk: Page) -> None:
    broken = "[x]: /a 'unfinished\n\n| a |\n|---|\n\n" + "![" * 3
    write(desk, "goal-of-dx", broken)
    desk.click("[data-mode=rich]")
    desk.wait_for_timeout(1000)
    assert source(desk) == broken


def test_the_preview_opens_beside_the_text_and_follows(desk: Page) -> None:
    desk.goto("/reports/goal-of-dx/edit")
    if desk.locator(".rich-text").count():
        desk.click("[data-mode=plain]")
    preview = desk.locator("#preview")
    expect(preview.locator("h2", has_text="同じことを、何度も入力している")).to_be_visible()
    text, shown = desk.locator("textarea[name=body]").bounding_box(), preview.bounding_box()
    assert text and shown and shown["x"] >= text["x"] + text["width"]
    desk.fill("textarea[name=body]", "## 新しい見出し\n\n![](/static/a.svg)")
    expect(preview.locator("h2", has_text="新しい見出し")).to_be_visible()
    expect(preview.locator(".hints li")).to_have_count(1)
    desk.get_by_role("button", name="閉じる").click()
    desk.reload()
    expect(preview).to_be_hidden()


def test_a_heading_leads_to_its_section(desk: Page) -> None:
    desk.goto("/reports/goal-of-dx")
    desk.get_by_role("link", name="この節を編集（二つの目標は、同じ重さ）").click()
    body = desk.input_value("textarea[name=body]")
    assert body.startswith("## 二つの目標は、同じ重さ") and "確認を増やすより" not in body


@pytest.mark.parametrize("appearance", LOOKS, ids=["phone-light", "desktop-dark"])
def test_nobody_meets_a_barrier_in_the_rich_editor_and_its_dialogs(
    appearance: dict[str, Any], chromium: Browser, live_site: Site, editor_address: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed; it comes with Node (make rich)")
    axe = AXE.read_text("utf-8")
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        sign_in(page, editor_address)
        page.goto("/reports/first-step/edit")
        choose(page, "rich")
        assert not findings(page, axe)
        for act in ("link", "table"):
            page.click(f"[data-act={act}]")
            assert not findings(page, axe)
            page.keyboard.press("Escape")
            expect(page.locator(".rich-text")).to_be_focused()


def test_on_a_phone_the_preview_is_below_and_nothing_scrolls_sideways(
    chromium: Browser, live_site: Site, editor_address: str
) -> None:
    with browsing(chromium, live_site, **PHONE) as page:
        sign_in(page, editor_address)
        open_rich(page, "goal-of-dx")
        page.get_by_role("button", name="仕上がりを見る").click()
        expect(page.locator("#preview .prose")).to_be_visible()
        text, shown = page.locator(".rich-text").bounding_box(), page.locator("#preview").bounding_box()
        assert text and shown and shown["y"] >= text["y"] + text["height"]
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_scripts_there_is_a_textarea_and_nothing_that_does_nothing(
    chromium: Browser, live_site: Site, editor_address: str
) -> None:
    context: BrowserContext = chromium.new_context(base_url=live_site.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, editor_address)
    page.goto("/reports/goal-of-dx/edit")
    expect(page.locator("textarea[name=body]")).to_be_visible()
    for hidden in ("[data-toolbar]", "[data-modes]", "[data-rich-host]", "[data-beside-close]", "dialog"):
        for found in page.locator(hidden).all():
            expect(found).to_be_hidden()
    context.close()
