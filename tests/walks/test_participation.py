"""What becomes of voices, walked through: one answer for many, an opinion map, a public comment, a proposal's life."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import Site, browsing, sign_in
from tests.walks.test_screens import axe, look
from wiki.core import clock

__all__ = ["axe"]

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
VIEW = "来年四月から、窓口の案内をやさしい日本語でも出します。"


def said(page: Page, report: str, text: str) -> str:
    """Post a comment; its address."""
    page.goto(f"/reports/{report}#voices")
    page.locator("form.composer textarea[name=body]").first.fill(text)
    with page.expect_navigation():
        page.locator("form.composer button.main").first.click()
    found = re.search(r"#c(\d+)", page.url)
    assert found is not None
    return found[1]


@pytest.mark.browser
@SCRIPT
def test_like_voices_get_one_answer(chromium: Browser, live_site: Site, script: bool, axe: str) -> None:
    way = "甲" if script else "乙"
    speakers = [live_site.create(f"話す人{way}{number}", "resident") for number in (1, 2)]
    clerk, chief = (live_site.create(f"{name}{way}", "staff") for name in ("書く職員", "決める職員"))
    texts = [f"窓口の案内が漢字ばかりで読みにくいです{way}。", f"窓口の案内は漢字が多くて、読みにくいと思います{way}。"]
    numbers = []
    for speaker, text in zip(speakers, texts, strict=True):
        with browsing(chromium, live_site, java_script_enabled=script) as page:
            sign_in(page, speaker)
            numbers.append(said(page, "first-step", text))
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, clerk)
        page.goto(f"/comments/{numbers[0]}#c{numbers[0]}")
        page.locator(f"#c{numbers[0]}").get_by_role("link", name="答える").click()
        expect(page.locator(f"#c{numbers[0]}")).to_be_checked()
        page.check(f"#c{numbers[1]}")
        page.get_by_label("声のまとめ").fill(f"案内をわかりやすくしてほしい{way}")
        page.get_by_role("button", name="まとめて書きはじめる").click()
        page.get_by_label("市の考え方").fill(VIEW)
        page.get_by_label("対応区分").select_option("reflect")
        page.get_by_role("button", name="保存する").click()
        page.get_by_role("button", name="決裁に回す").click()
        expect(page.locator("main")).to_contain_text("ほかの職員の決裁を待っています。")
        address = page.url.split("#")[0].removeprefix(live_site.url)
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        sign_in(page, chief)
        page.goto(address)
        page.get_by_role("button", name="決裁する").click()
        page.get_by_role("button", name="公開する").click()
        expect(page.locator(".flashes")).to_contain_text("公開しました")
    for speaker in speakers:
        assert VIEW in live_site.mailbox.text_to(speaker, "市の考え方")
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        page.goto(f"/comments/{numbers[1]}#c{numbers[1]}")
        page.locator(f"#c{numbers[1]} .official").get_by_role("link").click()
        expect(page.locator("main")).to_contain_text(texts[0])
        if script:
            look(page, [page.url.removeprefix(live_site.url)], axe)
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, clerk)
        page.goto("/reports/first-step/edit")
        page.get_by_label(f"市の考え方「案内をわかりやすくしてほしい{way}」").check()
        body = page.locator("textarea[name=body]")
        body.fill(f"{body.input_value()}\n\n窓口の案内は、やさしい日本語でも出します{way}。\n")
        page.get_by_label("変更のあらまし").fill("案内の約束を書きました")
        with page.expect_navigation():
            page.locator("form#editor").get_by_role("button", name="公開する").click()
        for number in numbers:
            page.goto(f"/comments/{number}")
            expect(page.locator(f"#c{number} .carried").first).to_contain_text("版で本文に反映")
        page.goto("/reports/first-step/voices")
        expect(page.locator("main")).to_contain_text(f"やさしい日本語でも出します{way}")
    assert "反映されました" in live_site.mailbox.text_to(speakers[0], "反映されました")
    if script:
        with browsing(chromium, live_site, bypass_csp=True, viewport={"width": 390, "height": 844}) as page:
            sign_in(page, clerk)
            look(page, [address], axe)


@pytest.mark.browser
@SCRIPT
def test_people_answer_a_map_statement_by_statement(chromium: Browser, live_site: Site, script: bool, axe: str) -> None:
    way = "丙" if script else "丁"
    clerk, resident = live_site.create(f"地図係{way}", "staff"), live_site.create(f"答える人{way}", "resident")
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        sign_in(page, clerk)
        page.goto("/reports/my-number-card/maps/new")
        page.get_by_label("問い").fill(f"カードは何に使えるとよいですか{way}")
        page.get_by_label("はじめの意見").fill("\n".join(f"使い道その{number}がほしい" for number in range(5)))
        page.get_by_role("button", name="地図を開く").click()
        expect(page.locator("h1")).to_contain_text("カードは何に")
        address = page.url.removeprefix(live_site.url)
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, resident)
        page.goto("/reports/my-number-card")
        page.get_by_role("link", name=f"カードは何に使えるとよいですか{way}").click()
        for done in range(5):
            expect(page.locator("#vote")).to_contain_text(f"{done}／5")
            page.locator("#vote").get_by_role("button", name="賛成" if done % 2 else "わからない").first.click()
        expect(page.locator("#vote")).to_contain_text("すべての意見に答えました")
        page.get_by_text("自分の意見を加える").click()
        page.get_by_label("あなたの意見").fill("図書館で使いたい")
        page.get_by_role("button", name="加える").click()
        expect(page.locator("#vote")).to_contain_text("職員が確かめています。")
        if script:
            look(page, [address], axe)
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, clerk)
        page.goto(f"{address}/statements")
        page.get_by_role("button", name="「図書館で使いたい」を出す").click()
        expect(page.locator("main")).to_contain_text("図書館で使いたい")
        if script:
            look(page, [f"{address}/statements"], axe)


@pytest.mark.browser
@SCRIPT
def test_a_public_comment_from_opening_to_result(chromium: Browser, live_site: Site, script: bool, axe: str) -> None:
    way, report = ("戊", "residents-in-dx") if script else ("己", "thirst-for-change")
    clerk, resident = live_site.create(f"公募係{way}", "staff"), live_site.create(f"意見の人{way}", "resident")
    today = clock.today()
    with browsing(chromium, live_site, java_script_enabled=script) as page:
        sign_in(page, clerk)
        page.goto(f"/reports/{report}/consultation/edit")
        page.get_by_label("はじめる日").fill(today.isoformat())
        page.get_by_label("締め切る日").fill((today + timedelta(days=29)).isoformat())
        page.get_by_label("何のための意見公募か").fill("来年の計画を決めるためです。")
        page.get_by_label("根拠となる法令や条例").fill("見本市意見公募条例 第4条")
        page.get_by_role("button", name="登録する").click()
        expect(page.locator(".flashes")).to_contain_text("登録しました")
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, resident)
        page.goto(f"/reports/{report}")
        page.get_by_role("link", name="意見公募のページ").click()
        page.get_by_label("あなたの意見").fill("見本太郎です。相談の窓口を夜も開けてください。")
        page.get_by_role("button", name="意見を送る").click()
        expect(page.locator(".flashes")).to_contain_text("意見の番号は 1 です")
        if script:
            look(page, [f"/reports/{report}/consultation"], axe)
    over(live_site, report, (today - timedelta(days=1)).isoformat())
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, clerk)
        page.goto(f"/reports/{report}/consultation")
        page.get_by_role("link", name="意見をまとめる").click()
        if script:
            look(page, [page.url.removeprefix(live_site.url)], axe)
        page.get_by_text("黒ぬり").first.click()
        page.get_by_label("みんなに見せない言葉").fill("見本太郎")
        page.get_by_label("理由（みんなに見えます）").fill("個人の名前")
        page.get_by_role("button", name="黒ぬりにする").click()
        page.get_by_label("意見の概要").fill("窓口を夜も開けてほしい。")
        page.locator("#new-answer").fill("月に二度、夜も開けます。")
        page.locator("#new-category").select_option("partly")
        page.get_by_role("button", name="加える").click()
        page.get_by_role("button", name="結果を公表する").click()
        expect(page.locator("h1")).to_be_visible()
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        page.goto(f"/reports/{report}")
        page.get_by_role("link", name="結果を読む").click()
        expect(page.locator("main")).to_contain_text("月に二度、夜も開けます。")
        expect(page.locator("main")).to_contain_text("■■■■")
        expect(page.locator("main")).not_to_contain_text("見本太郎")
        if script:
            look(page, [f"/reports/{report}/consultation/result"], axe)
            page.set_viewport_size({"width": 390, "height": 844})
            look(page, [f"/reports/{report}/consultation/result"], axe)


def over(site: Site, report: str, last_day: str) -> None:
    """Let the period have ended, as if the days had passed."""
    file = Path(site.env["KAIRAN_INSTANCE_PATH"]) / "kairan.sqlite"
    with sqlite3.connect(file, timeout=10) as connection:
        ended = (
            "UPDATE consultation SET opens_on = ?, closes_on = ? WHERE page_id = (SELECT id FROM page WHERE slug = ?)"
        )
        connection.execute(ended, (last_day, last_day, report))
    connection.close()


@pytest.mark.browser
@SCRIPT
def test_a_proposal_is_written_anew_and_like_ones_are_shown(
    chromium: Browser, live_site: Site, script: bool, axe: str
) -> None:
    way = "庚" if script else "辛"
    author, friend = live_site.create(f"提案者{way}", "resident"), live_site.create(f"なかま{way}", "resident")
    title = f"回覧板を電子でも読めるように{way}"
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, author)
        page.goto("/reports/goal-of-dx/proposals/new")
        page.get_by_label("題名").fill(title)
        page.get_by_label("内容").fill("紙と電子の両方で読めると助かります。")
        page.get_by_role("button", name="提案する").click()
        expect(page.locator("h1")).to_contain_text(title)
        address = page.url.removeprefix(live_site.url)
        page.get_by_role("link", name="書き直す").click()
        page.get_by_label("内容").fill("紙と電子の両方で、同じ日に読めると助かります。")
        page.get_by_label("何を変えたか").fill("同じ日に、と足しました。")
        if script:
            look(page, [f"{address}/edit"], axe)
            page.get_by_label("内容").fill("紙と電子の両方で、同じ日に読めると助かります。")
            page.get_by_label("何を変えたか").fill("同じ日に、と足しました。")
        page.get_by_role("button", name="書き直す").click()
        page.get_by_role("link", name=re.compile("書き直しの履歴")).click()
        expect(page.locator("main")).to_contain_text("同じ日に、と足しました。")
        if script:
            look(page, [f"{address}/history", f"{address}/withdraw"], axe)
    with browsing(chromium, live_site, java_script_enabled=script, bypass_csp=True) as page:
        sign_in(page, friend)
        if script:
            page.goto("/reports/goal-of-dx/proposals/new")
            page.get_by_label("題名").press_sequentially(f"回覧板を電子で読みたい{way}")
            expect(page.locator("[data-similar-shown]")).to_contain_text(title)
        page.goto(address)
        page.get_by_role("button", name="共同提案者になる").click()
        expect(page.locator("#cosigners")).to_contain_text(f"なかま{way}")
        if script:
            look(page, [address], axe)
