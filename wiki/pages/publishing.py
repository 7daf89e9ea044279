"""Decisions on versions that are not public yet, until they are. Each takes the actor, records, never commits.

The page's row is held first, then the submission's: two who decide at once come one after the other, and the second
finds it decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import NotAllowed, Problem
from wiki.pages import guard, hooks, policy, queries, service, steps
from wiki.pages.models import Page, Revision, Submission
from wiki.pages.models import SubmissionState as State
from wiki.pages.service import EditConflict, PageDraft
from wiki.pages.stages import WrongState
from wiki.pages.steps import Overtaken
from wiki.text.markdown import TooComplex
from wiki.text.merge import three_way
from wiki.text.normalize import BadText


class OwnText(NotAllowed):
    """A writer approving what needs somebody else's approval."""

    title = _l("自分で書いた版は、自分では承認できません")
    advice = _l("別の職員に確認を頼んでください。")


@dataclass(frozen=True)
class Prepared:
    """A submission's text as it will be published on the page's present revision, rendered before the writers' queue.

    `draft` is None where it clashes with what was published since; `version` and `number` say what was read.
    """

    submission_id: int
    version: int
    number: int
    draft: PageDraft | None


def prepare(submission: Submission) -> Prepared:
    """What approving this would publish, brought onto the page's present revision: 2 queries.

    Asked outside the transaction, for it renders.
    """
    page = submission.page
    body: str | None = submission.body
    title, slug = submission.title, submission.slug
    if submission.base_number != page.current_number and page.was_published:
        base = queries.revision_of(page, submission.base_number)
        now = queries.current_revision(page)
        merge = three_way(base.body, submission.body, now.body) if base else None
        body = merge.text if merge and merge.is_clean else None
        title = page.title if base and title == base.title else title
        slug = page.slug if queries.was_slug_of(slug, page) else slug
    try:
        draft = PageDraft.of(title, slug, body, submission.summary) if body is not None else None
    except (BadText, TooComplex):  # two sound texts that are too much together
        draft = None
    return Prepared(submission.id, submission.version, page.current_number, draft)


def approve(reviewer: Person, submission: Submission, prepared: Prepared) -> Revision | None:
    """Approve a text that waits for review; gives the revision, or None when its time is still to come.

    Approving twice is approving once. Raises OwnText, Overtaken, EditConflict, WrongState, and what `revise` raises.
    """
    page, submission = steps.held(submission)
    if submission.reviewer_id == reviewer.id and submission.state in {State.SCHEDULED, State.PUBLISHED}:
        return _revision_of(page, submission)
    if submission.author_id == reviewer.id:
        raise OwnText
    if submission.state is not State.IN_REVIEW:
        raise WrongState
    guard.check_editable(reviewer, page)
    _check_read(page, submission, prepared)
    submission.reviewer_id, submission.reviewed_at = reviewer.id, clock.now()
    if submission.publish_at is not None and submission.publish_at > clock.now():
        steps.step(reviewer, page, submission, State.SCHEDULED)
        return None
    return _publish(reviewer, page, submission, prepared)


def publish(actor: Person, submission: Submission, prepared: Prepared) -> Revision | None:
    """Publish at once, where the page asks for nobody else's look. Twice is once. Raises as `approve`."""
    page, submission = steps.held(submission)
    if submission.state is State.PUBLISHED:
        return _revision_of(page, submission)
    if page.needs_review and not steps.is_reviewed(submission):
        raise guard.ReviewNeeded
    guard.check_editable(actor, page)
    _check_read(page, submission, prepared)
    return _publish(actor, page, submission, prepared)


def send_back(reviewer: Person, submission: Submission, note: str) -> None:
    """Return a text to its writer, with words. Raises WrongState."""
    page, submission = steps.held(submission)
    guard.check_editable(reviewer, page)
    if submission.state not in {State.IN_REVIEW, State.SCHEDULED}:
        raise WrongState
    submission.reviewer_id, submission.reviewed_at, submission.note = reviewer.id, clock.now(), note
    steps.step(reviewer, page, submission, State.RETURNED)


def unschedule(actor: Person, submission: Submission) -> None:
    """Take a text off the schedule, on its own. Twice is once."""
    page, submission = steps.held(submission)
    guard.check_editable(actor, page)
    hold(actor, page, submission)


def hold(actor: Person | None, page: Page, submission: Submission) -> None:
    """Take a text off the schedule: it is a draft again. The page's row is held by the caller."""
    if submission.state is State.SCHEDULED:
        submission.publish_at = None
        steps.step(actor, page, submission, State.DRAFT)


def publish_due(submission: Submission, prepared: Prepared) -> None:
    """Publish what is due, or return it to its writer and say why; what is no longer due is left alone."""
    page, submission = steps.held(submission)
    moment = submission.publish_at
    if submission.state is not State.SCHEDULED or moment is None or moment > clock.now():
        return
    if (prepared.version, prepared.number) != (submission.version, page.current_number):
        return  # changed while it was rendered; the next minute comes
    answerable = submission.reviewer or submission.author
    try:
        if not policy.may_write(answerable):
            raise NotAllowed
        guard.check_publishable(answerable, page, reviewed=steps.is_reviewed(submission), shows_again=True)
        with db.session.begin_nested():
            _publish(None, page, submission, prepared)
    except Problem as reason:
        page, submission = steps.held(submission)
        submission.note = _("決めた日時に公開できませんでした：%(reason)s", reason=reason.title)
        steps.step(None, page, submission, State.RETURNED)


def _publish(actor: Person | None, page: Page, submission: Submission, prepared: Prepared) -> Revision:
    if prepared.draft is None:
        raise EditConflict(page, queries.current_revision(page))
    revision = service.revise(
        submission.author,
        page,
        prepared.draft,
        prepared.number,
        answerable=actor or submission.reviewer or submission.author,
        reviewed=steps.is_reviewed(submission),
        shows_again=True,
    )
    named = [str(key) for key in submission.reflects]
    offered = {key for key, _words in hooks.choices(page, named)}
    hooks.tell(submission.author, revision, [key for key in named if key in offered])
    submission.revision_number = revision.number
    steps.step(actor, page, submission, State.PUBLISHED)
    return revision


def _check_read(page: Page, submission: Submission, prepared: Prepared) -> None:
    if (prepared.version, prepared.number) != (submission.version, page.current_number):
        raise Overtaken


def _revision_of(page: Page, submission: Submission) -> Revision | None:
    return queries.revision_of(page, submission.revision_number) if submission.revision_number else None
