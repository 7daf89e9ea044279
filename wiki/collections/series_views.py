"""Series（連載）in the browser.

GET  /series/                     all series
GET  /series/<slug>               its episodes
GET, POST /series/new             staff: a new series
GET, POST /series/<slug>/edit     staff: its title, its episodes and their numbers
GET, POST /series/<slug>/delete   staff: take it away; its pages stay
POST /series/deleted/<id>/restore staff: bring it back as it was
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.signin import current_person
from wiki.collections import policy, queries, service, undeleting
from wiki.collections.actor import arranger
from wiki.collections.forms import DeleteForm, SeriesForm
from wiki.collections.models import Series
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.state import ChangedMeanwhile
from wiki.core.web import answer_invalid
from wiki.pages.service import SlugTaken

bp = Blueprint("series", __name__)


@bp.get("/series/")
@cached(lambda: "site")
def index() -> ResponseReturnValue:
    """All series by title."""
    may_arrange = policy.may_arrange(current_person())
    deleted = undeleting.deleted(undeleting.SERIES) if may_arrange else ()
    shown = {"all_series": queries.all_series(), "may_arrange": may_arrange, "deleted": deleted}
    return render_template("collections/series_index.html", **shown)


@bp.get("/series/<slug>")
@cached(lambda slug: "site")
def show(slug: str) -> ResponseReturnValue:
    """A series with its episodes in their order."""
    may_arrange = policy.may_arrange(current_person())
    return render_template("collections/series.html", series=queries.series_or_404(slug), may_arrange=may_arrange)


@bp.route("/series/new", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def new() -> ResponseReturnValue:
    """A new series."""
    arranger()
    form = SeriesForm(None)
    if request.method == "GET" or form.is_arranged_only:
        return _editor(form, None)
    if not form.validate():
        return _editor(form, None, 422)
    try:
        with transaction():
            slug = service.open_series(arranger(), form.draft()).slug
    except SlugTaken:
        form.refuse_title()
        return _editor(form, None, 422)
    flash(_("連載を公開しました。"), "success")
    return redirect(_address(slug), 303)


@bp.route("/series/<slug>/edit", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def edit(slug: str) -> ResponseReturnValue:
    """The title of a series, its episodes, and how each is numbered and called."""
    arranger()
    found = queries.series_to_arrange(slug)
    form = SeriesForm(found)
    if request.method == "GET" or form.is_arranged_only:
        return _editor(form, found)
    if not form.validate():
        return _editor(form, found, 422)
    try:
        with transaction():
            service.revise_series(arranger(), slug, form.draft(), form.seen.data)
    except ChangedMeanwhile:
        db.session.rollback()
        newer = queries.series_to_arrange(slug)
        form.have_seen(newer)
        return _editor(form, newer, 409)
    except SlugTaken:
        form.refuse_title()
        return _editor(form, queries.series_to_arrange(slug), 422)
    flash(_("連載を変更しました。"), "success")
    return redirect(_address(slug), 303)


@bp.route("/series/<slug>/delete", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def delete(slug: str) -> ResponseReturnValue:
    """Take a series away, once one has read what that means."""
    arranger()
    found = queries.series_to_arrange(slug)
    if request.method == "GET":
        back = _address(slug)
        return render_template("collections/delete.html", form=DeleteForm(), kind="series", found=found, back=back)
    title = found.title
    with transaction():
        undeleting.delete_series(arranger(), slug)
    flash(_("連載「%(title)s」を削除しました。レポートはそのまま残っています。", title=title), "success")
    return redirect("/series/", 303)


@bp.post("/series/deleted/<int:deleted_id>/restore")
@limiter.limit(limits.ARRANGING)
def restore(deleted_id: int) -> ResponseReturnValue:
    """Bring a deleted series back, without pages that belong to another by now."""
    try:
        with transaction():
            kept = undeleting.deleted_or_404(undeleting.SERIES, deleted_id)
            slug = undeleting.bring_series_back(arranger(), kept).slug
    except SlugTaken:
        flash(_("同じ題名の連載があるので、元に戻せません。先にその連載を削除してください。"), "info")
        return redirect("/series/", 303)
    flash(_("連載を元に戻しました。"), "success")
    return redirect(_address(slug), 303)


def _address(slug: str) -> str:
    return f"/series/{quote(slug)}"


def _editor(form: SeriesForm, series: Series | None, status: int = 200) -> ResponseReturnValue:
    words = {"form": form, "series": series, "changed": status == 409}
    if status == 200:
        return render_template("collections/series_edit.html", **words)
    return answer_invalid("collections/series_edit.html", status, **words)
