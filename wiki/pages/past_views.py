"""A page's past in the browser, and where its text comes from.

GET  /reports/<slug>/history                 all revisions; ?cursor=
GET  /reports/<slug>/revisions/<n>           the page as it was
POST /reports/<slug>/revisions/<n>/restore   staff: that text again, as a new revision
GET  /reports/<slug>/diff?from=&to=          what changed between two revisions
GET  /reports/<slug>/voices                  where each sentence comes from; ?show=all&after=
"""

from __future__ import annotations

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.web import Problem, require
from wiki.pages import compare, hooks, links, patrol_views, policy, publishing_views, queries, service
from wiki.pages import voices as provenance
from wiki.pages.addresses import address_of
from wiki.pages.blueprint import bp, published, writer
from wiki.pages.forms import RestoreForm, number_in
from wiki.pages.models import Page


class WrongNumbers(Problem):
    """A comparison of something that is no revision number."""

    status = 400
    title = _l("比べる版がわかりません")
    advice = _l("版の番号を数字で指定してください。履歴のページから選べます。")


@bp.get("/reports/<slug>/history")
@cached(lambda slug: queries.scope_of(slug), varies_by=frozenset({"cursor"}))
def history(slug: str) -> ResponseReturnValue:
    """The revisions of a page, newest first."""
    page = queries.page_or_404(slug, current_person())
    past = queries.history(page, number_in(request.args.get("cursor")))
    return render_template("pages/history.html", page=page, past=past, links=hooks.links(past.revisions))


@bp.get("/reports/<slug>/revisions/<int:number>")
@cached(lambda slug, number: queries.scope_of(slug))
def revision(slug: str, number: int) -> ResponseReturnValue:
    """A page as it was."""
    return _revision(queries.page_or_404(slug, current_person()), number)


@bp.post("/reports/<slug>/revisions/<int:number>/restore")
@limiter.limit(limits.POSTING)
def restore(slug: str, number: int) -> ResponseReturnValue:
    """The text of an earlier revision again, as a new one."""
    require(policy.may_write(current_person()))
    page = queries.page_or_404(slug, current_person())
    form = RestoreForm()
    if not form.validate():
        return _revision(page, number, form)
    draft = service.PageDraft.back_to(page, queries.revision_or_404(page, number))
    with transaction():
        author = writer()
        page = queries.page_or_404(slug, author)
        if page.needs_review:
            return redirect(publishing_views.ask(author, page, draft, form.base_number), 303)
        before = page.current_number
        made = service.restore(author, page, number, draft, form.base_number)
        address, now = address_of(page), made.number
    return published(address, before, now)


@bp.get("/reports/<slug>/diff")
@cached(lambda slug: queries.scope_of(slug), varies_by=frozenset({"from", "to"}))
def diff(slug: str) -> ResponseReturnValue:
    """What changed from one revision to another; unless told otherwise, to the newest from the one before."""
    page = queries.page_or_404(slug, current_person())
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
        patrol=patrol_views.of(new_one) if to - start <= 1 else None,
        links=hooks.links([new_one]).get(new_one.id, []),
    )


@bp.get("/reports/<slug>/voices")
@cached(lambda slug: queries.scope_of(slug), varies_by=frozenset({"show", "after"}))
def voices(slug: str) -> ResponseReturnValue:
    """Which revision wrote each sentence, and which voices it reflects."""
    page = queries.page_or_404(slug, current_person())
    current = queries.current_revision(page)
    start, with_all = number_in(request.args.get("after")) or 0, request.args.get("show") == "all"
    found = provenance.shown(page, current, start, with_all=with_all)
    headings = {text for _level, _id, text in current.toc}
    return render_template("pages/voices.html", page=page, found=found, start=start, headings=headings)


def _revision(page: Page, number: int, form: RestoreForm | None = None) -> ResponseReturnValue:
    shown = queries.revision_or_404(page, number)
    may_write = policy.may_write(current_person())
    if form is None and number != page.current_number and policy.may_edit(current_person(), page):
        form = RestoreForm(base_revision=str(page.current_number))
    html = render_template(
        "pages/revision.html",
        page=page,
        revision=shown,
        html=links.shown(shown.html, may_write) if number == page.current_number else shown.html,
        form=form,
        links=hooks.links([shown]).get(shown.id, []),
    )
    return make_response(html, 422 if form is not None and form.errors else 200)
