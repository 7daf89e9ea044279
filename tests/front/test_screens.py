"""The public screens: what each of them says, to whom, and in which language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import Client

from tests.factories import make_person, sign_in
from tests.front.conftest import Town
from wiki.accounts.models import Person
from wiki.comments import service as comments
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.moderation import service as moderation
from wiki.moderation.models import Reason
from wiki.proposals import service as proposals
from wiki.proposals.models import Stage

Open = Callable[..., Client]

PUBLIC = {
    "/": "市のレポートを、みんなで読んで、書きかえる。",
    "/collections/tokushu": "試しの特集",
    "/reports/": "試しのレポート",
    "/reports/r1": "バスの時刻表がほしいです。",
    "/reports/r1?order=newest": "バスの時刻表がほしいです。",
    "/reports/r1/history": "はじめの版",
    "/reports/r1/revisions/1": "はじめの段落です。",
    "/comments/1": "バスの時刻表がほしいです。",
    "/proposals/": "夜の窓口を開く",
    "/proposals/1": "月に一度でも。",
    "/help/": "使いかた help",
    "/help/privacy": "使いかた privacy",
    "/help/guidelines": "使いかた guidelines",
    "/help/accessibility": "使いかた accessibility",
    "/ledger/": "判断の記録",
}
#: Kept ready, so they must be the same for everybody.
FOR_EVERYBODY = [path for path in PUBLIC if not path.startswith("/comments")]


def main(html: str) -> str:
    """The words of a page's main part."""
    found = BeautifulSoup(html, "html.parser").select_one("main")
    assert found is not None
    return found.get_text(" ", strip=True)


@pytest.mark.parametrize("path", PUBLIC)
def test_everybody_reads_the_public_screens(client: FlaskClient, town: Town, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert PUBLIC[path] in main(answer.text)
    page = BeautifulSoup(answer.text, "html.parser")
    assert len(page.select("h1")) == 1
    assert page.title is not None and page.title.get_text().endswith("回覧板")


@pytest.mark.parametrize("path", FOR_EVERYBODY)
def test_a_visitors_page_sets_no_cookie_and_is_the_same_for_everybody(town: Town, browser: Open, path: str) -> None:
    first, second = browser().get(path), browser().get(path)
    assert "Set-Cookie" not in first.headers
    assert first.data == second.data
    assert b"csrf_token" not in first.data
    past_the_cache = browser().get(path, headers={"HX-Request": "true"})
    assert past_the_cache.data == first.data


@pytest.mark.parametrize("path", [*PUBLIC, "/accounts/me", "/display", "/nowhere", "/proposals/4711"])
def test_what_a_signed_in_person_sees_is_stored_nowhere(town: Town, browser: Open, path: str) -> None:
    for person in (town.resident, town.staff):
        client = browser(person)
        for _ in range(2):
            assert client.get(path).headers["Cache-Control"] == "private, no-store"


def test_a_page_for_one_person_is_given_to_no_other(town: Town, browser: Open) -> None:
    one, other, visitor = browser(town.resident), browser(town.neighbour), browser()
    for _ in range(2):
        assert "海野ひかる" in one.get("/ledger/").text
        assert "海野ひかる" not in other.get("/ledger/").text
        assert "海野ひかる" not in visitor.get("/ledger/").text


def test_a_page_costs_the_visitor_no_second_transfer(town: Town, browser: Open) -> None:
    first = browser().get("/reports/r1")
    again = browser().get("/reports/r1", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_home_tells_what_came_of_the_voices(client: FlaskClient, town: Town) -> None:
    town.step(Stage.CONSIDERING)
    town.step(Stage.ACCEPTED)
    town.revise("はじめの段落です。\n\n夜の窓口を月に一度開きます。", reflects=True)
    said = main(client.get("/").text)
    assert "夜の窓口を月に一度開きます。" in said
    assert "山田みなとさんの提案から" in said
    assert "試しの特集" in said
    assert "コメント 1 ・ 提案 1 ・ 反映 1" in said


def test_a_collection_lists_its_reports_with_lead_and_digest(client: FlaskClient, town: Town) -> None:
    answer = client.get("/collections/tokushu")
    assert "<strong>リード</strong>" in answer.text
    for words in ("《見出し》", "特集での要約", "コメント 1 ・ 提案 1"):
        assert words in main(answer.text)
    assert 'href="/reports/r1"' in answer.text
    assert client.get("/collections/nowhere").status_code == 404


def test_a_report_invites_visitors_and_gives_the_signed_in_a_composer_at_both_ends(
    client: FlaskClient, town: Town
) -> None:
    visitor = BeautifulSoup(client.get("/reports/r1").text, "html.parser")
    assert visitor.select_one("form#compose input[name=csrf_token]") is None
    sign_in(client, town.neighbour)
    for number in range(3):
        client.post("/reports/r1/comments", data={"body": f"声{number}"})
    signed_in = BeautifulSoup(client.get("/reports/r1").text, "html.parser")
    forms = signed_in.select("form#compose, form#compose-below")
    assert [form["action"] for form in forms] == ["/reports/r1/comments"] * 2
    assert all(form.select_one("input[name=csrf_token]") for form in forms)
    assert not signed_in.select("a[href='/reports/r1/edit']")
    sign_in(client, town.staff)
    assert 'href="/reports/r1/edit"' in client.get("/reports/r1").text


def test_unknown_orders_and_cursors_are_the_first_page(client: FlaskClient, town: Town) -> None:
    for query in ("order=best", "after=abc", "after=-3", "after=9999999999999999999", "after=%FF", "order=%00"):
        answer = client.get(f"/reports/r1?{query}")
        assert answer.status_code == 200
        assert "バスの時刻表" in answer.text
    assert client.get("/ledger/?before=9999999999999999999").status_code == 200


def test_help_has_addresses_of_its_own(client: FlaskClient, town: Town) -> None:
    moved = client.get("/reports/privacy")
    assert (moved.status_code, moved.location) == (301, "/help/privacy")
    assert client.get("/help/r1").status_code in (301, 302, 404)
    assert client.get("/help/nowhere").status_code == 404


def test_my_page_shows_my_voices_and_what_became_of_them(client: FlaskClient, town: Town) -> None:
    visitor = client.get("/accounts/me")
    assert (visitor.status_code, visitor.location) == (303, "/accounts/login?next=/accounts/me")
    town.step(Stage.CONSIDERING)
    town.step(Stage.ACCEPTED)
    town.revise("変わりました。", reflects=True)
    sign_in(client, town.neighbour)
    mine = main(client.get("/accounts/me").text)
    assert "夜の窓口を開く" in mine
    assert "第2版で本文に反映" in mine
    assert "バスの時刻表" not in mine
    sign_in(client, town.resident)
    assert "バスの時刻表" in main(client.get("/accounts/me").text)


def test_the_ledger_names_no_resident(client: FlaskClient, town: Town) -> None:
    with transaction():
        moderation.flag(town.neighbour, town.comment, Reason.SPAM, "ひどい")
    with transaction():
        moderation.hide(town.staff, town.comment, Reason.PERSONAL, "住所が書かれています")
    with transaction():
        moderation.restore(town.staff, town.comment)
    with transaction():
        comments.delete(town.resident, town.comment)
        proposals.vote(town.resident, town.proposal, 1)
    town.step(Stage.CONSIDERING)
    town.step(Stage.ACCEPTED)
    town.revise("変わりました。", reflects=True)
    said = client.get("/ledger/").text
    for words in ("コメントを表示しないことにしました。", "個人情報", "コメントを元に戻しました。", "第2版に反映"):
        assert words in said
    for person in (town.resident, town.neighbour, town.staff):
        assert person.name not in said
        assert person.email not in said
    for words in ("バスの時刻表", "ひどい", "住所が書かれています"):
        assert words not in said


def test_the_ledger_goes_back_page_by_page(client: FlaskClient, town: Town) -> None:
    for number in range(60):
        town.revise(f"第{number + 2}の文章です。")
    seen: list[str] = []
    path: str | None = "/ledger/"
    while path:
        page = BeautifulSoup(client.get(path).text, "html.parser")
        seen += [str(entry["id"]) for entry in page.select("li.decision")]
        following = page.select_one("nav.pager a[href*=before]")
        path = str(following["href"]) if following else None
    numbers = [int(entry.removeprefix("e")) for entry in seen]
    assert len(numbers) == len(set(numbers)) == 60
    assert numbers == sorted(numbers, reverse=True)


def test_the_language_is_chosen_and_kept_on_the_device(client: FlaskClient, town: Town) -> None:
    assert '<html lang="ja"' in client.get("/reports/r1").text
    chosen = client.post("/display", data={"language": "en", "theme": "dark", "next": "/reports/r1"})
    assert (chosen.status_code, chosen.location) == (303, "/reports/r1")
    report = client.get("/reports/r1").text
    assert '<html lang="en"' in report
    assert 'data-theme="dark"' in report
    assert "判断の記録" not in report
    assert "バスの時刻表がほしいです。" in report
    client.post("/display", data={"language": "tlh", "theme": "pink"})
    assert '<html lang="en"' in client.get("/").text
    client.post("/display", data={"language": "ja"})
    assert '<html lang="ja"' in client.get("/").text


def test_the_browsers_language_counts_until_one_is_chosen(town: Town, browser: Open) -> None:
    for _ in range(2):
        assert '<html lang="en"' in browser().get("/", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
        assert '<html lang="ja"' in browser().get("/", headers={"Accept-Language": "ja,en;q=0.8"}).text
        assert '<html lang="ja"' in browser().get("/", headers={"Accept-Language": "fr"}).text
        assert '<html lang="ja"' in browser().get("/").text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "\t//x"]
)
def test_the_way_back_from_display_stays_on_this_site(client: FlaskClient, town: Town, target: str) -> None:
    assert client.post("/display", data={"next": target}).location == "/"
    shown = BeautifulSoup(client.get("/display", query_string={"next": target}).text, "html.parser")
    assert shown.select_one("input[name=next]")["value"] == "/"  # type: ignore[index]


def test_crawlers_are_told_what_is_for_them(client: FlaskClient, town: Town) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert {"Disallow: /accounts/", "Disallow: /desk/"} <= set(answer.text.splitlines())
    assert client.get("/favicon.ico").status_code == 200


def test_an_empty_site_has_a_home_and_lists(client: FlaskClient) -> None:
    for path in ("/", "/reports/", "/proposals/", "/ledger/"):
        assert client.get(path).status_code == 200
    assert "まだレポートはありません。" in client.get("/reports/").text
    assert client.get("/help/").status_code == 404


def test_the_unconfirmed_and_the_suspended_read_like_everybody(client: FlaskClient, town: Town) -> None:
    suspended = make_person()
    with transaction():
        db.session.get_one(Person, suspended.id).suspended_at = clock.now()
    for person in (make_person(confirmed=False), suspended):
        sign_in(client, person)
        for path in ("/", "/reports/r1", "/proposals/1"):
            assert client.get(path).status_code == 200
