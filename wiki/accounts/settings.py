"""One's own account.

GET  /accounts/settings                       everything on one page
POST /accounts/settings/name                  field `name`
POST /accounts/settings/email                 fields `email`, `password`: mails a link to the new address
GET, POST /accounts/email/<token>             the link: a button that takes the new address
POST /accounts/settings/password              fields `password` (the current one), `new_password`
POST /accounts/settings/language              field `language`
POST /accounts/settings/signins/<id>/end      sign out one device
POST /accounts/settings/delete                fields `password`, `sure`
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts import attempts, links, passwords, queries, service, signin
from wiki.accounts.blueprint import bp
from wiki.accounts.forms import ChangePasswordForm, LanguageForm, LeaveForm, NameForm, NewAddressForm
from wiki.accounts.links import State
from wiki.accounts.models import Person, Purpose
from wiki.accounts.recovery import dead_link
from wiki.accounts.service import AddressTaken, LastAdmin, NameTaken
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.visitor import LANGUAGE_COOKIE
from wiki.core.web import NotThere, SignInNeeded, answer_invalid

_YEAR_SECONDS = 365 * 24 * 3600
_PAGE = "accounts/settings.html"


@bp.get("/settings")
def show_settings() -> ResponseReturnValue:
    """Everything that one can change about one's account."""
    return render_template(_PAGE, **_page(_me()))


@bp.post("/settings/name")
@limiter.limit(limits.POSTING)
def change_name() -> ResponseReturnValue:
    """Take another name; what was said stands under it at once."""
    form = NameForm(is_staff=_me().is_staff)
    if not form.validate():
        return answer_invalid(_PAGE, **_page(_me(), name_form=form))
    try:
        with transaction():
            service.rename(_me(), form.name.data or "")
    except NameTaken:
        form.name.errors = [_("この名前はほかの人が使っています。別の名前にしてください。")]
        return answer_invalid(_PAGE, **_page(_me(), name_form=form))
    return _done(_("名前を変えました"))


@bp.post("/settings/email")
@limiter.limit(limits.MAILING)
def ask_new_address() -> ResponseReturnValue:
    """Ask for another address; the answer never tells whether it has an account."""
    form = NewAddressForm()
    if not form.validate() or not _knows_password(form):
        return answer_invalid(_PAGE, **_page(_me(), email_form=form))
    with transaction():
        service.ask_new_address(_me(), form.email.data or "")
    return _done(_("新しいメールアドレスに確認のリンクをお送りしました。リンクを開くまでは、いまのアドレスのままです"))


@bp.route("/email/<token>", methods=["GET", "POST"])
def change_address(token: str) -> ResponseReturnValue:
    """The link in the letter to the new address: looking shows a button, the button takes the address, once."""
    state, owner = links.look(token, Purpose.CHANGE)
    email = links.new_address(token)
    if state is not State.GOOD or owner is None or email is None:
        return dead_link(Purpose.CHANGE.value, state)
    if request.method == "GET":
        return render_template("accounts/new_address.html", owner=owner, email=email, token=token)
    try:
        with transaction():
            person = links.use(token, Purpose.CHANGE)
            if person is not None:
                service.change_address(person, email)
    except AddressTaken:
        person = None
    if person is None:
        return dead_link(Purpose.CHANGE.value, State.USED)
    flash(_("メールアドレスを変えました。次からは新しいアドレスでログインしてください"), "success")
    return redirect(url_for("accounts.show_settings"), 303)


@bp.post("/settings/password")
@limiter.limit(limits.SIGN_UP)
def change_password() -> ResponseReturnValue:
    """Set a new password; other devices are signed out."""
    form = ChangePasswordForm()
    if not form.validate() or not _knows_password(form):
        return answer_invalid(_PAGE, **_page(_me(), password_form=form))
    password_hash = passwords.hash_of(form.new_password.data or "")
    with transaction():
        person = _me()
        service.change_password(person, password_hash, person.signin_key)
    return _done(_("パスワードを変えました。ほかの端末ではログアウトしました"))


@bp.post("/settings/language")
def change_language() -> ResponseReturnValue:
    """The language of screens, on this device, and of letters."""
    form = LanguageForm()
    if not form.validate():
        return answer_invalid(_PAGE, **_page(_me(), language_form=form))
    with transaction():
        service.choose_language(_me(), form.language.data or "ja")
    response = redirect(url_for("accounts.show_settings"), 303)
    secure = request.is_secure
    response.set_cookie(
        LANGUAGE_COOKIE, form.language.data or "ja", max_age=_YEAR_SECONDS, samesite="Lax", secure=secure
    )
    return response


@bp.post("/settings/signins/<public_id>/end")
def end_signin(public_id: str) -> ResponseReturnValue:
    """Sign out one device."""
    with transaction():
        if not service.end_signin(_me(), public_id):
            raise NotThere
    return _done(_("その端末でログアウトしました"))


@bp.post("/settings/delete")
@limiter.limit(limits.SIGN_UP)
def leave() -> ResponseReturnValue:
    """Delete one's account; what was said stays, under nobody's name."""
    form = LeaveForm()
    if not form.validate() or not _knows_password(form):
        return answer_invalid(_PAGE, **_page(_me(), leave_form=form))
    try:
        with transaction():
            service.leave(_me())
            signin.end()
    except LastAdmin:
        form.sure.errors = [_("管理者がひとりもいなくなるため、消せません。先にほかの管理者を招いてください。")]
        return answer_invalid(_PAGE, **_page(_me(), leave_form=form))
    flash(_("登録を消しました。ご利用ありがとうございました"), "success")
    return redirect("/", 303)


def _me() -> Person:
    person = signin.current_person()
    if person is None:
        raise SignInNeeded
    return person


def _knows_password(form: Any) -> bool:
    """Whether the current password was given; failures count like failures to sign in."""
    person = _me()
    email, kept_hash = person.email, person.password_hash
    with transaction():
        wait = attempts.begin(email, request.remote_addr or "")
    if wait:
        form.password.errors = [_("続けて失敗したため、いまは受け付けていません。しばらくしてからお試しください。")]
        return False
    if not passwords.matches(kept_hash, form.password.data):
        form.password.errors = [_("いまのパスワードが違います。")]
        return False
    with transaction():
        attempts.clear(email)
    return True


def _done(words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("accounts.show_settings"), 303)


def _page(person: Person, **forms: Any) -> dict[str, Any]:
    """What the page shows; `forms` are those that come back with what was wrong."""
    signins = [(queries.public_id(row), row, row.key == person.signin_key) for row in queries.signins_of(person)]
    fresh: dict[str, Any] = {
        "name_form": NameForm(formdata=None, name=person.name),
        "email_form": NewAddressForm(formdata=None),
        "password_form": ChangePasswordForm(formdata=None),
        "language_form": LanguageForm(formdata=None, language=person.language),
        "leave_form": LeaveForm(formdata=None),
    }
    return {"person": person, "signins": signins, **fresh, **forms}
