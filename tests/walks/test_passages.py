"""A resident speaks of some words of a report: with the mouse, with a finger, by keyboard, and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import Site, browsing, sign_in

REPORT = "/reports/my-number-card"
SELECT = """() => {
  const paragraph = document.querySelectorAll("article.report-text > p")[2];
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const node = walker.nextNode();
  const range = document.createRange();
  range.setStart(node, 0);
  range.setEnd(node, Math.min(14, node.length));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  paragraph.scrollIntoView({block: "center"});
  return range.toString();
}"""


@pytest.fixture(scope="module")
def resident(live_site: Site) -> str:
    return live_site.create("箇所の見本", "resident")


def speak(page: Page, said: str) -> None:
    """Write in the form that opened at the selection."""
    expect(page.locator(".speak-dialog")).to_be_visible()
    page.locator(".speak-dialog textarea").fill(said)
    page.locator(".speak-dialog select[name=stance]").select_option("question")
    with page.expect_navigation():
        page.locator(".speak-dialog button.main").click()


def is_marked(page: Page, words: str, said: str) -> None:
    """The words are marked in the report, and the comment stands beside them."""
    page.goto(REPORT)
    expect(page.locator("article .talked").filter(has_text=words).first).to_be_visible()
    page.goto(f"{REPORT}/passages")
    expect(page.locator(".talks").first).to_contain_text(said)
    expect(page.locator(".talks").first).to_contain_text(words)


@pytest.mark.browser
def test_with_the_mouse(chromium: Browser, live_site: Site, resident: str) -> None:
    with browsing(chromium, live_site) as page:
        sign_in(page, resident)
        page.goto(REPORT)
        first = page.locator("article.report-text > p").nth(1)
        first.scroll_into_view_if_needed()
        box = first.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 4, box["y"] + 14)
        page.mouse.down()
        page.mouse.move(box["x"] + 160, box["y"] + 14, steps=6)
        page.mouse.up()
        page.locator("button.speak").click()
        words = page.locator(".speak-dialog [data-words]").inner_text()
        assert len(words) > 3
        speak(page, "鼠で選んだ箇所です。")
        is_marked(page, words, "鼠で選んだ箇所です。")


@pytest.mark.browser
def test_with_a_finger(chromium: Browser, live_site: Site, resident: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browsing(chromium, live_site, **phone) as page:
        sign_in(page, resident)
        page.goto(REPORT)
        words = page.evaluate(SELECT)  # the phone's own long press, which no driver can make
        button = page.locator("button.speak")
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.tap()
        speak(page, "指で選んだ箇所です。")
        is_marked(page, words, "指で選んだ箇所です。")


@pytest.mark.browser
def test_a_keyboard_selection_leads_to_the_button_by_tab(chromium: Browser, live_site: Site, resident: str) -> None:
    with browsing(chromium, live_site) as page:
        sign_in(page, resident)
        page.goto(REPORT)
        words = page.evaluate(SELECT)  # caret browsing, which a driver cannot switch on
        expect(page.locator("button.speak")).to_be_visible()
        expect(page.locator("article.report-text > p:nth-of-type(3) + button.speak")).to_be_visible()  # Tab's next
        page.locator("button.speak").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".speak-dialog textarea")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".speak-dialog")).to_have_count(0)
        assert words


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_by_keyboard_through_the_list_of_sentences(
    chromium: Browser, live_site: Site, resident: str, script: bool
) -> None:
    said = f"文を選んで書きました{script}。"
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        sign_in(page, resident)
        page.goto(REPORT)
        page.get_by_role("link", name="文を選んで書く").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#choose")).to_be_visible()
        page.wait_for_load_state()  # the address' fragment takes the focus then
        sentence = page.locator(".choose a").nth(4 if script else 6)
        words = sentence.inner_text()
        sentence.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#compose-passage .spoken-of")).to_contain_text(words[:20])
        page.locator("#compose-passage textarea").fill(said)
        with page.expect_navigation():
            page.locator("#compose-passage button.main").click()
        is_marked(page, words[:10], said)


@pytest.mark.browser
def test_staff_rewrite_the_words_and_the_comment_says_so(chromium: Browser, live_site: Site, resident: str) -> None:
    clerk = live_site.create("箇所の職員", "staff")
    with browsing(chromium, live_site) as page:
        sign_in(page, clerk)
        page.goto(f"{REPORT}/edit")
        body = page.locator("textarea[name=body]").input_value()
    with browsing(chromium, live_site) as page:
        sign_in(page, resident)
        page.goto(f"{REPORT}/passages")
        sentences = page.locator(".choose a").all_inner_texts()
        words = next(each for each in sentences if len(each) > 20 and each.endswith("。") and body.count(each) == 1)
        page.locator(".choose a").nth(sentences.index(words)).click()
        page.locator("#compose-passage textarea").fill("ここは直してほしいです。")
        with page.expect_navigation():
            page.locator("#compose-passage button.main").click()
    with browsing(chromium, live_site) as page:
        sign_in(page, clerk)
        page.goto(f"{REPORT}/edit")
        changed = words[:-1] + "と考えます。"
        page.locator("textarea[name=body]").fill(body.replace(words, changed))
        page.fill("[name=summary]", "言い方を直しました")
        with page.expect_navigation():
            page.locator("button[name=publish][value=now]").first.click()
        page.goto(f"{REPORT}/passages")
        talk = page.locator(".talks > li").filter(has_text="ここは直してほしいです。")
        expect(talk).to_contain_text(words[:20])
        expect(talk).to_contain_text("いまの本文：")


@pytest.mark.browser
def test_other_words_for_a_passage_are_suggested(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        sign_in(page, live_site.create("言い直す人", "resident"))
        page.goto(REPORT)
        words = page.evaluate(SELECT)
        page.locator("button.speak").click()
        with page.expect_navigation():
            page.locator(".speak-dialog [data-suggest]").click()
        body = page.locator("textarea[name=body]")
        assert words in body.input_value()
        assert "\n## " not in body.input_value(), "only the passage's own paragraph is open"
        body.fill(body.input_value().replace(words, "言い直した言葉です。"))
        page.locator("textarea[name=reason]").fill("読みやすくするため。")
        with page.expect_navigation():
            page.get_by_role("button", name="修正案を送る").click()
        expect(page.locator("main")).to_contain_text("言い直した言葉です。")
