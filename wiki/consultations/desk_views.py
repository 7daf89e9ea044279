"""Staff run a public comment.

GET, POST /reports/<slug>/consultation/edit         plan it, or change the plan before it opens
POST      /reports/<slug>/consultation/extend       closes_on, reason
GET       /desk/consultations/<id>                  opinions, groups, what is missing
POST      /desk/consultations/<id>/opinions         enter one: way, body
POST      /desk/consultations/<id>/opinions/<n>/black-out    quote, reason; …/show-again
POST      /desk/consultations/<id>/groups           numbers, summary, answer, category
POST      /desk/consultations/<id>/groups/<g>       the same, in place; …/drop
POST      /desk/consultations/<id>/publish
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.consultations import policy, queries, redaction, service
from wiki.consultations.forms import EnterForm, ExtendForm, GroupForm, PlanForm, RedactForm
from wiki.consultations.models import Consultation, OpinionGroup, Way
from wiki.consultations.numbering import written
from wiki.core.database import db, transaction
from wiki.core.web import answer_invalid, require
from wiki.pages import queries as pages

bp = Blueprint("consultations_desk", __name__)


@bp.route("/reports/<slug>/consultation/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Plan a public comment."""
    _staff()
    page = pages.page_or_404(slug, current_person())
    found = queries.of_page(page)
    form = PlanForm()
    if request.method == "GET":
        return render_template("consultations/edit.html", form=form.fill(found), **_plan(page, found))
    if not form.validate():
        return answer_invalid("consultations/edit.html", form=form, **_plan(page, found))
    with transaction():
        page = pages.page_or_404(slug, current_person())
        service.set_up(_staff(), page, form.plan())
    flash(_("意見公募を登録しました。"), "success")
    return redirect(f"/reports/{slug}/consultation", 303)


@bp.post("/reports/<slug>/consultation/extend")
def extend(slug: str) -> ResponseReturnValue:
    """Make the period longer."""
    _staff()
    page = pages.page_or_404(slug, current_person())
    found = queries.of_page_or_404(page)
    form = ExtendForm()
    form.found = found
    if not form.validate():
        shown = _plan(page, found) | {"extend_form": form}
        return answer_invalid("consultations/edit.html", form=PlanForm(formdata=None).fill(found), **shown)
    with transaction():
        service.extend(_staff(), queries.of_page_or_404(page), form.day, form.reason.data or "")
    flash(_("期間をのばしました。"), "success")
    return redirect(f"/reports/{slug}/consultation", 303)


@bp.get("/desk/consultations/<int:consultation_id>")
def desk(consultation_id: int) -> ResponseReturnValue:
    """Opinions, groups and what is missing for the result."""
    _staff()
    return render_template("consultations/desk.html", **_desk(queries.consultation_or_404(consultation_id)))


@bp.post("/desk/consultations/<int:consultation_id>/opinions")
def enter(consultation_id: int) -> ResponseReturnValue:
    """Enter an opinion that came by another way."""
    _staff()
    form = EnterForm()
    if not form.validate():
        return _again(consultation_id, enter_form=form)
    with transaction():
        found = queries.consultation_or_404(consultation_id)
        if not policy.may_enter(current_person(), found):
            raise service.TooLate
        number = service.enter(_staff(), found, form.body.data or "", Way(form.way.data)).number
    flash(_("登録しました。意見の番号は %(number)s です。", number=number), "success")
    return redirect(f"/desk/consultations/{consultation_id}#enter", 303)


@bp.post("/desk/consultations/<int:consultation_id>/opinions/<int:number>/black-out")
def black_out(consultation_id: int, number: int) -> ResponseReturnValue:
    """Keep words of an opinion from the public."""
    _staff()
    form = RedactForm()
    if not form.validate():
        return _again(consultation_id, redact_form=form, redacting=number)
    try:
        with transaction():
            found = queries.consultation_or_404(consultation_id)
            opinion = queries.opinion_or_404(found, number)
            service.black_out(_staff(), found, opinion, form.quote.data or "", form.reason.data or "")
    except redaction.NotInText:
        form.quote.errors = [_("この言葉は、意見の中にありません。書いてあるとおりに写してください。")]
        return _again(consultation_id, redact_form=form, redacting=number)
    return redirect(f"/desk/consultations/{consultation_id}#o{number}", 303)


@bp.post("/desk/consultations/<int:consultation_id>/opinions/<int:number>/show-again")
def show_again(consultation_id: int, number: int) -> ResponseReturnValue:
    """Take the redactions of an opinion back."""
    with transaction():
        found = queries.consultation_or_404(consultation_id)
        service.show_again(_staff(), found, queries.opinion_or_404(found, number))
    return redirect(f"/desk/consultations/{consultation_id}#o{number}", 303)


@bp.post("/desk/consultations/<int:consultation_id>/groups", defaults={"group_id": None})
@bp.post("/desk/consultations/<int:consultation_id>/groups/<int:group_id>")
def put_group(consultation_id: int, group_id: int | None) -> ResponseReturnValue:
    """Write a group and the answer to it."""
    _staff()
    form = GroupForm()
    form.found = queries.consultation_or_404(consultation_id)
    if not form.validate():
        return _again(consultation_id, group_form=form, grouping=group_id)
    with transaction():
        found = queries.consultation_or_404(consultation_id)
        group = queries.group_or_404(found, group_id) if group_id else None
        named = [opinion.number for opinion in form.opinions]
        opinions = list(queries.by_number(found, named).values())
        said = (form.summary.data or "", form.answer.data or "", form.chosen_category)
        place = service.put_group(_staff(), found, group, *said, opinions).id
    return redirect(f"/desk/consultations/{consultation_id}#g{place}", 303)


@bp.post("/desk/consultations/<int:consultation_id>/groups/<int:group_id>/drop")
def drop_group(consultation_id: int, group_id: int) -> ResponseReturnValue:
    """Take a group away; its opinions stay."""
    with transaction():
        found = queries.consultation_or_404(consultation_id)
        service.drop_group(_staff(), found, queries.group_or_404(found, group_id))
    return redirect(f"/desk/consultations/{consultation_id}#groups", 303)


@bp.post("/desk/consultations/<int:consultation_id>/publish")
def publish(consultation_id: int) -> ResponseReturnValue:
    """Publish the result as it stands."""
    try:
        with transaction():
            found = queries.consultation_or_404(consultation_id)
            service.publish(_staff(), found)
            address = f"/reports/{found.page.slug}/consultation/result"
    except service.NotReady as refusal:
        db.session.rollback()
        return _again(consultation_id, refusal=refusal)
    flash(_("結果を公表しました。意見を寄せた人に知らせます。"), "success")
    return redirect(address, 303)


def _again(consultation_id: int, **more: Any) -> ResponseReturnValue:
    return answer_invalid("consultations/desk.html", **_desk(queries.consultation_or_404(consultation_id)) | more)


def _desk(found: Consultation) -> dict[str, Any]:
    """All that the staff's screen shows: a fixed number of queries."""
    opinions, groups = queries.opinions(found), queries.groups(found)
    grouped = {member.opinion_id for group in groups for member in group.members}
    missing = [each.number for each in opinions if each.id not in grouped and each.withdrawn_at is None]
    return {
        "found": found,
        "page": found.page,
        "opinions": opinions,
        "groups": groups,
        "missing": written(missing),
        "pieces": redaction.pieces,
        "enter_form": EnterForm(formdata=None),
        "group_form": GroupForm(formdata=None, numbers=written(missing)),
        "form_of_new": GroupForm(formdata=None),
        "grouping": None,
        "redact_form": None,
        "redacting": None,
        "form_of": _form_of,
        "may_enter": policy.may_enter(current_person(), found),
    }


def _form_of(group: OpinionGroup) -> GroupForm:
    return GroupForm(formdata=None).fill(group)


def _plan(page: Any, found: Consultation | None) -> dict[str, Any]:
    return {"page": page, "found": found, "extend_form": ExtendForm(formdata=None)}


def _staff() -> Person:
    person = current_person()
    require(policy.may_run(person))
    assert person is not None
    return person
