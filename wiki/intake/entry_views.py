"""Staff enter sheets one after the other, by keyboard alone.

GET, POST /desk/intake                  the form; what this person entered last
GET       /desk/intake/<id>             the same, to correct an entry
POST      /desk/intake/<id>/take-back   undo an entry
GET       /desk/intake/<id>/photo       the picture of the paper
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import clock, files
from wiki.core.database import db, transaction
from wiki.core.web import NotThere, answer_invalid, require
from wiki.intake import numbers, policy, queries, service
from wiki.intake.forms import EntryForm
from wiki.intake.models import Sheet
from wiki.intake.service import AlreadyEntered, SameText
from wiki.pages.forms import number_in

bp = Blueprint("intake_entry", __name__, url_prefix="/desk/intake")


@bp.get("")
def entry() -> ResponseReturnValue:
    """The next sheet; page, way and day stay as they were for the last."""
    staff()
    form = EntryForm(formdata=None, **_kept())
    return _show(form)


@bp.get("/<int:sheet_id>")
def correct(sheet_id: int) -> ResponseReturnValue:
    """An entered sheet, to be corrected."""
    sheet = queries.sheet_or_404(sheet_id)
    require(policy.may_correct(current_person(), sheet))
    form = EntryForm(formdata=None)
    form.fill(sheet)
    return _show(form)


@bp.post("")
def enter() -> ResponseReturnValue:
    """Enter a sheet, or correct one; then on to the next."""
    staff()
    form = EntryForm()
    form.offer(queries.pages_to_choose())
    if not form.validate():
        return _again(form, 422)
    try:
        with transaction():
            sheet = _write(form)
            number, page_id, channel = numbers.shown(sheet.number), sheet.page_id, sheet.comment.channel.value
    except AlreadyEntered as refusal:
        form.number.errors = [_("この受付番号は、もう登録されています。")]
        return _again(form, 409, refusal.sheet)
    except SameText as refusal:
        return _again(form, 409, refusal.sheet, is_same=True)
    flash(_("登録しました。受付番号 %(number)s", number=number), "success")
    return redirect(_next(page_id, channel, form.received_on.data), 303)


@bp.post("/<int:sheet_id>/take-back")
def take_back(sheet_id: int) -> ResponseReturnValue:
    """Undo an entry."""
    with transaction():
        sheet = queries.sheet_or_404(sheet_id)
        require(policy.may_correct(current_person(), sheet))
        service.take_back(staff(), sheet)
        address = _next(sheet.page_id, sheet.comment.channel.value)
    flash(_("登録を取り消しました。同じ番号で、もう一度登録できます。"), "success")
    return redirect(address, 303)


@bp.get("/<int:sheet_id>/photo")
def photo(sheet_id: int) -> ResponseReturnValue:
    """The picture of the paper, for staff alone."""
    staff()
    name = queries.sheet_or_404(sheet_id).photo
    if name is None:
        raise NotThere
    try:
        picture = files.store().open(name)
    except FileNotFoundError:
        raise NotThere from None
    head = picture.read(4)
    picture.seek(0)
    answer: Response = send_file(picture, mimetype="image/png" if head == b"\x89PNG" else "image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def staff() -> Person:
    """Who is asking, if they may enter sheets. Raises NotAllowed or SignInNeeded."""
    person = current_person()
    require(policy.may_enter(person))
    assert person is not None
    return person


def _write(form: EntryForm) -> Sheet:
    draft = form.draft()
    if (sheet_id := number_in(form.sheet.data)) is not None:
        sheet = queries.sheet_or_404(sheet_id)
        require(policy.may_correct(current_person(), sheet))
        service.correct(staff(), sheet, draft)
        return sheet
    page = queries.page_at(form.page.id) if form.page else None
    if page is None:
        raise NotThere
    return service.enter(staff(), page, draft)


def _next(page_id: int, channel: str, received_on: str | None = None) -> str:
    return url_for("intake_entry.entry", page_id=page_id, channel=channel, received_on=received_on)


def _kept() -> dict[str, Any]:
    """What stays from one sheet to the next."""
    return {
        "page_id": request.args.get("page_id", 0, type=int),
        "channel": request.args.get("channel", service.CHANNELS[0].value),
        "received_on": request.args.get("received_on", clock.today().isoformat()),
    }


def _show(form: EntryForm) -> str:
    return render_template("intake/entry.html", **_words(form))


def _again(form: EntryForm, status: int, before: Sheet | None = None, is_same: bool = False) -> ResponseReturnValue:
    """The form with all that was typed; `before` is the sheet that is in its way."""
    db.session.rollback()
    before = queries.sheet_or_404(before.id) if before is not None else None
    return answer_invalid("intake/entry.html", status, before=before, is_same=is_same, **_words(form))


def _words(form: EntryForm) -> dict[str, Any]:
    form.offer(queries.pages_to_choose())
    newest, today = queries.newest(staff())
    return {"form": form, "newest": newest, "today": today, "districts": queries.districts()}
