"""Staff take suggestions over, change them first, or decline them with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import make_person, sign_in
from tests.suggestions.conftest import BODY, edit, suggest, text_of
from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.pages.service import EditConflict, PageDraft
from wiki.suggestions import queries, service, standing, states
from wiki.suggestions.models import State, Suggestion, Why

Outbox = Callable[[], list[dict[str, Any]]]


def stands(suggestion: Suggestion) -> standing.Standing:
    found = queries.suggestion_or_404(suggestion.id)
    base = pages.revision_or_404(found.page, found.base_number)
    return standing.of(found, base, pages.current_revision(found.page))


def accept(client: FlaskClient, suggestion: Suggestion, body: str, base: int) -> Any:
    sent = {"body": body, "summary": "取り入れました", "base_revision": str(base)}
    return client.post(f"/suggestions/{suggestion.id}/accept", data=sent)


def decline(client: FlaskClient, suggestion: Suggestion, **fields: str) -> Any:
    sent = {"why": "already", "words": "ありがとうございます。三行目にあります。"} | fields
    return client.post(f"/suggestions/{suggestion.id}/decline", data=sent)


def test_accepting_publishes_a_revision_that_names_who_suggested_it(
    client: FlaskClient, page: Page, resident: Person, staff: Person, outbox: Outbox
):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, staff)
    text = stands(made).text
    assert accept(client, made, text, 1).status_code == 303
    assert text_of(page) == BODY.replace("次の", "新しい")
    for address in ("/reports/r1/history", "/reports/r1/diff?from=1&to=2", "/reports/r1/suggestions"):
        assert "見本の住民" in client.get(address).text
    assert "住民の修正案を第2版に取り入れました。" in client.get("/ledger/").text
    assert f"/suggestions/{made.id}" in client.get("/reports/r1/voices").text
    assert 'data-label="反映"' in client.get("/reports/r1").text
    letter = outbox()[-1]
    assert letter["to"] == resident.email and "/reports/r1/diff?from=1&to=2" in letter["text"]


def test_what_was_taken_over_is_public_and_says_which_revision(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, staff)
    accept(client, made, stands(made).text, 1)
    visitor = client.application.test_client()
    shown = visitor.get(f"/suggestions/{made.id}")
    assert shown.status_code == 200 and "第2版で本文に取り入れました。" in shown.text
    assert "取り入れて公開する" not in shown.text


def test_staff_may_change_the_text_before_it_is_published(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, staff)
    accept(client, made, BODY.replace("次の", "もっとよい"), 1)
    assert "もっとよい段落です。" in text_of(page)


def test_an_edit_beside_it_leaves_the_suggestion_acceptable(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    made = suggest(resident, page, "二つ目の文です。", "直した文です。")
    edit(staff, page, "一つ目の文です。", "はじめの文です。")
    found = stands(made)
    assert (found.is_outdated, found.overlaps) == (True, False)
    assert "はじめの文です。直した文です。" in found.text
    sign_in(client, staff)
    assert "重なりはありません" in client.get(f"/suggestions/{made.id}").text
    assert accept(client, made, found.text, 2).status_code == 303
    assert "はじめの文です。直した文です。" in text_of(page)


def test_an_edit_of_the_same_place_is_said_and_today_s_text_is_offered(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    made = suggest(resident, page, "二つ目の文です。", "直した文です。")
    edit(staff, page, "二つ目の文です。", "別の文です。")
    found = stands(made)
    assert found.overlaps and "別の文です。" in found.text
    sign_in(client, staff)
    shown = client.get(f"/suggestions/{made.id}").text
    assert "同じところに別の変更があります" in shown and "直した" in shown


def test_a_revision_published_meanwhile_is_met_with_both_texts_and_nothing_lost(
    client: FlaskClient, page: Page, resident: Person, staff: Person
):
    made = suggest(resident, page, "次の", "新しい")
    edit(staff, page, "終わりの", "最後の")
    sign_in(client, staff)
    answer = accept(client, made, BODY.replace("次の", "わたしの"), 1)
    assert answer.status_code == 409
    assert "わたしの段落です。" in answer.text and "最後の段落です。" in answer.text
    assert text_of(page) == BODY.replace("終わりの", "最後の")
    db.session.rollback()
    assert queries.suggestion_or_404(made.id).is_waiting


def test_a_text_that_changes_nothing_is_not_accepted(client: FlaskClient, page: Page, resident: Person, staff: Person):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, staff)
    answer = accept(client, made, BODY, 1)
    assert answer.status_code == 422 and "いまの本文と同じ文章です" in answer.text
    db.session.rollback()
    assert queries.suggestion_or_404(made.id).is_waiting


def test_declining_needs_a_reason_and_words_and_the_author_reads_both(
    client: FlaskClient, page: Page, resident: Person, staff: Person, outbox: Outbox
):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, staff)
    assert decline(client, made, why="nonsense").status_code == 422
    refused = decline(client, made, words=" ")
    assert refused.status_code == 422 and "まだ何も書かれていません" in refused.text
    assert decline(client, made).status_code == 303
    letter = outbox()[-1]["text"]
    assert "三行目にあります。" in letter and "同じ内容がすでにあります" in letter
    sign_in(client, resident)
    assert "三行目にあります。" in client.get(f"/suggestions/{made.id}").text


def test_what_is_decided_stays_decided(client: FlaskClient, page: Page, resident: Person, staff: Person):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, staff)
    decline(client, made)
    assert decline(client, made).status_code == 409
    late = accept(client, made, BODY.replace("次の", "新しい"), 1)
    assert late.status_code == 409 and "もう処理が済んでいます" in late.text
    assert text_of(page) == BODY


def test_residents_decide_nothing(client: FlaskClient, page: Page, resident: Person):
    made = suggest(resident, page, "次の", "新しい")
    sign_in(client, make_person())
    assert accept(client, made, "x", 1).status_code == 403
    assert decline(client, made).status_code == 403


@pytest.mark.parametrize("after", [state for state in State if state is not State.WAITING])
def test_every_end_is_an_end(after: State):
    assert states.step(State.WAITING, after) is after
    for next_one in State:
        with pytest.raises(states.AlreadyDecided):
            states.step(after, next_one)


def test_the_words_are_there_for_every_state_and_reason():
    assert states.LABELS.keys() == states.BADGES.keys() == states.NEXT.keys() == set(State)
    assert states.REASONS.keys() == set(Why)


def test_a_conflict_undoes_the_whole_decision(page: Page, resident: Person, staff: Person):
    made = suggest(resident, page, "次の", "新しい")
    edit(staff, page, "終わりの", "最後の")
    draft = PageDraft.of(page.title, "r1", BODY.replace("次の", "新しい"), "取り入れました")
    with pytest.raises(EditConflict), transaction():
        service.accept(staff, queries.suggestion_or_404(made.id), draft, 1)
    assert queries.suggestion_or_404(made.id).state is State.WAITING


def test_the_desk_lists_what_waits_in_a_fixed_number_of_queries(
    client: FlaskClient, page: Page, resident: Person, staff: Person, count_queries: Any
):
    sign_in(client, staff)
    suggest(resident, page, "次の", "新しい")
    client.get("/desk/?kind=suggestions")
    with count_queries() as one:
        assert "読みやすく。" in client.get("/desk/?kind=suggestions").text
    for number in range(5):
        suggest(make_person(), page, "次の", f"{number}番目の")
    with count_queries() as many:
        client.get("/desk/?kind=suggestions")
    assert many.count == one.count
