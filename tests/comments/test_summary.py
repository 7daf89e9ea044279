"""Staff pin one summary on top of a discussion, with the voices that it rests on."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_comment, make_page, make_person, sign_in
from wiki.comments import summaries
from wiki.moderation.models import Reason
from wiki.pages.models import Page


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("basu", title="バスのこれから")


@pytest.fixture
def desk(client: FlaskClient, page: Page) -> FlaskClient:
    sign_in(client, make_person("見本職員", role="staff"))
    return client


def test_a_summary_stands_on_top_with_its_voices(app: Flask, desk: FlaskClient, page: Page) -> None:
    voices = [make_comment(page, make_person(name), "本数の話です。") for name in ("見本一", "見本二")]
    typed = f"http://localhost/comments/{voices[0].id}#c{voices[0].id}、{voices[1].id}"
    sent = {"body": "**本数**を増やしてほしい声が多くあります。", "voices": typed}
    assert desk.post("/reports/basu/summary", data=sent).status_code == 303
    shown = app.test_client().get("/reports/basu").text
    assert "<strong>本数</strong>" in shown
    assert shown.index("職員によるまとめ") < shown.index('class="voice"')
    assert f'href="/comments/{voices[1].id}#c{voices[1].id}">見本二' in shown
    assert "本数" in desk.get("/reports/basu/summary").text
    desk.post(f"/comments/{voices[1].id}/hide", data={"reason": Reason.PERSONAL.value, "note": ""})
    assert [comment.id for comment in summaries.pinned(page).voices] == [voices[0].id]  # type: ignore[union-attr]


def test_an_empty_one_takes_it_away(app: Flask, desk: FlaskClient, page: Page) -> None:
    desk.post("/reports/basu/summary", data={"body": "まとめです。", "voices": ""})
    assert desk.post("/reports/basu/summary", data={"body": "", "voices": ""}).status_code == 303
    assert "職員によるまとめ" not in app.test_client().get("/reports/basu").text


def test_voices_that_are_not_there_are_named(desk: FlaskClient, page: Page) -> None:
    elsewhere = make_comment(make_page("other"), make_person(), "よその声")
    sent = {"body": "まとめの文章です。", "voices": f"{elsewhere.id}, 999"}
    answer = desk.post("/reports/basu/summary", data=sent)
    assert answer.status_code == 422
    assert f"{elsewhere.id}、999" in answer.text
    assert "まとめの文章です。" in answer.text
    assert desk.post("/reports/basu/summary", data={"body": "あ" * 3_001}).status_code == 422


def test_only_staff_write_one(app: Flask, page: Page) -> None:
    client = app.test_client()
    assert client.get("/reports/basu/summary").status_code in {302, 303, 403}
    sign_in(client, make_person())
    assert client.post("/reports/basu/summary", data={"body": "私のまとめ"}).status_code == 403
    assert "私のまとめ" not in client.get("/reports/basu").text


def test_hostile_markup_is_cleaned(app: Flask, desk: FlaskClient, page: Page) -> None:
    desk.post("/reports/basu/summary", data={"body": "<script>alert(1)</script>[x](javascript:alert(1))", "voices": ""})
    shown = app.test_client().get("/reports/basu").text
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
