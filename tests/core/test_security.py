"""What every answer carries, and which of them may be kept by whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient

from tests.factories import make_person, sign_in
from wiki.core.security import CONTENT_SECURITY_POLICY


def answers(client: FlaskClient) -> dict[str, Any]:
    return {
        "a page": client.get("/"),
        "a redirect": client.get("/raises/sign-in"),
        "a wrong address": client.get("/no/such/page"),
        "a crash": client.get("/fails/500"),
        "a busy site": client.get("/fails/503"),
        "a file": client.get("/static/css/base.css"),
        "a missing file": client.get("/static/none.css"),
        "a foreign host": client.get("/", headers={"Host": "evil.example"}),
        "health": client.get("/healthz"),
        "a problem": client.get("/raises/paper"),
        "a form": client.post("/display", data={"language": "en"}),
        "a head": client.head("/"),
    }


def test_every_kind_of_answer_carries_the_security_headers(troubled: FlaskClient) -> None:
    for name, answer in answers(troubled).items():
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["X-Frame-Options"] == "DENY", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert "Permissions-Policy" in answer.headers, name
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert answer.headers.getlist("Content-Security-Policy") == [CONTENT_SECURITY_POLICY], name


def test_the_policy_allows_nothing_inline_and_no_other_site() -> None:
    assert "unsafe-" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"


def test_pages_hold_nothing_that_the_policy_forbids(troubled: FlaskClient) -> None:
    for name, answer in answers(troubled).items():
        if answer.mimetype == "text/html":
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text), name


def test_only_under_https_is_the_browser_told_to_stay_there(build_on_sqlite: Callable[..., Flask]) -> None:
    secure = build_on_sqlite(BASE_URL="https://localhost").test_client().get("/healthz")
    assert "max-age=" in secure.headers["Strict-Transport-Security"]
    plain = build_on_sqlite().test_client().get("/healthz")
    assert "Strict-Transport-Security" not in plain.headers


def test_what_a_signed_in_person_sees_is_left_in_no_cache(troubled: FlaskClient) -> None:
    with troubled.application.app_context():
        sign_in(troubled, make_person("見本A"))
    for path in ("/", "/fails/403", "/fails/500", "/no/such/page", "/display"):
        assert troubled.get(path).headers["Cache-Control"] == "private, no-store", path


def test_a_visitors_page_may_be_kept_but_is_asked_after(troubled: FlaskClient) -> None:
    answer = troubled.get("/")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(build_on_sqlite: Callable[..., Flask]) -> None:
    for base_url, secure in (("http://localhost", False), ("https://localhost", True)):
        app = build_on_sqlite(BASE_URL=base_url)

        @app.get("/remember")
        def remember() -> str:
            session["_fresh"] = True
            return "kept"

        cookie = app.test_client().get("/remember").headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure
