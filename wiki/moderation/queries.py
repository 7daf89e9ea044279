"""Reading cases, flags and decisions. A page of the queue costs as many queries as a case alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import joinedload

from wiki.comments.models import Comment
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.moderation.models import Case, Decision, Flag, Reason, Verdict
from wiki.moderation.policy import Subject
from wiki.proposals.models import Proposal

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Counts:
    """How many cases wait for a decision, and how many flags they carry together."""

    cases: int
    flags: int


@dataclass(frozen=True)
class Hidden:
    """Why a person's texts are hidden: the reason by comment's id and by proposal's id."""

    comments: dict[int, Reason]
    proposals: dict[int, Reason]


def case_or_404(case_id: int) -> Case:
    """The case with its subject, author and page: 1 query. Raises NotThere."""
    case = db.session.scalar(_with_subject().where(Case.id == case_id))
    if case is None:
        raise NotThere
    return case


def subject_of(case: Case) -> Subject:
    """The comment or proposal that a case is about."""
    subject = case.comment or case.proposal
    assert subject is not None
    return subject


def case_of(subject: Subject) -> Case | None:
    """The case about a comment or proposal, if there was ever one: 1 query."""
    column = Case.comment_id if isinstance(subject, Comment) else Case.proposal_id
    return db.session.scalar(select(Case).where(column == subject.id))


def open_cases(cursor: str = "", limit: int = 50) -> Sequence[Case]:
    """The `limit` waiting cases after `cursor` (see `cursor_of`), most flags first, then oldest: 1 query."""
    wanted = _with_subject().where(Case.closed_at.is_(None))
    if after := _read(cursor):
        flags, opened_at, case_id = after
        later = or_(Case.opened_at > opened_at, (Case.opened_at == opened_at) & (Case.id > case_id))
        wanted = wanted.where(or_(Case.flags_waiting < flags, (Case.flags_waiting == flags) & later))
    wanted = wanted.order_by(Case.flags_waiting.desc(), Case.opened_at, Case.id)
    return db.session.scalars(wanted.limit(limit)).all()


def cursor_of(case: Case) -> str:
    """The place of a case in the queue, for the page after it."""
    return f"{case.flags_waiting}.{(case.opened_at - _EPOCH) // _MICROSECOND}.{case.id}"


def is_waiting(case_id: int) -> bool:
    """Whether a case still waits for a decision: 1 query."""
    wanted = select(Case.id).where(Case.id == case_id, Case.closed_at.is_(None))
    return db.session.scalar(wanted) is not None


def counts() -> Counts:
    """What waits: 1 query."""
    wanted = select(func.count(), func.coalesce(func.sum(Case.flags_waiting), 0))
    cases, flags = db.session.execute(wanted.where(Case.closed_at.is_(None))).one()
    return Counts(cases, flags)


def waiting_flags(cases: Iterable[Case]) -> dict[int, list[Flag]]:
    """The flags that wait for a decision, by case, newest first: 1 query."""
    waiting = {case.id: case.flags_waiting for case in cases}
    found: dict[int, list[Flag]] = defaultdict(list)
    wanted = select(Flag).where(Flag.case_id.in_(list(waiting)))
    for flag in db.session.scalars(wanted.order_by(Flag.flagged_at.desc(), Flag.id.desc())):
        if len(found[flag.case_id]) < waiting[flag.case_id]:
            found[flag.case_id].append(flag)
    return dict(found)


def usual_reason(flags: Sequence[Flag]) -> Reason:
    """The reason given most often, the newest of equals; その他 without flags."""
    counted = Counter(flag.reason for flag in flags)
    return counted.most_common(1)[0][0] if counted else Reason.OTHER


def flag_by(person_id: int, subject: Subject) -> Flag | None:
    """This person's flag on this text: 1 query."""
    column = Case.comment_id if isinstance(subject, Comment) else Case.proposal_id
    wanted = select(Flag).join(Case, Case.id == Flag.case_id)
    return db.session.scalar(wanted.where(column == subject.id, Flag.person_id == person_id))


def last_decision(case_id: int) -> Decision | None:
    """The newest decision of a case, with who made it: 1 query."""
    wanted = select(Decision).where(Decision.case_id == case_id).options(joinedload(Decision.actor))
    return db.session.scalar(wanted.order_by(Decision.id.desc()).limit(1))


def decisions_of(case_id: int) -> Sequence[Decision]:
    """All decisions of a case, newest first, with who made them: 1 query."""
    wanted = select(Decision).where(Decision.case_id == case_id).options(joinedload(Decision.actor))
    return db.session.scalars(wanted.order_by(Decision.id.desc())).all()


def newest_by(actor_id: int, since: datetime) -> Decision | None:
    """What this member of staff decided last, with its case, unless it was before `since`: 1 query."""
    wanted = select(Decision).where(Decision.actor_id == actor_id, Decision.decided_at >= since)
    wanted = wanted.options(joinedload(Decision.case))
    return db.session.scalar(wanted.order_by(Decision.id.desc()).limit(1))


def hidden_of(person_id: int) -> Hidden:
    """Why each hidden text of a person is hidden, for 「非表示：個人情報」: 1 query."""
    comments: dict[int, Reason] = {}
    proposals: dict[int, Reason] = {}
    hidden = or_(
        (Comment.author_id == person_id) & Comment.hidden_at.is_not(None),
        (Proposal.author_id == person_id) & Proposal.hidden_at.is_not(None),
    )
    wanted = select(Case.comment_id, Case.proposal_id, Decision.reason)
    wanted = wanted.join(Decision, Decision.case_id == Case.id)
    wanted = wanted.outerjoin(Comment, Comment.id == Case.comment_id)
    wanted = wanted.outerjoin(Proposal, Proposal.id == Case.proposal_id)
    wanted = wanted.where(hidden, Decision.verdict == Verdict.HIDE).order_by(Decision.id)
    for comment_id, proposal_id, reason in db.session.execute(wanted):
        if comment_id is not None:
            comments[comment_id] = reason
        elif proposal_id is not None:
            proposals[proposal_id] = reason
    return Hidden(comments, proposals)


def hidden_before(author_ids: Iterable[int], besides: int | None = None) -> dict[int, int]:
    """How often staff hid a text of each of these authors, the case `besides` left out: 1 query."""
    author = either((Case.comment_id.is_not(None), Comment.author_id), else_=Proposal.author_id)
    wanted = select(author, func.count(Decision.id)).select_from(Decision)
    wanted = wanted.join(Case, Case.id == Decision.case_id)
    wanted = wanted.outerjoin(Comment, Comment.id == Case.comment_id)
    wanted = wanted.outerjoin(Proposal, Proposal.id == Case.proposal_id)
    wanted = wanted.where(Decision.verdict == Verdict.HIDE, author.in_(list(author_ids)))
    if besides is not None:
        wanted = wanted.where(Case.id != besides)
    return {int(found): number for found, number in db.session.execute(wanted.group_by(author))}


def _with_subject() -> Select[Case]:
    return select(Case).options(
        joinedload(Case.comment).joinedload(Comment.author),
        joinedload(Case.comment).joinedload(Comment.page),
        joinedload(Case.proposal).joinedload(Proposal.author),
        joinedload(Case.proposal).joinedload(Proposal.page),
    )


def _read(cursor: str) -> tuple[int, datetime, int] | None:
    """What `cursor_of` wrote; None for anything else."""
    try:
        flags, microseconds, case_id = (int(part) for part in cursor.split("."))
        return flags, _EPOCH + timedelta(microseconds=microseconds), case_id
    except (ValueError, OverflowError):
        return None
