"""A form without a good token changes nothing, and comes back whole, to be sent again by one click."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, request
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import PasswordField

from wiki import ROOMS
from wiki.core import csrf
from wiki.core.limits import limiter

TYPED = "一行目 <b>太字</b> & \"引用\"\r\n二行目 'x'\r\n\r\n終わり"


@pytest.fixture
def desk(csrf_app: Flask) -> FlaskClient:
    """A browser on a site with one form more, which gives back what it understood."""
    app = csrf_app

    @app.post("/say")
    def say() -> dict[str, list[str]]:
        return {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}

    @app.post("/seldom")
    @limiter.limit("1 per minute")
    def seldom() -> str:
        return "once"

    return app.test_client()


def form_in(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Where the page's form is sent, and its fields as a browser would send them."""
    form = BeautifulSoup(text, "html.parser").find("form", method="post")
    assert isinstance(form, Tag)
    fields = [(str(field["name"]), str(field["value"])) for field in form.find_all("input")]
    return str(form["action"]), fields


def send_again(client: FlaskClient, text: str) -> dict[str, list[str]]:
    action, fields = form_in(text)
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    answer = client.post(action, data=sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, list[str]] = answer.get_json()
    return found


def test_a_form_without_a_token_comes_back_with_its_text_and_can_be_sent_by_one_click(desk: FlaskClient) -> None:
    refused = desk.post("/say?order=newest", data={"body": TYPED, "choice": ["一", "二"], "empty": ""})
    assert refused.status_code == 400
    page = BeautifulSoup(refused.text, "html.parser")
    shown = page.select_one(".typed")
    assert shown is not None
    assert "<b>太字</b>" in shown.get_text()
    assert page.select_one(".typed b") is None
    assert form_in(refused.text)[0] == "/say?order=newest"
    assert send_again(desk, refused.text) == {"body": [TYPED], "choice": ["一", "二"], "empty": [""]}


@pytest.mark.parametrize("token", ["", "nonsense", "ImZvcmdlZCI.aaaa.bbbb"])
def test_a_forged_token_is_no_token(desk: FlaskClient, token: str) -> None:
    refused = desk.post("/say", data={"body": TYPED, "csrf_token": token})
    assert refused.status_code == 400
    assert not token or token not in refused.text
    assert send_again(desk, refused.text) == {"body": [TYPED]}


def test_a_form_left_open_over_night_is_asked_for_once_more(desk: FlaskClient) -> None:
    app = desk.application
    _action, fields = form_in(desk.post("/say", data={"body": TYPED}).text)
    hours = app.config["WTF_CSRF_TIME_LIMIT"]
    assert hours == app.config["FORM_HOURS"] * 3600
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    late = desk.post("/say", data=dict(fields))
    app.config["WTF_CSRF_TIME_LIMIT"] = hours
    assert late.status_code == 400
    assert send_again(desk, late.text) == {"body": [TYPED]}


def test_the_token_of_another_session_is_refused(desk: FlaskClient) -> None:
    _action, fields = form_in(desk.post("/say", data={"body": TYPED}).text)
    other = desk.application.test_client()
    assert other.post("/say", data=dict(fields)).status_code == 400


def test_passwords_are_never_written_into_a_page(desk: FlaskClient) -> None:
    secret = "correct horse battery staple"
    typed = dict.fromkeys(("password", "new_password", "current_password", "password_again"), secret) | {
        "email": "person@example.jp"
    }
    refused = desk.post("/say", data=typed)
    assert refused.status_code == 400
    assert secret not in refused.text
    assert "person@example.jp" in refused.text


def test_every_password_field_of_every_room_is_named_as_one_that_is_never_shown() -> None:
    names = set()
    for room in ROOMS:
        if find_spec(f"wiki.{room}.forms"):
            import_module(f"wiki.{room}.forms")
    waiting = [FlaskForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        names |= {
            name for name in dir(form) if getattr(getattr(form, name, None), "field_class", None) is PasswordField
        }
    assert names
    assert all("password" in name for name in names)


def test_a_visitors_form_can_be_answered_by_the_room_itself(csrf_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csrf, "_for_visitors", {})
    csrf.for_visitors("say")(lambda: (request.form["body"] + " is kept", 403))

    @csrf_app.post("/say")
    def say() -> str:
        raise AssertionError("it was acted upon")

    answer = csrf_app.test_client().post("/say", data={"body": "my words"})
    assert (answer.status_code, answer.text) == (403, "my words is kept")


def test_reading_needs_no_token_and_sets_no_cookie(desk: FlaskClient) -> None:
    for path in ("/", "/reports/", "/ledger/", "/healthz"):
        answer = desk.get(path)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers, path


def test_the_forms_of_the_site_itself_carry_a_good_token(desk: FlaskClient) -> None:
    page = BeautifulSoup(desk.get("/display").text, "html.parser")
    field = page.find("input", attrs={"name": "csrf_token"})
    assert isinstance(field, Tag)
    answer = desk.post("/display", data={"csrf_token": field["value"], "language": "en", "next": "//evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_form_sent_too_often_comes_back_with_its_text_and_when_to_send_it(desk: FlaskClient) -> None:
    _action, fields = form_in(desk.post("/say", data={"body": TYPED}).text)
    assert desk.post("/seldom", data=dict(fields)).status_code == 200
    refused = desk.post("/seldom", data=dict(fields))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    action, kept = form_in(refused.text)
    assert action == "/seldom"
    assert ("body", TYPED) in [(name, value.replace("\r\n", "\n").replace("\n", "\r\n")) for name, value in kept]
