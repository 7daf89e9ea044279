"""Every POST carries a token; a form whose token has run out comes back with its text, one click to send again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from wiki.core.web import typed_fields

protect = CSRFProtect()

_for_visitors: dict[str, Callable[[], ResponseReturnValue]] = {}


def for_visitors(
    endpoint: str,
) -> Callable[[Callable[[], ResponseReturnValue]], Callable[[], ResponseReturnValue]]:
    """Register what answers a form that a visitor without a session sent to `endpoint`.

    Public pages are the same bytes for everybody, so their forms carry no token. What such a form says is not acted
    upon; the function may keep the text and ask the visitor to sign in.
    """

    def register(function: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
        _for_visitors[endpoint] = function
        return function

    return register


def init_app(app: Flask) -> None:
    """Check the token of every POST."""
    app.config["WTF_CSRF_TIME_LIMIT"] = int(app.config["FORM_HOURS"] * 3600)
    app.config["WTF_CSRF_SSL_STRICT"] = False  # the token is bound to the session; proxies may strip the Referer
    protect.init_app(app)
    app.register_error_handler(CSRFError, _ask_again)


def _ask_again(error: CSRFError) -> ResponseReturnValue:
    function = _for_visitors.get(request.endpoint or "")
    if function is not None and not current_user.is_authenticated:
        try:
            return function()
        except HTTPException as refusal:  # too many: an error handler's own errors would be 500
            return current_app.make_response(current_app.handle_http_exception(refusal))
    page = render_template(
        "errors/resend.html",
        action=request.full_path.rstrip("?"),
        fields=typed_fields(),
        shown=request.form.get("body", ""),
    )
    return make_response(page, 400)
