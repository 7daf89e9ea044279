"""Staff take in lists of sheets.

GET, POST /desk/intake/list                    choose a file; it is read and checked, nothing is entered
POST      /desk/intake/list/<id>               enter what was read; field `repeated` takes equal texts in as well
GET       /desk/intake/list/<id>               how far a long list is
GET       /desk/intake/list/template.csv       an empty list
GET       /desk/intake/list/template.xlsx
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.core.database import transaction
from wiki.core.web import NotThere, answer_invalid
from wiki.intake import entering, lists, queries, service
from wiki.intake.entry_views import staff
from wiki.intake.forms import CHANNEL_WORDS, ListForm
from wiki.intake.lists import Line
from wiki.intake.spreadsheets import BadList

bp = Blueprint("intake_list", __name__, url_prefix="/desk/intake/list")

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
    """Enter what was read: a short list now, a long one by a job while its page tells how far it is."""
    person_id = staff().id
    with transaction():
        batch = queries.batch_or_404(batch_id, person_id)
        entering.begin(batch, with_repeated="repeated" in request.form)
        page_id, channel, is_long = batch.page_id, batch.channel, len(batch.rows) > entering.AT_ONCE
    if is_long:
        return redirect(url_for("intake_list.progress", batch_id=batch_id), 303)
    entering.go_on(batch_id, entering.AT_ONCE)
    with transaction():
        batch = queries.batch_or_404(batch_id, person_id)
        done, passed = batch.entered, batch.passed
        service.drop_batch(batch)
    flash(_("%(number)s件を登録しました。", number=done), "success")
    if passed:
        flash(_("登録できなかった行：%(lines)s（もう登録されています）", lines="、".join(map(str, passed))))
    return redirect(url_for("intake_entry.entry", page_id=page_id, channel=channel.value), 303)


@bp.get("/<int:batch_id>")
def progress(batch_id: int) -> ResponseReturnValue:
    """How far a long list is, and in the end which rows were passed over."""
    batch = queries.batch_or_404(batch_id, staff().id)
    if not batch.is_entering:
        return redirect(url_for("intake_list.choose", page_id=batch.page_id))
    return render_template("intake/list_entered.html", batch=batch)


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
