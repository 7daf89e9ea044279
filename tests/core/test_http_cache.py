"""Ready pages in front of Flask: always right, never somebody else's."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask, flash, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import func, select, update
from werkzeug.test import Client, TestResponse

from tests.factories import make_page, make_person, sign_in
from wiki.accounts import signin
from wiki.accounts.models import Person, Signin
from wiki.core import clock, versions
from wiki.core.database import db, transaction
from wiki.core.http_cache import FrontCache, cached, keep_until
from wiki.core.i18n import language
from wiki.core.jobs import Job
from wiki.core.visitor import LANGUAGE_COOKIE, SESSION_COOKIE, THEME_COOKIE

LONG = "長い段落です。" * 400


class Shown:
    """A site with a few kept pages, and how often Flask was asked for each."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.asked: Counter[str] = Counter()

    def note(self) -> None:
        self.asked[request.path] += 1

    def change(self, *scopes: str) -> int:
        """One more job in the table, which the page `/counted` shows; gives how many there are."""
        with self.app.app_context():
            with transaction():
                db.session.add(Job(kind="test.shown", payload={}, run_at=clock.now() + timedelta(days=9)))
                versions.touch(*(scopes or ("counted",)))
            return db.session.scalar(select(func.count(Job.id))) or 0


@pytest.fixture
def shown(site: Flask) -> Shown:
    pages = Shown(site)

    @site.get("/counted")
    @cached(lambda: "counted", varies_by=frozenset({"order"}))
    def counted() -> ResponseReturnValue:
        pages.note()
        return str(db.session.scalar(select(func.count(Job.id))))

    @site.get("/long")
    @cached(lambda: "long")
    def long() -> ResponseReturnValue:
        pages.note()
        return LONG

    @site.get("/greeting")
    @cached(lambda: "greeting")
    def greeting() -> ResponseReturnValue:
        pages.note()
        return f"{current_user.name if current_user.is_authenticated else '-'} {language()}"

    @site.get("/sets-a-cookie")
    @cached(lambda: "cookie")
    def sets_a_cookie() -> ResponseReturnValue:
        pages.note()
        session["csrf_token"] = "new"
        return "cookie"

    @site.get("/until/<int(signed=True):seconds>")
    @cached(lambda seconds: "until")
    def until(seconds: int) -> ResponseReturnValue:
        pages.note()
        keep_until(clock.now() + timedelta(seconds=seconds))
        return "deadline"

    @site.get("/missing")
    @cached(lambda: "missing")
    def missing() -> ResponseReturnValue:
        pages.note()
        return "gone", 404

    @site.route("/flash", methods=["GET", "POST"])
    def say() -> ResponseReturnValue:
        flash("置いておきました")
        return "said"

    @site.post("/sign-in/<int:person_id>")
    def sign_in_for_real(person_id: int) -> ResponseReturnValue:
        with transaction():
            signin.start(db.session.get_one(Person, person_id))
        return make_response("welcome")

    return pages


@pytest.fixture
def front(shown: Shown, behind_cache: Callable[[Flask], FrontCache]) -> FrontCache:
    return behind_cache(shown.app)


def browser(front: Any) -> Client:
    return Client(front, TestResponse)


def signed_in(front: Any, app: Flask, name: str) -> tuple[Client, int]:
    """A browser in which a new person is signed in, and that person's id."""
    with app.app_context():
        person = make_person(name)
        flask_client = app.test_client()
        sign_in(flask_client, person)
        cookie = flask_client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        client = browser(front)
        client.set_cookie(SESSION_COOKIE, cookie.value)
        return client, person.id


def test_the_second_reader_is_answered_without_flask(shown: Shown, front: FrontCache) -> None:
    first, second = browser(front).get("/counted"), browser(front).get("/counted")
    assert shown.asked["/counted"] == 1
    assert first.data == second.data
    assert first.headers.to_wsgi_list() == second.headers.to_wsgi_list()
    assert "Content-Security-Policy" in second.headers
    assert int(second.headers["Content-Length"]) == len(second.data)


def test_a_change_is_seen_by_both_workers_at_the_very_next_request(
    shown: Shown, front: FrontCache, behind_cache: Callable[[Flask], FrontCache]
) -> None:
    workers = browser(front), browser(behind_cache(shown.app))
    stale = 0
    for turn in range(250):
        now = str(shown.change())
        stale += sum(worker.get("/counted").text != now for worker in workers)
        stale += workers[turn % 2].get("/counted").text != now
    assert stale == 0
    assert shown.asked["/counted"] == 500


def test_a_change_to_another_scope_leaves_a_page_ready_and_one_to_everything_does_not(
    shown: Shown, front: FrontCache
) -> None:
    client = browser(front)
    client.get("/counted")
    shown.change("elsewhere")
    client.get("/counted")
    assert shown.asked["/counted"] == 1
    shown.change(versions.EVERYTHING)
    client.get("/counted")
    assert shown.asked["/counted"] == 2


def test_a_change_while_the_page_is_being_made_is_not_hidden_by_it(site: Flask, behind_cache: Any) -> None:
    shown = Shown(site)

    @site.get("/slow")
    @cached(lambda: "counted")
    def slow() -> ResponseReturnValue:
        before = str(db.session.scalar(select(func.count(Job.id))))
        db.session.rollback()
        if not shown.asked["/slow"]:
            shown.change()
        shown.note()
        return before

    client = browser(behind_cache(site))
    assert client.get("/slow").text == "0"
    assert client.get("/slow").text == "1"


def test_who_has_the_page_is_told_that_it_has_not_changed(shown: Shown, front: FrontCache) -> None:
    client = browser(front)
    first = client.get("/long")
    again = client.get("/long", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Vary"] == first.headers["Vary"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert "Content-Length" not in again.headers
    assert client.get("/long", headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_page_that_did_change_is_sent_again(shown: Shown, front: FrontCache) -> None:
    client = browser(front)
    etag = client.get("/counted").headers["ETag"]
    shown.change()
    assert client.get("/counted", headers={"If-None-Match": etag}).status_code == 200


def test_the_zipped_page_is_the_page(shown: Shown, front: FrontCache) -> None:
    client = browser(front)
    plain = client.get("/long")
    zipped = client.get("/long", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data == LONG.encode()
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert len(zipped.data) < len(plain.data)


@pytest.mark.parametrize("accepts", ["gzip;q=0", "identity, gzip; q=0.0", "br"])
def test_who_refuses_gzip_is_not_given_it(shown: Shown, front: FrontCache, accepts: str) -> None:
    answer = browser(front).get("/long", headers={"Accept-Encoding": accepts})
    assert "Content-Encoding" not in answer.headers
    assert answer.text == LONG


@pytest.mark.parametrize("path", ["/counted?invented=1", "/counted?order=new&x=", "/sets-a-cookie", "/missing"])
def test_what_must_not_be_kept_is_not(shown: Shown, front: FrontCache, path: str) -> None:
    for _turn in range(3):
        browser(front).get(path)
    assert shown.asked[path.partition("?")[0]] == 3


def test_a_parameter_that_the_page_knows_chooses_among_kept_pages(shown: Shown, front: FrontCache) -> None:
    for path in ("/counted", "/counted?order=new", "/counted", "/counted?order=new"):
        browser(front).get(path)
    assert shown.asked["/counted"] == 2


def test_a_post_and_a_request_for_a_piece_reach_flask(shown: Shown, front: FrontCache) -> None:
    client = browser(front)
    client.get("/counted")
    assert client.post("/counted").status_code == 405
    client.get("/counted", headers={"HX-Request": "true"})
    assert shown.asked["/counted"] == 2


def test_a_ready_page_is_not_given_under_a_foreign_host(shown: Shown, front: FrontCache) -> None:
    client = browser(front)
    assert client.get("/counted").status_code == 200
    assert client.get("/counted", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/counted", headers={"Host": "localhost.evil.example:80"}).status_code == 400


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


def test_when_memory_is_full_the_page_not_asked_for_longest_goes(shown: Shown, front: FrontCache) -> None:
    front._limit = 3 * 2100
    client = browser(front)
    for order in ("1", "2", "3", "1", "4"):
        client.get(f"/counted?order={order}")
    asked = shown.asked["/counted"]
    client.get("/counted?order=1")
    assert shown.asked["/counted"] == asked
    client.get("/counted?order=2")
    assert shown.asked["/counted"] == asked + 1
    assert 0 < front._size <= front._limit
    assert front._size == sum(entry.size for entry in front._entries.values())


def test_a_page_larger_than_the_memory_is_given_but_not_kept(shown: Shown, front: FrontCache) -> None:
    front._limit = 3000
    for _turn in range(2):
        assert browser(front).get("/long").text == LONG
    assert shown.asked["/long"] == 2
    assert front._size == 0


def test_a_page_with_a_deadline_close_by_is_not_kept(shown: Shown, front: FrontCache) -> None:
    for seconds, times in ((60, 2), (3 * 3600, 1)):
        for _turn in range(2):
            browser(front).get(f"/until/{seconds}")
        assert shown.asked[f"/until/{seconds}"] == times


def test_without_memory_for_pages_there_is_no_cache(build_on_sqlite: Callable[..., Flask], behind_cache: Any) -> None:
    app = build_on_sqlite(CACHE_MEGABYTES=0)
    assert behind_cache(app) is app


def test_a_database_that_goes_away_is_told_in_a_page_and_mended_by_itself(
    postgres_url: str, build: Callable[..., Flask], front: FrontCache, shown: Shown
) -> None:
    if not str(shown.app.config["DATABASE_URL"]).startswith("postgresql"):
        return
    client = browser(front)
    assert client.get("/counted").status_code == 200
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert client.get("/counted").status_code == 200
    assert shown.asked["/counted"] == 1
    front._gate._dsn = "postgresql://127.0.0.1:1/nowhere"  # type: ignore[attr-defined]
    front._gate._local.connection = None  # type: ignore[attr-defined]
    assert client.get("/counted").status_code == 200
    assert shown.asked["/counted"] == 2
