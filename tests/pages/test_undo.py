"""One old edit taken back, and two revisions chosen to be compared."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_page
from tests.pages.browsing import fields, revisions, soup
from tests.pages.publishing import the_page
from wiki.accounts.models import Person
from wiki.pages import queries

FIRST = "一つ目の段落。\n\n二つ目の段落。\n\n三つ目の段落。"


def edit(client: FlaskClient, body: str, base: int, title: str = "試しのレポート") -> None:
    sent = fields(body=body, base_revision=str(base), title=title)
    assert client.post("/reports/r1/edit", data=sent).status_code == 303


def test_an_old_edit_is_taken_back_and_what_came_after_stays(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=FIRST)
    edit(client, FIRST.replace("一つ目", "誤った一つ目"), 1)
    edit(client, FIRST.replace("一つ目", "誤った一つ目").replace("三つ目", "新しい三つ目"), 2)
    offered = soup(client.get("/reports/r1/diff?from=1&to=2")).find("a", string="この変更だけを取り消す")
    editor = soup(client.get(str(offered["href"])))
    assert [part.text for part in editor.select(".diff del")] == ["（削除）誤った（削除ここまで）"]
    sent = {tag["name"]: tag.get("value", "") for tag in editor.select("main form.form input[name]")}
    sent["body"] = editor.find("textarea", {"name": "body"}).text.lstrip("\r\n")
    assert revisions() == 3
    assert client.post("/reports/r1/edit", data=sent).status_code == 303
    now = queries.current_revision(the_page())
    assert now.body == FIRST.replace("三つ目", "新しい三つ目")
    assert now.summary == "第2版の変更を取り消しました"


def test_a_title_is_taken_back_as_well(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=FIRST)
    edit(client, FIRST, 1, title="誤った題名")
    edit(client, FIRST + "\n\n四つ目。", 2, title="誤った題名")
    editor = soup(client.get("/reports/r1/revisions/2/undo"))
    assert editor.find("input", {"name": "title"})["value"] == "試しのレポート"
    assert "四つ目。" in editor.find("textarea", {"name": "body"}).text


def test_an_edit_that_was_written_over_cannot_be_taken_back_on_its_own(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=FIRST)
    edit(client, FIRST.replace("一つ目", "誤った一つ目"), 1)
    edit(client, FIRST.replace("一つ目", "書きかえた別の一つ目"), 2)
    answer = client.get("/reports/r1/revisions/2/undo")
    assert answer.status_code == 409
    assert "この変更だけを取り消すことはできません" in answer.text


def test_what_is_no_longer_there_is_not_taken_back_twice(client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=FIRST)
    edit(client, FIRST.replace("一つ目", "誤った一つ目"), 1)
    edit(client, FIRST, 2)
    answer = client.get("/reports/r1/revisions/2/undo")
    assert answer.status_code == 409
    assert "もう残っていません" in answer.text


@pytest.mark.parametrize("number", [0, 1, 9, 10**12])
def test_only_an_edit_can_be_taken_back(client: FlaskClient, staff: Person, number: int) -> None:
    make_page("r1")
    assert client.get(f"/reports/r1/revisions/{number}/undo").status_code == 404


def test_the_history_lets_choose_any_two_without_javascript(app: Flask, client: FlaskClient, staff: Person) -> None:
    make_page("r1", body=FIRST)
    for number in range(1, 4):
        edit(client, f"{FIRST}\n\n{number}", number)
    history = soup(app.test_client().get("/reports/r1/history"))
    for side, chosen in (("from", "3"), ("to", "4")):
        radios = history.select(f'input[type=radio][name="{side}"][form="compare"]')
        assert [radio["value"] for radio in radios] == ["4", "3", "2", "1"]
        assert [radio["value"] for radio in radios if radio.has_attr("checked")] == [chosen]
        assert all(radio["aria-label"] for radio in radios)
    assert client.get("/reports/r1/diff?from=1&to=4").status_code == 200
    assert "この変更だけを取り消す" not in app.test_client().get("/reports/r1/diff?from=1&to=2").text
