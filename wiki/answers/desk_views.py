"""Staff gather like voices, write one answer, have it approved, and publish it.

GET       /desk/answers                       what is in work, and where voices wait; ?state=&mine=1
GET, POST /desk/answers/gather                unanswered voices of a page in like groups; ?page=<slug>&voice=c1
GET, POST /desk/answers/<id>                  the text in work, its voices, its approvals
POST      /desk/answers/<id>/voices           add voices: voice=c1, voice=p2 …
POST      /desk/answers/<id>/voices/<n>/let-go
POST      /desk/answers/<id>/hand-in, /judge (verdict approve or back, note), /publish
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.answers import alike, conclusions, policy, queries, service
from wiki.answers.forms import AnswerForm, GatherForm, JudgeForm
from wiki.answers.models import Answer, State
from wiki.comments.models import Comment
from wiki.core.database import db, transaction
from wiki.core.state import ChangedMeanwhile
from wiki.core.web import Problem, answer_invalid, require
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.proposals.models import Proposal

bp = Blueprint("answers_desk", __name__, url_prefix="/desk/answers")

_MOST_CHOSEN = 500


@bp.get("")
def index() -> ResponseReturnValue:
    """Answers in work, what is due first, and the pages on which voices wait for one."""
    person, said = _staff(), request.args.get("state", "")
    state = State(said) if said in set(State) else None
    mine = bool(request.args.get("mine")) and person.department_id is not None
    department_id = person.department_id if mine else None
    return render_template(
        "answers/desk.html",
        answers=queries.in_work(state, department_id),
        counts=queries.work_counts(department_id),
        waiting=queries.unanswered_counts(),
        state=state,
        mine=mine,
        has_department=person.department_id is not None,
    )


@bp.route("/gather", methods=["GET", "POST"])
def gather() -> ResponseReturnValue:
    """Choose voices that one answer can be given to."""
    _staff()
    page = pages.page_or_404(request.args.get("page", ""), current_person())
    form = GatherForm()
    chosen = _chosen(page)
    if request.method == "GET":
        return render_template("answers/gather.html", form=form, **_to_gather(page, chosen))
    if not form.validate() or not chosen:
        missing = not chosen
        return answer_invalid("answers/gather.html", form=form, missing=missing, **_to_gather(page, chosen))
    with transaction():
        page = pages.page_or_404(page.slug, current_person())
        answer_id = service.begin(_staff(), page, form.summary.data or "", _chosen(page)).id
    return redirect(_address(answer_id), 303)


@bp.route("/<int:answer_id>", methods=["GET", "POST"])
def write(answer_id: int) -> ResponseReturnValue:
    """The text in work."""
    _staff()
    answer = queries.answer_or_404(answer_id)
    form = AnswerForm().offer(queries.departments())
    if request.method == "GET":
        return render_template("answers/write.html", form=form.fill(answer), **_about(answer))
    if not form.validate():
        return answer_invalid("answers/write.html", form=form, **_about(answer))
    try:
        with transaction():
            answer = queries.answer_or_404(answer_id)
            require(policy.may_write(current_person(), answer))
            service.write(_staff(), answer, form.draft(), form.seen.data)
    except ChangedMeanwhile as refusal:
        return _refused(answer_id, refusal, form)
    flash(_("保存しました。"), "success")
    return redirect(_address(answer_id), 303)


@bp.post("/<int:answer_id>/voices")
def add(answer_id: int) -> ResponseReturnValue:
    """Add voices to the group."""
    with transaction():
        answer = queries.answer_or_404(answer_id)
        voices = _chosen(answer.page)
        service.gather(_staff(), answer, voices)
    flash(_("%(count)s件の声を加えました。", count=len(voices)), "success")
    return redirect(_address(answer_id, "group"), 303)


@bp.post("/<int:answer_id>/voices/<int:voice_id>/let-go")
def let_go(answer_id: int, voice_id: int) -> ResponseReturnValue:
    """Take a voice out of the group."""
    with transaction():
        answer = queries.answer_or_404(answer_id)
        service.let_go(_staff(), answer, queries.voice_or_404(answer, voice_id))
    flash(_("この声を外しました。"), "success")
    return redirect(_address(answer_id, "group"), 303)


@bp.post("/<int:answer_id>/hand-in")
def hand_in(answer_id: int) -> ResponseReturnValue:
    """Give the text to those who approve."""
    return _step(answer_id, service.hand_in, policy.may_write, _("決裁に回しました。"))


@bp.post("/<int:answer_id>/judge")
def judge(answer_id: int) -> ResponseReturnValue:
    """Approve it, or send it back."""
    is_approved = request.form.get("verdict") == "approve"
    form = JudgeForm()
    if not form.validate() or (not is_approved and not form.note.data):
        if not form.note.errors:
            form.note.errors = [_("差し戻す理由を書いてください。")]
        return _again(answer_id, 422, judge_form=form)

    def judged(actor: Person, answer: Answer) -> None:
        service.judge(actor, answer, is_approved, form.note.data or "")

    done = _("決裁しました。") if is_approved else _("差し戻しました。")
    return _step(answer_id, judged, _may_approve, done)


@bp.post("/<int:answer_id>/publish")
def publish(answer_id: int) -> ResponseReturnValue:
    """Show it at every voice of the group."""
    with_stages = request.form.get("stages") == "1"

    def published(actor: Person, answer: Answer) -> None:
        service.publish(actor, answer, with_stages=with_stages)

    return _step(answer_id, published, policy.may_publish, _("公開しました。声を寄せた人に知らせます。"))


def _step(
    answer_id: int, act: Callable[[Person, Answer], object], may: Callable[[Person, Answer], bool], done: str
) -> ResponseReturnValue:
    try:
        with transaction():
            answer, actor = queries.answer_or_404(answer_id), _staff()
            if not may(actor, answer):
                raise service.WrongState
            act(actor, answer)
    except (service.WrongState, service.NotReady) as refusal:
        return _refused(answer_id, refusal)
    flash(done, "success")
    return redirect(_address(answer_id), 303)


def _may_approve(person: Person, answer: Answer) -> bool:
    return policy.may_approve(person, answer, queries.approved_by(answer), is_alone=queries.count_of_staff() == 1)


def _refused(answer_id: int, refusal: Problem, form: AnswerForm | None = None) -> ResponseReturnValue:
    """Nothing was changed; what was typed is still there, under what stands now."""
    db.session.rollback()
    return _again(answer_id, refusal.status, form=form, refusal=refusal)


def _again(answer_id: int, status: int, form: AnswerForm | None = None, **more: Any) -> ResponseReturnValue:
    answer = queries.answer_or_404(answer_id)
    shown = form or AnswerForm(formdata=None).offer(queries.departments()).fill(answer)
    return answer_invalid("answers/write.html", status, form=shown, **_about(answer), **more)


def _about(answer: Answer) -> dict[str, Any]:
    """All that the screen shows beside the text: its voices, like ones, what happened, what may be done."""
    voices = queries.voices_of(answer)
    others = alike.like_those([voice.subject for voice in voices], queries.unanswered(answer.page)) if voices else []
    person = _staff()
    return {
        "answer": answer,
        "moved": conclusions.moved_by(answer, voices),
        "moved_to": conclusions.STAGES.get(answer.category) if answer.category else None,
        "page": answer.page,
        "voices": voices,
        "others": others,
        "judgements": queries.judgements(answer),
        "may_write": policy.may_write(person, answer),
        "may_approve": _may_approve(person, answer),
        "may_publish": policy.may_publish(person, answer),
    }


def _to_gather(page: Page, chosen: Sequence[Comment | Proposal]) -> dict[str, Any]:
    found = queries.unanswered(page)
    keys = {_key(voice) for voice in chosen}
    clusters = alike.clusters(found)
    clusters.sort(key=lambda cluster: not any(_key(voice) in keys for voice in cluster.voices))
    return {"page": page, "clusters": clusters, "chosen": keys, "count": len(found), "key": _key}


def _chosen(page: Page) -> list[Comment | Proposal]:
    """The voices of the page that were named as c<id> or p<id>."""
    named = request.values.getlist("voice")[:_MOST_CHOSEN]
    ids: dict[str, list[int]] = {"c": [], "p": []}
    for name in named:
        if name[:1] in ids and (number := name[1:]).isascii() and number.isdigit() and len(number) < 10:
            ids[name[0]].append(int(number))
    return queries.subjects(page, ids["c"], ids["p"]) if named else []


def _key(voice: Comment | Proposal) -> str:
    return f"{'p' if isinstance(voice, Proposal) else 'c'}{voice.id}"


def _address(answer_id: int, place: str | None = None) -> str:
    return url_for("answers_desk.write", answer_id=answer_id, _anchor=place)


def _staff() -> Person:
    person = current_person()
    require(policy.may_answer(person))
    assert person is not None
    return person
