"""Languages: the reader's choice, else the browser's, else Japanese; times as people of that language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from wiki.core import clock, i18n, visitor
from wiki.core.visitor import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    SESSION_COOKIE,
    THEME_COOKIE,
    THEMES,
    Visitors,
    language_of,
    theme_of,
)

MOMENT = datetime(2026, 11, 23, 15, 5, tzinfo=UTC)  # five past midnight in Tokyo


@pytest.mark.parametrize(
    ("cookie", "asked", "found"),
    [
        (None, "", "ja"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr,de;q=0.8", "ja"),
        (None, "ja;q=0.4, en;q=0.6", "en"),
        (None, "fr, ja;q=0.2, en;q=0.1", "ja"),
        (None, "*", "ja"),
        (None, ";;;=q", "ja"),
        ("en", "ja", "en"),
        ("ja", "en", "ja"),
        ("tlh", "en", "en"),
        ("", "", "ja"),
    ],
)
def test_the_readers_choice_goes_before_the_browsers(cookie: str | None, asked: str, found: str) -> None:
    cookies = {} if cookie is None else {LANGUAGE_COOKIE: cookie}
    assert language_of(cookies, asked) == found


@pytest.mark.parametrize(
    ("cookie", "found"), [("dark", "dark"), ("light", "light"), ("auto", "auto"), ("pink", "auto")]
)
def test_an_unknown_theme_is_as_the_device_is_set(cookie: str, found: str) -> None:
    assert theme_of({THEME_COOKIE: cookie}) == found
    assert theme_of({}) == "auto"


@given(cookie=st.text(st.characters(codec="ascii")), accept=st.text(st.characters(codec="latin-1")))
def test_no_header_is_too_strange_to_read(cookie: str, accept: str) -> None:
    found = Visitors(lambda value: {}).of(cookie, accept)
    assert found.language in LANGUAGES
    assert found.theme in THEMES
    assert found.session == ""


def test_long_headers_are_read_anew_each_time_so_that_nobody_fills_the_memory() -> None:
    before = visitor._remembered.cache_info().currsize
    for number in range(20):
        cookie = f"{THEME_COOKIE}=dark; filler={number}{'x' * 3_000}; {SESSION_COOKIE}=value{number}"
        assert visitor.said(cookie, "en") == ("en", "dark", f"value{number}")
        visitors = Visitors(lambda value: {"_user_id": value})
        assert visitors.of(cookie, "en").signin_key == f"value{number}"
        assert not visitors._known
    assert visitor._remembered.cache_info().currsize == before


@pytest.mark.parametrize("cookie", [f"{LANGUAGE_COOKIE}=en", f"a=1; {LANGUAGE_COOKIE}=en; {LANGUAGE_COOKIE}=ja", "x"])
@pytest.mark.parametrize("accept", ["", "en", "ja,en"])
def test_a_ready_page_and_a_fresh_one_are_chosen_alike(small_site: Flask, cookie: str, accept: str) -> None:
    @small_site.get("/spoken")
    def spoken() -> str:
        return i18n.language()

    fresh = small_site.test_client(use_cookies=False).get(
        "/spoken", headers={"Cookie": cookie, "Accept-Language": accept}
    )
    assert Visitors(lambda value: {}).of(cookie, accept).language == fresh.text


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("ja", "2026年11月24日 0:05|2026年11月24日|2026年11月23日|2026-11-23T15:05:00Z"),
        ("en", "24 Nov 2026, 00:05|24 Nov 2026|23 Nov 2026|2026-11-23T15:05:00Z"),
    ],
)
def test_times_are_japans_and_written_as_the_reader_is_used_to(small_site: Flask, spoken: str, expected: str) -> None:
    @small_site.get("/times")
    def times() -> str:
        return render_template_string(
            "{{ moment|when }}|{{ moment|day }}|{{ date|day }}|{{ moment|iso }}", moment=MOMENT, date=date(2026, 11, 23)
        )

    client = small_site.test_client()
    client.set_cookie(LANGUAGE_COOKIE, spoken)
    assert client.get("/times").text == expected


def test_how_long_ago_is_told_in_the_readers_language(small_site: Flask) -> None:
    @small_site.get("/ago")
    def ago() -> str:
        return i18n.ago(clock.now() - timedelta(hours=3))

    client = small_site.test_client()
    assert client.get("/ago").text.replace(" ", "") == "3時間前"
    client.set_cookie(LANGUAGE_COOKIE, "en")
    assert client.get("/ago").text == "3 hours ago"


def test_outside_a_request_the_language_is_japanese(small_site: Flask) -> None:
    with small_site.app_context():
        assert i18n.when(MOMENT) == "2026年11月24日 0:05"


def test_every_page_says_its_language_and_theme(small_site: Flask) -> None:
    client = small_site.test_client()
    assert '<html lang="ja"' in client.get("/").text
    assert "data-theme" not in client.get("/").text
    client.set_cookie(LANGUAGE_COOKIE, "en")
    client.set_cookie(THEME_COOKIE, "dark")
    page = client.get("/").text
    assert '<html lang="en"' in page
    assert 'data-theme="dark"' in page


def test_the_choice_of_language_and_theme_is_kept_on_the_device(small_site: Flask) -> None:
    client = small_site.test_client()
    answer = client.post("/display", data={"language": "en", "theme": "dark", "next": "/reports/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reports/")
    assert '<html lang="en"' in client.get("/").text
    client.post("/display", data={"language": "tlh", "theme": "<script>"})
    assert '<html lang="en"' in client.get("/").text
