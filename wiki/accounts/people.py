"""Administrators look after people.

GET, POST /accounts/people                      staff, or who is searched for (`q`); POST invites
POST      /accounts/people/<id>/role            field `role`
POST      /accounts/people/<id>/suspend, …/unsuspend
POST      /accounts/people/<id>/verify, …/unverify     住民確認
POST      /accounts/people/<id>/department     field `department_id` (0 for none)
GET, POST /accounts/departments                         (accounts/departments.py)
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from wiki.accounts import administration, policy, queries
from wiki.accounts.blueprint import bp
from wiki.accounts.forms import ROLES, InviteForm, RoleForm
from wiki.accounts.models import Person, Role
from wiki.accounts.service import AddressTaken, NameTaken
from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import Problem, answer_invalid, require

_PAGE = "accounts/people.html"


@bp.get("/people")
def list_people() -> ResponseReturnValue:
    """Staff, or the people whose name is searched for."""
    require(policy.may_manage_people(current_person()))
    return render_template(_PAGE, **_page(_invite_form()))


@bp.post("/people")
@limiter.limit(limits.MAILING)
def invite() -> ResponseReturnValue:
    """Invite a member of staff."""
    require(policy.may_manage_people(current_person()))
    form = _invite_form()
    if not form.validate():
        return answer_invalid(_PAGE, **_page(form))
    try:
        with transaction():
            actor = current_person()
            require(policy.may_manage_people(actor))
            department_id = form.department_id.data or None
            administration.invite(
                actor, form.email.data or "", form.name.data or "", Role(form.role.data), department_id
            )
    except NameTaken:
        form.name.errors = [_("この名前はほかの人が使っています。別の名前にしてください。")]
        return answer_invalid(_PAGE, **_page(form))
    except AddressTaken:
        form.email.errors = [_("この人はもう登録しています。上の一覧で探して、役割を変えてください。")]
        return answer_invalid(_PAGE, **_page(form))
    flash(_("招待のメールを送りました"), "success")
    return redirect(url_for("accounts.list_people"), 303)


@bp.post("/people/<int:person_id>/role")
def change_role(person_id: int) -> ResponseReturnValue:
    """Make a resident staff, or the other way round."""
    form = RoleForm()
    if not form.validate():
        raise Problem
    with transaction():
        actor, person = _changeable(person_id)
        administration.change_role(actor, person, Role(form.role.data))
    return _done(_("役割を変えました"))


@bp.post("/people/<int:person_id>/suspend")
def suspend(person_id: int) -> ResponseReturnValue:
    """Stop somebody from writing."""
    with transaction():
        actor, person = _changeable(person_id)
        administration.suspend(actor, person)
    return _done(_("書き込みを止めました"))


@bp.post("/people/<int:person_id>/unsuspend")
def unsuspend(person_id: int) -> ResponseReturnValue:
    """Let somebody write again."""
    with transaction():
        actor, person = _changeable(person_id)
        administration.unsuspend(actor, person)
    return _done(_("また書き込めるようにしました"))


@bp.post("/people/<int:person_id>/verify")
def verify(person_id: int) -> ResponseReturnValue:
    """住民確認: somebody showed that they live here."""
    return _verify(person_id, True, _("住民確認を済みにしました"))


@bp.post("/people/<int:person_id>/unverify")
def unverify(person_id: int) -> ResponseReturnValue:
    """Take the 住民確認 back."""
    return _verify(person_id, False, _("住民確認を取り消しました"))


@bp.post("/people/<int:person_id>/department")
def assign(person_id: int) -> ResponseReturnValue:
    """Put a member of staff, or an administrator, into a department."""
    department_id = request.form.get("department_id", type=int) or None
    with transaction():
        actor = current_person()
        require(policy.may_manage_people(actor))
        person = queries.person_or_404(person_id)
        if not person.is_staff or (department_id and queries.department(department_id) is None):
            raise Problem
        assert actor is not None
        administration.assign(actor, person, department_id)
    return _done(_("担当課を変えました"))


def _verify(person_id: int, is_verified: bool, words: str) -> ResponseReturnValue:
    with transaction():
        actor, person = _changeable(person_id)
        administration.verify(actor, person, is_verified)
    return _done(words)


def _changeable(person_id: int) -> tuple[Person, Person]:
    actor = current_person()
    require(policy.may_manage_people(actor))
    person = queries.person_or_404(person_id)
    require(policy.may_change(actor, person))
    assert actor is not None
    return actor, person


def _done(words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("accounts.list_people", q=request.args.get("q") or None), 303)


def _invite_form() -> InviteForm:
    form = InviteForm()
    form.department_id.choices = [
        SelectChoice("0", _("決めない")),
        *(SelectChoice(str(row.id), row.name) for row in queries.departments()),
    ]
    return form


def _page(form: InviteForm) -> dict[str, Any]:
    words = request.args.get("q", "")
    viewer = current_person()
    people = [(person, policy.may_change(viewer, person)) for person in queries.people_named(words)]
    return {"form": form, "people": people, "words": words, "roles": ROLES, "departments": queries.departments()}
