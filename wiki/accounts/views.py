"""Accounts in the browser: signing up, confirming, signing in and out.

GET, POST /accounts/register             sign up
GET       /accounts/register/sent        which letter to look for
GET       /accounts/confirm              the address still needs confirming
POST      /accounts/confirm/again        send the link again
GET, POST /accounts/confirm/<token>      the mailed link: a page with a button, as mail scanners follow links
GET, POST /accounts/login                sign in
POST      /accounts/logout, /accounts/logout-everywhere
GET       /accounts/suspended            why a member of staff cannot sign in
recovery.py: /accounts/reset, /accounts/reset/<token>, /accounts/invite/<token>
settings.py: /accounts/settings and what can be changed there
people.py:   /accounts/people            administrators
departments.py: /accounts/departments   administrators
"""

from __future__ import annotations

from flask import Flask, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from wiki.accounts import attempts, departments, links, passwords, people, queries, recovery, service, settings, signin
from wiki.accounts.addresses import to_look_up
from wiki.accounts.blueprint import ME, bp, enter
from wiki.accounts.forms import AddressForm, LoginForm, RegisterForm
from wiki.accounts.models import Person, Purpose
from wiki.accounts.service import NameTaken
from wiki.accounts.signin import current_person
from wiki.core import i18n, limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import SignInNeeded, answer_invalid, safe_next

__all__ = ["bp", "departments", "init_app", "people", "recovery", "settings"]


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_UP, methods=["POST"])
def register() -> ResponseReturnValue:
    """Sign up; the answer is the same whether or not the address has an account."""
    if current_user.is_authenticated:
        return redirect(ME, 303)
    form = RegisterForm()
    if request.method == "GET":
        return render_template("accounts/register.html", form=form)
    if not form.validate():
        return answer_invalid("accounts/register.html", form=form)
    wish = form.wish(i18n.language())
    try:
        with transaction():
            service.register(wish)
    except NameTaken:
        form.name.errors = [_("この名前はほかの人が使っています。別の名前にしてください。")]
        return answer_invalid("accounts/register.html", form=form)
    return redirect(url_for("accounts.register_sent"), 303)


@bp.get("/register/sent")
def register_sent() -> ResponseReturnValue:
    """Which letter to look for."""
    return render_template("accounts/sent.html")


@bp.get("/confirm")
def unconfirmed() -> ResponseReturnValue:
    """On the way after signing in: the address still needs confirming."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    target = safe_next(request.args.get("next"), ME)
    if person.is_confirmed:
        return redirect(target, 303)
    return render_template("accounts/unconfirmed.html", target=target)


@bp.post("/confirm/again")
@limiter.limit(limits.MAILING)
def confirm_again() -> ResponseReturnValue:
    """Send the link again: to the signed-in person, else to an address, about which nothing is told."""
    form = AddressForm()
    me = current_person()
    if me is None and not form.validate():
        return answer_invalid("accounts/link_dead.html", purpose="confirm", state="unknown", form=form)
    email = me.email if me is not None else form.email.data or ""
    with transaction():
        person = queries.person_by_email(email)
        if person is not None:
            service.confirm_again(person)
    return redirect(url_for("accounts.register_sent"), 303)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link: looking shows a button, the button confirms, once."""
    if request.method == "GET":
        state, owner = links.look(token, Purpose.CONFIRM)
        if state is links.State.GOOD and owner is not None and not owner.is_confirmed:
            return render_template("accounts/confirm.html", owner=owner, token=token)
        return _dead_confirmation(token)
    with transaction():
        person = links.use(token, Purpose.CONFIRM)
        if person is not None:
            service.confirm(person)
            path = enter(person, newest_text=True)
    if person is None:
        return _dead_confirmation(token)
    flash(_("メールアドレスを確認しました"), "success")
    return redirect(path, 303)


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(limits.SIGN_UP, methods=["POST"])
def login() -> ResponseReturnValue:
    """Sign in; after five failures an account waits, even for the right password."""
    form = LoginForm()
    if request.method == "GET":
        target = request.args.get("next")
        if current_user.is_authenticated:
            return redirect(safe_next(target, ME), 303)
        form.next.data = safe_next(target, "")
        return render_template("accounts/login.html", form=form)
    if not form.validate():
        return answer_invalid("accounts/login.html", form=form)
    email = to_look_up(form.email.data or "")
    with transaction():
        wait = attempts.begin(email, request.remote_addr or "")
    if wait:
        return _too_many(form, wait)
    path = _sign_in(email, form)
    if path is None:
        form.password.errors = [_("メールアドレスかパスワードが違います。")]
        return answer_invalid("accounts/login.html", form=form)
    return redirect(path, 303)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out on this device."""
    with transaction():
        signin.end()
    flash(_("ログアウトしました"), "success")
    return redirect("/", 303)


@bp.post("/logout-everywhere")
def logout_everywhere() -> ResponseReturnValue:
    """Sign out on every device, this one included."""
    with transaction():
        person = current_person()
        if person is not None:
            service.sign_out_everywhere(person)
        signin.end()
    flash(_("すべての端末でログアウトしました"), "success")
    return redirect("/", 303)


@bp.get("/suspended")
def suspended() -> ResponseReturnValue:
    """A member of staff whose account rests."""
    return make_response(render_template("accounts/suspended.html"), 403)


def _sign_in(email: str, form: LoginForm) -> str | None:
    """Sign in when the password is right, and give the path to go on to; unknown addresses cost as much."""
    person = queries.person_by_email(email)
    kept_hash, person_id = (person.password_hash, person.id) if person else (None, None)
    typed = form.password.data or ""
    if not passwords.matches(kept_hash, typed) or kept_hash is None or person_id is None:
        return None
    renewed = passwords.hash_of(typed) if passwords.is_outdated(kept_hash) else kept_hash
    with transaction():
        person = queries.person_or_404(person_id)
        if person.password_hash != kept_hash:  # changed while we were looking
            return None
        person.password_hash = renewed
        attempts.clear(email)
        path = enter(person, form.next.data)
        return path if person.is_confirmed else url_for("accounts.unconfirmed", next=path)


def _too_many(form: LoginForm, wait: int) -> Response:
    minutes, seconds = divmod(wait, 60)
    when = _("%(n)s分", n=minutes + (seconds > 0)) if minutes else _("%(n)s秒", n=seconds)
    words = _("続けて失敗したため、いまは受け付けていません。%(when)sほど待ってからお試しください。", when=when)
    form.password.errors = [words]
    response = answer_invalid("accounts/login.html", status=429, form=form)
    response.headers["Retry-After"] = str(wait)
    return response


def _dead_confirmation(token: str) -> ResponseReturnValue:
    """Why this link confirms nothing, and how to get a new one."""
    state, owner = links.look(token, Purpose.CONFIRM)
    if owner is not None and owner.is_confirmed:
        return render_template("accounts/confirmed_already.html", is_own=_is_signed_in(owner))
    return recovery.dead_link("confirm", state)


def _is_signed_in(owner: Person) -> bool:
    person = current_person()
    return person is not None and person.id == owner.id


def init_app(app: Flask) -> None:
    """Let requests find who is signed in, and register the room."""
    signin.init_app(app)
    app.register_blueprint(bp)
