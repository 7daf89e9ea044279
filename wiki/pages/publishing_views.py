"""Versions that are not public yet, in the browser; all of it for staff.

GET       /reports/<slug>/submissions/        what is being worked on for a page
GET, POST /reports/<slug>/submissions/<n>     one: its text, its difference from the public one; POST: a decision
                                              `verdict` approve|return|publish|review|hold|withdraw, `note`
GET       /reports/<slug>/revisions/<n>/undo  the editor with that one change taken back
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Flask, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.core import clock, limits
from wiki.core.database import db, transaction
from wiki.core.i18n import when
from wiki.core.limits import limiter
from wiki.core.web import Problem
from wiki.pages import (
    compare,
    draft_views,
    guard,
    handing_in,
    policy,
    publishing,
    queries,
    stages,
    submissions,
    undo,
)
from wiki.pages.addresses import address_of, address_of_submission
from wiki.pages.blueprint import bp, writer
from wiki.pages.forms import PageForm, number_in
from wiki.pages.handing_in import Wish
from wiki.pages.models import Page, Revision, Submission
from wiki.pages.models import SubmissionState as State
from wiki.pages.publishing import Prepared
from wiki.pages.publishing_forms import DecisionForm
from wiki.pages.service import EditConflict, PageDraft
from wiki.pages.steps import Overtaken

# -- called by the editor's own views (views.py), the first four within their transaction ----------


def keep(author: Person, page: Page | None, form: PageForm) -> tuple[str, str]:
    """Keep the editor's text beside the public one; gives where to go, and what to say."""
    draft, wish, reflects = form.draft(), form.way.wish(), form.reflects.data or []
    continued = _continued(page, form) if page else None
    if page is None:
        kept = handing_in.start(author, draft, wish)
    elif continued is None:
        kept = handing_in.hand_in(author, page, draft, wish, form.base_number, reflects)
    else:
        seen = number_in(form.way.seen.data) or 0
        kept = handing_in.rewrite(author, continued, draft, wish, seen, form.base_number, reflects)
    return address_of_submission(kept), _said_of(wish)


def finish(author: Person, page: Page, form: PageForm, revision: Revision) -> None:
    """Note that the version which was open in the editor is now public."""
    if (continued := _continued(page, form)) is not None:
        handing_in.finish(author, continued, revision, form.draft(), number_in(form.way.seen.data) or 0)


def ask(author: Person, page: Page, draft: PageDraft, base_number: int) -> str:
    """Put a text before the reviewers; gives its address."""
    flash(_said_of(Wish(State.IN_REVIEW)), "success")
    return address_of_submission(handing_in.hand_in(author, page, draft, Wish(State.IN_REVIEW), base_number, ()))


def catch_up(form: PageForm, page: Page, refusal: Problem) -> None:
    """After a refusal, let the next save start from how things are now that they have been told."""
    continued = _continued(page, form)
    if isinstance(refusal, Overtaken) and continued is not None:
        form.way.seen.data = str(continued.version)
    elif isinstance(refusal, stages.WrongState):
        form.way.submission.data = ""
    elif isinstance(refusal, guard.PageWithdrawn):
        form.way.shows_again.data = "1"
    elif isinstance(refusal, guard.ReviewNeeded):
        form.way.needs_review = True


def fill(form: PageForm, page: Page) -> None:
    """Let the editor start from the public text, or from a pending one on top of it. Raises EditConflict."""
    submission = _chosen(page)
    form.way.open(page, submission)
    if submission is None:
        current = queries.revision_of(page, page.current_number)
        form.title.data, form.slug.data, form.body.data = page.title, page.slug, current.body if current else ""
        form.base_revision.data = str(page.current_number)
        return
    prepared = publishing.prepare(submission)
    text: PageDraft | Submission = prepared.draft or submission
    form.title.data, form.slug.data, form.body.data = text.title, text.slug, text.body
    form.summary.data = submission.summary
    form.choose(submission.reflects)
    form.base_revision.data = str(submission.base_number)
    if prepared.draft is None:
        raise EditConflict(page, queries.current_revision(page))
    if prepared.number != submission.base_number:
        form.base_revision.data = str(prepared.number)
        flash(_("いま公開中の第%(number)s版の変更を取り込みました。", number=prepared.number), "info")


# -- addresses ---------------------------------------------------------------------------------------


@bp.get("/reports/<slug>/submissions/")
def pending(slug: str) -> ResponseReturnValue:
    """What is being worked on for a page; straight to it where it is one."""
    page = queries.page_or_404(slug, writer())
    found = submissions.open_of(page)
    if len(found) == 1:
        return redirect(address_of_submission(found[0]), 303)
    return render_template("pages/pending.html", page=page, found=found)


@bp.get("/reports/<slug>/submissions/<int:number>")
def submission(slug: str, number: int) -> ResponseReturnValue:
    """A version that is not public yet."""
    page = queries.page_or_404(slug, writer())
    return _show(page, submissions.submission_or_404(page, number), DecisionForm(formdata=None))


@bp.post("/reports/<slug>/submissions/<int:number>")
@limiter.limit(limits.POSTING)
def decide(slug: str, number: int) -> ResponseReturnValue:
    """Approve, return, publish, put before reviewers, take off the schedule, or withdraw."""
    page = queries.page_or_404(slug, writer())
    found, form = submissions.submission_or_404(page, number), DecisionForm()
    if form.verdict.data not in _VERDICTS:
        raise UnknownVerdict
    if not form.validate():
        return _show(page, found, form, 422)
    prepared = replace(
        publishing.prepare(found), version=number_in(form.seen.data) or 0, number=number_in(form.current.data) or 0
    )
    try:
        with transaction():
            actor = writer()
            page = queries.page_or_404(slug, actor)
            found = submissions.submission_or_404(page, number)
            said = _VERDICTS[form.verdict.data](actor, found, prepared, form)
            to = address_of(page) if found.state is State.PUBLISHED else address_of_submission(found)
    except Problem as refusal:
        db.session.rollback()
        page = queries.page_or_404(slug, writer())
        return _show(page, submissions.submission_or_404(page, number), form, refusal.status, refusal)
    flash(said, "success")
    return redirect(to, 303)


@bp.get("/reports/<slug>/revisions/<int:number>/undo")
def undo_edit(slug: str, number: int) -> ResponseReturnValue:
    """The editor with the public text, the change of this one revision taken back; nothing is saved yet."""
    person = writer()
    page = queries.page_or_404(slug, person)
    guard.check_editable(person, page)
    undone = undo.undone(page, number)
    form = PageForm(page)
    form.way.open(page, None)
    form.title.data, form.slug.data, form.body.data = undone.title, page.slug, undone.body
    form.summary.data = f"第{number}版の変更を取り消しました"
    form.base_revision.data = str(page.current_number)
    draft_views.open_editor(form, page)
    difference = compare.between(queries.current_revision(page), compare.Text(undone.title, undone.body))
    shown = {"form": form, "page": page, "preview": None, **draft_views.beside(form, page)}
    return render_template("pages/edit.html", undone=number, difference=difference, **shown)


# -- what a decision does, and says --------------------------------------------------------------------


class UnknownVerdict(Problem):
    """A decision that is none."""


def _approve(actor: Person, found: Submission, prepared: Prepared, form: DecisionForm) -> str:
    revision = publishing.approve(actor, found, prepared)
    if revision is None and found.publish_at is not None:
        return str(_("承認しました。%(moment)sに公開されます。", moment=when(found.publish_at)))
    return str(_("承認し、公開しました。"))


def _publish(actor: Person, found: Submission, prepared: Prepared, form: DecisionForm) -> str:
    publishing.publish(actor, found, prepared)
    return str(_("公開しました。"))


def _return(actor: Person, found: Submission, prepared: Prepared, form: DecisionForm) -> str:
    publishing.send_back(actor, found, form.note.data or "")
    return str(_("差し戻しました。書いた人にメールで知らせます。"))


def _review(actor: Person, found: Submission, prepared: Prepared, form: DecisionForm) -> str:
    handing_in.ask_for_review(actor, found)
    return _said_of(Wish(State.IN_REVIEW))


def _hold(actor: Person, found: Submission, prepared: Prepared, form: DecisionForm) -> str:
    publishing.unschedule(actor, found)
    return str(_("公開の予約を取り消しました。下書きに戻っています。"))


def _withdraw(actor: Person, found: Submission, prepared: Prepared, form: DecisionForm) -> str:
    handing_in.withdraw(actor, found)
    return str(_("取り下げました。公開中の内容は変わっていません。"))


_VERDICTS: dict[str, Callable[[Person, Submission, Prepared, DecisionForm], str]] = {
    "approve": _approve,
    "return": _return,
    "publish": _publish,
    "review": _review,
    "hold": _hold,
    "withdraw": _withdraw,
}


def _said_of(wish: Wish) -> str:
    if wish.state is State.IN_REVIEW:
        return str(_("確認を頼みました。まだ公開されていません。"))
    if wish.state is State.SCHEDULED and wish.publish_at is not None:
        return str(_("%(moment)sに公開されます。", moment=when(wish.publish_at)))
    return str(_("下書きに残しました。まだ公開されていません。"))


def _show(
    page: Page, found: Submission, form: DecisionForm, status: int = 200, refusal: Problem | None = None
) -> ResponseReturnValue:
    """The version as publishing it would make the page, beside the page as it is."""
    person = writer()
    is_open = found.state in stages.OPEN
    prepared = publishing.prepare(found) if is_open else None
    base = queries.revision_of(page, page.current_number if is_open else found.base_number)
    draft = prepared.draft if prepared else PageDraft.of(found.title, found.slug, found.body, found.summary)
    form.seen.data, form.current.data = str(found.version), str(page.current_number)
    html = render_template(
        "pages/submission.html",
        page=page,
        submission=found,
        draft=draft,
        current=base,
        difference=compare.between(base, compare.Text(draft.title, draft.body)) if base and draft else None,
        form=form,
        refusal=refusal,
        may=_may(person, page, found) if is_open else frozenset(),
        is_late=found.publish_at is not None and found.publish_at <= clock.now(),
    )
    return make_response(html, status)


def _may(person: Person, page: Page, found: Submission) -> frozenset[str]:
    """The verdicts that make sense for this person now."""
    if page.deleted_at is not None or not policy.may_edit(person, page):
        return frozenset()
    is_own, state, may = found.author_id == person.id, found.state, {"withdraw", "edit"}
    if state is State.IN_REVIEW and not is_own:
        may |= {"approve"}
    elif not page.needs_review:
        may |= {"publish"}
    if state in {State.IN_REVIEW, State.SCHEDULED} and not is_own:
        may |= {"return"}
    if state in {State.DRAFT, State.RETURNED}:
        may |= {"review"}
    if state is State.SCHEDULED:
        may |= {"hold"}
    return frozenset(may)


def _chosen(page: Page) -> Submission | None:
    """The version that the address names; for a page without a public text the newest there is."""
    if (number := number_in(request.args.get("submission"))) is not None:
        found = submissions.submission_or_404(page, number)
        if found.state not in stages.OPEN:
            raise stages.WrongState
        return found
    if page.was_published:
        return None
    return next(iter(submissions.open_of(page)), None)


def _continued(page: Page, form: PageForm) -> Submission | None:
    """The version that was open in the editor. Raises NotThere for one of another page."""
    number = number_in(form.way.submission.data)
    return submissions.submission_or_404(page, number) if number else None


def init_app(app: Flask) -> None:
    """Give templates what pending versions are shown by."""
    app.add_template_global(address_of_submission, "submission_address")
    app.add_template_global(lambda state: stages.LABELS[state], "submission_label")
    app.add_template_global(lambda state: stages.BADGES[state], "submission_kind")
