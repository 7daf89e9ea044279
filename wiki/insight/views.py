"""声の地図 in the browser.

GET       /maps/                          all maps
GET       /maps/<id>                      the next statement, and what the votes show so far
GET       /maps/<id>.csv                  the statements with how everybody voted
POST      /maps/<id>/vote                 statement, value: 1, 0, −1
POST      /maps/<id>/statements           add a statement: text
GET, POST /reports/<slug>/maps/new        staff: question, lead, statements (one a line)
GET       /maps/<id>/statements           staff: what waits, what is shown, what was declined
POST      /maps/<id>/statements/<n>       staff: verdict show or decline, reason
POST      /maps/<id>/close, /open         staff
GET       /figures, /figures/who …        participation in numbers     (insight/figure_views.py)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import csrf, limits, tables, web
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, SignInNeeded, answer_invalid, require
from wiki.insight import choosing, drawing, figure_views, policy, queries, service
from wiki.insight.forms import DecideForm, MapForm, StatementForm
from wiki.insight.models import OpinionMap, StatementState
from wiki.insight.queries import Told
from wiki.pages import queries as pages

bp = Blueprint("insight", __name__)


@bp.get("/maps/")
def index() -> ResponseReturnValue:
    """All maps of public pages."""
    return render_template("insight/maps.html", maps=queries.listed())


@bp.get("/maps/<int:map_id>")
def show(map_id: int) -> ResponseReturnValue:
    """One statement at a time; below, what unites and what divides."""
    return render_template("insight/map.html", form=StatementForm(formdata=None), **_shown(_visible(map_id)))


@bp.get("/maps/<int:map_id>.csv")
def export(map_id: int) -> ResponseReturnValue:
    """Statements and counts, for a spreadsheet; what fewer than five voted is left empty."""
    found = _visible(map_id)
    told = queries.told(queries.standings(found))
    rows: list[list[tables.Cell]] = [["番号", "意見", "賛成", "わからない", "反対"]]
    for statement in queries.shown(found):
        stands = told.get(statement.id, Told(None, None, None))
        rows.append([statement.id, statement.text, stands.agrees, stands.passes, stands.disagrees])
    return tables.csv_answer(rows, f"kairan-map-{map_id}")


@bp.post("/maps/<int:map_id>/vote")
@limiter.limit(limits.VOTING)
def vote(map_id: int) -> ResponseReturnValue:
    """Vote on one statement, then on to the next."""
    value = request.form.get("value", "")
    if value not in {"1", "0", "-1"}:
        raise service.WrongVote
    with transaction():
        found, person = _visible(map_id), _participant(map_id)
        statement = queries.statement_or_404(found, request.form.get("statement", 0, type=int))
        service.vote(person, statement, int(value))
    return redirect(f"/maps/{map_id}#vote", 303)


@bp.post("/maps/<int:map_id>/statements")
@limiter.limit(limits.POSTING)
def add(map_id: int) -> ResponseReturnValue:
    """Add a statement of one's own."""
    _participant(map_id)
    form = StatementForm()
    if not form.validate():
        return answer_invalid("insight/map.html", form=form, **_shown(_visible(map_id)))
    with transaction():
        statement = service.add(_participant(map_id), _visible(map_id), form.text.data or "")
        is_shown = statement.state is StatementState.SHOWN
    flash(_("加えました。") if is_shown else _("受け取りました。職員が確かめてから、みんなに出します。"), "success")
    return redirect(f"/maps/{map_id}#vote", 303)


@bp.route("/reports/<slug>/maps/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Staff open a map on a page."""
    page = pages.page_or_404(slug, current_person())
    _staff()
    form = MapForm()
    if request.method == "GET":
        return render_template("insight/new.html", form=form, page=page)
    if not form.validate():
        return answer_invalid("insight/new.html", form=form, page=page)
    with transaction():
        page = pages.page_or_404(slug, current_person())
        begun = service.begin(_staff(), page, form.question.data or "", form.lead.data or "", form.first)
        address = f"/maps/{begun.id}"
    flash(_("声の地図を開きました。"), "success")
    return redirect(address, 303)


@bp.get("/maps/<int:map_id>/statements")
def statements(map_id: int) -> ResponseReturnValue:
    """Staff: every statement and what became of it."""
    _staff()
    found = queries.map_or_404(map_id)
    return render_template("insight/statements.html", **_statements(found), form=DecideForm(formdata=None))


@bp.post("/maps/<int:map_id>/statements/<int:statement_id>")
def decide(map_id: int, statement_id: int) -> ResponseReturnValue:
    """Staff show or decline a statement."""
    actor, is_shown = _staff(), request.form.get("verdict") == "show"
    form = DecideForm()
    if not form.validate() or (not is_shown and not form.reason.data):
        if not form.reason.errors:
            form.reason.errors = [_("見送る理由を書いてください。")]
        found = queries.map_or_404(map_id)
        return answer_invalid("insight/statements.html", form=form, wrong=statement_id, **_statements(found))
    with transaction():
        statement = queries.statement_or_404(queries.map_or_404(map_id), statement_id)
        state = StatementState.SHOWN if is_shown else StatementState.DECLINED
        service.decide(actor, statement, state, form.reason.data or None)
    return redirect(f"/maps/{map_id}/statements", 303)


@bp.post("/maps/<int:map_id>/close")
def close(map_id: int) -> ResponseReturnValue:
    """Take no more votes."""
    with transaction():
        service.close(_staff(), queries.map_or_404(map_id))
    return redirect(f"/maps/{map_id}", 303)


@bp.post("/maps/<int:map_id>/open")
def open_again(map_id: int) -> ResponseReturnValue:
    """Take votes again."""
    with transaction():
        service.open_again(_staff(), queries.map_or_404(map_id))
    return redirect(f"/maps/{map_id}", 303)


@csrf.for_visitors("insight.vote")
@csrf.for_visitors("insight.add")
def sign_in_first() -> ResponseReturnValue:
    """Whoever is not signed in is shown the way, with what they typed."""
    way_on = {"href": f"/accounts/login?next={request.path.rsplit('/', 1)[0]}", "text": _("ログインする")}
    return web.problem_page(403, title=SignInNeeded.title, explanation=SignInNeeded.advice, way_on=way_on)


def _shown(found: OpinionMap) -> dict[str, Any]:
    """All that the map's screen shows: 3 queries, 6 for whoever is signed in."""
    person, texts, standings = current_person(), queries.shown(found), queries.standings(found)
    own = queries.votes_of(person, found) if person else {}
    chart = found.chart or {}
    here = _place(chart, own) if own and chart.get("groups") else None
    return {
        "map": found,
        "page": found.page,
        "texts": {statement.id: statement for statement in texts},
        "standings": queries.told(standings),
        "next": choosing.following(found, person.id if person else 0, texts, standings, own),
        "own": own,
        "own_statements": queries.own_statements(person, found) if person else (),
        "chart": chart,
        "drawing": drawing.draw(chart, here) if chart.get("groups") else None,
        "may_take_part": policy.may_take_part(person, found),
        "may_arrange": policy.may_arrange(person),
        "letter": drawing.letter,
    }


def _place(chart: Mapping[str, Any], own: Mapping[int, int]) -> tuple[float, float] | None:
    from wiki.insight.mapping import place

    return place(chart, own)


def _statements(found: OpinionMap) -> dict[str, Any]:
    return {"map": found, "page": found.page, "statements": queries.all_statements(found)}


def _visible(map_id: int) -> OpinionMap:
    found = queries.map_or_404(map_id)
    if not policy.may_see(current_person(), found):
        raise NotThere
    return found


def _participant(map_id: int) -> Person:
    found, person = _visible(map_id), current_person()
    if person is None:
        raise SignInNeeded
    if not found.is_open:
        raise service.MapClosed
    require(policy.may_take_part(person, found))
    return person


def _staff() -> Person:
    person = current_person()
    require(policy.may_arrange(person))
    assert person is not None
    return person


def init_app(app: Flask) -> None:
    """Register the room, and let every page name its maps."""
    app.register_blueprint(bp)
    app.register_blueprint(figure_views.bp)
    app.jinja_env.globals.update(maps_of=queries.of_page)
