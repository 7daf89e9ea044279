"""Writing pages, and their past, in the browser. A page itself is shown by the front room.

GET, POST /reports/new                       staff: a new report
GET, POST /reports/<slug>/edit               staff: a new revision
POST /preview                                field `body` as it will look; ?kind=comment as a comment
GET  /reports/<slug>/history                 all revisions; ?cursor=
GET  /reports/<slug>/revisions/<n>           the page as it was
POST /reports/<slug>/revisions/<n>/restore   staff: that text again, as a new revision
GET  /reports/<slug>/diff?from=&to=          what changed between two revisions
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.web import Problem, SignInNeeded, answer_invalid, require
from wiki.pages import compare, hooks, policy, queries, service
from wiki.pages.forms import PageForm, PreviewForm, RestoreForm, number_in
from wiki.pages.models import Page, PageKind
from wiki.pages.service import EditConflict, SlugTaken

bp = Blueprint("pages", __name__)

_LONGEST_COMMENT = 20_000


class WrongNumbers(Problem):
    """A comparison of something that is no revision number."""

    status = 400
    title = _l("比べる版がわかりません")
    advice = _l("版の番号を数字で指定してください。履歴のページから選べます。")


@bp.route("/reports/new", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def new() -> ResponseReturnValue:
    """A new report."""
    require(policy.may_write(current_person()))
    form = PageForm(None, [])
    if request.method == "GET":
        return _editor(form, None)
    if "preview" in request.form:
        return _editor(form, None, shows_preview=True)
    if not form.validate():
        return _editor(form, None, 422)
    try:
        with transaction():
            author = _writer()
            page = service.create(author, form.draft())
            address = address_of(page)
    except SlugTaken:
        form.refuse_slug()
        return _editor(form, None, 422)
    flash(_("公開しました。"), "success")
    return redirect(address, 303)


@bp.route("/reports/<slug>/edit", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def edit(slug: str) -> ResponseReturnValue:
    """A new revision of a page; against an older one than the newest: both texts, and nothing changed."""
    page = queries.page_or_404(slug)
    require(policy.may_write(current_person()))
    form = PageForm(page, hooks.choices(page))
    if request.method == "GET":
        current = queries.current_revision(page)
        form.title.data, form.slug.data, form.body.data = page.title, page.slug, current.body
        form.base_revision.data = str(current.number)
        return _editor(form, page)
    if "preview" in request.form:
        return _editor(form, page, shows_preview=True)
    if not form.validate():
        return _editor(form, page, 422)
    return _publish(slug, form)


@bp.post("/preview")
@limiter.limit(limits.PREVIEW)
def preview() -> ResponseReturnValue:
    """A text as the page's, or a comment's, own renderer shows it: a fragment."""
    if current_person() is None:
        raise SignInNeeded
    form = PreviewForm()
    as_comment = request.args.get("kind") == "comment"
    html = form.html(as_comment, _LONGEST_COMMENT if as_comment else service.LONGEST_PAGE)
    page = render_template("pages/_preview.html", is_fragment=True, html=html, errors=form.body.errors)
    return make_response(page, 422 if html is None else 200)


@bp.get("/reports/<slug>/history")
@cached(lambda slug: queries.scope_of(slug), varies_by=frozenset({"cursor"}))
def history(slug: str) -> ResponseReturnValue:
    """The revisions of a page, newest first."""
    page = queries.page_or_404(slug)
    past = queries.history(page, number_in(request.args.get("cursor")))
    return render_template("pages/history.html", page=page, past=past, links=hooks.links(past.revisions))


@bp.get("/reports/<slug>/revisions/<int:number>")
@cached(lambda slug, number: queries.scope_of(slug))
def revision(slug: str, number: int) -> ResponseReturnValue:
    """A page as it was."""
    return _revision(queries.page_or_404(slug), number)


@bp.post("/reports/<slug>/revisions/<int:number>/restore")
@limiter.limit(limits.POSTING)
def restore(slug: str, number: int) -> ResponseReturnValue:
    """The text of an earlier revision again, as a new one."""
    page = queries.page_or_404(slug)
    require(policy.may_write(current_person()))
    form = RestoreForm()
    if not form.validate():
        return _revision(page, number, form)
    draft = service.PageDraft.back_to(page, queries.revision_or_404(page, number))
    with transaction():
        author, page = _writer(), queries.page_or_404(slug)
        before = page.current_number
        made = service.restore(author, page, number, draft, form.base_number)
        address, now = address_of(page), made.number
    return _published(address, before, now)


@bp.get("/reports/<slug>/diff")
@cached(lambda slug: queries.scope_of(slug), varies_by=frozenset({"from", "to"}))
def diff(slug: str) -> ResponseReturnValue:
    """What changed from one revision to another; unless told otherwise, to the newest from the one before."""
    page = queries.page_or_404(slug)
    to = number_in(request.args.get("to", str(page.current_number)))
    start = number_in(request.args.get("from", str(max((to or 0) - 1, 1))))
    if start is None or to is None:
        raise WrongNumbers
    old, new_one = queries.revision_or_404(page, start), queries.revision_or_404(page, to)
    return render_template(
        "pages/diff.html",
        page=page,
        old=old,
        new=new_one,
        difference=compare.between(old, new_one),
        links=hooks.links([new_one]).get(new_one.id, []),
    )


def address_of(page: Page) -> str:
    """Where a page is read."""
    return ("/help/" if page.kind is PageKind.HELP else "/reports/") + quote(page.slug)


def _writer() -> Person:
    """The person who is signed in, who must be allowed to write."""
    person = current_person()
    require(policy.may_write(person))
    assert person is not None
    return person


def _publish(slug: str, form: PageForm) -> ResponseReturnValue:
    try:
        with transaction():
            page, author = queries.page_or_404(slug), _writer()
            before = page.current_number
            made = service.revise(author, page, form.draft(), form.base_number)
            hooks.tell(author, made, form.reflects.data or [])
            address, now = address_of(page), made.number
    except EditConflict as conflict:
        return _conflict(conflict, form)
    except SlugTaken:
        form.refuse_slug()
        return _editor(form, queries.page_or_404(slug), 422)
    return _published(address, before, now)


def _published(address: str, before: int, now: int) -> ResponseReturnValue:
    """On to the page, with a word on whether there is a new revision."""
    if now > before:
        flash(_("第%(number)s版を公開しました。", number=now), "success")
    else:
        flash(_("変更はありませんでした。"), "info")
    return redirect(address, 303)


def _editor(
    form: PageForm, page: Page | None, status: int = 200, *, shows_preview: bool = False
) -> ResponseReturnValue:
    """The editor with all that was typed, and what it will look like where that was asked for."""
    html = None
    if shows_preview:
        shown = PreviewForm()
        html = shown.html(False, service.LONGEST_PAGE)
        form.body.errors = list(shown.body.errors)
        status = 422 if html is None else 200
    if status == 200:
        return render_template("pages/edit.html", form=form, page=page, preview=html)
    return answer_invalid("pages/edit.html", status, form=form, page=page, preview=html)


def _conflict(conflict: EditConflict, form: PageForm) -> ResponseReturnValue:
    """Three texts side by side, and the editor with theirs, now starting from the newest revision: 409."""
    page, newer = conflict.page, conflict.newer
    db.session.rollback()
    base = queries.revision_of(page, form.base_number) or newer
    mine = compare.Text(form.title.data or "", form.body.data or "")
    theirs_now, mine_now = compare.between(base, newer), compare.between(base, mine)
    if form.title.data == base.title:
        form.title.data = page.title
    if queries.was_slug_of(str(form.slug.data), page):
        form.slug.data = page.slug
    form.base_revision.data = str(newer.number)
    return answer_invalid(
        "pages/conflict.html",
        409,
        form=form,
        page=page,
        base=base,
        newer=newer,
        base_rows=compare.touched(base, theirs_now, mine_now),
        newer_difference=theirs_now,
        mine_difference=mine_now,
    )


def _revision(page: Page, number: int, form: RestoreForm | None = None) -> ResponseReturnValue:
    shown = queries.revision_or_404(page, number)
    if form is None and number != page.current_number and policy.may_write(current_person()):
        form = RestoreForm(base_revision=str(page.current_number))
    html = render_template(
        "pages/revision.html",
        page=page,
        revision=shown,
        form=form,
        links=hooks.links([shown]).get(shown.id, []),
    )
    return make_response(html, 422 if form is not None and form.errors else 200)


def init_app(app: Flask) -> None:
    """Register the room, and give templates a page's address and whether the reader may write."""
    app.register_blueprint(bp)
    app.add_template_global(address_of, "page_address")

    @app.template_global()
    def may_write_pages() -> bool:
        return policy.may_write(current_person())
