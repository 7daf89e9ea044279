"""Writing pages in the browser. A page itself is shown by the front room.

GET, POST /reports/new                       staff: a new report, public at once or later; ?title=&slug=&template=
GET, POST /reports/<slug>/edit               staff: a new revision; ?section=, ?submission=
POST /preview                                field `body` as it will look; ?kind=comment as a comment

Further addresses of the room: past_views.py (history, revisions, differences, voices), publishing_views.py (versions
that are not public), settings_views.py, name_views.py (renaming, links), facts_views.py, draft_views.py.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, Problem, SignInNeeded, answer_invalid, require
from wiki.pages import (
    draft_views,
    facts_views,
    guard,
    held_views,
    hooks,
    links,
    merge_views,
    name_views,
    patrol_views,
    policy,
    publishing_views,
    queries,
    service,
    settings_views,
    skeletons,
)
from wiki.pages import past_views as past_views  # its addresses are there once it is imported
from wiki.pages.addresses import address_of, way_to
from wiki.pages.blueprint import bp, published, writer
from wiki.pages.forms import PageForm, PreviewForm
from wiki.pages.models import Page
from wiki.pages.service import EditConflict, SlugTaken
from wiki.pages.stages import WrongState
from wiki.pages.steps import Overtaken
from wiki.text.sections import section

held_views.attend(bp)

_LONGEST_COMMENT = 20_000


@bp.route("/reports/new", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def new() -> ResponseReturnValue:
    """A new report."""
    require(policy.may_write(current_person()))
    form = PageForm(None)
    if request.method == "GET":
        form.title.data, form.slug.data = request.args.get("title"), request.args.get("slug")
        form.body.data = skeletons.body_of(request.args.get("template"))
        draft_views.open_editor(form, None)
        return _editor(form, None)
    if "draft" in request.form:
        return _kept(form, None)
    if "preview" in request.form:
        return _editor(form, None, shows_preview=True)
    if not form.validate():
        return _editor(form, None, 422)
    try:
        with transaction():
            author = writer()
            if form.way.is_now:
                address, said = address_of(service.create(author, form.draft())), _("公開しました。")
            else:
                address, said = publishing_views.keep(author, None, form)
            draft_views.finish(form, None, author)
    except SlugTaken:
        form.refuse_slug()
        return _editor(form, None, 422)
    flash(said, "success")
    return redirect(address, 303)


@bp.route("/reports/<slug>/edit", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def edit(slug: str) -> ResponseReturnValue:
    """A new revision of a page; against an older one than the newest: both texts, and nothing changed."""
    person = current_person()
    page = queries.page_or_404(slug, person)
    require(policy.may_write(person))
    form = PageForm(page)
    if request.method == "GET":
        guard.check_editable(person, page)
        form.choose(request.args.getlist("reflects"))
        try:
            publishing_views.fill(form, page)
        except EditConflict as conflict:
            return merge_views.conflict(conflict, form)
        draft_views.open_editor(form, page)
        if (heading_id := request.args.get("section")) and "draft" not in request.args:
            _narrow(form, heading_id)
        return _editor(form, page)
    if "draft" in request.form:
        return _kept(form, page)
    if "preview" in request.form:
        return _editor(form, page, shows_preview=True)
    if not form.validate():
        return _editor(form, page, 422)
    if "merge" in request.form:
        return merge_views.step(page, form)
    return _save(slug, form)


@bp.post("/preview")
@limiter.limit(limits.PREVIEW)
def preview() -> ResponseReturnValue:
    """A text as the page's, or a comment's, own renderer shows it: a fragment."""
    if current_person() is None:
        raise SignInNeeded
    form = PreviewForm()
    as_comment = request.args.get("kind") == "comment"
    html = form.html(as_comment, _LONGEST_COMMENT if as_comment else service.LONGEST_PAGE)
    html = html and links.shown(html, policy.may_write(current_person()))
    shown = {"is_fragment": True, "html": html, "errors": form.body.errors, "hints": form.hints}
    page = render_template("pages/_preview.html", **shown)
    return make_response(page, 422 if html is None else 200)


def _narrow(form: PageForm, heading_id: str) -> None:
    """Leave only this section of the page in the form. Raises NotThere."""
    body = form.body.data or ""
    found = section(body, heading_id)
    if found is None:
        raise NotThere
    form.section.data = heading_id
    form.body.data = body[found.start : found.end]


def _save(slug: str, form: PageForm) -> ResponseReturnValue:
    """Publish the text, or keep it beside the public one, as the form wants it."""
    try:
        with transaction():
            author = writer()
            page = queries.page_or_404(slug, author)
            if not form.way.is_now:
                address, said = publishing_views.keep(author, page, form)
                draft_views.finish(form, page, author)
                flash(said, "success")
                return redirect(address, 303)
            before, again = page.current_number, bool(form.way.shows_again.data)
            made = service.revise(author, page, form.draft(), form.base_number, shows_again=again)
            hooks.tell(author, made, form.reflects.data or [])
            publishing_views.finish(author, page, form, made)
            draft_views.finish(form, page, author)
            address, now = address_of(page), made.number
            if form.section.data:
                address += "#" + quote(form.section.data)
    except EditConflict as conflict:
        return merge_views.conflict(conflict, form)
    except SlugTaken:
        form.refuse_slug()
        return _editor(form, queries.page_or_404(slug, current_person()), 422)
    except (guard.NotWritable, Overtaken, WrongState) as refusal:
        page = queries.page_or_404(slug, current_person())
        publishing_views.catch_up(form, page, refusal)
        return _editor(form, page, refusal.status, refusal=refusal)
    return published(address, before, now)


def _editor(
    form: PageForm,
    page: Page | None,
    status: int = 200,
    *,
    shows_preview: bool = False,
    refusal: Problem | None = None,
) -> ResponseReturnValue:
    """The editor with all that was typed, and what it will look like where that was asked for."""
    html, shown = None, PreviewForm()
    if shows_preview:
        html = shown.html(False, service.LONGEST_PAGE)
        html = html and links.shown(html, may_write=True)
        form.body.errors = list(shown.body.errors)
        status = 422 if html is None else 200
    shown_with = {"form": form, "page": page, "preview": html, "hints": shown.hints, "toc": _toc(form, page)}
    shown_with |= draft_views.beside(form, page)
    if status == 200:
        return render_template("pages/edit.html", **shown_with)
    return answer_invalid("pages/edit.html", status, refusal=refusal, **shown_with)


def _toc(form: PageForm, page: Page | None) -> list[tuple[str, str]]:
    """The sections that can be edited alone, by id and words, while the whole of a public page is open."""
    if page is None or form.section.data or form.way.submission.data or not page.was_published:
        return []
    return [(heading_id, text) for level, heading_id, text in queries.current_revision(page).toc if level <= 3]


def _kept(form: PageForm, page: Page | None) -> ResponseReturnValue:
    kept = draft_views.keep(form, page)
    return _editor(form, page, kept) if isinstance(kept, int) else kept


def init_app(app: Flask) -> None:
    """Register the room; give templates a page's address, the way there, and whether the reader may write."""
    for each in (bp, draft_views.bp, patrol_views.bp, name_views.bp, facts_views.bp):
        app.register_blueprint(each)
    publishing_views.init_app(app)
    settings_views.init_app(app)
    app.add_template_global(address_of, "page_address")
    app.add_template_global(way_to, "page_way")
    app.add_template_global(skeletons.all_skeletons, "skeletons")

    @app.template_global()
    def may_write_pages() -> bool:
        return policy.may_write(current_person())
