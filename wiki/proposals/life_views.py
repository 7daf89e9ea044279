"""The life of a proposal beside its stages, in the browser.

GET       /proposals/similar              a hint while typing: ?title=&body=&page=<slug>
GET, POST /proposals/<id>/edit            the author: title, body, note, version (the one that was seen)
GET       /proposals/<id>/history         what it said before
POST      /proposals/<id>/cosign          stands 1: stands behind it; empty does not
GET, POST /proposals/<id>/withdraw        the author: why, note
POST      /proposals/<id>/reopen          the author or staff
POST      /proposals/<id>/merge, /part    staff: target (a proposal's number)
POST      /proposals/<id>/assign          staff: department (its id, 0 for none), due_on
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts import queries as accounts
from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, SignInNeeded, answer_invalid, require
from wiki.pages import queries as pages
from wiki.proposals import alike, life, life_queries, merging, policy, queries
from wiki.proposals.forms import AssignForm, EditForm, WithdrawForm
from wiki.proposals.models import Proposal, Why
from wiki.text.diff import diff

bp = Blueprint("proposals_life", __name__)

_LONGEST_TYPED = 2_000


@bp.get("/proposals/similar")
@limiter.limit(limits.SUGGESTING)
def similar() -> ResponseReturnValue:
    """Proposals that seem to say the same as what is being written: a fragment."""
    page = pages.page_or_404(request.args.get("page", ""))
    title, body = (request.args.get(name, "")[:_LONGEST_TYPED] for name in ("title", "body"))
    return render_template("proposals/_similar.html", similar=alike.to(title, body, page), page=page)


@bp.route("/proposals/<int:proposal_id>/edit", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def edit(proposal_id: int) -> ResponseReturnValue:
    """The author writes the proposal anew; the earlier text is kept."""
    proposal = _own(proposal_id)
    form = EditForm()
    if request.method == "GET":
        return render_template("proposals/edit.html", form=form.fill(proposal), proposal=proposal)
    if not form.validate():
        return answer_invalid("proposals/edit.html", form=form, proposal=proposal)
    try:
        with transaction():
            proposal = queries.proposal_or_404(proposal_id)
            life.edit(_person(), proposal, form.draft(), form.note.data or "", form.seen)
    except (life.NotOpen, life.EditedMeanwhile) as refusal:
        db.session.rollback()
        proposal = queries.proposal_or_404(proposal_id)
        form.version.data = str(proposal.version)
        return answer_invalid("proposals/edit.html", 409, form=form, proposal=proposal, refusal=refusal)
    flash(_("書き直しました。前の文章は履歴に残ります。"), "success")
    return redirect(f"/proposals/{proposal_id}", 303)


@bp.get("/proposals/<int:proposal_id>/history")
def history(proposal_id: int) -> ResponseReturnValue:
    """What the proposal said before, and what each edit changed."""
    proposal = _visible(proposal_id)
    versions = life_queries.versions_of(proposal)
    after = [f"{proposal.title}\n{proposal.body}", *(f"{each.title}\n{each.body}" for each in versions)]
    changes = [diff(f"{each.title}\n{each.body}", after[at]) for at, each in enumerate(versions)]
    edits = list(zip(versions, changes, strict=True))
    return render_template("proposals/history.html", proposal=proposal, edits=edits)


@bp.post("/proposals/<int:proposal_id>/cosign")
@limiter.limit(limits.VOTING)
def cosign(proposal_id: int) -> ResponseReturnValue:
    """Stand behind the proposal by name, or no more."""
    stands = request.form.get("stands", "") == "1"
    with transaction():
        proposal, person = _visible(proposal_id), _person()
        require(policy.may_take_part(person))
        life.cosign(person, proposal, stands)
    flash(_("共同提案者になりました。") if stands else _("共同提案者から外れました。"), "success")
    return redirect(f"/proposals/{proposal_id}#cosigners", 303)


@bp.route("/proposals/<int:proposal_id>/withdraw", methods=["GET", "POST"])
def withdraw(proposal_id: int) -> ResponseReturnValue:
    """The author takes the proposal back."""
    proposal = _own(proposal_id)
    form = WithdrawForm()
    if request.method == "GET":
        return render_template("proposals/withdraw.html", form=form, proposal=proposal)
    if not form.validate():
        return answer_invalid("proposals/withdraw.html", form=form, proposal=proposal)
    with transaction():
        life.withdraw(_person(), queries.proposal_or_404(proposal_id), Why(form.why.data), form.note.data or "")
    flash(_("提案を取り下げました。もう一度開くこともできます。"), "success")
    return redirect(f"/proposals/{proposal_id}", 303)


@bp.post("/proposals/<int:proposal_id>/reopen")
def reopen(proposal_id: int) -> ResponseReturnValue:
    """Open it again."""
    with transaction():
        proposal, person = _visible(proposal_id), _person()
        if not policy.may_reopen(person, proposal):
            require(person.is_staff or proposal.author_id == person.id)
            raise life.NotOpen
        life.reopen(person, proposal)
    flash(_("提案をもう一度開きました。"), "success")
    return redirect(f"/proposals/{proposal_id}", 303)


@bp.post("/proposals/<int:proposal_id>/merge")
def merge(proposal_id: int) -> ResponseReturnValue:
    """Staff let a proposal go over into another."""
    target_id = request.form.get("target", 0, type=int)
    with transaction():
        source, actor = queries.proposal_or_404(proposal_id), _person()
        require(policy.may_decide(actor, source))
        target = db.session.get(Proposal, target_id)
        if target is None:
            raise merging.CannotMerge
        merging.merge(actor, source, target)
    flash(_("統合しました。賛成と反対を合わせ、一人を一度だけ数えています。"), "success")
    return redirect(f"/proposals/{target_id}", 303)


@bp.post("/proposals/<int:proposal_id>/part")
def part(proposal_id: int) -> ResponseReturnValue:
    """Staff take a merge back."""
    with transaction():
        source, actor = queries.proposal_or_404(proposal_id), _person()
        require(policy.may_decide(actor, source))
        merging.part(actor, source)
    flash(_("統合を取り消しました。"), "success")
    return redirect(f"/proposals/{proposal_id}", 303)


@bp.post("/proposals/<int:proposal_id>/assign")
def assign(proposal_id: int) -> ResponseReturnValue:
    """Staff say which department answers, and by when."""
    require(policy.may_decide(current_person(), _visible(proposal_id)))
    form = AssignForm().offer(accounts.departments())
    if not form.validate():
        proposal = _visible(proposal_id)
        return answer_invalid("proposals/assign.html", form=form, proposal=proposal)
    with transaction():
        proposal, actor = queries.proposal_or_404(proposal_id), _person()
        require(policy.may_decide(actor, proposal))
        life.assign(actor, proposal, form.department.data or None, form.day())
    flash(_("担当課と回答の予定日を保存しました。"), "success")
    return redirect(f"/proposals/{proposal_id}", 303)


def _own(proposal_id: int) -> Proposal:
    """The signed-in person's own proposal that may still change. Raises NotOpen for one that may not."""
    proposal, person = _visible(proposal_id), _person()
    require(proposal.author_id == person.id and policy.may_take_part(person))
    if not proposal.is_deciding:
        raise life.NotOpen
    return proposal


def _visible(proposal_id: int) -> Proposal:
    proposal = queries.proposal_or_404(proposal_id)
    if not policy.may_see(current_person(), proposal):
        raise NotThere
    return proposal


def _person() -> Person:
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person
