"""Ready pages and who reads them: to each their own, and nothing of anybody else."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from werkzeug.test import Client, TestResponse

from tests.core.shown import Shown, browser, signed_in
from tests.factories import make_page, make_person
from wiki.accounts.models import Person, Signin
from wiki.core import clock, versions
from wiki.core.database import db, transaction
from wiki.core.http_cache import FrontCache
from wiki.core.visitor import LANGUAGE_COOKIE, SESSION_COOKIE, THEME_COOKIE


def test_a_message_to_be_shown_once_is_shown_and_never_kept(shown: Shown, front: FrontCache) -> None:
    with shown.app.app_context():
        make_page("first-step")
    told, others = browser(front), browser(front)
    told.post("/flash")
    assert "置いておきました" in told.get("/reports/first-step").text
    assert "置いておきました" not in told.get("/reports/first-step").text
    assert "置いておきました" not in others.get("/reports/first-step").text
    told.post("/flash")
    assert "置いておきました" in told.get("/reports/first-step").text


def test_a_session_with_a_form_token_gets_the_same_bytes_as_everybody(shown: Shown, front: FrontCache) -> None:
    with shown.app.app_context():
        make_page("first-step")
    with_token, without = browser(front), browser(front)
    with_token.get("/sets-a-cookie")
    for path in ("/", "/reports/", "/reports/first-step", "/proposals/", "/ledger/"):
        first = with_token.get(path)
        assert first.status_code == 200
        assert "csrf_token" not in first.text, path
        assert without.get(path).data == first.data


def test_a_signed_in_page_is_kept_for_that_session_alone(shown: Shown, front: FrontCache) -> None:
    one, _one_id = signed_in(front, shown.app, "見本A")
    other, _other_id = signed_in(front, shown.app, "見本B")
    for _turn in range(2):
        assert one.get("/greeting").text == "見本A ja"
        assert other.get("/greeting").text == "見本B ja"
        assert browser(front).get("/greeting").text == "- ja"
    assert shown.asked["/greeting"] == 3


def test_a_sign_in_by_the_accounts_room_itself_gets_ready_pages(shown: Shown, front: FrontCache) -> None:
    with shown.app.app_context():
        person_id = make_person("見本A").id
    client = browser(front)
    client.post(f"/sign-in/{person_id}")
    for _turn in range(3):
        assert client.get("/greeting").text == "見本A ja"
    assert shown.asked["/greeting"] == 1


def test_a_personal_page_is_private_and_left_in_no_cache(shown: Shown, front: FrontCache) -> None:
    client, _id = signed_in(front, shown.app, "見本A")
    for _turn in range(2):
        answer = client.get("/greeting")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers


def test_a_sign_in_that_was_ended_is_not_served_from_memory(shown: Shown, front: FrontCache) -> None:
    client, person_id = signed_in(front, shown.app, "見本A")
    assert client.get("/greeting").text == "見本A ja"
    with shown.app.app_context(), transaction():
        db.session.execute(update(Signin).where(Signin.person_id == person_id).values(ended_at=clock.now()))
    for _turn in range(2):
        answer = client.get("/greeting")
        assert answer.text == "- ja"
        assert answer.headers["Cache-Control"] in {"private, no-store", "no-cache"}
    assert browser(front).get("/greeting").text == "- ja"


def test_a_page_made_before_the_person_changed_is_not_served(shown: Shown, front: FrontCache) -> None:
    client, person_id = signed_in(front, shown.app, "見本A")
    assert client.get("/greeting").text == "見本A ja"
    with shown.app.app_context(), transaction():
        person = db.session.get_one(Person, person_id)
        person.name, person.version = "見本C", versions.new_version()
    assert client.get("/greeting").text == "見本C ja"


def test_a_forged_session_is_nobody(shown: Shown, front: FrontCache) -> None:
    owner, _id = signed_in(front, shown.app, "見本A")
    assert owner.get("/greeting").text == "見本A ja"
    cookie = owner.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    forger = browser(front)
    forger.set_cookie(SESSION_COOKIE, cookie.value[:-3] + "abc")
    assert forger.get("/greeting").text == "- ja"


@pytest.mark.parametrize("cookie", [b"\x80", b"a=\xff; kairan_language=en", "名前=値; kairan_language=en".encode()])
def test_a_cookie_of_strange_bytes_harms_nobody(shown: Shown, front: FrontCache, cookie: bytes) -> None:
    client = Client(front, TestResponse, use_cookies=False)
    headers = {"Cookie": cookie.decode("latin-1")}
    assert client.get("/greeting", headers=headers).status_code == 200
    assert client.post("/flash", headers=headers).status_code == 200


def test_language_and_theme_choose_pages_of_their_own(shown: Shown, front: FrontCache) -> None:
    english, dark, asking = browser(front), browser(front), browser(front)
    english.set_cookie(LANGUAGE_COOKIE, "en")
    dark.set_cookie(THEME_COOKIE, "dark")
    for _turn in range(2):
        assert browser(front).get("/greeting").text == "- ja"
        assert english.get("/greeting").text == "- en"
        assert dark.get("/greeting").text == "- ja"
        assert asking.get("/greeting", headers={"Accept-Language": "en-GB,en;q=0.8"}).text == "- en"
    assert shown.asked["/greeting"] == 3
