"""Participation in numbers, and who is not heard.

GET       /figures                     voices by month, channel, answered and waiting, reflected
GET       /figures/voices              the voices behind a number: ?page=<slug>&month=&channel=&fate=&kind=&before=
GET       /figures/who                 who takes part, against the census; ?page=<slug>
GET       /reports/<slug>/outcome      反映の見える化: heard, considered, changed or why not
GET, POST /accounts/facts              what one chooses to say of oneself: age_band, district, is_first_time
GET, POST /desk/census                 staff: the census as CSV: file
GET       /desk/figures                staff: what waits where
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.answers import queries as answers
from wiki.core import clock
from wiki.core.database import transaction
from wiki.core.http_cache import cached
from wiki.core.web import SignInNeeded, answer_invalid, require
from wiki.insight import census, charts, figures, listing, policy, queries, who
from wiki.insight.census import BadCensus
from wiki.insight.figure_forms import CensusForm, FactsForm
from wiki.intake.forms import AGE_BANDS
from wiki.pages import hooks
from wiki.pages import queries as pages
from wiki.pages.forms import number_in
from wiki.proposals import queries as proposals

bp = Blueprint("figures", __name__)

#: Nobody touches this scope: what stands in it is made anew when its hour is over.
_HOURLY = "figures"
_LISTED_BY = frozenset({"page", "month", "channel", "fate", "kind", "before"})


@bp.get("/figures")
@cached(lambda: _HOURLY)
def index() -> ResponseReturnValue:
    """The whole city's numbers."""
    months = figures.monthly()
    return render_template(
        "insight/figures.html",
        outcome=figures.outcome(),
        months=months,
        came=charts.stacked(
            [each.name for each in months],
            [[each.received - each.beside_web for each in months], [each.beside_web for each in months]],
        ),
        fate=charts.stacked(
            [each.name for each in months],
            [[each.answered for each in months], [each.received - each.answered for each in months]],
        ),
        concentration=figures.concentration(),
        computed_at=clock.now(),
    )


@bp.get("/figures/voices")
@cached(lambda: "site", varies_by=_LISTED_BY)
def listed() -> ResponseReturnValue:
    """The voices that a number counts, kind by kind."""
    page = pages.page_or_404(request.args["page"]) if request.args.get("page") else None
    wanted = listing.Wanted.read(request.args, page)
    counts = listing.counts(wanted)
    asked = request.args.get("kind", "")
    kind = asked if asked in counts else next(iter(counts), "")
    before = number_in(request.args.get("before"))
    lines, more = listing.listed(kind, wanted, before) if kind else ([], None)
    shown = {"wanted": wanted, "counts": counts, "kind": kind, "lines": lines, "more": more, "before": before}
    return render_template("insight/voices.html", kinds=listing.KINDS, fates=listing.FATES, **shown)


@bp.get("/figures/who")
@cached(lambda: _HOURLY, varies_by=frozenset({"page"}))
def heard() -> ResponseReturnValue:
    """Who takes part, and who is not heard."""
    page = pages.page_or_404(request.args["page"]) if request.args.get("page") else None
    return render_template(
        "insight/who.html",
        page=page,
        ages=who.heard(who.AGE, page),
        districts=who.heard(who.DISTRICT, page),
        first_timers=who.first_timers(page),
        concentration=figures.concentration(page),
        age_words={band.value: words for band, words in AGE_BANDS.items()},
        enough=who.ENOUGH,
        computed_at=clock.now(),
    )


@bp.get("/reports/<slug>/outcome")
@cached(lambda slug: pages.scope_of(slug))
def outcome(slug: str) -> ResponseReturnValue:
    """What became of the voices on one page."""
    page = pages.page_or_404(slug)
    given, _older = answers.listed(page)
    return render_template(
        "insight/outcome.html",
        page=page,
        outcome=figures.outcome(page),
        answers=given,
        reflected=hooks.voices(page),
        concluded=proposals.concluded(page),
    )


@bp.route("/accounts/facts", methods=["GET", "POST"])
def facts() -> ResponseReturnValue:
    """What somebody says of themselves, if they like; sent empty, nothing is kept."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    form = FactsForm().offer(who.districts())
    if request.method == "GET":
        return render_template("insight/facts.html", form=form.fill(who.facts_of(person)))
    if not form.validate():
        return answer_invalid("insight/facts.html", form=form)
    with transaction():
        who.give(person, *form.said())
    flash(_("保存しました。いつでも変えたり、消したりできます。"), "success")
    return redirect("/accounts/facts", 303)


@bp.route("/desk/census", methods=["GET", "POST"])
def upload_census() -> ResponseReturnValue:
    """Staff put a census table in place of the one before."""
    _staff()
    form = CensusForm()
    if request.method == "GET":
        return _census(form)
    if not form.validate():
        return answer_invalid("insight/census.html", form=form, **_of_census())
    try:
        cells = census.read(form.file.data.read())
    except BadCensus as refusal:
        form.file.errors = refusal.errors
        return answer_invalid("insight/census.html", form=form, **_of_census())
    with transaction():
        who.replace_census(cells)
    flash(_("%(count)s行の人口を登録しました。", count=len(cells)), "success")
    return redirect("/desk/census", 303)


@bp.get("/desk/figures")
def desk() -> ResponseReturnValue:
    """Staff: what waits, and where."""
    _staff()
    return render_template(
        "insight/desk.html",
        outcome=figures.outcome(),
        waiting=answers.unanswered_counts(),
        work=answers.work_counts(),
        statements=queries.waiting_count(),
        months=figures.monthly(),
    )


def _census(form: CensusForm) -> str:
    return render_template("insight/census.html", form=form, **_of_census())


def _of_census() -> dict[str, Any]:
    age_words = {band.value: words for band, words in AGE_BANDS.items()}
    return {"cells": who.census(), "age_words": age_words}


def _staff() -> Person:
    person = current_person()
    require(policy.may_arrange(person))
    assert person is not None
    return person
