"""Flags and decisions where the text stands; the queue is the desk's.

GET, POST /comments/<id>/flag       /proposals/<id>/flag        whoever is signed in, not the author
GET, POST /comments/<id>/hide       /proposals/<id>/hide        staff
GET, POST /comments/<id>/restore    /proposals/<id>/restore     staff
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.comments import queries as comments
from wiki.core import limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, answer, answer_invalid, require, safe_next
from wiki.moderation import policy, queries, reasons, service
from wiki.moderation.forms import FlagForm, HideForm, RestoreForm
from wiki.moderation.letters import path_of
from wiki.moderation.models import Verdict
from wiki.moderation.policy import Subject
from wiki.proposals import queries as proposals
from wiki.text.excerpt import excerpt

bp = Blueprint("moderation", __name__)


@bp.route("/comments/<int:comment_id>/flag", methods=["GET", "POST"])
@limiter.limit(limits.FLAGGING, methods=["POST"])
def flag_comment(comment_id: int) -> ResponseReturnValue:
    """Tell staff about a comment."""
    return _flag(lambda: _comment(comment_id))


@bp.route("/proposals/<int:proposal_id>/flag", methods=["GET", "POST"])
@limiter.limit(limits.FLAGGING, methods=["POST"])
def flag_proposal(proposal_id: int) -> ResponseReturnValue:
    """Tell staff about a proposal."""
    return _flag(lambda: _proposal(proposal_id))


@bp.route("/comments/<int:comment_id>/hide", methods=["GET", "POST"])
def hide_comment(comment_id: int) -> ResponseReturnValue:
    """Put a comment out of sight."""
    return _decide(Verdict.HIDE, lambda: _comment(comment_id))


@bp.route("/proposals/<int:proposal_id>/hide", methods=["GET", "POST"])
def hide_proposal(proposal_id: int) -> ResponseReturnValue:
    """Put a proposal out of sight."""
    return _decide(Verdict.HIDE, lambda: _proposal(proposal_id))


@bp.route("/comments/<int:comment_id>/restore", methods=["GET", "POST"])
def restore_comment(comment_id: int) -> ResponseReturnValue:
    """Show a hidden comment again."""
    return _decide(Verdict.RESTORE, lambda: _comment(comment_id))


@bp.route("/proposals/<int:proposal_id>/restore", methods=["GET", "POST"])
def restore_proposal(proposal_id: int) -> ResponseReturnValue:
    """Show a hidden proposal again."""
    return _decide(Verdict.RESTORE, lambda: _proposal(proposal_id))


def _flag(load: Callable[[], Subject]) -> ResponseReturnValue:
    form = FlagForm()
    if request.method == "GET" or not form.validate():
        subject = load()
        require(policy.may_flag(current_person(), subject))
        return _show("moderation/flag.html", form, subject=subject)
    with transaction():
        person, subject = current_person(), load()
        require(policy.may_flag(person, subject) or _has_flagged(person, subject))
        assert person is not None
        is_new = not _has_flagged(person, subject)
        service.flag(person, subject, form.chosen(), form.said())
    if is_new:
        flash(_("お知らせを受け取りました。職員が読んで、どうするかを決めます。"), "success")
    else:
        flash(_("この投稿についてのお知らせは、すでに受け取っています。ありがとうございます。"))
    return answer("moderation/_done.html", _way_back(form, subject), subject=subject)


def _decide(verdict: Verdict, load: Callable[[], Subject]) -> ResponseReturnValue:
    require(policy.may_moderate(current_person()))
    form: HideForm | RestoreForm = HideForm() if verdict is Verdict.HIDE else RestoreForm()
    if request.method == "GET" or not form.validate():
        return _show("moderation/decide.html", form, subject=load(), verdict=verdict.value)
    with transaction():
        actor, subject = current_person(), load()
        require(policy.may_moderate(actor))
        assert actor is not None
        if isinstance(form, HideForm):
            service.hide(actor, subject, form.chosen(), form.said())
        else:
            service.restore(actor, subject, form.chosen(), form.said())
    if verdict is Verdict.HIDE:
        flash(_("隠しました。書いた人に理由が届きます。"), "success")
    else:
        flash(_("もう一度、みんなに表示しました。"), "success")
    return answer("moderation/_done.html", _way_back(form, subject), subject=subject)


def _show(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """The form, or what was wrong with it: 422."""
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return render_template(template, form=form, **context)
    return answer_invalid(template, form=form, **context)


def _way_back(form: Any, subject: Subject) -> str:
    """The page from which the form was opened, at the text; else the text's own page."""
    anchor = f"#c{subject.id}" if path_of(subject).startswith("/comments/") else ""
    return safe_next(form.next.data, path_of(subject)).partition("#")[0] + anchor


def _has_flagged(person: Person | None, subject: Subject) -> bool:
    return person is not None and queries.flag_by(person.id, subject) is not None


def _comment(comment_id: int) -> Subject:
    return _seen(comments.comment_or_404(comment_id))


def _proposal(proposal_id: int) -> Subject:
    return _seen(proposals.proposal_or_404(proposal_id))


def _seen(subject: Subject) -> Subject:
    if not policy.may_see(current_person(), subject):
        raise NotThere
    return subject


def init_app(app: Flask) -> None:
    """Register the room, and give templates what `moderation/_tools.html` and lists of decisions need."""
    app.register_blueprint(bp)
    app.add_template_filter(reasons.label, "reason")
    app.add_template_filter(reasons.verdict, "verdict")
    app.add_template_filter(excerpt, "excerpt")
    app.add_template_global(reasons.choices, "moderation_reasons")
    app.add_template_global(path_of, "path_of_subject")

    @app.template_global()
    def may_flag(subject: Subject) -> bool:
        return policy.may_flag(current_person(), subject)

    @app.template_global()
    def may_moderate() -> bool:
        return policy.may_moderate(current_person())
