"""What is told about a page beside its text, and its address as a square to photograph.

GET, POST /reports/<slug>/facts      staff: heading, digest, cover, people, source, questions
GET       /reports/<slug>/qr.svg     the page's address as a QR code, for paper
"""

from __future__ import annotations

import io

import segno
from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached
from wiki.core.limits import limiter
from wiki.core.state import ChangedMeanwhile
from wiki.core.web import answer_invalid, require
from wiki.pages import facts, policy, queries
from wiki.pages.addresses import address_of
from wiki.pages.facts_forms import FactsForm
from wiki.pages.models import Page

bp = Blueprint("facts", __name__)

_MODULE_PIXELS = 4
_QUIET_MODULES = 4
"""Blank modules around the code: ISO/IEC 18004 asks for four."""


@bp.route("/reports/<slug>/facts", methods=["GET", "POST"])
@limiter.limit(limits.ARRANGING, methods=["POST"])
def edit(slug: str) -> ResponseReturnValue:
    """The facts of a page; of a page that somebody else changed meanwhile: what was typed, and nothing changed."""
    page = queries.page_or_404(slug)
    _writer()
    form = FactsForm(page)
    if request.method == "GET" or form.is_arranged_only:
        return _editor(form, page)
    if not form.validate():
        return _editor(form, page, 422)
    try:
        with transaction():
            page = queries.page_or_404(slug)
            changed = facts.change(_writer(), page, form.facts(), form.seen.data)
            address = address_of(page)
    except ChangedMeanwhile:
        db.session.rollback()
        page = queries.page_or_404(slug)
        form.have_seen(page)
        return _editor(form, page, 409)
    flash(
        _("ページの情報を変更しました。") if changed else _("変更はありませんでした。"),
        "success" if changed else "info",
    )
    return redirect(address, 303)


@bp.get("/reports/<slug>/qr.svg")
@cached(lambda slug: queries.scope_of(slug))
def qr(slug: str) -> ResponseReturnValue:
    """The page's whole address as a QR code."""
    page = queries.page_or_404(slug)
    picture = io.BytesIO()
    code = segno.make(current_app.config["BASE_URL"] + address_of(page), error="m", micro=False)
    code.save(picture, kind="svg", scale=_MODULE_PIXELS, border=_QUIET_MODULES, light="white", xmldecl=False)
    return Response(picture.getvalue(), mimetype="image/svg+xml")


def _writer() -> Person:
    person = current_person()
    require(policy.may_write(person))
    assert person is not None
    return person


def _editor(form: FactsForm, page: Page, status: int = 200) -> ResponseReturnValue:
    words = {"form": form, "page": page, "now": facts.Facts.of(page), "changed": status == 409}
    if status == 200:
        return render_template("pages/facts.html", **words)
    return answer_invalid("pages/facts.html", status, **words)
