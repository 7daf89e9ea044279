"""Ready pages in front of Flask: always right."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from tests.core.shown import LONG, Shown, browser
from wiki.core import versions
from wiki.core.database import db
from wiki.core.gate import Seen
from wiki.core.http_cache import Entry, FrontCache, Offer, Shelf, behind_cache, cached
from wiki.core.jobs import Job


def test_the_second_reader_is_answered_without_flask(shown: Shown, front: FrontCache) -> None:
    first, second = browser(front).get("/counted"), browser(front).get("/counted")
    assert shown.asked["/counted"] == 1
    assert first.data == second.data
    assert first.headers.to_wsgi_list() == second.headers.to_wsgi_list()
    assert "Content-Security-Policy" in second.headers
    assert int(second.headers["Content-Length"]) == len(second.data)


def test_a_change_is_seen_by_both_workers_at_the_very_next_request(shown: Shown, front: FrontCache) -> None:
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


def test_a_change_while_the_page_is_being_made_is_not_hidden_by_it(site: Flask) -> None:
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


def test_when_memory_is_full_the_page_not_asked_for_longest_goes(shown: Shown, front: FrontCache) -> None:
    front._pages._limit = 3 * 2100
    client = browser(front)
    for order in ("1", "2", "3", "1", "4"):
        client.get(f"/counted?order={order}")
    asked = shown.asked["/counted"]
    client.get("/counted?order=1")
    assert shown.asked["/counted"] == asked
    client.get("/counted?order=2")
    assert shown.asked["/counted"] == asked + 1
    assert 0 < front._pages._size <= front._pages._limit
    assert front._pages._size == sum(entry.size for entry in front._pages._entries.values())


def test_a_page_larger_than_the_memory_is_given_but_not_kept(shown: Shown, front: FrontCache) -> None:
    front._pages._limit = 3000
    for _turn in range(2):
        assert browser(front).get("/long").text == LONG
    assert shown.asked["/long"] == 2
    assert front._pages._size == 0


def test_a_page_with_a_deadline_close_by_is_not_kept(shown: Shown, front: FrontCache) -> None:
    for seconds, times in ((60, 2), (3 * 3600, 1)):
        for _turn in range(2):
            browser(front).get(f"/until/{seconds}")
        assert shown.asked[f"/until/{seconds}"] == times


def test_without_memory_for_pages_there_is_no_cache(build_on_sqlite: Callable[..., Flask]) -> None:
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


def test_guests_push_out_each_other_and_no_page() -> None:
    offer = Offer("site", Seen(1, 1, None), 0.0)
    pages, guests = Shelf(100_000), Shelf(10_000)
    pages.put(("page",), Entry(offer, "", [], b"x" * 1000, None))
    for number in range(50):
        guests.put((str(number),), Entry(offer, "", [], b"x" * 1000, None))
    assert pages.get(("page",)) is not None
    assert guests.get(("49",)) is not None
    assert guests.get(("0",)) is None
