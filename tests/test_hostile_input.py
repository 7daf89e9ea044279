"""Whatever is sent, the site does not fall over, and what somebody typed is in the answer."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote, unquote

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import make_comment, make_page, make_person, make_proposal, sign_in
from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core.database import db
from wiki.pages.models import Page, Revision
from wiki.proposals.models import Proposal, Vote

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MEGABYTE = 1_000_000

#: Where a body is written, with the other fields that are sound, and who writes.
PLACES = {
    "comment": ("/reports/r1/comments", {}, "resident"),
    "comment on a proposal": ("/proposals/1/comments", {}, "resident"),
    "edit of a comment": ("/comments/1/edit", {}, "author"),
    "proposal": ("/reports/r1/proposals/new", {"title": "題名"}, "resident"),
    "page": (
        "/reports/r1/edit",
        {"title": "題名", "slug": "r1", "summary": "直しました", "base_revision": "1"},
        "staff",
    ),
    "new page": ("/reports/new", {"title": "題名", "slug": "r2", "summary": "はじめ"}, "staff"),
    "preview": ("/preview", {}, "resident"),
    "preview of a comment": ("/preview?kind=comment", {}, "resident"),
}
#: What cannot be kept, percent-encoded as it arrives.
REFUSED = {
    "empty": "",
    "spaces": "%20%20",
    "white": "%0D%0A%09%E3%80%80",
    "unseen": "%E2%80%8B%E2%80%8B%EF%BB%BF",
    "NUL": "a%00b",
    "bell": "a%07b",
    "bidi override": "a%E2%80%AEb",
    "bidi isolate": "a%E2%81%A6b",
    "a megabyte": "a" * MEGABYTE,
    "combining flood": "a" + "%CC%81" * 500,
    "zalgo": "".join(quote(c) + "%CC%81%CC%A7%CC%88" * 5 for c in "abcdef"),
    "deep quotes": "%3E" * 10_000 + "a",
    "deep spaced quotes": "%3E%20" * 9_000 + "a",
    "deep brackets": "%5B" * 10_000,
    "deep lists": "-%20" * 9_000 + "a",
    "a table of 5000 rows": "%7Ca%7Cb%7C%0A%7C-%7C-%7C%0A" + "%7C1%7C2%7C%0A" * 5000,
}
#: What is mended or taken as it is.
TAKEN = {
    "a lone surrogate": "a%ED%A0%80b",
    "half a pair in UTF-8": "a%ED%A0%BD%ED%B8%80b",
    "broken UTF-8": "a%FF%FEb%C3",
    "overlong UTF-8": "a%C0%AEb",
    "a zero-width flood": "a" + "%E2%80%8B" * 2000 + "b",
    "a joiner flood": "a" + "%E2%80%8D" * 2000 + "b",
    "private use": "a%EE%80%80b",
    "a noncharacter": "a%EF%BF%BFb",
    "the last code point": "a%F4%8F%BF%BFb",
    "CR alone": "a%0Db",
    "a BOM": "%EF%BB%BFab",
    "a script": "%3Cscript%3Ealert(1)%3C%2Fscript%3E%20ab",
    "template code": "%7B%7B7*7%7D%7D%20%7B%25%20raw%20%25%7D%20%25(x)s%20ab",
    "SQL": "'%3B%20DROP%20TABLE%20comment%3B%20--%20ab",
}


#: What comes back mended rather than as it arrived.
MENDED = ("a lone", "half", "broken", "overlong", "NUL", "a zero-width", "a joiner", "a BOM")


@pytest.fixture
def town(app: Flask) -> dict[str, Person]:
    people = {name: make_person(role=role) for name, role in (("resident", "resident"), ("staff", "admin"))}
    people["author"] = make_person()
    page = make_page("r1")
    make_comment(page, people["author"], "もとの声")
    make_proposal(page, people["author"])
    return people


@pytest.fixture(autouse=True)
def upright(request: pytest.FixtureRequest) -> None:
    """A crash is an answer with status 500, as in production, and fails the test that got it."""
    for name in {"app", "csrf_app"} & set(request.fixturenames):
        request.getfixturevalue(name).config["PROPAGATE_EXCEPTIONS"] = False
        request.getfixturevalue(name).testing = False


def send(client: FlaskClient, path: str, fields: dict[str, str], body: str, name: str = "body") -> TestResponse:
    """A form whose field `name` is already percent-encoded."""
    encoded = [f"{key}={quote(value)}" for key, value in fields.items()] + [f"{name}={body}"]
    answer = client.post(path, data="&".join(encoded).encode("ascii"), headers=FORM)
    assert answer.status_code < 500, (path, answer.status_code)
    return answer


def written() -> tuple[int, ...]:
    """How many comments, proposals and revisions there are."""
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count(model.id))) or 0 for model in (Comment, Proposal, Revision))


def holds(answer: TestResponse, typed: str) -> bool:
    """Whether the answer's page holds this text, in a form or for reading; line ends as HTML has them."""
    page = BeautifulSoup(answer.text, "html.parser")
    texts = [area.get_text() for area in page.select("textarea, .typed, .kept-text")]
    texts += [str(field.get("value", "")) for field in page.select("input")]

    def plain(text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufffd", "").strip()

    return any(plain(typed) in plain(text) for text in texts) or plain(typed) in plain(unescape(answer.text))


def decoded(body: str) -> str:
    """What a percent-encoded text says."""
    return unquote(body, errors="replace")


@pytest.mark.parametrize("place", PLACES)
def test_what_cannot_be_kept_is_refused_and_given_back(app: Flask, town: dict[str, Person], place: str) -> None:
    path, fields, who = PLACES[place]
    client = app.test_client()
    sign_in(client, town[who])
    before = written()
    for what, body in REFUSED.items():
        answer = send(client, path, fields, body)
        if place.startswith("preview"):
            assert answer.status_code == (200 if what in ("empty", "spaces", "white") else 422), what
            continue
        assert answer.status_code == 422, what
        assert holds(answer, decoded(body)), f"the text is lost: {what}"
        for value in fields.values():
            assert holds(answer, value), what
    assert written() == before


@pytest.mark.parametrize("what", TAKEN)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_odd_but_harmless_is_kept_and_shown(app: Flask, town: dict[str, Person], place: str, what: str) -> None:
    path, fields, who = PLACES[place]
    client = app.test_client()
    sign_in(client, town[who])
    answer = send(client, path, fields, TAKEN[what])
    assert answer.status_code in (200, 303, 422)
    if answer.status_code == 303:
        shown = client.get(answer.location)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text
        shown.text.encode("utf-8")
    elif not place.startswith("preview"):
        assert holds(answer, decoded(TAKEN[what]))


def test_a_visitors_and_an_unconfirmed_persons_text_is_in_the_answer(app: Flask, town: dict[str, Person]) -> None:
    unconfirmed = app.test_client()
    sign_in(unconfirmed, make_person(confirmed=False))
    before = written()
    for what, body in (REFUSED | TAKEN).items():
        for client in (app.test_client(), unconfirmed):
            for path, fields in (("/reports/r1/comments", {}), ("/reports/r1/proposals/new", {"title": "題名"})):
                answer = send(client, path, fields, body)
                assert answer.status_code in (403, 422)
                if not what.startswith(MENDED):
                    assert holds(answer, decoded(body)), (path, what)
    assert written() == before


@pytest.mark.parametrize("field", ["name", "email", "password", "consent"])
def test_registration_takes_nothing_that_is_no_name_or_address(
    client: FlaskClient, town: dict[str, Person], field: str
) -> None:
    usual = {"name": "夜の人", "email": "yoru@example.jp", "password": "correct horse 電池", "consent": "y"}
    usual.pop(field)
    for what, body in (REFUSED | TAKEN).items():
        answer = send(client, "/accounts/register", usual, body, name=field)
        assert answer.status_code in (303, 422), what
        if answer.status_code == 422:
            assert all(holds(answer, usual[name]) for name in ("name", "email") if name in usual)
            assert "correct horse" not in answer.text
        for path in ("/accounts/login", "/accounts/reset"):
            send(client, path, {"password": "x"}, body, name="email")
        send(client, "/accounts/login", {"email": "a@example.jp"}, body, name="password")


@pytest.mark.parametrize("field", ["title", "slug", "summary", "base_revision", "reflects"])
def test_the_editors_other_fields_are_no_way_in_either(app: Flask, town: dict[str, Person], field: str) -> None:
    client = app.test_client()
    sign_in(client, town["staff"])
    for what, body in (REFUSED | TAKEN).items():
        db.session.rollback()
        page = db.session.get_one(Page, 1)
        usual = {"title": "題名", "slug": page.slug, "summary": "直しました", "body": f"新しい本文です。{what}"}
        usual["base_revision"] = str(page.current_number)
        usual.pop(field, None)
        answer = send(client, f"/reports/{quote(page.slug)}/edit", usual, body, name=field)
        assert answer.status_code in (303, 409, 422), what
        if answer.status_code != 303:
            assert holds(answer, f"新しい本文です。{what}")


NUMBERS = [
    "99999999999",
    "9999999999999999999999",
    "-1",
    "0",
    "abc",
    "1.5",
    "%EF%BC%91",
    "%00",
    "%FF",
    "%ED%A0%80",
    "1%00",
]
BY_NUMBER = [
    "/comments/{}",
    "/comments/{}/edit",
    "/comments/{}/flag",
    "/comments/{}/hide",
    "/proposals/{}",
    "/proposals/{}/flag",
    "/reports/r1?after={}",
    "/reports/r1?order=newest&after={}",
    "/reports/r1?order={}",
    "/reports/{}",
    "/reports/{}/history",
    "/reports/r1/revisions/{}",
    "/reports/r1/history?cursor={}",
    "/reports/r1/diff?from={}&to=1",
    "/reports/r1/diff?from=1&to={}",
    "/collections/{}",
    "/help/{}",
    "/proposals/1?after={}",
    "/proposals/?after={}",
    "/proposals/?seed={}",
    "/proposals/?stage={}",
    "/proposals/?page={}",
    "/proposals/?order={}",
    "/ledger/?before={}",
    "/desk/?case={}",
    "/desk/?after={}",
    "/desk/?kind={}",
    "/desk/posts?before={}",
    "/desk/posts?person={}",
    "/display?next={}",
    "/accounts/login?next={}",
    "/accounts/confirm/{}",
    "/accounts/reset/{}",
    "/static/{}",
    "/{}",
]


@pytest.mark.parametrize("who", ["visitor", "resident", "staff"])
@pytest.mark.parametrize("address", BY_NUMBER)
def test_an_address_with_nonsense_in_it_is_answered_by_a_page(
    app: Flask, town: dict[str, Person], address: str, who: str
) -> None:
    client = app.test_client()
    if who != "visitor":
        sign_in(client, town[who])
    for number in NUMBERS:
        answer = client.get(address.format(number))
        assert answer.status_code < 500, number
        assert answer.status_code in (200, 301, 303, 308, 400, 403, 404), number


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/reports/r1/comments", "parent_id"),
        ("/reports/r1/comments", "request_key"),
        ("/proposals/1/vote", "value"),
        ("/proposals/1/decide", "stage"),
        ("/proposals/1/decide", "from"),
        ("/comments/1/flag", "reason"),
        ("/comments/1/hide", "reason"),
        ("/comments/1/hide", "next"),
        ("/desk/cases/bulk", "case"),
        ("/desk/cases/1/decide", "next_case"),
        ("/desk/cases/99999999999/decide", "verdict"),
        ("/desk/cases/1/undo", "decision"),
        ("/reports/r1/revisions/1/restore", "base_revision"),
        ("/comments/9999999999999999999999/delete", "x"),
        ("/proposals/9999999999999999999999/vote", "value"),
        ("/display", "next"),
        ("/display", "language"),
        ("/accounts/login", "next"),
    ],
)
def test_a_hidden_field_with_nonsense_in_it_changes_nothing_and_is_no_crash(
    app: Flask, town: dict[str, Person], path: str, field: str
) -> None:
    usual = {
        "body": "ここに書きました。",
        "text": "答えです。",
        "stage": "considering",
        "verdict": "keep",
        "reason": "spam",
    }
    usual.pop(field, None)
    votes = db.session.scalar(select(func.count()).select_from(Vote))
    for who in ("resident", "staff"):
        client = app.test_client()
        sign_in(client, town[who])
        for number in NUMBERS:
            answer = send(client, path, usual, number, name=field)
            if field == "parent_id" and answer.status_code >= 400:
                assert holds(answer, "ここに書きました。"), number
    db.session.rollback()
    if field == "value":
        assert db.session.scalar(select(func.count()).select_from(Vote)) in (votes, 2)  # 0 is a vote


@pytest.mark.parametrize("value", ["5", "-2", "2", "+1", "1e0", "true", "%EF%BC%91", "%00", "99999999999999999999"])
def test_a_vote_of_five_is_none(app: Flask, town: dict[str, Person], value: str) -> None:
    client = app.test_client()
    sign_in(client, town["resident"])
    assert send(client, "/proposals/1/vote", {}, value, name="value").status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 0


TARGETS = ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)"]
TARGETS += [
    "/%09/evil.example",
    "%2F%2Fevil.example",
    "%20//evil.example",
    "/%0D%0ALocation:%20//evil",
    "///evil.example",
]


@pytest.mark.parametrize("target", TARGETS)
def test_next_never_leads_away(app: Flask, town: dict[str, Person], target: str) -> None:
    client = app.test_client()
    sign_in(client, town["staff"])
    answers = [send(client, path, {"reason": "spam"}, target, "next") for path in ("/display", "/comments/1/hide")]
    for answer in answers:
        if answer.status_code == 303:
            assert answer.location.startswith("/")
            assert not answer.location.startswith(("//", "/\\"))
            assert "evil" not in answer.location.partition("?")[0]
    for path in ("/display", "/accounts/login"):
        page = BeautifulSoup(app.test_client().get(f"{path}?next={target}").text, "html.parser")
        for field in page.select("input[name=next]"):
            assert str(field.get("value", "")) in ("", "/") or "evil" not in str(field["value"])


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil", "", "a" * 5000, "é"])
def test_a_foreign_host_is_refused(client: FlaskClient, town: dict[str, Person], host: str) -> None:
    for path in ("/", "/reports/r1", "/accounts/login", "/static/css/base.css", "/nowhere"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
    assert client.post("/display", data={"next": "/"}, headers={"Host": host}).status_code == 400


OVERNIGHT = {
    "comment": ("/reports/r1", "form#compose", {"body": "夜に書いた<b>コメント</b>です。"}, 303),
    "reply": ("/comments/1", "form#reply-form", {"body": "夜に書いた返信です。"}, 303),
    "proposal": (
        "/reports/r1/proposals/new",
        "main form[method=post]",
        {"title": "夜の題名", "body": "夜に書いた提案です。"},
        303,
    ),
    "edit": (
        "/reports/r1/edit",
        "main form[method=post]",
        {"body": "夜に書いた本文です。\n\n二つ目の段落。", "summary": "夜に直しました"},
        303,
    ),
    "comment's edit": ("/comments/1/edit", "main form[method=post]", {"body": "夜に直した声です。"}, 303),
    "flag": ("/comments/2/flag", "main form[method=post]", {"reason": "spam", "note": "夜に読みました。"}, 303),
}


def form_of(answer: TestResponse, selector: str) -> tuple[str, dict[str, str]]:
    """Where a page's form is sent, and its fields as they stand."""
    form = BeautifulSoup(answer.text, "html.parser").select_one(selector)
    assert form is not None, answer.text
    fields = {
        str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]:not([type=checkbox])")
    }
    fields |= {str(area["name"]): area.get_text().removeprefix("\n") for area in form.select("textarea[name]")}
    return str(form["action"]), fields


@pytest.mark.parametrize("what", OVERNIGHT)
def test_a_form_left_open_over_night_keeps_its_text_and_is_sent_by_one_click(csrf_app: Flask, what: str) -> None:
    staff = make_person(role="admin")
    page = make_page("r1")
    make_comment(page, staff, "もとの声")
    make_comment(page, make_person(), "ほかの人の声")
    client = csrf_app.test_client()
    sign_in(client, staff)
    path, selector, typed, status = OVERNIGHT[what]
    action, fields = form_of(client.get(path), selector)
    assert fields["csrf_token"]
    fields |= typed
    before = written()
    hours = csrf_app.config["WTF_CSRF_TIME_LIMIT"]
    csrf_app.config["WTF_CSRF_TIME_LIMIT"] = -1
    late = client.post(action, data=fields)
    csrf_app.config["WTF_CSRF_TIME_LIMIT"] = hours
    assert late.status_code == 400
    assert written() == before
    assert all(holds(late, text) for text in typed.values())
    again, offered = form_of(late, "main form[method=post]")
    assert offered["csrf_token"]
    answer = client.post(again, data=offered)
    assert answer.status_code == status
    db.session.rollback()
    if "body" in typed:
        bodies = [
            *db.session.scalars(select(Comment.body)),
            *db.session.scalars(select(Proposal.body)),
            *db.session.scalars(select(Revision.body)),
        ]
        assert typed["body"] in [body.strip() for body in bodies]
    assert client.post(again, data=offered).status_code < 500


def test_a_form_sent_after_the_session_ended_keeps_its_text_too(csrf_app: Flask) -> None:
    page = make_page("r1")
    make_comment(page, make_person())
    visitor = csrf_app.test_client()
    for path, data in (
        ("/reports/r1/comments", {"body": "もう入っていません。"}),
        ("/reports/r1/proposals/new", {"title": "題名です", "body": "もう入っていません。"}),
        ("/comments/1/edit", {"body": "もう入っていません。"}),
        ("/reports/r1/edit", {"title": "題名です", "body": "もう入っていません。"}),
    ):
        answer = visitor.post(path, data=data | {"csrf_token": "old"})
        assert answer.status_code in (400, 403)
        assert all(holds(answer, text) for text in data.values()), path


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/json",
        "application/octet-stream",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 5000,
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=nonsense",
        "",
        ";;;",
    ],
)
def test_a_body_of_another_kind_is_refused_by_a_page(app: Flask, town: dict[str, Person], kind: str) -> None:
    client = app.test_client()
    sign_in(client, town["staff"])
    before = written()
    for path, _fields, _who in PLACES.values():
        for data in (b'{"body": 5}', b"[1]", b'"x"', b"null", b"\xff\xfe\x00", b"--x\r\n\r\n", b""):
            answer = client.post(path, data=data, headers={"Content-Type": kind})
            assert answer.status_code < 500, (path, data)
            assert answer.mimetype == "text/html"
    assert written() == before


def test_a_form_in_many_parts_is_understood(app: Flask, town: dict[str, Person]) -> None:
    client = app.test_client()
    sign_in(client, town["resident"])
    answer = client.post(
        "/reports/r1/comments", data={"body": "部分に分けて送りました。"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303


def test_a_form_with_very_many_fields_is_refused_or_read_but_no_crash(app: Flask, town: dict[str, Person]) -> None:
    client = app.test_client()
    sign_in(client, town["staff"])
    many = "&".join(f"f{number}=x" for number in range(50_000)).encode()
    for data in (many, b"body=a&" * 20_000, b"body=x&case=" + b"&case=".join(b"%d" % n for n in range(3000))):
        for path in ("/reports/r1/comments", "/desk/cases/bulk", "/reports/r1/edit"):
            assert client.post(path, data=data, headers=FORM).status_code < 500


@pytest.mark.parametrize("path", [place[0] for place in PLACES.values()] + ["/accounts/register", "/nowhere"])
def test_nine_megabytes_are_too_much(app: Flask, town: dict[str, Person], path: str) -> None:
    data = b"body=" + b"a" * 9 * 1024 * 1024
    client = app.test_client()
    if path != "/accounts/register":
        sign_in(client, town["author" if path == "/comments/1/edit" else "staff"])
    answer = client.post(path, data=data, headers=FORM)
    assert answer.status_code == (404 if path == "/nowhere" else 413)
    assert answer.mimetype == "text/html"
    assert client.get("/reports/r1").status_code == 200


@pytest.mark.parametrize(
    "header", ["Cookie", "Accept-Language", "User-Agent", "Referer", "If-None-Match", "HX-Request"]
)
def test_a_header_with_nonsense_in_it_is_no_crash(client: FlaskClient, town: dict[str, Person], header: str) -> None:
    for value in (
        "\xff\xfe",
        "a" * 20_000,
        "kairan_session=.a.b.c",
        "kairan_language=en;" * 500,
        ";=;=,;q=x",
        "*;q=-1",
    ):
        for path in ("/", "/reports/r1", "/accounts/me"):
            assert client.get(path, headers={header: value}).status_code < 500
    assert client.post("/accounts/login", headers={header: "\xff"}).status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "QUERY"])
def test_other_methods_change_nothing(app: Flask, town: dict[str, Person], method: str) -> None:
    client = app.test_client()
    sign_in(client, town["staff"])
    before = written()
    for path in ("/", "/reports/r1", "/comments/1", "/comments/1/delete", "/proposals/1/vote"):
        assert client.open(path, method=method).status_code < 500
    assert written() == before
    assert db.session.get_one(Page, 1).title == "試しのレポート"
