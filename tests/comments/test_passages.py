"""Comments on a passage: found where they were meant, carried by every edit, never at other words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import make_page, make_person, sign_in
from wiki.comments import passages, queries, service
from wiki.comments.models import Comment, CommentPassage, Stance
from wiki.comments.service import CommentDraft
from wiki.core.database import db, transaction
from wiki.pages import service as pages
from wiki.pages.models import Page
from wiki.pages.service import PageDraft
from wiki.text.anchors import State

BODY = """## はじめに

窓口は平日だけ開いています。土曜日は開いていません。

| 曜日 | 時間 |
|---|---|
| 月曜 | 九時から |

窓口は平日だけ開いています。予約は電話でできます。
"""


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("madoguchi", title="窓口のこれから", body=BODY)


@pytest.fixture
def resident(client: FlaskClient, page: Page) -> FlaskClient:
    sign_in(client, make_person("住民の見本"))
    return client


def say(client: FlaskClient, quote: str, body: str = "ここについてです。", **fields: str) -> Any:
    sent = {"body": body, "anchor_quote": quote, "anchor_prefix": "", "anchor_suffix": "", "revision": "1", **fields}
    return client.post("/reports/madoguchi/comments", data=sent)


def revise(page: Page, body: str) -> None:
    staff = make_person(role="staff")
    with transaction():
        found = db.session.get_one(Page, page.id)
        pages.revise(staff, found, PageDraft.of(found.title, found.slug, body, "直しました"), found.current_number)


def passage() -> CommentPassage:
    return db.session.scalars(select(CommentPassage)).one()


def test_a_passage_is_marked_in_the_page_with_its_count(resident: FlaskClient, page: Page, app: Flask) -> None:
    assert say(resident, "土曜日は開いて\nいません。").status_code == 303
    assert say(resident, "土曜日は開いていません。", "土曜も働いています。").status_code == 303
    html = BeautifulSoup(app.test_client().get("/reports/madoguchi").text, "html.parser")
    marked = html.select_one("article .talked")
    assert marked is not None
    assert marked.text == "土曜日は開いていません。"
    count = html.select_one("article a.talk")
    assert count is not None
    assert (count["data-count"], count["aria-label"]) == ("2", "この箇所への声 2件")
    assert count.text == "", "the number is no part of the text"
    assert html.select_one(".rail .talks") is not None
    assert html.select(".voice .spoken-of")[0].text.strip() == "土曜日は開いていません。"


def test_of_two_equal_sentences_that_in_the_right_company_is_marked(resident: FlaskClient, page: Page) -> None:
    answer = say(resident, "窓口は平日だけ開いています。")
    assert answer.status_code == 422
    assert "同じ言葉が何か所かあります" in answer.text
    assert "ここについてです。" in answer.text
    assert db.session.scalar(select(func.count(Comment.id))) == 0
    again = BeautifulSoup(answer.text, "html.parser").select_one("form.composer")
    assert again is not None
    assert again.select_one("[name=anchor_quote]") is None, "sent again it is a comment on the page"
    assert say(resident, "窓口は平日だけ開いています。", anchor_suffix="予約は電話で").status_code == 303
    article = BeautifulSoup(resident.get("/reports/madoguchi").text, "html.parser").select("article p")
    assert ["talked" in str(paragraph) for paragraph in article if "窓口は" in paragraph.text] == [False, True]


@pytest.mark.parametrize(
    ("quote", "revision"),
    [("どこにもない言葉", "1"), ("土曜日は", "99"), ("土曜日は", ""), ("土曜日は", "９"), ("\0", "1")],
)
def test_words_that_are_not_there_lose_nothing_that_was_typed(
    resident: FlaskClient, page: Page, quote: str, revision: str
) -> None:
    answer = say(resident, quote, revision=revision)
    assert answer.status_code == 422
    assert "ここについてです。" in answer.text
    assert db.session.scalar(select(func.count(Comment.id))) == 0


@pytest.mark.parametrize(
    "quote",
    [
        "はじめに窓口は平日だけ",
        "土曜日は開いていません。曜日時間月曜九時から",
        "九時から\n\n窓口は平日だけ開いています。予約",
    ],
)
def test_a_selection_across_headings_and_tables_is_marked_piece_by_piece(
    resident: FlaskClient, page: Page, quote: str
) -> None:
    assert say(resident, quote).status_code == 303
    article = BeautifulSoup(resident.get("/reports/madoguchi").text, "html.parser").select_one("article.report-text")
    assert article is not None
    marked = "".join(piece.text for piece in article.select(".talked"))
    assert re.sub(r"\s", "", marked) == re.sub(r"\s", "", quote)
    assert len(article.select("a.talk")) == 1
    assert len({node["id"] for node in article.select(".talked[id]")}) == 1


def test_it_moves_changes_and_goes_with_the_text_and_is_never_dropped(
    resident: FlaskClient, page: Page, app: Flask
) -> None:
    say(resident, "予約は電話でできます。")
    revise(page, "前書きです。\n\n" + BODY)
    assert (passage().state, passage().words) == (State.HERE, None)
    assert "talked" in resident.get("/reports/madoguchi").text
    revise(page, BODY.replace("予約は電話でできます。", "予約は電話とメールでできます。"))
    assert (passage().state, passage().words) == (State.CHANGED, "予約は電話とメールでできます。")
    shown = resident.get("/reports/madoguchi/passages").text
    assert "予約は電話でできます。" in shown
    assert "いまの本文：" in shown
    revise(page, "まったく別の文章にしました。")
    assert (passage().state, passage().start) == (State.GONE, None)
    assert (
        "talked" not in BeautifulSoup(resident.get("/reports/madoguchi").text, "html.parser").select("article")[0].text
    )
    shown = app.test_client().get("/reports/madoguchi/passages").text
    assert "本文から消えた箇所" in shown
    assert "予約は電話でできます。" in shown
    revise(page, BODY)
    assert passage().state is State.HERE


def test_words_read_in_an_older_revision_are_found_in_the_newest(resident: FlaskClient, page: Page) -> None:
    revise(page, "前書きです。\n\n" + BODY)
    assert say(resident, "土曜日は開いていません。", revision="1").status_code == 303
    assert (passage().revision_number, passage().state) == (1, State.HERE)
    revise(page, BODY.replace("土曜日は開いていません。", ""))
    assert say(resident, "土曜日は開いていません。", "消えたところです。", revision="1").status_code == 303
    assert {row.state for row in db.session.scalars(select(CommentPassage))} == {State.GONE}


def test_hidden_comments_leave_no_mark_and_return_with_their_passage(resident: FlaskClient, page: Page) -> None:
    say(resident, "予約は電話でできます。")
    comment = db.session.scalars(select(Comment)).one()
    staff = make_person(role="staff")
    with transaction():
        service.hide(staff, db.session.get_one(Comment, comment.id), "personal")
    assert "talked" not in resident.get("/reports/madoguchi").text
    revise(page, "前書きです。\n\n" + BODY)
    with transaction():
        service.restore(staff, db.session.get_one(Comment, comment.id), "personal")
    assert "talked" in resident.get("/reports/madoguchi").text


def test_a_sentence_is_chosen_without_a_script(client: FlaskClient, page: Page) -> None:
    person = make_person()
    sign_in(client, person)
    chooser = BeautifulSoup(client.get("/reports/madoguchi/passages").text, "html.parser")
    link = next(link for link in chooser.select(".choose a") if link.text == "窓口は平日だけ開いています。")
    form = BeautifulSoup(client.get(str(link["href"]).split("#")[0]).text, "html.parser").select_one("form.composer")
    assert form is not None
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input[name]")}
    assert client.post("/reports/madoguchi/comments", data=sent | {"body": "はじめの文です。"}).status_code == 303
    first = BeautifulSoup(client.get("/reports/madoguchi").text, "html.parser").select("article p")[0]
    assert "talked" in str(first)
    both = client.get("/reports/madoguchi/passages?from=2&to=3").text
    assert "窓口は平日だけ開いています。土曜日は開いていません。" in both


@pytest.mark.parametrize("asked", ["from=0", "from=x", "from=99", "from=3&to=1", "from=1&to=9999", "from=-1"])
def test_a_choice_that_is_none_is_only_the_list(client: FlaskClient, page: Page, asked: str) -> None:
    answer = client.get(f"/reports/madoguchi/passages?{asked}")
    assert answer.status_code == 200
    assert "compose-passage" not in re.sub(r'href="[^"]*"', "", answer.text)


def test_a_report_costs_the_same_however_many_passages(page: Page, client: FlaskClient, count_queries: Any) -> None:
    person, costs = make_person(), []
    for _round in range(2):
        with transaction():
            for number in range(8):
                draft = passages.PassageDraft("土曜日は開いていません。", "", "", 1)
                service.post(person, page, CommentDraft.of(f"声{_round}{number}", passage=draft))
        client.get("/reports/madoguchi?x")
        with count_queries() as counted:
            client.get("/reports/madoguchi?order=newest")
        costs.append(counted.count)
    assert costs[0] == costs[1]


def test_threads_by_stance_and_by_activity(resident: FlaskClient, page: Page) -> None:
    for number, stance in enumerate(["support", "oppose", "support", "nonsense", ""]):
        resident.post("/reports/madoguchi/comments", data={"body": f"声{number}", "stance": stance})
    comments = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    assert [comment.stance for comment in comments] == [Stance.SUPPORT, Stance.OPPOSE, Stance.SUPPORT, None, None]
    staff = make_person(role="staff")
    with transaction():
        service.post(staff, page, CommentDraft.of("返事です。", comments[1].id))

    def bodies(**asked: Any) -> list[str]:
        return [node.comment.body for node in queries.discussion(page, None, **asked).threads]

    assert bodies(stance="support") == ["声0", "声2"]
    assert bodies(stance=queries.ANSWERED) == ["声1"]
    assert bodies(order=queries.ACTIVE) == ["声1", "声4", "声3", "声2", "声0"]
    first = queries.discussion(page, None, order=queries.ACTIVE, limit=2)
    assert [node.comment.body for node in first.threads] == ["声1", "声4"]
    assert bodies(order=queries.ACTIVE, cursor=first.next_cursor) == ["声3", "声2", "声0"]
    shown = resident.get("/reports/madoguchi?stance=oppose").text
    assert "声1" in shown
    assert "声2" not in BeautifulSoup(shown, "html.parser").select_one(".voices").text  # type: ignore[union-attr]
    assert resident.get("/reports/madoguchi?stance=%00").status_code == 200
