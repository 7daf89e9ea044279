"""The staff's desk: what waits, and decisions with one key.

GET  /desk/?kind=flags|proposals|suggestions|submissions|deleted|failed&case=&after=    kinds, the queue, one case
GET  /desk/posts?before=&person=                        the newest comments of the whole site
POST /desk/cases/<id>/decide                            one verdict; on to the next case
POST /desk/cases/bulk                                   one verdict on several
POST /desk/cases/<id>/undo                              take the last decision back
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core.database import transaction
from wiki.core.web import answer_invalid, require
from wiki.desk import queries, service
from wiki.desk.forms import BulkForm, DecideForm
from wiki.moderation import policy, reasons
from wiki.moderation import queries as moderation
from wiki.moderation import service as cases
from wiki.pages import submissions
from wiki.proposals import queries as proposals
from wiki.suggestions import queries as suggestions

bp = Blueprint("desk", __name__)
_OTHER_KINDS = ("proposals", "suggestions", "submissions", "deleted", "failed")


@bp.before_request
def staff_only() -> None:
    """Every address of this room, without exception."""
    _staff()


@bp.get("/desk/")
def index() -> ResponseReturnValue:
    """The kinds of work; the queue of the chosen one; the chosen case, else the first."""
    kind = request.args.get("kind", "")
    if kind not in _OTHER_KINDS:
        return render_template("desk/index.html", **_flags(request.args.get("case", type=int)))
    shown: dict[str, Any] = {"kind": kind, "kinds": queries.kinds(_staff())}
    if kind == "proposals":
        shown["waiting"] = proposals.waiting(queries.MOST_PROPOSALS)
    elif kind == "suggestions":
        shown["suggestions"] = suggestions.waiting()
    elif kind == "submissions":
        shown["submissions"] = submissions.waiting()
    elif kind == "deleted":
        shown["pages"] = submissions.out_of_sight()
    else:
        shown["jobs"] = queries.failed_jobs()
    return render_template("desk/index.html", **shown)


@bp.get("/desk/posts")
def posts() -> ResponseReturnValue:
    """What was written last, flagged or not, each to be hidden in place."""
    person_id = request.args.get("person", type=int)
    person = queries.person_or_404(person_id) if person_id is not None else None
    before = request.args.get("before", type=int)
    comments, cursor = queries.newest_comments(before, person_id)
    here = url_for("desk.posts", before=before, person=person_id)
    return render_template("desk/posts.html", comments=comments, cursor=cursor, author=person, address=here)


@bp.post("/desk/cases/<int:case_id>/decide")
def decide(case_id: int) -> ResponseReturnValue:
    """Carry out a verdict, then on to the next case that still waits."""
    form = DecideForm()
    if not form.validate():
        return _again(case_id, form, BulkForm(formdata=None))
    with transaction():
        case = moderation.case_or_404(case_id)
        service.decide(_staff(), case, form.chosen(), form.why(), form.note.data or "")
    return redirect(_queue_at(_still_waiting(form.next_case.data)), 303)


@bp.post("/desk/cases/bulk")
def bulk() -> ResponseReturnValue:
    """One verdict on all the cases that were ticked."""
    form = BulkForm()
    if not form.validate():
        return _again(None, DecideForm(formdata=None), form)
    with transaction():
        done = service.decide_many(_staff(), form.case.data or [], form.chosen(), form.why())
    words = reasons.VERDICTS[form.chosen()]
    flash(_("「%(verdict)s」と決めました：%(number)s件", verdict=words, number=done.decided), "success")
    if done.skipped:
        flash(_("%(number)s件は、ほかの職員が先に決めていました。", number=done.skipped))
    return redirect(_queue_at(None), 303)


@bp.post("/desk/cases/<int:case_id>/undo")
def undo(case_id: int) -> ResponseReturnValue:
    """Take a decision back while it is the case's last."""
    with transaction():
        case = moderation.case_or_404(case_id)
        verdict = cases.undo(_staff(), case, request.form.get("decision", type=int))
    flash(_("「%(verdict)s」を取り消しました。", verdict=reasons.VERDICTS[verdict]), "success")
    return redirect(_queue_at(case_id), 303)


def _flags(case_id: int | None, decide_form: Any = None, bulk_form: Any = None) -> dict[str, Any]:
    """What the screen of flagged texts shows, with the case `case_id` open, else the first."""
    queue = queries.queue(request.args.get("after", ""))
    row = queries.row_or_404(case_id) if case_id is not None else next(iter(queue.rows), None)
    staff = _staff()
    return {
        "kind": "flags",
        "kinds": queries.kinds(staff),
        "queue": queue,
        "row": row,
        "context": queries.context_of(row) if row else None,
        "next_case": queue.after(row.case.id) if row else None,
        "undoable": queries.undoable(staff),
        "form": decide_form or DecideForm(formdata=None, reason=row.reason.value if row else None),
        "bulk_form": bulk_form or BulkForm(formdata=None, reason=row.reason.value if row else None),
    }


def _again(case_id: int | None, decide_form: Any, bulk_form: Any) -> ResponseReturnValue:
    return answer_invalid("desk/index.html", **_flags(case_id, decide_form, bulk_form))


def _still_waiting(case_id: int | None) -> int | None:
    """The case, if nobody has decided it meanwhile."""
    return case_id if case_id is not None and moderation.is_waiting(case_id) else None


def _queue_at(case_id: int | None) -> str:
    return url_for("desk.index", kind="flags", case=case_id, _anchor="case")


def _staff() -> Person:
    person = current_person()
    require(policy.may_moderate(person))
    assert person is not None
    return person
