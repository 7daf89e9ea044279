"""The moves that every change to a pending version makes: hold its rows, take a step, record it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import versions
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages import queries, stages, submissions
from wiki.pages.models import Page, Submission
from wiki.pages.models import SubmissionState as State


class Overtaken(Problem):
    """The text, or the page under it, has changed since it was read; nothing was changed."""

    status = 409
    title = _l("読んでいる間に、内容が変わりました")
    advice = _l("まだ何も決めていません。いまの内容を読んでから、もう一度お決めください。")


def held(submission: Submission) -> tuple[Page, Submission]:
    """Page and submission as they are now, both held."""
    page = queries.locked(submission.page)
    return page, submissions.locked(submission.id)


def is_reviewed(submission: Submission) -> bool:
    """Whether somebody other than its writer has approved it; who returned a text has not."""
    is_answered = submission.reviewer_id is not None and submission.reviewer_id != submission.author_id
    return is_answered and submission.state in {State.IN_REVIEW, State.SCHEDULED}


def step(actor: Person | None, page: Page, submission: Submission, after: State) -> None:
    """Take the submission into the state `after`. Raises WrongState."""
    before = submission.state
    submission.state = stages.step(before, after)
    db.session.flush()
    record(actor, page, submission, before)


def record(actor: Person | None, page: Page, submission: Submission, before: State | None) -> None:
    """Record its state, and the one before (None: it is new); what staff see of the page is made anew."""
    versions.touch(f"page:{page.id}")
    facts: dict[str, Any] = {"submission": submission.id, "state": submission.state.value}
    if before is not None:
        facts["previous"] = before.value
    ledger.record(
        Kind.SUBMISSION_STEPPED,
        actor.id if actor else None,
        person_id=submission.author_id,
        page_id=page.id,
        **facts,
    )
