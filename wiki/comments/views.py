"""Comments in the browser.

POST /reports/<slug>/comments      comment on a page, or reply
POST /proposals/<id>/comments      comment on a proposal, or reply
GET  /comments/<id>                permalink: the whole thread, opened at the comment
GET, POST /comments/<id>/edit      the author, for a quarter of an hour
POST /comments/<id>/delete         the author
GET  /reports/<slug>/passages      comments on passages   (comments/passage_views.py)
GET  /reports/<slug>/summary       staff's summary on top  (comments/summary_views.py)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from wiki.accounts import kept
from wiki.accounts.signin import current_person, remembered_person
from wiki.comments import passage_views, policy, queries, service, summary_views
from wiki.comments.forms import LONGEST_COMMENT, CommentForm
from wiki.comments.models import Comment
from wiki.comments.passages import PassageNotFound, PassageUnclear
from wiki.comments.words import STANCES
from wiki.core import clock, csrf, limits
from wiki.core.database import transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, Problem, answer, answer_invalid, require, wants_fragment
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.proposals import policy as proposal_policy
from wiki.proposals import queries as proposals
from wiki.proposals.models import Proposal
from wiki.text import normalize

bp = Blueprint("comments", __name__)


class NotOpen(Problem):
    """A comment on a page that takes none, or by somebody who may not write for now."""

    status = 403
    title = _l("いまは書き込めません")
    advice = _l("意見の募集が終わったか、書き込みが止められています。書いた文章は下に残っています。")


Load = Callable[[], tuple[Page, Proposal | None]]


@bp.post("/reports/<slug>/comments")
@limiter.limit(limits.POSTING)
def post(slug: str) -> ResponseReturnValue:
    """Comment on a page, or reply to a comment there."""
    return _post(lambda: (pages.remembered_page(slug), None))


@bp.post("/proposals/<int:proposal_id>/comments")
@limiter.limit(limits.POSTING)
def post_on_proposal(proposal_id: int) -> ResponseReturnValue:
    """Comment on a proposal, or reply to a comment there."""

    def load() -> tuple[Page, Proposal]:
        proposal = proposals.proposal_or_404(proposal_id)
        if not proposal_policy.may_see(current_person(), proposal):
            raise NotThere
        return proposal.page, proposal

    return _post(load)


@bp.get("/comments/<int:comment_id>")
def show(comment_id: int) -> ResponseReturnValue:
    """The thread around a comment."""
    comment = queries.comment_or_404(comment_id)
    person = current_person()
    if not policy.may_find(person, comment):
        raise NotThere
    address = f"/proposals/{comment.proposal_id}" if comment.proposal_id else f"/reports/{comment.page.slug}"
    return render_template(
        "comments/show.html",
        comment=comment,
        thread=queries.thread_of(comment),
        page=comment.page,
        address=address,
        may_comment=policy.may_comment(person, comment.page),
        earlier=queries.earlier_texts(comment) if comment.edited_at and policy.may_read_earlier(person) else (),
    )


@bp.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def edit(comment_id: int) -> ResponseReturnValue:
    """Change one's own comment while it is fresh."""
    form = CommentForm()
    if request.method == "GET":
        comment = _editable(comment_id)
        form.body.data = comment.body
        return render_template("comments/edit.html", form=form, comment=comment)
    if not form.validate():
        return answer_invalid("comments/edit.html", form=form, comment=_editable(comment_id))
    with transaction():
        comment = _editable(comment_id)
        service.edit(comment.author, comment, form.draft())
    return answer("comments/_comment.html", url_for("comments.show", comment_id=comment_id), comment=comment)


@bp.post("/comments/<int:comment_id>/delete")
def delete(comment_id: int) -> ResponseReturnValue:
    """Take one's own comment back."""
    with transaction():
        comment = queries.comment_or_404(comment_id)
        require(policy.may_delete(current_person(), comment))
        service.delete(comment.author, comment)
    return answer("comments/_comment.html", address_of(comment_id), comment=comment)


@csrf.for_visitors("comments.post")
@csrf.for_visitors("comments.post_on_proposal")
@limiter.limit(limits.KEEPING)
def keep_for_visitor() -> ResponseReturnValue:
    """A visitor's text is kept, and found again after signing up or in."""
    return _keep(CommentForm())


def address_of(comment_id: int) -> str:
    """Where a comment stands: its thread's page, opened at it."""
    return f"/comments/{comment_id}#c{comment_id}"


def _post(load: Load) -> ResponseReturnValue:
    form = CommentForm()
    author = remembered_person()
    if author is None or not author.is_confirmed:
        return _keep(form)
    page, proposal = load()
    if not policy.may_comment(author, page):
        return _again(form, page, proposal, NotOpen())
    if not form.validate():
        return _again(form, page, proposal)
    keeping = [proposal.page, proposal] if proposal else []
    try:
        with transaction(keeping):
            comment_id = service.post(author, page, form.draft(), proposal=proposal)
            if request.form.get("kept"):
                kept.drop(author, _path())
    except service.TooManyComments as refusal:
        return _again(form, page, proposal, refusal)
    except service.WrongParent as refusal:
        form.parent_id = None
        return _again(form, page, proposal, refusal)
    except (PassageNotFound, PassageUnclear) as refusal:
        form.forget_passage()
        return _again(form, page, proposal, refusal)
    comment = queries.comment_or_404(comment_id) if wants_fragment() else None
    return answer("comments/_comment.html", address_of(comment_id), comment=comment)


def _again(form: CommentForm, page: Page, proposal: Proposal | None, refusal: Problem | None = None) -> Response:
    """What was typed, with what is in its way: 422, or the refusal's status."""
    status = refusal.status if refusal else 422
    words = {"form": form, "page": page, "proposal": proposal, "refusal": refusal}
    return answer_invalid("comments/again.html", status, **words)


def _keep(form: CommentForm) -> ResponseReturnValue:
    """Keep what somebody wrote who may not post yet, and say what is still missing: 403."""
    path = _path()
    try:
        body = normalize.clean_body(form.body.data or "", LONGEST_COMMENT)
    except normalize.BadText:
        body = ""
    if body:
        with transaction():
            kept.keep(body, path, current_person(), form.told())
    words = {"body": form.body.data, "is_kept": bool(body), "path": path, "person": current_person()}
    return make_response(render_template("comments/sign_in_first.html", **words), 403)


def _editable(comment_id: int) -> Comment:
    comment = queries.comment_or_404(comment_id)
    if not policy.may_find(current_person(), comment):
        raise NotThere
    seconds = current_app.config["COMMENT_EDIT_SECONDS"]
    require(policy.may_edit(current_person(), comment, clock.now(), seconds))
    return comment


def _path() -> str:
    """The page on which the form stood."""
    return request.path.removesuffix("/comments")


def new_form_key() -> str:
    """A key by which a form sent twice is recognised."""
    return secrets.token_urlsafe(9)


def init_app(app: Flask) -> None:
    """Register the room, and give templates `new_form_key()` and the two questions a comment is shown by."""
    for views in (bp, passage_views.bp, summary_views.bp):
        app.register_blueprint(views)
    app.add_template_global(new_form_key)
    app.jinja_env.globals["stances"] = STANCES

    @app.template_global()
    def may_edit_comment(comment: Comment) -> bool:
        return policy.may_edit(current_person(), comment, clock.now(), app.config["COMMENT_EDIT_SECONDS"])

    @app.template_global()
    def may_read_comment(comment: Comment) -> bool:
        return policy.may_read(current_person(), comment)
