"""The main job as people do it, in Chromium: from reading to a sentence of the page that a voice has changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import PASSWORD, Site, browsing, sign_in

REPORT = "/reports/residents-in-dx"
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> [押す](javascript:alert(3)) **太字**"


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_reading_to_a_changed_sentence(javascript: bool, chromium: Browser, live_site: Site) -> None:
    mark = "壱" if javascript else "弐"
    alerts: list[str] = []
    with browsing(chromium, live_site, java_script_enabled=javascript) as resident:
        resident.on("dialog", lambda dialog: alerts.append(dialog.message))
        comment = write_before_having_an_account(resident, live_site, mark)
        write_what_is_hostile(resident)
        reply(resident, comment, mark)
        proposal = propose(resident, mark)
        vote(resident, proposal)
        with browsing(chromium, live_site, java_script_enabled=javascript) as staff:
            sign_in(staff, live_site.create(f"窓口係{mark}", "staff"))
            hide(resident, staff, comment, live_site)
            answer(staff, proposal, mark)
            reflect(staff, proposal, mark)
        see_what_became_of_it(resident, proposal, mark)
    assert alerts == []


def write_before_having_an_account(page: Page, site: Site, mark: str) -> str:
    """A visitor writes, registers, confirms, and finds the text again; gives the comment's path."""
    text = f"夜にしか動けません{mark}。**窓口が二つ**あるだけで違います。"
    page.goto(REPORT)
    page.fill("#compose-text", text)
    page.click("#compose button[type=submit]")
    expect(page.locator("main")).to_contain_text("書いた文章は預かりました")
    expect(page.locator("main")).to_contain_text(f"夜にしか動けません{mark}")
    page.click("main a[href='/accounts/register']")
    address = f"walk-{ord(mark)}@example.jp"
    page.fill("input[name=name]", f"夜の人{mark}")
    page.fill("input[name=email]", address)
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=consent]")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("メール")
    page.goto(site.mailbox.link_to(address))
    page.click("main form[action*=confirm] button[type=submit]")
    expect(page).to_have_url(re.compile(re.escape(REPORT)))
    expect(page.locator("#compose-text")).to_have_value(text)
    page.click("#compose button[type=submit]")
    page.wait_for_url(re.compile(r"/comments/\d+"))
    written = page.locator("article[data-marked] > .said")
    expect(written.locator("strong")).to_have_text("窓口が二つ")
    return re.sub(r"#.*", "", page.url.removeprefix(site.url))


def write_what_is_hostile(page: Page) -> None:
    """Hostile HTML and a hostile link stay what they are: words."""
    page.goto(REPORT)
    page.fill("#compose-text", HOSTILE)
    page.click("#compose button[type=submit]")
    page.wait_for_url(re.compile(r"/comments/\d+"))
    said = page.locator("article[data-marked] > .said")
    expect(said).to_contain_text("<script>alert(1)</script>")
    expect(said.locator("strong")).to_have_text("太字")
    assert said.locator("script, img, [onerror], a[href^=javascript]").count() == 0


def reply(page: Page, comment: str, mark: str) -> None:
    """A reply stands inside the thread."""
    page.goto(comment)
    page.fill("#reply-form-text", f"自分で答えます{mark}。")
    page.click("#reply-form button[type=submit]")
    expect(page.locator("article.voice article.voice .said").last).to_contain_text(f"自分で答えます{mark}")


def propose(page: Page, mark: str) -> str:
    """A proposal for the report; gives its path."""
    page.goto(REPORT)
    page.click("#proposals a.button:has-text('提案を書く')")
    page.fill("input[name=title]", f"夜の窓口を月に二度{mark}")
    page.fill("textarea[name=body]", "仕事のあとに寄れる日があると助かります。")
    page.click("main form button[type=submit]:has-text('提案する')")
    page.wait_for_url(re.compile(r"/proposals/\d+"))
    return re.sub(r"^https?://[^/]+|[#?].*", "", page.url)


def vote(page: Page, proposal: str) -> None:
    """Voting, voting otherwise; the count is of one person."""
    page.goto(proposal)
    page.click("#vote button[value='-1']")
    expect(page.locator("#vote")).to_contain_text("反対 1")
    page.click("#vote button[value='1']")
    expect(page.locator("#vote")).to_contain_text("賛成 1")
    expect(page.locator("#vote")).to_contain_text("反対 0")


def hide(resident: Page, staff: Page, comment: str, site: Site) -> None:
    """Staff hide the comment; the public reads a stub, the author is told why."""
    number = comment.rsplit("/", 1)[1]
    staff.goto(f"{comment}/hide")
    staff.select_option("select[name=reason]", "personal") if staff.locator(
        "select[name=reason]"
    ).count() else staff.check("input[name=reason][value=personal]")
    staff.click("main form[action$='/hide'] button[type=submit]")
    resident.goto(f"{REPORT}?order=newest")
    expect(resident.locator(f"#c{number}")).to_contain_text("表示していません")
    assert "夜にしか動けません" not in resident.locator(f"#c{number}").inner_text()
    letter = site.mailbox.text_to("walk-", "個人情報")
    assert comment in letter or "/help/guidelines" in letter
    resident.goto("/accounts/me")
    expect(resident.locator("main")).to_contain_text("個人情報")


def answer(staff: Page, proposal: str, mark: str) -> None:
    """Staff take the proposal from 受付 to 採用, each step with words."""
    for stage, words in (("considering", "担当課で費用を調べます。"), ("accepted", f"採用します{mark}。")):
        staff.goto(proposal)
        staff.check(f"#decide input[name=stage][value={stage}]")
        staff.fill("#decide textarea[name=text]", words)
        staff.click("#decide button[type=submit]")
        expect(staff.locator("#answers")).to_contain_text(words)


def reflect(staff: Page, proposal: str, mark: str) -> None:
    """Staff edit the page, naming the proposal it reflects; the difference shows both."""
    staff.goto(f"{REPORT}/edit")
    body = staff.input_value("textarea[name=body]")
    staff.fill("textarea[name=body]", f"{body}\n\n夜の窓口を月に二度開きます{mark}。\n")
    staff.fill("input[name=summary], textarea[name=summary]", f"夜の窓口を加えました{mark}")
    staff.check(f"input[name=reflects][value='{proposal.rsplit('/', 1)[1]}']")
    staff.click("main form button[type=submit]:not([name=preview])")
    expect(staff.locator(".prose")).to_contain_text(f"月に二度開きます{mark}")
    staff.goto(f"{REPORT}/history")
    expect(staff.locator("main")).to_contain_text(f"夜の窓口を加えました{mark}")


def see_what_became_of_it(resident: Page, proposal: str, mark: str) -> None:
    """Both sides show the reflection, and the path leads to the difference."""
    resident.goto(proposal)
    expect(resident.locator("#path")).to_contain_text("反映")
    resident.click("#path a[href*='/diff?']")
    expect(resident.locator("main ins").filter(has_text=f"月に二度開きます{mark}")).to_have_count(1)
    resident.goto(REPORT)
    expect(resident.locator(".rail")).to_contain_text(f"夜の窓口を月に二度{mark}")
    resident.goto("/accounts/me")
    expect(resident.locator("main")).to_contain_text("本文に反映")
    resident.goto("/")
    expect(resident.locator("main")).to_contain_text(f"夜の窓口を月に二度{mark}")
