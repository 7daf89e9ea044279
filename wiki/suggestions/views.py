"""Suggested edits in the browser.

GET, POST /reports/<slug>/suggest      a resident: body, reason, base_revision, section;
                                       ?section=, ?quote=&prefix= (words of it), ?from=<id>
GET  /reports/<slug>/suggestions       what was taken over, and how many wait
GET  /suggestions/<id>                 the change in place; for staff with what to do about it
POST /suggestions/<id>/accept          staff: body, summary, base_revision
POST /suggestions/<id>/decline         staff: why, words
POST /suggestions/<id>/withdraw        the author
"""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core import limits
from wiki.core.database import db, transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, Problem, SignInNeeded, answer_invalid, require
from wiki.pages import guard, links
from wiki.pages import policy as page_policy
from wiki.pages import queries as pages
from wiki.pages.forms import PreviewForm
from wiki.pages.models import Page, Revision
from wiki.pages.service import LONGEST_PAGE, EditConflict
from wiki.suggestions import policy, queries, service, standing, states
from wiki.suggestions.forms import AcceptForm, DeclineForm, SuggestForm
from wiki.suggestions.models import State, Suggestion

bp = Blueprint("suggestions", __name__)


class NotOpen(Problem):
    """The page takes no suggestions, or this person may not write for now."""

    status = 403
    title = _l("いまは修正案を送れません")
    advice = _l(
        "意見の募集が終わったか、修正案を受け付けていないページです。メールアドレスの確認がまだのときも送れません。"
    )


class NewerPublished(Problem):
    """The page moved on while staff were deciding."""

    status = 409
    title = _l("確かめている間に、新しい版が公開されました")
    advice = _l("何も変更していません。いまの本文に合わせ直した文章を下に用意しました。もう一度確かめてください。")


@bp.route("/reports/<slug>/suggest", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def suggest(slug: str) -> ResponseReturnValue:
    """Suggest another text for a page, with the reason."""
    page, person = pages.page_or_404(slug), current_person()
    if person is None:
        raise SignInNeeded
    form = SuggestForm()
    if request.method == "GET":
        if not page_policy.may_suggest(person, page):
            raise NotOpen
        form = _filled(form, page, person)
        if (name := request.args.get("section")) and not form.open_part(name):
            raise NotThere
        if (words := request.args.get("quote")) and not form.open_words(words, request.args.get("prefix", "")):
            flash(_("選んだ言葉は、いまの本文に見つかりませんでした。本文の全体を開いています。"))
        return _show_form(form, page)
    if not page_policy.may_suggest(person, page):
        return _show_form(form, page, 403, NotOpen())
    if "preview" in request.form:
        return _show_form(form, page, shows_preview=True)
    base = pages.revision_or_404(page, form.base_number)
    if not form.validate_against(base):
        return _show_form(form, page, 422)
    with transaction():
        page, author = pages.page_or_404(slug), current_person()
        require(page_policy.may_suggest(author, page))
        assert author is not None
        suggestion_id = service.post(author, page, form.draft(base)).id
    flash(_("修正案を受け取りました。職員が確かめて、結果をお知らせします。"), "success")
    return redirect(url_for("suggestions.show", suggestion_id=suggestion_id), 303)


@bp.get("/reports/<slug>/suggestions")
def of_page(slug: str) -> ResponseReturnValue:
    """What became part of a page, and how many suggestions wait."""
    page = pages.page_or_404(slug)
    return render_template(
        "suggestions/of_page.html",
        page=page,
        accepted=queries.of_page(page, State.ACCEPTED),
        waiting=queries.of_page(page, State.WAITING) if policy.may_decide(current_person()) else (),
        waiting_count=queries.waiting_count(page),
    )


@bp.get("/suggestions/<int:suggestion_id>")
def show(suggestion_id: int) -> ResponseReturnValue:
    """A suggestion, the change in place, what became of it; staff may decide."""
    return _show(_readable(suggestion_id))


@bp.post("/suggestions/<int:suggestion_id>/accept")
@limiter.limit(limits.POSTING)
def accept(suggestion_id: int) -> ResponseReturnValue:
    """Publish it, as it is or as staff changed it."""
    suggestion = _decidable(suggestion_id)
    form = AcceptForm()
    draft = form.draft_for(suggestion.page) if form.validate() else None
    if draft is None:
        return _show(suggestion, 422, accept_form=form)
    try:
        with transaction():
            suggestion, actor = queries.suggestion_or_404(suggestion_id), _decider()
            number = service.accept(actor, suggestion, draft, form.base_number).number
    except EditConflict:
        db.session.rollback()
        return _show(queries.suggestion_or_404(suggestion_id), 409, refusal=NewerPublished(), typed=form.body.data)
    except (states.AlreadyDecided, service.NothingAccepted, guard.NotWritable) as refusal:
        db.session.rollback()
        found = queries.suggestion_or_404(suggestion_id)
        return _show(found, refusal.status, accept_form=form, refusal=refusal)
    flash(_("修正案を取り入れ、第%(number)s版を公開しました。書いた人に知らせます。", number=number), "success")
    return redirect(url_for("suggestions.show", suggestion_id=suggestion_id), 303)


@bp.post("/suggestions/<int:suggestion_id>/decline")
@limiter.limit(limits.POSTING)
def decline(suggestion_id: int) -> ResponseReturnValue:
    """Do not take it over, with the reason."""
    suggestion = _decidable(suggestion_id)
    form = DeclineForm()
    if not form.validate():
        return _show(suggestion, 422, decline_form=form)
    try:
        with transaction():
            suggestion, actor = queries.suggestion_or_404(suggestion_id), _decider()
            service.decline(actor, suggestion, form.chosen(), str(form.words.data))
    except states.AlreadyDecided as refusal:
        db.session.rollback()
        return _show(queries.suggestion_or_404(suggestion_id), 409, decline_form=form, refusal=refusal)
    flash(_("見送りました。書いた人に理由を知らせます。"), "success")
    return redirect(url_for("suggestions.show", suggestion_id=suggestion_id), 303)


@bp.post("/suggestions/<int:suggestion_id>/withdraw")
def withdraw(suggestion_id: int) -> ResponseReturnValue:
    """The author takes it back."""
    with transaction():
        suggestion = queries.suggestion_or_404(suggestion_id)
        if not suggestion.is_waiting:
            raise states.AlreadyDecided
        require(policy.may_withdraw(current_person(), suggestion))
        service.withdraw(suggestion.author, suggestion)
    flash(_("修正案を取り下げました。"), "success")
    return redirect(url_for("suggestions.show", suggestion_id=suggestion_id), 303)


def _filled(form: SuggestForm, page: Page, person: Person) -> SuggestForm:
    """The form with today's text; with ?from=, an earlier suggestion of one's own brought up to date, if it can be."""
    current = pages.current_revision(page)
    form.body.data, form.base_revision.data = current.body, str(current.number)
    earlier_id = request.args.get("from", type=int)
    earlier = queries.suggestion_or_404(earlier_id) if earlier_id else None
    if earlier is not None and (earlier.author_id, earlier.page_id) == (person.id, page.id):
        form.reason.data = earlier.reason
        merge = standing.merged(earlier.body, pages.revision_or_404(page, earlier.base_number), current)
        form.body.data = merge.resolved(["mine"] * len(merge.conflicts))
    return form


def _show_form(
    form: SuggestForm, page: Page, status: int = 200, refusal: Problem | None = None, *, shows_preview: bool = False
) -> ResponseReturnValue:
    form.request_key.data = form.request_key.data or secrets.token_urlsafe(9)
    html, shown = None, PreviewForm()
    if shows_preview:
        html = shown.html(False, LONGEST_PAGE)
        html = html and links.shown(html, may_write=False)
        form.body.errors = list(shown.body.errors)
        status = 422 if html is None else 200
    toc = [(name, text) for level, name, text in pages.current_revision(page).toc if level <= 3]
    words = {"form": form, "page": page, "preview": html, "hints": shown.hints, "refusal": refusal}
    words["toc"] = toc if not form.section.data else ()
    return make_response(render_template("suggestions/suggest.html", **words), status)


def _show(
    suggestion: Suggestion,
    status: int = 200,
    *,
    accept_form: AcceptForm | None = None,
    decline_form: DeclineForm | None = None,
    refusal: Problem | None = None,
    typed: str | None = None,
) -> ResponseReturnValue:
    """The suggestion's page; `typed` is a text that staff had written when a newer revision came in between."""
    page, person = suggestion.page, current_person()
    base, current = _base_and_current(suggestion)
    stands = standing.of(suggestion, base, current)
    may_decide = policy.may_decide(person) and suggestion.is_waiting
    words = {
        "suggestion": suggestion,
        "page": page,
        "stands": stands,
        "why": states.REASONS[suggestion.why] if suggestion.why else None,
        "accept_form": accept_form or (_accept_form(suggestion, stands, current) if may_decide else None),
        "decline_form": decline_form or (DeclineForm(formdata=None) if may_decide else None),
        "refusal": refusal,
        "typed": typed,
        "may_withdraw": policy.may_withdraw(person, suggestion),
        "is_own": person is not None and person.id == suggestion.author_id,
    }
    page_html = render_template("suggestions/show.html", **words)
    return answer_invalid("suggestions/show.html", status, **words) if status >= 400 else make_response(page_html)


def _accept_form(suggestion: Suggestion, stands: standing.Standing, current: Revision) -> AcceptForm:
    summary = _("%(name)sさんの修正案を取り入れました", name=suggestion.author.name)
    return AcceptForm(formdata=None, body=stands.text, summary=summary, base_revision=str(current.number))


def _base_and_current(suggestion: Suggestion) -> tuple[Revision, Revision]:
    """The revision it was made from, and the newest while it waits; what is decided is shown as it was made."""
    base = pages.revision_or_404(suggestion.page, suggestion.base_number)
    return base, pages.current_revision(suggestion.page) if suggestion.is_waiting else base


def _readable(suggestion_id: int) -> Suggestion:
    suggestion = queries.suggestion_or_404(suggestion_id)
    if not policy.may_read(current_person(), suggestion):
        raise NotThere
    return suggestion


def _decidable(suggestion_id: int) -> Suggestion:
    require(policy.may_decide(current_person()))
    return queries.suggestion_or_404(suggestion_id)


def _decider() -> Person:
    person = current_person()
    require(policy.may_decide(person))
    assert person is not None
    return person


def init_app(app: Flask) -> None:
    """Register the room, and give templates the words of a state."""
    app.register_blueprint(bp)
    app.add_template_global(lambda state: states.LABELS[state], "suggestion_label")
    app.add_template_global(lambda state: states.BADGES[state], "suggestion_kind")
