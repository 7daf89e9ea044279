"""What every answer has in common: where it may lead, what it says when something went wrong, what it carries."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from tests.factories import make_person, sign_in
from wiki.core.security import CONTENT_SECURITY_POLICY
from wiki.core.visitor import LANGUAGE_COOKIE
from wiki.core.web import SiteResponse, safe_next

FOREIGN = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "reports/a",
    "／／evil.example",
    "//[",
    "//[::1",
    "//℀.example",
    "//user@evil.example/",
    "/\x00/evil.example",
    "/a\r\nSet-Cookie: x=1",
    "/\x7f",
    "/a\u2028b",
    "",
    None,
]
OWN = [
    "/",
    "/reports/first-step",
    "/reports/first-step?order=newest&after=12#c13",
    "/reports/最初の一歩",
    "/search?q=https://example.jp//x",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "/reports/a:b",
]
STATUSES = (400, 403, 404, 405, 413, 422, 429, 500, 503)


@pytest.mark.parametrize("target", FOREIGN)
def test_nothing_that_leads_elsewhere_is_followed(target: str | None) -> None:
    assert safe_next(target, "/home") in {"/home", "/\x7f", "/a\u2028b"}
    assert safe_next(target, "/home") == "/home" or urlsplit(str(target)).netloc == ""


@pytest.mark.parametrize("target", OWN)
def test_an_address_of_this_site_is_followed(target: str) -> None:
    assert safe_next(target, "/home") == target


@given(
    st.text(
        alphabet=st.sampled_from(list("//\\\\%25cf:@?#[].ej \t\n\r\x00\x0b\x7f\u2028\u3000／＼。℀aあ😀"))
        | st.characters()
    )
)
def test_whatever_was_asked_for_the_way_on_is_a_path_of_this_site(target: str) -> None:
    for asked in (target, "/" + target, "//" + target):
        found = safe_next(asked)
        assert found.startswith("/")
        assert not found.startswith(("//", "/\\"))
        assert not any(ord(character) < 32 for character in found)
        assert (urlsplit(found).scheme, urlsplit(found).netloc) == ("", "")


def heading(text: str) -> str:
    page = BeautifulSoup(text, "html.parser")
    assert page.title is not None
    (found,) = page.find_all("h1")
    return str(found.get_text(strip=True))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("spoken", ["ja", "en"])
def test_an_error_is_a_page_in_the_readers_language_with_its_status(
    troubled: FlaskClient, status: int, spoken: str
) -> None:
    troubled.set_cookie(LANGUAGE_COOKIE, spoken)
    answer = troubled.get(f"/fails/{status}")
    assert answer.status_code == status
    assert f'<html lang="{spoken}"' in answer.text
    assert heading(answer.text)
    assert str(status) in answer.text
    assert "a secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_each_error_says_something_of_its_own(troubled: FlaskClient) -> None:
    assert len({heading(troubled.get(f"/fails/{status}").text) for status in STATUSES}) == len(STATUSES)


def test_a_wrong_address_and_a_wrong_method_and_a_request_too_large_are_pages_too(troubled: FlaskClient) -> None:
    assert "<h1>" in troubled.get("/no/such/page").text
    wrong_method = troubled.delete("/")
    assert (wrong_method.status_code, "GET" in wrong_method.headers["Allow"]) == (405, True)
    assert "<h1>" in wrong_method.text
    too_large = troubled.post("/display", data={"body": "x" * troubled.application.config["MAX_CONTENT_LENGTH"]})
    assert too_large.status_code == 413
    assert "<h1>" in too_large.text


def test_a_busy_site_says_when_to_come_back(troubled: FlaskClient) -> None:
    assert int(troubled.get("/fails/503").headers["Retry-After"]) > 0


def test_a_rooms_problem_is_told_in_its_own_words(troubled: FlaskClient) -> None:
    answer = troubled.get("/raises/paper")
    assert answer.status_code == 409
    assert heading(answer.text) == "紙がありません"
    assert "足してください。" in answer.text
    assert troubled.get("/raises/not-there").status_code == 404
    assert troubled.get("/raises/not-allowed").status_code == 403


def test_who_must_sign_in_is_sent_there_and_back(troubled: FlaskClient) -> None:
    answer = troubled.get("/raises/sign-in?a=1&b=二")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/accounts/login?next=/raises/sign-in%3Fa%3D1%26b%3D")


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://localhost/reports/a", "/reports/a"),
        ("http://evil.example/reports/a", "/"),
        ("http://localhost//evil.example", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_who_sent_a_form_unsigned_is_led_to_sign_in_and_back_to_the_page_of_the_form(
    troubled: FlaskClient, referer: str, back: str
) -> None:
    answer = troubled.post("/raises/sign-in", headers={"Referer": referer})
    assert answer.status_code == 403
    assert f'href="/accounts/login?next={back}"' in answer.text


def test_a_foreign_host_is_refused_on_every_kind_of_address(troubled: FlaskClient) -> None:
    for path in ("/", "/healthz", "/static/css/base.css", "/no/such/page"):
        answer = troubled.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 400, path
        assert "evil.example" not in answer.text
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert troubled.post("/display", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_when_the_database_is_away_every_page_says_so_and_when_to_come_back(
    build_on_sqlite: Callable[..., Flask], is_signed_in: bool
) -> None:
    with build_on_sqlite().app_context():
        person = make_person("見本A")
        client = build_on_sqlite().test_client()
        sign_in(client, person)
        cookie = client.get_cookie("kairan_session")
    assert cookie is not None
    away = build_on_sqlite(DATABASE_URL="postgresql+psycopg://127.0.0.1:1/nowhere", TESTING=False).test_client()
    if is_signed_in:
        away.set_cookie("kairan_session", cookie.value)
    for path in ("/", "/reports/", "/reports/a", "/display", "/no/such/page"):
        answer = away.get(path)
        if path in {"/display", "/no/such/page"} and not is_signed_in and answer.status_code < 500:
            continue  # it needs nothing of the database
        assert answer.status_code == 503, path
        assert int(answer.headers["Retry-After"]) > 0, path
        assert heading(answer.text), path
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
    assert away.get("/healthz").status_code == 200
    assert away.get("/static/css/base.css").status_code == 200
    assert away.get("/readyz").status_code == 503


ADDRESSES = [
    "/comments/12#c12",
    "/",
    "/search?q=a&kind=page",
    "/reports/声",
    "/reports/%E5%A3%B0",
    "/a b",
    '/"',
    "/[x]",
]


@pytest.mark.parametrize("address", [*ADDRESSES, "https://e.jp/a", "a/b", "//e.jp/声"])
def test_an_address_is_sent_as_werkzeug_would_send_it(address: str) -> None:
    environ = EnvironBuilder().get_environ()
    ours, theirs = (made(status=303, headers={"Location": address}) for made in (SiteResponse, Response))
    for _twice in range(2):
        assert sorted(ours.get_wsgi_headers(environ)) == sorted(theirs.get_wsgi_headers(environ))
