"""Patrol in the browser.

POST /patrol    staff: `one` or `all` (then those in `shown`, repeated) are looked at, `undo` waits again; revision
                ids; `next`
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import safe_next
from wiki.pages import patrol
from wiki.pages.blueprint import writer
from wiki.pages.forms import number_in
from wiki.pages.models import Patrol, Revision

bp = Blueprint("patrol", __name__)


@bp.post("/patrol")
@limiter.limit(limits.ARRANGING)
def look() -> ResponseReturnValue:
    """Say that one has looked at revisions, one or all that were shown; or take it back."""
    undo = number_in(request.form.get("undo"))
    with transaction():
        actor = writer()
        changed = patrol.look(actor, _chosen()) if undo is None else patrol.unlook(actor, undo)
    if not changed:
        flash(_("変わりはありません。ほかの職員が先に確認したか、自分の編集です。"), "info")
    elif undo is None:
        flash(_("%(number)s件を確認済みにしました。", number=changed), "success")
    else:
        flash(_("未確認に戻しました。"), "success")
    return redirect(safe_next(request.form.get("next"), "/changes"), 303)


def of(revision: Revision) -> Patrol | None:
    """What the reader may do about this revision, and who did: 1 query; None for those who may do nothing about it."""
    if not patrol.may_patrol(current_person(), revision.author_id):
        return None
    return patrol.of([revision.id]).get(revision.id)


def _chosen() -> list[int]:
    typed = request.form.getlist("shown" if "all" in request.form else "one")
    return [number for text in typed[: patrol.MOST_AT_ONCE] if (number := number_in(text)) is not None]
