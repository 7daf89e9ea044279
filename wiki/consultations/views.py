"""意見公募 in the browser.

GET       /consultations/                              all of them
GET, POST /reports/<slug>/consultation                 what is asked, and the form: body
POST      /reports/<slug>/consultation/<n>/withdraw    the author takes opinion n back
GET       /reports/<slug>/consultation/result          the result; .csv, .xlsx
GET, POST /reports/<slug>/consultation/edit            staff: the plan     (consultations/desk_views.py)
GET       /desk/consultations/<id> …                   staff: opinions, groups, publishing
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.answers.words import CATEGORIES, CATEGORY_BADGES
from wiki.consultations import desk_views, numbering, policy, queries, service
from wiki.consultations.forms import OpinionForm
from wiki.consultations.models import Consultation, Phase, Result
from wiki.consultations.words import PHASE_BADGES, PHASES, WAYS
from wiki.core import limits, tables
from wiki.core.database import transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.web import NotThere, SignInNeeded, answer_invalid, require
from wiki.pages import queries as pages

bp = Blueprint("consultations", __name__)


@bp.get("/consultations/")
def index() -> ResponseReturnValue:
    """All public comments, those that close last first."""
    return render_template("consultations/index.html", consultations=queries.listed())


@bp.get("/reports/<slug>/consultation")
def show(slug: str) -> ResponseReturnValue:
    """What is asked and until when; the form while it is open."""
    form = OpinionForm(formdata=None, request_key=secrets.token_urlsafe(9))
    return render_template("consultations/show.html", form=form, **_shown(slug))


@bp.post("/reports/<slug>/consultation")
@limiter.limit(limits.POSTING)
def submit(slug: str) -> ResponseReturnValue:
    """Send an opinion."""
    if current_person() is None:
        raise SignInNeeded
    form = OpinionForm()
    if not form.validate():
        return answer_invalid("consultations/show.html", form=form, **_shown(slug))
    key = (form.request_key.data or "")[:64] or None
    try:
        with transaction():
            found, person = _found(slug), _person()
            if found.phase is not Phase.OPEN:
                raise service.NotOpen
            require(policy.may_submit(person, found))
            number = service.submit(person, found, form.body.data or "", key).number
    except service.NotOpen as refusal:
        return answer_invalid("consultations/show.html", 409, form=form, refusal=refusal, **_shown(slug))
    flash(_("意見を受け取りました。意見の番号は %(number)s です。", number=number), "success")
    return redirect(f"/reports/{slug}/consultation#own", 303)


@bp.post("/reports/<slug>/consultation/<int:number>/withdraw")
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Take one's own opinion back."""
    with transaction():
        found, person = _found(slug), _person()
        opinion = queries.opinion_or_404(found, number)
        require(policy.may_withdraw(person, found, opinion))
        service.withdraw(person, found, opinion)
    flash(_("意見を取り下げました。"), "success")
    return redirect(f"/reports/{slug}/consultation#own", 303)


@bp.get("/reports/<slug>/consultation/result")
@cached(lambda slug: pages.scope_of(slug))
def result(slug: str) -> ResponseReturnValue:
    """意見の概要, 市の考え方, 対応区分; the opinions themselves; what changed in the text."""
    found, newest = _result(slug)
    return render_template(
        "consultations/result.html",
        found=found,
        page=found.page,
        result=newest,
        earlier=queries.earlier_results(found),
        written=numbering.written,
    )


@bp.get("/reports/<slug>/consultation/result.csv")
def result_csv(slug: str) -> ResponseReturnValue:
    """The result for a spreadsheet: one row for each opinion in a group."""
    found, newest = _result(slug)
    return tables.csv_answer(_rows(newest), f"kairan-consultation-{found.id}")


@bp.get("/reports/<slug>/consultation/result.xlsx")
def result_xlsx(slug: str) -> ResponseReturnValue:
    """The same for Excel."""
    found, newest = _result(slug)
    return tables.xlsx_answer(_rows(newest), f"kairan-consultation-{found.id}", "意見公募の結果")


def _rows(newest: Result) -> list[list[tables.Cell]]:
    opinions = {each["number"]: each for each in newest.told["opinions"]}
    rows: list[list[tables.Cell]] = [
        ["まとめ", "意見の概要", "市の考え方", "対応区分", "意見の番号", "届いた方法", "意見"]
    ]
    for place, group in enumerate(newest.told["groups"], 1):
        for number in group["numbers"]:
            opinion = opinions[number]
            text = "".join(piece["text"] for piece in opinion["pieces"])
            said = (group["summary"], group["answer"], str(CATEGORIES[group["category"]]))
            rows.append([place, *said, number, str(WAYS[opinion["way"]]), text])
    return rows


def _shown(slug: str) -> dict[str, Any]:
    """All that the public screen shows."""
    person = current_person()
    page = pages.page_or_404(slug, person)
    found = queries.of_page(page)
    if found is None and not policy.may_run(person):
        raise NotThere
    return {
        "page": page,
        "found": found,
        "extensions": queries.extensions(found) if found else (),
        "received": queries.received(found) if found else 0,
        "own": queries.own(person, found) if person and found else (),
        "may_submit": found is not None and policy.may_submit(person, found),
        "may_run": policy.may_run(person),
    }


def _result(slug: str) -> tuple[Consultation, Result]:
    found = _found(slug)
    newest = queries.newest_result(found)
    if newest is None:
        raise NotThere
    return found, newest


def _found(slug: str) -> Consultation:
    return queries.of_page_or_404(pages.page_or_404(slug, current_person()))


def _person() -> Person:
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def init_app(app: Flask) -> None:
    """Register the room, and let a report name its public comment."""
    app.register_blueprint(bp)
    app.register_blueprint(desk_views.bp)
    app.jinja_env.globals.update(
        consultation_of=queries.of_page,
        consultation_phases=PHASES,
        consultation_phase_badges=PHASE_BADGES,
        consultation_ways=WAYS,
        consultation_categories=CATEGORIES,
        consultation_category_badges=CATEGORY_BADGES,
    )
