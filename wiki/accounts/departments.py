"""Administrators keep the list of departments（担当課）, which answer and to which staff belong.

GET, POST /accounts/departments               the list; POST adds one (field `name`)
POST      /accounts/departments/<id>          another name (field `name`)
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from wiki.accounts import administration, policy, queries
from wiki.accounts.blueprint import bp
from wiki.accounts.forms import DepartmentForm
from wiki.accounts.signin import current_person
from wiki.core.database import transaction
from wiki.core.web import answer_invalid, require

_PAGE = "accounts/departments.html"


@bp.get("/departments")
def list_departments() -> ResponseReturnValue:
    """Every department, with how many belong to it."""
    require(policy.may_manage_people(current_person()))
    return render_template(_PAGE, **_page(DepartmentForm(formdata=None)))


@bp.post("/departments")
def add_department() -> ResponseReturnValue:
    """A department more."""
    return _save(None, _("課を加えました"))


@bp.post("/departments/<int:department_id>")
def rename_department(department_id: int) -> ResponseReturnValue:
    """Another name for a department; what it answered shows the new one."""
    return _save(department_id, _("課の名前を変えました"))


def _save(department_id: int | None, words: str) -> ResponseReturnValue:
    require(policy.may_manage_people(current_person()))
    form = DepartmentForm()
    if not form.validate():
        return answer_invalid(_PAGE, **_page(form, department_id))
    try:
        with transaction():
            actor = current_person()
            require(policy.may_manage_people(actor))
            assert actor is not None
            department = None if department_id is None else queries.department_or_404(department_id)
            administration.name_department(actor, department, form.name.data or "")
    except IntegrityError:
        form.name.errors = [_("同じ名前の課があります。")]
        return answer_invalid(_PAGE, **_page(form, department_id))
    flash(words, "success")
    return redirect(url_for("accounts.list_departments"), 303)


def _page(form: DepartmentForm, editing: int | None = None) -> dict[str, Any]:
    """What the page shows; `form` is the one that comes back with what was wrong, `editing` whose it is."""
    counts = queries.staff_by_department()
    rows = [(row, counts.get(row.id, 0)) for row in queries.departments()]
    return {"form": form, "rows": rows, "editing": editing}
