"""Pictures and files put into a text, in Chromium: chosen, pasted, dropped; and without JavaScript."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attachments import pictures
from tests.walks.conftest import Site, browsing, sign_in

REPORT = "/reports/thirst-for-change"
BODY = "textarea[name=body]"
CHOOSER = "[data-upload-tools] input[type=file]"

#: Files arrive at the textarea as a browser brings them: (event, [{name, type, base64}], text beside them).
BRING = """([kind, files, text]) => {
  const data = new DataTransfer();
  for (const one of files) {
    const bytes = Uint8Array.from(atob(one.data), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], one.name, { type: one.type }));
  }
  for (const type of text ? ["text/plain", "text/html"] : []) data.setData(type, text);
  const made = { bubbles: true, cancelable: true };
  const area = document.querySelector("textarea[name=body]");
  area.focus();
  area.dispatchEvent(
    kind === "paste" ? new ClipboardEvent(kind, { ...made, clipboardData: data })
                     : new DragEvent(kind, { ...made, dataTransfer: data }),
  );
}"""


def photo(name: str = "庁舎.png", size: tuple[int, int] = (900, 600)) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/png", "buffer": pictures.picture("PNG", size=size)}


def bring(page: Page, kind: str, *files: dict[str, Any], text: str = "") -> None:
    sent = [
        {"name": one["name"], "type": one["mimeType"], "data": base64.b64encode(one["buffer"]).decode()}
        for one in files
    ]
    page.evaluate(BRING, [kind, sent, text])


def describe(page: Page, alt: str, caption: str = "") -> None:
    expect(page.locator("#upload-dialog")).to_be_visible()
    page.fill("#upload-alt", alt)
    page.fill("#upload-caption", caption)
    page.click("#upload-dialog button[value=send]")


def open_editor(page: Page, site: Site, name: str, path: str = f"{REPORT}/edit") -> None:
    sign_in(page, site.create(name, "staff"))
    page.goto(path)


@pytest.mark.browser
def test_what_is_chosen_pasted_or_dropped_comes_into_the_text(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        open_editor(page, live_site, "写真係壱")
        page.locator(BODY).evaluate("(area) => { area.focus(); area.setSelectionRange(0, 0); }")
        page.set_input_files(
            CHOOSER, [photo(), {"name": "計画.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}]
        )
        describe(page, "市役所の正面", "図9　庁舎")
        expect(page.locator(BODY)).to_have_value(
            re.compile(
                r'^!\[市役所の正面\]\(/files/[\w-]{22}/庁舎-900x600\.png "図9 庁舎"\)\n\n.*\[計画\.pdf（PDF、1KB）\]',
                re.S,
            )
        )
        bring(page, "paste", photo("貼った.png", (20, 20)))
        describe(page, "貼った絵")
        expect(page.locator(BODY)).to_have_value(re.compile(r"!\[貼った絵\]\("))
        bring(page, "drop", photo("落とした.png", (30, 30)))
        expect(page.locator("#upload-dialog")).to_be_visible()
        page.check("#upload-decorative")
        page.click("#upload-dialog button[value=send]")
        expect(page.locator(BODY)).to_have_value(re.compile(r"!\[\]\(/files/[\w-]{22}/落とした-30x30\.png\)"))

        page.fill("input[name=summary]", "写真を入れました")
        page.click("main form button[name=publish][value=now]")
        expect(page).to_have_url(re.compile(REPORT + "$"))
        image = page.locator("figure img[alt='市役所の正面']")
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("(img) => img.naturalWidth") > 0
        assert image.evaluate("(img) => img.currentSrc").endswith("/640") or image.evaluate("(img) => img.width") > 640
        expect(page.locator("figcaption", has_text="図9 庁舎")).to_be_visible()


@pytest.mark.browser
def test_a_picture_is_not_sent_before_it_is_said_what_it_shows(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        open_editor(page, live_site, "写真係弐", "/reports/new")
        page.locator(BODY).press_sequentially("前の行")
        page.set_input_files(CHOOSER, photo())
        page.click("#upload-dialog button[value=send]")
        expect(page.locator("#upload-alt-error")).to_be_visible()
        expect(page.locator("#upload-alt")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#upload-dialog")).to_be_hidden()
        expect(page.locator(".sending")).to_have_count(0)
        page.set_input_files(CHOOSER, photo())
        describe(page, "庁舎")
        expect(page.locator(BODY)).to_have_value(re.compile(r"^前の行\n\n!\[庁舎\]\("))


@pytest.mark.browser
def test_what_is_refused_is_told_in_words_and_the_text_stays(
    chromium: Browser, live_site: Site, tmp_path: Path
) -> None:
    with browsing(chromium, live_site) as page:
        open_editor(page, live_site, "写真係参")
        before = page.input_value(BODY)
        page.set_input_files(CHOOSER, {"name": "頁.pdf", "mimeType": "application/pdf", "buffer": b"<html>"})
        expect(page.locator(".sending.failed [role=alert]")).to_contain_text("この種類のファイルは入れられません")
        page.click(".sending.failed button")
        large = tmp_path / "大きい.pdf"
        large.write_bytes(b"%PDF-" + b"0" * (21 << 20))
        page.set_input_files(CHOOSER, large)
        expect(page.locator(".sending.failed [role=alert]")).to_contain_text("1つ20MBまで")
        assert page.input_value(BODY) == before


@pytest.mark.browser
def test_a_paste_from_a_word_processor_stays_text(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        open_editor(page, live_site, "写真係四")
        bring(page, "paste", photo(), text="表の文字")
        expect(page.locator("#upload-dialog")).to_be_hidden()
        expect(page.locator(".sending")).to_have_count(0)


@pytest.mark.browser
def test_an_editor_of_its_own_may_put_the_text_in_itself(chromium: Browser, live_site: Site) -> None:
    with browsing(chromium, live_site) as page:
        open_editor(page, live_site, "写真係五")
        before = page.input_value(BODY)
        page.evaluate(
            """() => document.addEventListener("kairan:insert", (event) => {
                 event.preventDefault();
                 document.body.dataset.got = event.detail.markdown;
               })"""
        )
        page.set_input_files(CHOOSER, {"name": "表.csv", "mimeType": "text/csv", "buffer": "町,人口".encode()})
        expect(page.locator("body")).to_have_attribute("data-got", re.compile(r"^\[表\.csv（CSV、1KB）\]\(/files/"))
        assert page.input_value(BODY) == before


@pytest.mark.browser
def test_without_javascript_a_file_is_put_in_described_deleted_and_brought_back(
    chromium: Browser, live_site: Site
) -> None:
    with browsing(chromium, live_site, java_script_enabled=False, viewport={"width": 390, "height": 844}) as page:
        open_editor(page, live_site, "写真係六")
        page.goto(str(page.get_attribute("[data-upload-tools] a", "href")))
        page.set_input_files("#file", photo("旗.png", (901, 600)))
        page.click("main form[enctype] button[type=submit]")
        row = page.locator("li.file", has_text="旗.png")
        expect(row).to_contain_text("説明がまだありません")
        row.locator("summary").click()
        row.locator("input[name=alt]").fill("市の旗")
        row.locator("details button[type=submit]").click()
        expect(row.locator("input[readonly]")).to_have_value(re.compile(r"^!\[市の旗\]\(/files/"))
        row.locator("form[action$=delete] button").click()
        expect(row).to_have_count(0)
        page.locator("form[action$=restore] button").click()
        expect(row).to_have_count(1)
