"""Passwords by mailed links: forgotten ones, and the first one of invited staff.

GET, POST /accounts/reset              ask for a link; the answer never tells whether the address has an account
GET       /accounts/reset/sent         which letter to look for
GET, POST /accounts/reset/<token>      set the new password: one hour, once
GET, POST /accounts/invite/<token>     set the first password: seven days, once
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts import links, passwords, queries, service
from wiki.accounts.blueprint import bp, enter
from wiki.accounts.forms import AddressForm, PasswordForm
from wiki.accounts.links import State
from wiki.accounts.models import Purpose
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import answer_invalid

_STATUS = {State.UNKNOWN: 404, State.EXPIRED: 410, State.USED: 410, State.GOOD: 410}


@bp.route("/reset", methods=["GET", "POST"])
@limiter.limit(limits.MAILING, methods=["POST"])
def reset() -> ResponseReturnValue:
    """Ask for a link that sets a new password."""
    form = AddressForm()
    if request.method == "GET":
        return render_template("accounts/reset.html", form=form)
    if not form.validate():
        return answer_invalid("accounts/reset.html", form=form)
    with transaction():
        person = queries.person_by_email(form.email.data or "")
        if person is not None:
            service.ask_reset(person)
    return redirect(url_for("accounts.reset_sent"), 303)


@bp.get("/reset/sent")
def reset_sent() -> ResponseReturnValue:
    """Which letter to look for."""
    return render_template("accounts/reset_sent.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_UP, methods=["POST"])
def set_password(token: str) -> ResponseReturnValue:
    """Set a new password by the mailed link."""
    return _set_by_link(token, Purpose.RESET)


@bp.route("/invite/<token>", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_UP, methods=["POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Set one's first password, having been invited."""
    return _set_by_link(token, Purpose.INVITE)


def dead_link(purpose: str, state: State) -> ResponseReturnValue:
    """Why a link does nothing any more, and how to get a new one."""
    form = AddressForm(formdata=None)
    page = render_template("accounts/link_dead.html", purpose=purpose, state=state.value, form=form)
    return make_response(page, _STATUS[state])


def _set_by_link(token: str, purpose: Purpose) -> ResponseReturnValue:
    state, owner = links.look(token, purpose)
    if state is not State.GOOD or owner is None:
        return dead_link(purpose.value, state)
    form = PasswordForm()
    shown: dict[str, Any] = {"form": form, "owner": owner, "purpose": purpose.value, "token": token}
    if request.method == "GET":
        return render_template("accounts/set_password.html", **shown)
    if not form.validate():
        return answer_invalid("accounts/set_password.html", **shown)
    password_hash = passwords.hash_of(form.password.data or "")
    with transaction():
        person = links.use(token, purpose)
        if person is not None:
            service.set_password(person, password_hash)
            path = enter(person, newest_text=True)
    if person is None:
        return dead_link(purpose.value, State.USED)
    flash(_("パスワードを設定しました"), "success")
    return redirect(path, 303)
