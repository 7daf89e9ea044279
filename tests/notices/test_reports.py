"""The feed of all reports and the feed of one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from tests.conftest import Counter
from tests.factories import make_comment, make_page, make_person, make_proposal, sign_in
from tests.notices.conftest import Town
from tests.notices.reading import SITE, read
from tests.proposals.acts import revise
from wiki.comments import service as comments
from wiki.comments.models import Comment
from wiki.comments.service import CommentDraft
from wiki.core.database import db, transaction
from wiki.pages import service as pages
from wiki.pages.models import Page, PageKind
from wiki.pages.queries import page_or_404
from wiki.pages.service import PageDraft

ALL, ONE = "/feeds/reports.atom", "/feeds/reports/r1.atom"
SECRET = "角の家の鍵は鉢の下"


def rename(town: Town, slug: str, title: str = "改めた題", summary: str = "題を改めました") -> None:
    with transaction():
        page = db.session.get_one(Page, town.page.id)
        draft = PageDraft.of(title, slug, "本文です。", summary)
        pages.revise(town.staff, page, draft, page.current_number)


def test_a_new_report_is_told_with_its_first_revision(client: FlaskClient, town: Town) -> None:
    feed = read(client, ALL)
    assert (feed.id, feed.address, feed.link) == (SITE + ALL, SITE + ALL, SITE + "/reports/")
    assert (feed.title, feed.author, feed.language) == ("レポートの更新 — 回覧板", "見本市", "ja")
    (entry,) = feed.entries
    assert (entry.title, entry.html) == ("試しのレポート（第1版）", "<p>はじめの版</p>")
    assert entry.link == SITE + "/reports/r1"
    assert entry.author == "見本市"


def test_a_revised_report_is_told_with_its_diff_and_who_revised_it(client: FlaskClient, town: Town) -> None:
    revise(town.staff, town.page, "直した段落です。")
    newest, oldest = read(client, ALL).entries
    assert (newest.title, newest.html) == ("試しのレポート（第2版）", "<p>直しました</p>")
    assert newest.link == SITE + "/reports/r1/diff?from=1&to=2"
    assert newest.author == "川上しずく"
    assert client.get(newest.link).status_code == 200
    assert oldest.title.endswith("（第1版）")


def test_the_reports_feed_ends_after_thirty_revisions(client: FlaskClient, town: Town) -> None:
    for number in range(31):
        make_page(title=f"題{number}")
    titles = [entry.title for entry in read(client, ALL).entries]
    assert titles == [f"題{number}（第1版）" for number in range(30, 0, -1)]


def test_help_pages_are_in_no_feed(client: FlaskClient, town: Town) -> None:
    make_page("privacy", title="個人情報", kind=PageKind.HELP)
    assert [entry.title for entry in read(client, ALL).entries] == ["試しのレポート（第1版）"]
    assert client.get("/feeds/reports/privacy.atom").status_code == 404
    assert client.get("/feeds/reports/nothing.atom").status_code == 404


def test_a_report_s_feed_tells_its_revisions_and_comments_newest_first(client: FlaskClient, town: Town) -> None:
    comment = make_comment(town.page, town.resident, "バスの**時刻表**がほしいです。")
    revise(town.staff, town.page, "直した段落です。")
    make_comment(make_page("r2"), town.resident, "ほかのレポートへの声です。")
    feed = read(client, ONE)
    assert (feed.address, feed.link) == (SITE + ONE, SITE + "/reports/r1")
    assert feed.title == "「試しのレポート」の更新とコメント — 回覧板"
    assert [entry.title for entry in feed.entries] == [
        "試しのレポート（第2版）",
        "海野ひかるさんのコメント",
        "試しのレポート（第1版）",
    ]
    said = feed.entries[1]
    assert said.html.strip() == "<p>バスの<strong>時刻表</strong>がほしいです。</p>"
    assert (said.author, said.id) == ("海野ひかる", f"{SITE}/comments/{comment.id}")
    assert said.link == f"{SITE}/comments/{comment.id}#c{comment.id}"
    assert said.base == said.link  # relative links in it lead to this site


def test_a_report_s_feed_ends_after_fifty_entries(client: FlaskClient, town: Town) -> None:
    for number in range(51):
        make_comment(town.page, town.resident, f"声{number}")
    entries = read(client, ONE).entries
    assert len(entries) == 50
    assert "声50" in entries[0].html
    assert "声1<" in entries[-1].html


def test_an_edited_comment_keeps_its_id_and_tells_when(
    client: FlaskClient, town: Town, travel: Callable[..., None]
) -> None:
    comment = make_comment(town.page, town.resident, "はじめの言葉")
    before = read(client, ONE).entries[0]
    travel(minutes=5)
    with transaction():
        comments.edit(town.resident, db.session.get_one(Comment, comment.id), CommentDraft.of("直した言葉"))
    after = read(client, ONE).entries[0]
    assert "直した言葉" in after.html
    assert (after.id, after.published_at) == (before.id, before.published_at)
    assert after.updated_at > before.updated_at


def test_hidden_and_deleted_words_are_in_no_feed_not_even_for_staff(client: FlaskClient, town: Town) -> None:
    proposal, hidden = make_proposal(town.page, town.resident), make_proposal(town.page, town.resident, SECRET, SECRET)
    make_comment(town.page, town.resident, "見える声")
    make_comment(town.page, town.resident, "提案への見える声", proposal=proposal)
    make_comment(town.page, town.resident, f"隠れた提案への声 {SECRET}", proposal=hidden)
    for where in (None, proposal):
        town.hide(make_comment(town.page, town.resident, SECRET, proposal=where))
        deleted = make_comment(town.page, town.resident, SECRET, proposal=where)
        with transaction():
            comments.delete(town.resident, db.session.get_one(Comment, deleted.id))
    town.hide(hidden)
    sign_in(client, town.staff)
    assert SECRET not in client.get(ONE).text
    assert [entry.title for entry in read(client, ONE).entries] == [
        "提案「夜の窓口を開く」への海野ひかるさんのコメント",
        "海野ひかるさんのコメント",
        "試しのレポート（第1版）",
    ]


def test_a_renamed_report_keeps_its_ids_and_its_old_feed_leads_on(client: FlaskClient, town: Town) -> None:
    make_comment(town.page, town.resident)
    before, before_all = read(client, ONE), read(client, ALL)
    rename(town, "r1-new")
    moved = client.get(ONE)
    assert (moved.status_code, moved.location) == (301, "/feeds/reports/r1-new.atom")
    after = read(client, moved.location)
    assert after.id == before.id
    assert after.address == SITE + "/feeds/reports/r1-new.atom"
    assert [entry.id for entry in after.entries[1:]] == [entry.id for entry in before.entries]
    assert read(client, ALL).entries[1].id == before_all.entries[0].id == before.entries[-1].id


def test_a_japanese_address_is_written_so_that_every_reader_understands_it(client: FlaskClient, town: Town) -> None:
    make_page("夜の-窓口")
    feed = read(client, "/feeds/reports/夜の-窓口.atom")
    assert feed.address == SITE + "/feeds/reports/%E5%A4%9C%E3%81%AE-%E7%AA%93%E5%8F%A3.atom"
    assert client.get(feed.address).status_code == client.get(feed.entries[0].link).status_code == 200


def test_titles_summaries_and_names_are_text_and_not_markup(client: FlaskClient, town: Town) -> None:
    rename(town, "r1", title="<b>題</b> & 100%s", summary="<script>alert(1)</script> & %(title)s")
    entry = read(client, ALL).entries[0]
    assert entry.title == "<b>題</b> & 100%s（第2版）"
    assert entry.html == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; %(title)s</p>"


@pytest.mark.parametrize("char", ["\uffff", "\ufffe"])
def test_a_character_that_xml_cannot_hold_spoils_no_feed(client: FlaskClient, town: Town, char: str) -> None:
    rename(town, "r1", title=f"題{char}", summary=f"要約{char}")
    make_comment(town.page, town.resident, f"声{char}です &#1; &#xFFFF;")
    assert "声\ufffdです" in read(client, ONE).entries[0].html
    assert read(client, ALL).entries[0].title == "題\ufffd（第2版）"


def test_made_up_voices_are_marked(client: FlaskClient, town: Town) -> None:
    comment = make_comment(town.page, town.resident)
    with transaction():
        db.session.get_one(Comment, comment.id).is_sample = True
    assert read(client, ONE).entries[0].title == "【見本】海野ひかるさんのコメント"


def test_who_reads_english_gets_english_around_japanese_texts(client: FlaskClient, town: Town) -> None:
    feed = read(client, ALL, **{"Accept-Language": "en"})
    assert (feed.title, feed.language) == ("New and revised reports — 回覧板", "en")
    assert feed.entries[0].title == "試しのレポート (revision 1)"


@pytest.mark.parametrize(("path", "most"), [(ALL, 2), (ONE, 5)])
def test_a_feed_costs_the_same_however_much_there_is(
    client: FlaskClient,
    town: Town,
    count_queries: Callable[[], AbstractContextManager[Counter]],
    path: str,
    most: int,
) -> None:
    def cost() -> int:
        db.session.rollback()
        db.session.expunge_all()
        with count_queries() as queries:
            client.get(path)
        return queries.count

    write(5)
    few = cost()
    write(195)
    assert cost() == few == most


def write(number: int) -> None:
    """So many comments by several people, a third of them on proposals, and a fifth as many revisions and pages."""
    page, people = page_or_404("r1"), [make_person(role="staff") for _ in range(5)]
    proposals = [make_proposal(page, person) for person in people]
    for count in range(number):
        make_comment(page, people[count % 5], proposal=proposals[count % 5] if count % 3 == 0 else None)
    for count in range(number // 5):
        revise(people[count % 5], page, f"本文{number} {count}")
        make_page()
