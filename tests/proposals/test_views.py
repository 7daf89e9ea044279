"""Proposals as a browser without JavaScript meets them."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_page, make_person, make_proposal, sign_in
from tests.proposals.acts import cast, lead_to, reflect
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db, transaction
from wiki.pages.models import Page
from wiki.proposals.models import Proposal, Stage

NEW = "/reports/r1/proposals/new"
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> [押す](javascript:alert(1)) **はい**"


@pytest.fixture
def page(app: Flask) -> Page:
    return make_page("r1")


@pytest.fixture
def resident(client: FlaskClient) -> Person:
    person = make_person("見本A")
    sign_in(client, person)
    return person


def proposals() -> list[Proposal]:
    db.session.rollback()
    return list(db.session.scalars(select(Proposal).order_by(Proposal.id)))


def test_a_resident_proposes_and_finds_it_in_the_list(client: FlaskClient, page: Page, resident: Person) -> None:
    form = BeautifulSoup(client.get(NEW).text, "html.parser").find("form", action=NEW)
    assert form is not None
    keys = [tag["value"] for tag in form.find_all("input", attrs={"name": "request_key"})]  # type: ignore[union-attr]
    assert len(keys) == 1
    assert keys[0]
    sent = {"title": "同じことを二度聞かない", "body": HOSTILE, "request_key": keys[0]}
    answers = [client.post(NEW, data=sent) for _ in range(2)]
    (made,) = proposals()
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"/proposals/{made.id}")}
    listed = client.get("/proposals/").text
    assert f'<a href="/proposals/{made.id}">同じことを二度聞かない</a>' in listed
    shown = client.get(f"/proposals/{made.id}").text
    assert "<strong>はい</strong>" in shown
    assert not re.search(r"<script>alert|<img[^>]+onerror|href=\"javascript:", shown + listed)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("", "本文"),
        ("題", ""),
        ("題", " \n\u3000"),
        ("あ" * 101, "本文"),
        ("題", "あ" * 20_001),
        ("題\0", "本文"),
        ("題", "本\0文"),
        ("題\u202e", "本文"),
        ("二行の\n題", "本文"),
        ("題", ">" * 10_000 + "深い"),
    ],
)
def test_what_cannot_be_accepted_comes_back_with_what_was_typed(
    client: FlaskClient, page: Page, resident: Person, title: str, body: str
) -> None:
    answer = client.post(NEW, data={"title": title, "body": body})
    assert answer.status_code == 422
    assert proposals() == []
    form = BeautifulSoup(answer.text, "html.parser").find("form", action=NEW)
    assert form is not None
    typed = form.find("textarea", attrs={"name": "body"}).text  # type: ignore[union-attr]
    if body == "本文":
        assert typed.strip() == body
    if title == "題":
        assert form.find("input", attrs={"name": "title"})["value"] == "題"  # type: ignore[index]
    assert form.find(class_="error") is not None


def test_the_form_shows_what_is_already_proposed(client: FlaskClient, page: Page, resident: Person) -> None:
    for index in range(7):
        make_proposal(page, resident, title=f"前からの提案{index}")
    shown = client.get(NEW).text
    assert len(re.findall(r'href="/proposals/\d+"', shown)) == 5


def test_visitors_sign_in_and_come_back(client: FlaskClient, page: Page) -> None:
    answer = client.get(NEW)
    assert (answer.status_code, answer.location) == (303, f"/accounts/login?next={NEW}")


def test_whoever_was_signed_out_while_writing_finds_the_text_again(client: FlaskClient, page: Page) -> None:
    answer = client.post(NEW, data={"title": "夜の窓口", "body": "月に一度でも。\n\n土曜でも。"})
    assert answer.status_code == 403
    assert "月に一度でも。" in answer.text
    assert proposals() == []


def test_unconfirmed_people_are_told_what_is_missing_and_find_their_text_again(client: FlaskClient, page: Page) -> None:
    person = make_person(confirmed=False)
    sign_in(client, person)
    assert client.get(NEW).status_code == 403
    answer = client.post(NEW, data={"title": "夜の窓口", "body": "月に一度でも。\n\n土曜でも。"})
    assert answer.status_code == 403
    assert "メールアドレスの確認" in answer.text
    with transaction():
        db.session.get_one(Person, person.id).confirmed_at = clock.now()
    form = BeautifulSoup(client.get(NEW).text, "html.parser").find("form", action=NEW)
    assert form is not None
    assert form.find("input", attrs={"name": "title"})["value"] == "夜の窓口"  # type: ignore[index]
    typed = form.find("textarea", attrs={"name": "body"}).text  # type: ignore[union-attr]
    assert typed.split() == ["月に一度でも。", "土曜でも。"]


def test_suspended_people_do_not_propose(client: FlaskClient, page: Page, resident: Person) -> None:
    with transaction():
        resident.suspended_at = clock.now()
        db.session.add(resident)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, data={"title": "題", "body": "本文"}).status_code == 403
    assert proposals() == []


def test_a_closed_page_takes_no_proposals(client: FlaskClient, resident: Person) -> None:
    make_page("r1", is_open=False)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, data={"title": "題", "body": "本文"}).status_code == 403
    assert proposals() == []


def test_a_page_that_is_not_there_takes_none_either(client: FlaskClient, resident: Person) -> None:
    assert client.get("/reports/gone/proposals/new").status_code == 404


def test_the_votes_stand_in_words_for_visitors(client: FlaskClient, page: Page) -> None:
    proposal = make_proposal(page, make_person())
    cast(make_person(), proposal, 1)
    shown = client.get(f"/proposals/{proposal.id}").text
    assert re.search(r"賛成\D{0,40}1\b", re.sub(r"<[^>]+>", " ", shown))
    assert f'href="/accounts/login?next=/proposals/{proposal.id}"' in shown
    assert 'name="value"' not in shown


def test_a_voter_sees_their_vote_pressed_and_a_way_to_withdraw(
    client: FlaskClient, page: Page, resident: Person
) -> None:
    proposal = make_proposal(page, make_person())

    def buttons() -> dict[str, str | None]:
        soup = BeautifulSoup(client.get(f"/proposals/{proposal.id}").text, "html.parser")
        form = soup.find("form", action=f"/proposals/{proposal.id}/vote")
        assert form is not None
        return {b["value"]: b.get("aria-pressed") for b in form.find_all("button", attrs={"name": "value"})}  # type: ignore[union-attr,misc]

    assert buttons() == {"1": "false", "0": "false", "-1": "false"}
    cast(resident, proposal, -1)
    assert buttons() == {"1": "false", "0": "false", "-1": "true", "": None}


def test_a_proposals_page_tells_its_path_and_the_official_texts(client: FlaskClient, page: Page) -> None:
    staff = make_person(role="staff")
    proposal = make_proposal(page, make_person())
    lead_to(Stage.ACCEPTED, proposal, staff, text="第二水曜に**開きます**。")
    reflect(staff, page, proposal)
    shown = client.get(f"/proposals/{proposal.id}").text
    assert shown.count("第二水曜に<strong>開きます</strong>。") == 2
    path = BeautifulSoup(shown, "html.parser").find("ol", class_="path")
    assert path is not None
    words = [item.text for item in path.find_all("li")]  # type: ignore[union-attr]
    for said, stage in zip(words, ("受付", "検討中", "採用", "反映"), strict=True):
        assert stage in said
    assert path.find_all("li")[-1]["class"] == ["done"]  # type: ignore[union-attr]
    assert 'href="/reports/r1/diff?from=1&amp;to=2"' in shown


def test_only_staff_see_the_next_stages(client: FlaskClient, page: Page, resident: Person) -> None:
    proposal = make_proposal(page, resident)
    decide = f'action="/proposals/{proposal.id}/decide"'
    assert decide not in client.get(f"/proposals/{proposal.id}").text
    staff = make_person(role="staff")
    sign_in(client, staff)
    shown = client.get(f"/proposals/{proposal.id}").text
    assert decide in shown
    assert re.findall(r'type="radio" value="(\w+)"|value="(\w+)"[^>]*type="radio"', shown) == [("considering", "")]
    lead_to(Stage.DECLINED, proposal, staff)
    assert decide not in client.get(f"/proposals/{proposal.id}").text


def test_a_hidden_proposal_is_there_for_staff_only(client: FlaskClient, page: Page, resident: Person) -> None:
    proposal = make_proposal(page, resident, hidden_at=clock.now())
    assert client.get(f"/proposals/{proposal.id}").status_code == 404
    sign_in(client, make_person(role="staff"))
    assert client.get(f"/proposals/{proposal.id}").status_code == 200


def test_the_public_list_sets_no_cookie(client: FlaskClient, page: Page) -> None:
    make_proposal(page, make_person())
    for address in ("/proposals/", "/proposals/1"):
        assert "Set-Cookie" not in client.get(address).headers


def test_a_vote_without_a_token_from_a_visitor_asks_to_sign_in(csrf_app: Flask) -> None:
    proposal = make_proposal(make_page("r1"), make_person())
    answer = csrf_app.test_client().post(f"/proposals/{proposal.id}/vote", data={"value": "1"})
    assert answer.status_code == 403
    assert f"/accounts/login?next=/proposals/{proposal.id}" in answer.text


def test_a_proposal_without_a_token_from_a_visitor_is_kept(csrf_app: Flask) -> None:
    make_page("r1")
    answer = csrf_app.test_client().post(NEW, data={"title": "夜の窓口", "body": "月に一度でも。"})
    assert answer.status_code == 403
    assert "書いた文章は預かりました" in answer.text
