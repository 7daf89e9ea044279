"""Staff take in lists of sheets.

GET, POST /desk/intake/list                    choose a file; it is read and checked, nothing is entered
POST      /desk/intake/list/<id>               enter what was read; field `repeated` takes equal texts in as well
GET       /desk/intake/list/template.csv       an empty list
GET       /desk/intake/list/template.xlsx
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.core.web import NotThere, answer_invalid
from wiki.intake import lists, queries, service
from wiki.intake.entry_views import staff
from wiki.intake.forms import CHANNEL_WORDS, ListForm
from wiki.intake.lists import BadList, Line

bp = Blueprint("intake_list", __name__, url_prefix="/desk/intake/list")

_TOGETHER = 100
_MOST_SHOWN = 200


@bp.route("", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    """A file, read and checked; what is right is kept until it is entered."""
    person = staff()
    form = ListForm(formdata=request.form if request.method == "POST" else None)
    form.offer(queries.pages_to_choose())
    if request.method == "GET":
        form.page_id.data = request.args.get("page_id", 0, type=int)
        return render_template("intake/list.html", form=form)
    form.file.data = request.files.get("file")
    if not form.validate():
        return answer_invalid("intake/list.html", form=form)
    page = queries.page_at(form.page_id.data)
    if page is None:
        raise NotThere
    try:
        lines = lists.read(form.file.data.read(), page)
    except BadList as refusal:
        form.file.errors = [str(refusal)]
        return answer_invalid("intake/list.html", form=form)
    good = [line for line in lines if not line.errors]
    with transaction():
        batch = service.keep_batch(person, page, form.chosen_channel, [line.kept() for line in good])
        batch_id = batch.id
    return render_template("intake/list_read.html", batch_id=batch_id, **_read(form, page, lines, good))


@bp.post("/<int:batch_id>")
def take_in(batch_id: int) -> ResponseReturnValue:
    """Enter what was read, some dozens at a time, so that others may write in between; what is left stays for later."""
    person_id = staff().id
    batch = queries.batch_or_404(batch_id, person_id)
    waiting, page_id, channel = [Line.of(row) for row in batch.rows], batch.page_id, batch.channel
    if not request.form.get("repeated"):
        waiting = [line for line in waiting if not line.is_repeated]
    done, passed = 0, []
    for at in range(0, len(waiting), _TOGETHER):
        together = waiting[at : at + _TOGETHER]
        drafts = [(line, line.draft(channel)) for line in together]
        left = [line.kept() for line in waiting[at + _TOGETHER :]]
        entered, refused = _enter(person_id, batch_id, page_id, drafts, left)
        done += entered
        passed += refused
    flash(_("%(number)s件を登録しました。", number=done), "success")
    if passed:
        flash(_("登録できなかった行：%(lines)s（もう登録されています）", lines="、".join(map(str, passed))))
    return redirect(url_for("intake_entry.entry", page_id=page_id, channel=channel.value), 303)


@bp.get("/template.csv")
def template_csv() -> Response:
    """An empty list as CSV."""
    staff()
    return _file(lists.template_csv(), "text/csv; charset=utf-8", "kairan-intake.csv")


@bp.get("/template.xlsx")
def template_xlsx() -> Response:
    """An empty list for Excel."""
    staff()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(lists.template_xlsx(), kind, "kairan-intake.xlsx")


def _enter(person_id: int, batch_id: int, page_id: int, drafts: list[Any], left: list[Any]) -> tuple[int, list[int]]:
    """Enter these in one transaction and note what is left; gives how many, and the places of those entered before."""
    entered, refused = 0, []
    with transaction():
        person, page = db.session.get_one(Person, person_id), queries.page_at(page_id)
        if page is None:
            raise NotThere
        batch = queries.batch_or_404(batch_id, person_id)
        for line, draft in drafts:
            try:
                with db.session.begin_nested():
                    service.enter(person, page, draft)
                entered += 1
            except (service.AlreadyEntered, service.SameText):
                refused.append(line.place)
        batch.rows = left
        if not left:
            service.drop_batch(batch)
    return entered, refused


def _read(form: ListForm, page: Any, lines: list[Line], good: list[Line]) -> dict[str, Any]:
    wrong = [line for line in lines if line.errors]
    return {
        "page": page,
        "channel": CHANNEL_WORDS[form.chosen_channel],
        "count": len(lines),
        "wrong": wrong[:_MOST_SHOWN],
        "wrong_count": len(wrong),
        "good": good[:_MOST_SHOWN],
        "good_count": len(good),
        "repeated_count": sum(line.is_repeated for line in good),
    }


def _file(data: bytes, media_type: str, name: str) -> Response:
    answer = Response(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
