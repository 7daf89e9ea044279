"""Proposals in the browser. A proposal's own page, /proposals/<id>, is composed in front/views.py.

GET  /proposals/                      the list; ?stage=&order=random|support|newest&seed=&after=&page=<slug>&ended=1
     /proposals/<id>/edit, …          the rest of its life    (proposals/life_views.py)
GET, POST /reports/<slug>/proposals/new    propose something for a page: title, body
POST /proposals/<id>/vote             value: 1, 0, −1; empty withdraws
POST /proposals/<id>/decide           staff: stage, text, from (the stage that was seen)
"""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.accounts import kept
from wiki.accounts import queries as accounts
from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import clock, csrf, limits, web
from wiki.core.clock import TOKYO
from wiki.core.database import db, transaction
from wiki.core.http_cache import cached, keep_until
from wiki.core.limits import limiter
from wiki.core.web import NotThere, Problem, SignInNeeded, answer, answer_invalid, require
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.proposals import alike, life_views, policy, queries, service, stages, words
from wiki.proposals import order as orders
from wiki.proposals.forms import AssignForm, DecideForm, ProposalForm
from wiki.proposals.models import Proposal, Stage

bp = Blueprint("proposals", __name__)

_LISTS_BY = frozenset({"stage", "order", "seed", "after", "page", "ended"})
_SIMILAR = 5


class NotConfirmed(Problem):
    """Somebody signed in whose address is not confirmed yet."""

    status = 403
    title = _l("メールアドレスの確認がまだ済んでいません")
    advice = _l("お送りしたメールのリンクを開くと、投票や提案ができるようになります。")


class PageClosed(Problem):
    """No more is asked about this page."""

    status = 403
    title = _l("意見の募集は終わりました")
    advice = _l("このレポートへの提案は、いま受け付けていません。これまでの提案は読めます。")


@bp.get("/proposals/")
@cached(lambda: "site", varies_by=_LISTS_BY)
def index() -> ResponseReturnValue:
    """Proposals in a fair order, or by support, or the newest first."""
    stage = _stage(request.args.get("stage"))
    page = pages.page_or_404(request.args["page"]) if request.args.get("page") else None
    order = request.args.get("order", "")
    order = order if order in orders.ORDERS else orders.default_order(stage)
    seed, cursor = _seed(), request.args.get("after")
    with_hidden = policy.sees_hidden(current_person())
    page_id, slug = (page.id, page.slug) if page else (None, None)
    ended = bool(request.args.get("ended"))
    order = orders.NEWEST if ended else order
    found = queries.listed(stage, order, cursor, seed, page_id, with_hidden=with_hidden, ended=ended)
    return render_template(
        "proposals/index.html",
        found=found,
        counts=queries.counts_by_stage(page_id, with_hidden=with_hidden),
        stage=stage,
        order=order,
        page=page,
        first=_address(stage, order, slug, seed, ended=ended) if cursor else None,
        more=_address(stage, order, slug, seed, found.next_cursor, ended) if found.next_cursor else None,
        ended=ended,
        archive_days=current_app.config["PROPOSAL_ARCHIVE_DAYS"],
        seed=seed,
        all_stages=list(Stage),
        address=_address,
    )


@bp.route("/reports/<slug>/proposals/new", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def new(slug: str) -> ResponseReturnValue:
    """Propose something for a page."""
    page, person = pages.page_or_404(slug), current_person()
    if person is None and request.method == "GET":
        raise SignInNeeded
    if person is None or not policy.may_take_part(person):
        return _keep(person)
    if not policy.may_propose(person, page):
        raise PageClosed
    form = ProposalForm()
    if request.method == "GET":
        _give_back(form, person)
        return _show_new(form, page)
    if not form.validate():
        return _show_new(form, page, 422)
    try:
        with transaction():
            page, author = pages.page_or_404(slug), current_person()
            require(policy.may_propose(author, page))
            assert author is not None
            proposal_id = service.post(author, page, form.draft()).id
            kept.drop(author, request.path)
    except service.TooManyProposals as refusal:
        form.body.errors = [f"{refusal.title}。{refusal.advice}"]
        return _show_new(form, pages.page_or_404(slug), refusal.status)
    flash(_("提案を受け付けました。ありがとうございます。"), "success")
    return redirect(f"/proposals/{proposal_id}", 303)


@bp.post("/proposals/<int:proposal_id>/vote")
@limiter.limit(limits.VOTING)
def vote(proposal_id: int) -> ResponseReturnValue:
    """Vote, vote otherwise, or withdraw."""
    value = _vote_value(request.form.get("value"))
    with transaction():
        proposal, person = _visible(proposal_id), current_person()
        if person is not None and not person.is_confirmed:
            raise NotConfirmed
        require(policy.may_take_part(person))
        assert person is not None
        service.vote(person, proposal, value)
    return answer(
        "proposals/_vote.html",
        f"/proposals/{proposal_id}#vote",
        proposal=proposal,
        own_vote=value,
        may_vote=True,
    )


@bp.post("/proposals/<int:proposal_id>/decide")
def decide(proposal_id: int) -> ResponseReturnValue:
    """Staff take the next step, with an official text."""
    proposal, actor = queries.proposal_or_404(proposal_id), current_person()
    require(policy.may_decide(actor, proposal))
    form = DecideForm()
    if not form.validate():
        return answer_invalid("proposals/decide.html", form=form.offer(proposal), proposal=proposal)
    stage, official, seen = form.step()
    try:
        with transaction():
            proposal, actor = queries.proposal_or_404(proposal_id), current_person()
            require(policy.may_decide(actor, proposal))
            assert actor is not None
            service.decide(actor, proposal, stage, official, seen or proposal.stage)
    except stages.WrongStage as refusal:
        db.session.rollback()
        proposal = queries.proposal_or_404(proposal_id)
        form = form.offer(proposal)
        return answer_invalid("proposals/decide.html", 409, form=form, proposal=proposal, refusal=refusal)
    return redirect(f"/proposals/{proposal_id}#answers", 303)


@csrf.for_visitors("proposals.new")
@limiter.limit(limits.KEEPING)
def keep_for_visitor() -> ResponseReturnValue:
    """Whoever was signed out while writing finds the text again after signing in."""
    return _keep(None)


@csrf.for_visitors("proposals.vote")
def sign_in_to_vote() -> ResponseReturnValue:
    """Whoever was signed out before voting is asked to sign in."""
    login = "/accounts/login?next=" + quote(request.path.removesuffix("/vote"))
    way_on = {"href": login, "text": _l("ログインする")}
    return web.problem_page(403, title=SignInNeeded.title, explanation=SignInNeeded.advice, way_on=way_on)


def _show_new(form: ProposalForm, page: Page, status: int = 200) -> ResponseReturnValue:
    form.request_key.data = form.request_key.data or secrets.token_urlsafe(9)
    title, body = form.title.data or "", form.body.data or ""
    similar = alike.to(title, body, page) or queries.for_page(page, limit=_SIMILAR)
    shown = render_template("proposals/new.html", form=form, page=page, similar=similar)
    return make_response(shown, status)


def _keep(person: Person | None) -> ResponseReturnValue:
    """Keep what somebody wrote who may not propose yet, and say what is still missing: 403."""
    if person is not None and person.is_confirmed:
        require(policy.may_take_part(person))
    form = ProposalForm()
    written = _kept_form(form) if form.validate() else ""
    if written:
        with transaction():
            kept.keep(written, request.path, current_person())
    shown = {"form": form, "is_kept": bool(written), "person": current_person(), "path": request.path}
    return make_response(render_template("proposals/sign_in_first.html", **shown), 403)


def _kept_form(form: ProposalForm) -> str:
    """Title and body as one text, the title on its own line."""
    return f"{form.title.data}\n\n{form.body.data}"


def _give_back(form: ProposalForm, person: Person) -> None:
    """Put what was kept for this person into the empty form."""
    text = kept.text_for(person, request.path)
    title, _gap, body = (text.body if text else "").partition("\n\n")
    form.title.data, form.body.data = title, body


def _assign_form(proposal: Proposal) -> AssignForm:
    return AssignForm(formdata=None).offer(accounts.departments()).fill(proposal)


def _visible(proposal_id: int) -> Proposal:
    proposal = queries.proposal_or_404(proposal_id)
    if not policy.may_see(current_person(), proposal):
        raise NotThere
    return proposal


def _vote_value(said: str | None) -> int | None:
    """The vote that was sent; empty withdraws. Raises WrongVote."""
    if said == "":
        return None
    if said not in {"1", "0", "-1"}:
        raise service.WrongVote
    return int(said)


def _stage(name: str | None) -> Stage | None:
    return Stage(name) if name in set(Stage) else None


def _seed() -> int:
    """The seed in the address, else today's. Only lists in today's order are kept ready, until midnight."""
    today = orders.daily_seed()
    seed = request.args.get("seed", today, type=int) % orders.PRIME
    midnight = datetime.combine(clock.now().astimezone(TOKYO).date() + timedelta(days=1), time(), TOKYO)
    keep_until(midnight if seed == today else clock.now())
    return seed


def _address(
    stage: Stage | None = None,
    order: str | None = None,
    page: str | None = None,
    seed: int | None = None,
    after: str | None = None,
    ended: bool = False,
) -> str:
    """The list's address; what goes without saying is left out."""
    said: dict[str, Any] = {
        "stage": stage.value if stage else None,
        "page": page,
        "order": order if order != orders.default_order(stage) or after or seed is not None else None,
        "seed": seed if order == orders.RANDOM else None,
        "after": after,
        "ended": 1 if ended else None,
    }
    query = urlencode({name: value for name, value in said.items() if value is not None})
    return url_for("proposals.index") + (f"?{query}" if query else "")


def init_app(app: Flask) -> None:
    """Register the room, and give templates what proposals are shown by."""
    app.register_blueprint(bp)
    app.register_blueprint(life_views.bp)
    app.jinja_env.globals.update(proposal_endings=words.ENDINGS, proposal_whys=words.WHY)
    app.add_template_global(lambda stage: stages.LABELS[stage], "stage_label")
    app.add_template_global(lambda stage: stages.BADGES[stage], "stage_kind")
    app.add_template_global(stages.next_stages, "next_stages")
    app.add_template_global(words.path_of, "path_of_proposal")
    app.add_template_global(lambda proposal: DecideForm().offer(proposal), "decide_form")
    app.add_template_global(_assign_form, "assign_form")
