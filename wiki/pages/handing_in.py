"""Texts handed in: kept beside the public one as a draft, for a review, or until a set time.

Each takes the actor, records, never commits. The page's row is held first, then the submission's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.pages import guard, queries, service, stages, steps, submissions
from wiki.pages.models import Page, PageState, Revision, Submission
from wiki.pages.models import SubmissionState as State
from wiki.pages.service import PageDraft
from wiki.pages.stages import WrongState
from wiki.pages.steps import Overtaken


@dataclass(frozen=True)
class Wish:
    """What is to become of a text: the state it goes into, and the moment at which it is to be published."""

    state: State
    publish_at: datetime | None = None


def start(author: Person, draft: PageDraft, wish: Wish) -> Submission:
    """Write a page that is not published yet: its address is taken, nobody but staff sees it. Raises SlugTaken."""
    page = Page(slug=draft.slug, title=draft.title, state=PageState.DRAFT, current_number=0)
    service.take_slug(page, draft.slug)
    return hand_in(author, page, draft, wish, 0, ())


def hand_in(
    author: Person, page: Page, draft: PageDraft, wish: Wish, base_number: int, reflects: Sequence[str]
) -> Submission:
    """Keep a new version of a page beside its public text. Raises guard.NotWritable.

    The same text handed in twice by one person is one submission.
    """
    page = queries.locked(page)
    _check_wish(author, page, wish)
    for before in submissions.open_of(page):
        if before.author_id == author.id and _says(before, draft) and before.base_number == base_number:
            return _wished(author, before, wish)
    submission = Submission(
        page_id=page.id, author_id=author.id, state=wish.state, base_number=base_number, publish_at=wish.publish_at
    )
    _write(submission, draft, reflects)
    db.session.add(submission)
    db.session.flush()
    steps.record(author, page, submission, None)
    return submission


def rewrite(
    author: Person, submission: Submission, draft: PageDraft, wish: Wish, seen: int, base: int, reflects: Sequence[str]
) -> Submission:
    """Replace the text of a submission, read at its version `seen`. Raises Overtaken, WrongState, guard.NotWritable."""
    page, submission = steps.held(submission)
    _check_wish(author, page, wish)
    if submission.state not in stages.OPEN:
        raise WrongState
    if not _says(submission, draft) or (submission.summary, submission.base_number) != (draft.summary, base):
        if seen != submission.version:
            raise Overtaken
        submission.version += 1
        submission.author_id, submission.reviewer_id, submission.reviewed_at = author.id, None, None
    submission.base_number = base
    _write(submission, draft, reflects)
    if not page.was_published:
        _retitle(page, draft)
    return _wished(author, submission, wish)


def finish(author: Person, submission: Submission, revision: Revision, draft: PageDraft, seen: int) -> None:
    """Note that a submission, opened in the editor at its version `seen`, was published from there."""
    page, submission = steps.held(submission)
    if submission.state is State.PUBLISHED and submission.revision_number == revision.number:
        return
    if seen != submission.version:
        raise Overtaken
    _write(submission, draft, submission.reflects)
    submission.author_id, submission.revision_number = author.id, revision.number
    steps.step(author, page, submission, State.PUBLISHED)


def ask_for_review(actor: Person, submission: Submission) -> None:
    """Put a draft, or what was returned, before the reviewers as it is. Twice is once."""
    page, submission = steps.held(submission)
    guard.check_editable(actor, page)
    if submission.state is not State.IN_REVIEW:
        submission.reviewer_id = submission.reviewed_at = None
        steps.step(actor, page, submission, State.IN_REVIEW)


def withdraw(actor: Person, submission: Submission) -> None:
    """Give a version up; its text stays readable for staff. Twice is once."""
    page, submission = steps.held(submission)
    if submission.state is not State.WITHDRAWN:
        steps.step(actor, page, submission, State.WITHDRAWN)


def _check_wish(author: Person, page: Page, wish: Wish) -> None:
    guard.check_editable(author, page)
    if page.needs_review and wish.state is State.SCHEDULED:
        raise guard.ReviewNeeded


def _says(submission: Submission, draft: PageDraft) -> bool:
    return (submission.title, submission.slug, submission.body) == (draft.title, draft.slug, draft.body)


def _write(submission: Submission, draft: PageDraft, reflects: Sequence[str]) -> None:
    submission.title, submission.slug, submission.body = draft.title, draft.slug, draft.body
    submission.summary, submission.reflects = draft.summary, list(reflects)
    submission.changed_at = clock.now()


def _retitle(page: Page, draft: PageDraft) -> None:
    """A page that nobody has seen yet simply moves."""
    page.title = draft.title
    if page.slug != draft.slug:
        service.take_slug(page, draft.slug)


def _wished(author: Person, submission: Submission, wish: Wish) -> Submission:
    submission.publish_at = wish.publish_at
    if submission.state is not wish.state:
        submission.reviewer_id = submission.reviewed_at = None
        steps.step(author, submission.page, submission, wish.state)
    elif db.session.is_modified(submission):
        db.session.flush()
        steps.record(author, submission.page, submission, submission.state)
    return submission
