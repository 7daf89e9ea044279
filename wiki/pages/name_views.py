"""Names of pages and the links between them.

GET  /reports/<slug>/links       which pages link here; ?cursor=
GET, POST /reports/<slug>/rename staff: another title and address, links rewritten
GET  /reports/titles             staff: pages whose title or address begins with or contains ?q=, as JSON
GET  /desk/links                 staff: links that lead nowhere, take a detour, say nothing; ?kind=&cursor=
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import limits, versions
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.web import answer_invalid, require
from wiki.pages import checking, links, policy, queries, renaming
from wiki.pages.checking import Trouble
from wiki.pages.forms import number_in
from wiki.pages.models import Page
from wiki.pages.name_forms import RenameForm
from wiki.pages.service import EditConflict, SlugTaken

bp = Blueprint("names", __name__)


@bp.get("/reports/<slug>/links")
@cached(lambda slug: versions.SITE, varies_by=frozenset({"cursor"}))
def backlinks(slug: str) -> ResponseReturnValue:
    """Which pages link to this one."""
    page = queries.page_or_404(slug)
    found = links.links_to(page, number_in(request.args.get("cursor")))
    return render_template(
        "pages/links.html",
        page=page,
        found=found,
        count=links.count_to(page),
        may_write=policy.may_write(current_person()),
    )


@bp.route("/reports/<slug>/rename", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def rename(slug: str) -> ResponseReturnValue:
    """Another title and address for a page; what linked to the old ones goes on leading here."""
    page = queries.page_or_404(slug)
    require(policy.may_write(current_person()))
    form = RenameForm(page)
    if request.method == "GET":
        form.title.data, form.slug.data, form.rewrite.data = page.title, page.slug, True
        form.base_revision.data = str(page.current_number)
        return render_template("pages/rename.html", **_rename_screen(form, page))
    if not form.validate():
        return answer_invalid("pages/rename.html", **_rename_screen(form, page))
    ready = renaming.plan(page, form.title.data or "", form.slug.data or "", bool(form.rewrite.data))
    try:
        with transaction():
            page = queries.page_or_404(slug)
            rewritten = len(renaming.rename(_writer(), page, ready, form.base_number))
            address = links.address_of(page.slug, page.kind)
    except EditConflict:
        return _changed_meanwhile(slug, form)
    except SlugTaken:
        form.refuse_slug()
        return answer_invalid("pages/rename.html", **_rename_screen(form, queries.page_or_404(slug)))
    flash(_("名前を変えました。前のアドレスからも案内されます。"), "success")
    if rewritten:
        flash(_("リンクを書き換えたページ：%(number)s", number=rewritten), "success")
    return redirect(address, 303)


@bp.get("/reports/titles")
def titles() -> ResponseReturnValue:
    """Pages to link to, for the editor: at most ten."""
    require(policy.may_write(current_person()))
    return jsonify(links.suggestions(request.args.get("q", "")))


@bp.get("/desk/links")
def check() -> ResponseReturnValue:
    """Links that need somebody's eye."""
    require(policy.may_write(current_person()))
    wanted = request.args.get("kind", "")
    trouble = Trouble(wanted) if wanted in set(Trouble) else Trouble.NOWHERE
    found = checking.find(trouble, number_in(request.args.get("cursor")))
    return render_template("pages/link_check.html", trouble=trouble, found=found)


def _rename_screen(form: RenameForm, page: Page) -> dict[str, Any]:
    return {"form": form, "page": page, "linking": renaming.linking(page), "most": renaming.MOST_REWRITTEN}


def _changed_meanwhile(slug: str, form: RenameForm) -> ResponseReturnValue:
    """Somebody published the page meanwhile: what is there now, and the form as it was typed: 409."""
    db.session.rollback()
    page = queries.page_or_404(slug)
    form.base_revision.data = str(page.current_number)
    return answer_invalid("pages/rename.html", 409, conflict=True, **_rename_screen(form, page))


def _writer() -> Person:
    person = current_person()
    require(policy.may_write(person))
    assert person is not None
    return person
