"""What the desk shows, put together from the rooms below. Each screen costs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core import clock
from wiki.core.database import db
from wiki.core.jobs import MOST_TRIES, Job
from wiki.core.web import NotThere
from wiki.moderation import queries as moderation
from wiki.moderation.models import Case, Decision, Flag, Reason
from wiki.moderation.policy import Subject
from wiki.pages import patrol, submissions
from wiki.proposals import queries as proposals
from wiki.proposals.stages import OPEN
from wiki.suggestions import queries as suggestions

PAGE = 50
MOST_PROPOSALS = 200
UNDO_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Kinds:
    """How much of each kind of work waits."""

    flags: int
    proposals: int
    suggestions: int
    failed: int
    reviews: int
    unseen: int


@dataclass(frozen=True)
class Row:
    """A case in the queue, with the flags that wait and the reason given most often."""

    case: Case
    subject: Subject
    flags: Sequence[Flag]
    reason: Reason


@dataclass(frozen=True)
class Queue:
    """A page of waiting cases, and the cursor of the next (empty at the end)."""

    rows: Sequence[Row]
    next_cursor: str

    def after(self, case_id: int) -> int | None:
        """The case that comes next when this one is put aside; None when there is no other."""
        ids = [row.case.id for row in self.rows]
        if case_id in ids:
            ids = ids[ids.index(case_id) + 1 :] + ids[: ids.index(case_id)]
        return ids[0] if ids else None


@dataclass(frozen=True)
class Context:
    """What staff need beside a text to decide: what it answers, its author's past, the decisions so far."""

    parent: Comment | None
    posts: int
    hidden_before: int
    decisions: Sequence[Decision]


def kinds(person: Person) -> Kinds:
    """The numbers beside the kinds of work, as this member of staff has them: 6 queries."""
    by_stage = proposals.counts_by_stage()
    waiting = sum(by_stage.get(stage, 0) for stage in OPEN)
    failed = db.session.scalar(select(func.count(Job.id)).where(Job.tries >= MOST_TRIES)) or 0
    return Kinds(
        moderation.counts().cases,
        waiting,
        suggestions.waiting_count(),
        failed,
        submissions.count_in_review(),
        patrol.waiting_count(person),
    )


def queue(cursor: str = "", limit: int = PAGE) -> Queue:
    """Waiting cases after `cursor`, most flags first: 2 queries."""
    cases = moderation.open_cases(cursor, limit + 1)
    shown = cases[:limit]
    flags = moderation.waiting_flags(shown)
    rows = [row_of(case, flags.get(case.id, [])) for case in shown]
    return Queue(rows, moderation.cursor_of(shown[-1]) if len(cases) > limit else "")


def row_of(case: Case, flags: Sequence[Flag]) -> Row:
    """A case as the queue shows it."""
    return Row(case, moderation.subject_of(case), flags, moderation.usual_reason(flags))


def row_or_404(case_id: int) -> Row:
    """One case, waiting or not, with its flags: 2 queries. Raises NotThere."""
    case = moderation.case_or_404(case_id)
    return row_of(case, moderation.waiting_flags([case]).get(case.id, []))


def context_of(row: Row) -> Context:
    """What stands around a case: 4 queries, 3 for what answers nothing."""
    subject = row.subject
    parent = None
    if isinstance(subject, Comment) and subject.parent_id is not None:
        wanted = select(Comment).where(Comment.id == subject.parent_id).options(joinedload(Comment.author))
        parent = db.session.scalar(wanted)
    written = select(func.count(Comment.id)).where(Comment.author_id == subject.author_id)
    posts = db.session.scalar(written) or 0
    hidden = moderation.hidden_before([subject.author_id], besides=row.case.id).get(subject.author_id, 0)
    return Context(parent, posts, hidden, moderation.decisions_of(row.case.id))


def undoable(actor: Person) -> Decision | None:
    """What this member of staff decided last, within the hour: 1 query."""
    return moderation.newest_by(actor.id, clock.now() - UNDO_FOR)


def failed_jobs(limit: int = 50) -> Sequence[Job]:
    """Work that was given up, newest first: 1 query."""
    wanted = select(Job).where(Job.tries >= MOST_TRIES).order_by(Job.id.desc())
    return db.session.scalars(wanted.limit(limit)).all()


def person_or_404(person_id: int) -> Person:
    """Somebody with an account: 1 query. Raises NotThere."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotThere
    return person


def newest_comments(
    before: int | None = None, person_id: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Comment], int | None]:
    """Comments of all pages older than `before`, newest first, and the cursor of the next: 1 query."""
    wanted = select(Comment).options(joinedload(Comment.author), joinedload(Comment.page))
    if before is not None:
        wanted = wanted.where(Comment.id < before)
    if person_id is not None:
        wanted = wanted.where(Comment.author_id == person_id)
    found = db.session.scalars(wanted.order_by(Comment.id.desc()).limit(limit + 1)).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None
