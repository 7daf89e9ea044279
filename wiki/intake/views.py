"""Paper and what became of it, for everybody; entering it, for staff.

GET       /reports/<slug>/sheet            a sheet to print: ?look=standard|large|easy; staff: ?copies=1..50
GET       /receipts/                       ask after a sheet: ?number=
GET       /receipts/<number>               what became of it
POST      /receipts/<number>/claim         take the voice over into one's account
GET, POST /desk/intake …                   staff enter sheets     (intake/entry_views.py)
GET, POST /desk/intake/list …              staff take in lists    (intake/list_views.py)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts.signin import current_person
from wiki.comments import queries as comments
from wiki.comments.words import STANCES
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, SignInNeeded, answer_invalid, require
from wiki.intake import entry_views, list_views, numbers, policy, queries, service
from wiki.intake.forms import AGE_BANDS, NumberForm
from wiki.intake.models import Sheet
from wiki.pages import queries as pages

bp = Blueprint("intake", __name__)

LOOKS = ("standard", "large", "easy")
_MOST_COPIES = 50


@bp.get("/reports/<slug>/sheet")
@limiter.limit(limits.PREVIEW)
def sheet(slug: str) -> ResponseReturnValue:
    """Sheets of paper for a page, each with a number of its own; so it is never answered from a cache."""
    page = pages.page_or_404(slug)
    look = request.args.get("look", LOOKS[0])
    copies = request.args.get("copies", 1, type=int) if policy.may_enter(current_person()) else 1
    words = {
        "page": page,
        "look": look if look in LOOKS else LOOKS[0],
        "numbers": [numbers.new(page.id) for _copy in range(max(1, min(copies, _MOST_COPIES)))],
        "kinds": _in_japanese(STANCES.values()),
        "age_bands": _in_japanese(AGE_BANDS.values()),
        "may_copy": policy.may_enter(current_person()),
        "most_copies": _MOST_COPIES,
    }
    return _unkept(render_template("intake/sheet.html", **words))


@bp.get("/receipts/")
@limiter.limit(limits.RECEIPTS)
def receipts() -> ResponseReturnValue:
    """Ask after a sheet by its number."""
    form = NumberForm(request.args)
    if "number" not in request.args:
        return render_template("intake/receipts.html", form=NumberForm(formdata=None))
    if not form.validate():
        return answer_invalid("intake/receipts.html", form=form)
    return redirect(f"/receipts/{numbers.shown(numbers.read(form.number.data or '') or '')}", 303)


@bp.get("/receipts/<number>")
@limiter.limit(limits.RECEIPTS)
def receipt(number: str) -> ResponseReturnValue:
    """What became of a sheet, by whoever holds its number."""
    found = _found(number)
    if found is None:
        return _unkept(render_template("intake/receipts.html", form=NumberForm(formdata=None), missing=number), 404)
    return _unkept(render_template("intake/receipt.html", **_told(found)))


@bp.post("/receipts/<number>/claim")
@limiter.limit(limits.RECEIPTS)
def claim(number: str) -> ResponseReturnValue:
    """Make the voice one's own."""
    if current_person() is None:
        raise SignInNeeded
    with transaction():
        found, person = _found(number), current_person()
        if found is None or person is None:
            raise NotThere
        if found.claimed_at is not None:
            raise service.AlreadyClaimed
        require(policy.may_claim(person, found))
        service.claim(person, found)
        address = f"/comments/{found.comment_id}#c{found.comment_id}"
    flash(_("この声を引きつぎました。これからは、あなたの名前で表示されます。"), "success")
    return redirect(address, 303)


def _in_japanese(words: Iterable[Any]) -> list[str]:
    """What stands on paper is read by whoever picks it up."""
    with force_locale("ja"):
        return [str(each) for each in words]


def _found(typed: str) -> Sheet | None:
    number = numbers.read(typed)
    return queries.sheet_at(number) if number else None


def _told(found: Sheet) -> dict[str, Any]:
    is_public = found.comment.is_public and found.page.is_public
    return {
        "sheet": found,
        "number": numbers.shown(found.number),
        "thread": comments.thread_of(found.comment) if is_public else None,
        "may_claim": policy.may_claim(current_person(), found),
    }


def _unkept(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def init_app(app: Flask) -> None:
    """Register the room, and give templates a number in its printed form."""
    for views in (bp, entry_views.bp, list_views.bp):
        app.register_blueprint(views)
    app.add_template_filter(numbers.shown, "receipt_number")
