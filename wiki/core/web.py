"""What every view shares: permit, answer, say what was wrong."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin, current_user
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from wiki.core.database import db
from wiki.core.gate import Unreachable
from wiki.core.sqlite_lock import WriterBusy

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)
BUSY_SECONDS = 5
_AWAY = "database away"
_PLAIN_ADDRESS = re.compile(r"/[\w/#?&=.~-]*", re.ASCII)


class SiteResponse(Response):
    """Flask's response. An address that needs no change is sent as it is, not taken apart and put together again."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        location = self.headers.get("Location", "")
        if not _PLAIN_ADDRESS.fullmatch(location):
            return super().get_wsgi_headers(environ)
        del self.headers["Location"]
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self.headers["Location"] = location
        return headers


class Problem(Exception):
    """Something a person asked for cannot be done; rooms derive their own with a status and words.

    `title` says what was wrong, `advice` what to do now; both lazily translated.
    """

    status = 400
    title: Any = _l("うまくいきませんでした")
    advice: Any = _l("前のページに戻って、もう一度お試しください。")


class SignInNeeded(Problem):
    """A visitor asked for something that only a signed-in person may do."""

    status = 403
    title = _l("ログインが必要です")
    advice = _l("ログインすると続けられます。")


class NotAllowed(Problem):
    """A signed-in person asked for something that is not theirs to do."""

    status = 403
    title = _l("この操作はできません")
    advice = _l("この操作ができるのは、担当の職員か、書いた本人だけです。")


class NotThere(Problem):
    """The address leads nowhere, or to something this reader may not see."""

    status = 404
    title = _l("ページが見つかりません")
    advice = _l("名前が変わったか、取り下げられたのかもしれません。レポートの一覧からお探しください。")


def require(allowed: bool) -> None:
    """Go on only if the policy allows it; who is not signed in is asked to, others are refused."""
    if not allowed:
        raise NotAllowed if current_user.is_authenticated else SignInNeeded


def wants_fragment() -> bool:
    """Whether the page asked for a piece of itself (htmx) rather than for a whole page."""
    return request.headers.get("HX-Request") == "true"


def answer(fragment: str, url: str, **context: Any) -> Response:
    """After a change: the piece that changed for a live page, else on to `url` (303)."""
    if wants_fragment():
        return make_response(render_template(fragment, **context))
    return SiteResponse(status=303, headers={"Location": url})


def answer_invalid(template: str, status: int = 422, **context: Any) -> Response:
    """The form again, with what was wrong and all that was typed."""
    db.session.rollback()
    return make_response(render_template(template, **context), status)


def typed_fields() -> list[tuple[str, str]]:
    """What was typed into the form just sent, to be given back; never its token, never a password."""
    typed = request.form.items(multi=True)
    return [(name, value) for name, value in typed if name != "csrf_token" and "password" not in name]


def safe_next(target: str | None, otherwise: str = "/") -> str:
    """`target` when it is a path of this site, else `otherwise`; nothing that a browser reads as another host."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if any(ord(c) < 32 or c == "\\" for c in target):
        return otherwise
    return target


def problem_page(status: int, **words: Any) -> Response:
    """An error in the reader's language, with what to do; `words` are the template's title, explanation, way_on."""
    page = render_template("errors/error.html", status=status, **words)
    response = make_response(page, status)
    if status == 503:
        response.headers["Retry-After"] = str(BUSY_SECONDS)
    return response


def init_app(app: Flask) -> None:
    """Answer by `SiteResponse`; turn the rooms' exceptions, HTTP errors and a busy database into pages."""
    app.response_class = SiteResponse
    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(WriterBusy, _on_busy)
    with app.app_context():
        app.extensions[_AWAY] = _away_kinds()
    for kind in app.extensions[_AWAY]:
        app.register_error_handler(kind, _on_database_error)
    for impossible in (DataError, OverflowError):  # PostgreSQL says the first, SQLite's driver the second
        app.register_error_handler(impossible, _on_impossible_value)
    app.register_error_handler(500, _on_crash)
    app.before_request(_refuse_other_than_forms)


def _away_kinds() -> tuple[type[Exception], ...]:
    """How a database that is away makes itself felt: through the ORM, through its driver alone, and at the gate."""
    driver: Any = db.engine.dialect.dbapi
    return OperationalError, driver.OperationalError, Unreachable


def on_problem(problem: Problem) -> ResponseReturnValue:
    """A problem as a page; who is not signed in is shown the way in."""
    db.session.rollback()
    if not isinstance(problem, SignInNeeded):
        words = {"title": problem.title, "explanation": problem.advice, "typed": _typed_text()}
        return problem_page(problem.status, **words)
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_of_form()
    login = "/accounts/login?next=" + quote(back)
    if request.method == "GET":
        return redirect(login, 303)
    way_on = {"href": login, "text": _l("ログインする")}
    return problem_page(problem.status, title=problem.title, explanation=problem.advice, way_on=way_on)


def _typed_text() -> str:
    """What somebody wrote into the form that came to nothing, to be shown to them once more."""
    parts = (request.form.get(name, "") for name in ("title", "body")) if request.method == "POST" else ()
    return "\n\n".join(part for part in parts if part.strip())


def _page_of_form() -> str:
    """The page on this site from which a form was sent, as far as the browser tells."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    return safe_next(parts.path) if parts.netloc == request.host else "/"


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = _too_many() if status == 429 and request.form else problem_page(status)
    if error.response is None:
        for name, value in error.get_headers():
            if name not in {"Content-Type", "Content-Length"}:
                response.headers[name] = value
    return response


def _too_many() -> Response:
    """A form sent too often comes back with its text, to be sent again a little later."""
    page = render_template(
        "errors/resend.html",
        action=request.full_path.rstrip("?"),
        fields=typed_fields(),
        shown=request.form.get("body", ""),
        explanation=_l("短いあいだに何度も送られたため、まだ受け付けていません。書いたものはここに残っています。"),
    )
    return make_response(page, 429)


def _on_impossible_value(error: Exception) -> ResponseReturnValue:
    """A number larger than any id, or NUL in a name: no row has that."""
    db.session.rollback()
    return problem_page(404 if request.method == "GET" else 400)


def _refuse_other_than_forms() -> None:
    """Forms are read from forms; Flask-WTF would read JSON of any shape as well."""
    if request.method == "POST" and request.is_json:
        abort(415)


def _on_busy(error: WriterBusy) -> ResponseReturnValue:
    return problem_page(503)


def _on_database_error(error: Exception) -> ResponseReturnValue:
    log.error("database: %s", type(error).__name__, exc_info=error)
    return _bare_page(503)


def _on_crash(error: Exception) -> ResponseReturnValue:
    is_away = isinstance(getattr(error, "original_exception", None), current_app.extensions[_AWAY])
    return _bare_page(503 if is_away else 500)


def _bare_page(status: int) -> Response:
    """An error told without asking the database for anything, not even for who reads it."""
    db.session.rollback()
    g._login_user = AnonymousUserMixin()
    return problem_page(status, bare=True)
