"""Arranging pages in the browser. A collection itself is shown by the front room.

GET  /collections/                     all collections（特集）
GET, POST /collections/new             staff: a new collection
GET, POST /collections/<slug>/edit     staff: its words, its pages and their order
GET, POST /collections/<slug>/delete   staff: take it away; its pages stay
POST /collections/deleted/<id>/restore staff: bring it back as it was
GET  /series/ …                        series（連載）   (collections/series_views.py)
GET  /tags/ …                          tags（タグ）     (collections/tag_views.py)
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.signin import current_person
from wiki.collections import policy, queries, series_views, service, tag_views, undeleting
from wiki.collections.actor import arranger
from wiki.collections.forms import LONGEST_LEAD, CollectionForm, DeleteForm
from wiki.collections.models import Collection
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.state import ChangedMeanwhile
from wiki.core.web import answer_invalid
from wiki.pages.forms import PreviewForm
from wiki.pages.service import SlugTaken

bp = Blueprint("collections", __name__)


@bp.get("/collections/")
@cached(lambda: "site")
def index() -> ResponseReturnValue:
    """All collections, newest first."""
    may_arrange = policy.may_arrange(current_person())
    deleted = undeleting.deleted(undeleting.COLLECTION) if may_arrange else ()
    shown = {"collections": queries.all_collections(), "may_arrange": may_arrange, "deleted": deleted}
    return render_template("collections/index.html", **shown)


@bp.route("/collections/new", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def new() -> ResponseReturnValue:
    """A new collection."""
    arranger()
    form = CollectionForm(None)
    if request.method == "GET" or form.is_arranged_only:
        return _editor(form, None)
    if not form.validate():
        return _editor(form, None, 422)
    slug = str(form.slug.data)
    try:
        with transaction():
            service.open_collection(arranger(), slug, form.draft())
    except SlugTaken:
        form.refuse_slug()
        return _editor(form, None, 422)
    flash(_("特集を公開しました。"), "success")
    return redirect(_address(slug), 303)


@bp.route("/collections/<slug>/edit", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def edit(slug: str) -> ResponseReturnValue:
    """What a collection says, which pages stand in it, and in which order."""
    arranger()
    found = queries.collection_to_arrange(slug)
    form = CollectionForm(found)
    if request.method == "GET" or form.is_arranged_only:
        return _editor(form, found)
    if not form.validate():
        return _editor(form, found, 422)
    try:
        with transaction():
            service.revise_collection(arranger(), slug, form.draft(), form.seen.data)
    except ChangedMeanwhile:
        db.session.rollback()
        newer = queries.collection_to_arrange(slug)
        form.have_seen(newer)
        return _editor(form, newer, 409)
    flash(_("特集を変更しました。"), "success")
    return redirect(_address(slug), 303)


@bp.route("/collections/<slug>/delete", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def delete(slug: str) -> ResponseReturnValue:
    """Take a collection away, once one has read what that means."""
    arranger()
    found = queries.collection_to_arrange(slug)
    if request.method == "GET":
        back = _address(slug)
        return render_template("collections/delete.html", form=DeleteForm(), kind="collection", found=found, back=back)
    title = found.title
    with transaction():
        undeleting.delete_collection(arranger(), slug)
    flash(_("特集「%(title)s」を削除しました。レポートはそのまま残っています。", title=title), "success")
    return redirect("/collections/", 303)


@bp.post("/collections/deleted/<int:deleted_id>/restore")
@limiter.limit(limits.ARRANGING)
def restore(deleted_id: int) -> ResponseReturnValue:
    """Bring a deleted collection back."""
    arranger()
    lead_html = undeleting.lead_of(undeleting.deleted_or_404(undeleting.COLLECTION, deleted_id))
    try:
        with transaction():
            kept = undeleting.deleted_or_404(undeleting.COLLECTION, deleted_id)
            slug = undeleting.bring_collection_back(arranger(), kept, lead_html).slug
    except SlugTaken:
        flash(_("同じアドレスの特集があるので、元に戻せません。先にその特集を削除してください。"), "info")
        return redirect("/collections/", 303)
    flash(_("特集を元に戻しました。"), "success")
    return redirect(_address(slug), 303)


def _address(slug: str) -> str:
    return f"/collections/{quote(slug)}"


def _editor(form: CollectionForm, collection: Collection | None, status: int = 200) -> ResponseReturnValue:
    """The form with all that was typed, and its lead as it will look where that was asked for."""
    preview = None
    if "preview" in request.form and status == 200:
        shown = PreviewForm()
        preview = shown.html(False, LONGEST_LEAD)
        form.body.errors = list(shown.body.errors)
        status = 422 if preview is None else 200
    words = {"form": form, "collection": collection, "preview": preview, "changed": status == 409}
    if status == 200:
        return render_template("collections/edit.html", **words)
    return answer_invalid("collections/edit.html", status, **words)


def init_app(app: Flask) -> None:
    """Register the room, its further views among it."""
    for views in (bp, series_views.bp, tag_views.bp):
        app.register_blueprint(views)
