"""A page's text that cannot be saved: the page is gone or closed, the sign-in has ended. It is shown, whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from wiki.accounts.signin import current_person
from wiki.core import csrf
from wiki.core.database import db
from wiki.core.sqlite_lock import WriterBusy
from wiki.core.web import BUSY_SECONDS, Problem, SignInNeeded, on_problem, typed_fields
from wiki.pages import policy

_EDITORS = {"pages.new", "pages.edit"}
_BUTTONS = {"preview", "draft"}


def attend(bp: Blueprint) -> None:
    """Answer what goes wrong in these views; for the editor's forms, with all that they held."""
    bp.register_error_handler(Problem, _on_problem)
    bp.register_error_handler(WriterBusy, _on_busy)


@csrf.for_visitors("pages.edit")
@csrf.for_visitors("pages.new")
def _signed_out() -> ResponseReturnValue:
    return _held(403, title=_l("ログインが切れています"), advice="")


def _on_problem(problem: Problem) -> ResponseReturnValue:
    if not _carries_a_text():
        return on_problem(problem)
    db.session.rollback()
    if isinstance(problem, SignInNeeded):
        return _signed_out()
    return _held(problem.status, title=problem.title, advice=problem.advice)


def _on_busy(error: Exception) -> ResponseReturnValue:
    if not _carries_a_text():
        raise error
    words = {"title": _l("いま混み合っています"), "advice": _l("少し待って、もう一度送ってください。")}
    response = make_response(_held(503, **words))
    response.headers["Retry-After"] = str(BUSY_SECONDS)
    return response


def _carries_a_text() -> bool:
    return request.method == "POST" and request.endpoint in _EDITORS and "body" in request.form


def _held(status: int, **words: Any) -> ResponseReturnValue:
    person = current_person()
    page = render_template(
        "pages/held.html",
        action=request.full_path.rstrip("?"),
        fields=[(name, value) for name, value in typed_fields() if name not in _BUTTONS],
        typed=request.form,
        is_signed_in=person is not None,
        may_write=policy.may_write(person),
        is_gone=status == 404,
        **words,
    )
    return make_response(page, status)
