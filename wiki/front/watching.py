"""Watching the wiki in the browser. What staff do about it is in pages/patrol_views.py.

GET /changes                     recent changes: ?kind=text|proposals|decisions&collection=<slug>&person=<name>
                                 &since=<day>&before=<event>; staff: &unseen=1
GET /reports/<slug>/activity     what happened to a page; ?before=<event>
GET /people/<id>                 staff, and the person: all contributions; ?show=&before=
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from wiki.accounts.signin import current_person
from wiki.collections import queries as collections
from wiki.core.http_cache import cached
from wiki.core.web import NotThere, SignInNeeded
from wiki.front import activity, changes, contributions
from wiki.pages import queries as pages
from wiki.pages.forms import number_in

bp = Blueprint("watching", __name__)
_ASKED_BY = frozenset({"kind", "collection", "person", "since", "unseen", "before"})


@bp.get("/changes")
@cached(lambda: "site", varies_by=_ASKED_BY, is_guest=True)
def show_changes() -> ResponseReturnValue:
    """What changed in the whole wiki, newest first, narrowed by whoever asks."""
    filters = changes.Filters.read(request.args)
    found = changes.Lines((), None)
    if not filters.errors:
        found = changes.recent(filters, current_person(), number_in(request.args.get("before")))
    page = render_template(
        "front/changes.html",
        filters=filters,
        days=changes.by_day(found.lines),
        waiting=[line for line in found.lines if line.patrol and line.patrol.at is None],
        topics=changes.LABELS,
        collections=collections.choices(),
        more="/changes?" + urlencode({**filters.typed, "before": found.next_cursor}) if found.next_cursor else None,
    )
    return make_response(page, 422 if filters.errors else 200)


@bp.get("/reports/<slug>/activity")
@cached(lambda slug: pages.scope_of(slug), varies_by=frozenset({"before"}))
def show_activity(slug: str) -> ResponseReturnValue:
    """Everything that happened to a page, day by day."""
    person = current_person()
    page = pages.page_or_404(slug, person)
    found = activity.of_page(page, person, number_in(request.args.get("before")))
    return render_template("front/activity.html", page=page, found=found)


@bp.get("/people/<int:person_id>")
def show_contributions(person_id: int) -> ResponseReturnValue:
    """What somebody contributed. To others it is as if nobody were there."""
    reader = current_person()
    if reader is None:
        raise SignInNeeded
    if not contributions.may_see(reader, person_id):
        raise NotThere
    show = request.args.get("show", "")
    sort = contributions.Sort(show) if show in set(contributions.Sort) else None
    found = contributions.of_person(person_id, sort, number_in(request.args.get("before")))
    return render_template("front/contributions.html", found=found, labels=contributions.LABELS)
