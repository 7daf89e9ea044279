"""Every read of answers and of the voices they are given to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from wiki.accounts.models import Department, Person, Role
from wiki.answers.models import Answer, AnsweredVoice, Approval, Category, Publication, State
from wiki.comments.models import Comment, CommentReflection
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page
from wiki.pages.queries import is_public
from wiki.proposals.models import Proposal

PAGE = 30
MOST_WAITING = 400


@dataclass(frozen=True)
class Published:
    """An answer as the public reads it, how many public voices it is given to, and how often it was published."""

    answer: Answer
    publication: Publication
    voices: int = 0

    @property
    def is_revised(self) -> bool:
        return self.publication.number > 1


def answer_or_404(answer_id: int) -> Answer:
    """The answer with its page, department and writer: 1 query. Raises NotThere."""
    answer = db.session.scalar(_with_page().where(Answer.id == answer_id))
    if answer is None:
        raise NotThere
    return answer


def locked(answer: Answer) -> Answer:
    """The answer as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Answer).where(Answer.id == answer.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def published_or_404(answer_id: int) -> Published:
    """What everybody may read of it: 2 queries. Raises NotThere."""
    row = db.session.execute(_published().where(Answer.id == answer_id)).one_or_none()
    if row is None:
        raise NotThere
    return Published(row[0], row[1], public_voice_counts([answer_id]).get(answer_id, 0))


def listed(
    page: Page | None = None, category: Category | None = None, before: int | None = None
) -> tuple[list[Published], int | None]:
    """Published answers, the newest begun first, and the cursor of the next: 2 queries."""
    wanted = _published()
    if page is not None:
        wanted = wanted.where(Answer.page_id == page.id)
    if category is not None:
        wanted = wanted.where(Publication.category == category)
    if before is not None:
        wanted = wanted.where(Answer.id < before)
    rows = db.session.execute(wanted.order_by(Answer.id.desc()).limit(PAGE + 1)).all()
    counts = public_voice_counts([row[0].id for row in rows[:PAGE]])
    shown = [Published(answer, publication, counts.get(answer.id, 0)) for answer, publication in rows[:PAGE]]
    return shown, shown[-1].answer.id if len(rows) > PAGE else None


def earlier(answer: Answer) -> Sequence[Publication]:
    """What was published before the newest, newest first: 1 query."""
    wanted = select(Publication).where(Publication.answer_id == answer.id, Publication.number < answer.published_number)
    return db.session.scalars(wanted.order_by(Publication.number.desc())).all()


def to_comments(comment_ids: Sequence[int]) -> dict[int, Published]:
    """The published answers to these comments: 2 queries, none for no comment, 1 where none is answered."""
    return _given(AnsweredVoice.comment_id, comment_ids)


def to_proposals(proposal_ids: Sequence[int]) -> dict[int, Published]:
    """The published answers to these proposals: 2 queries, none for no proposal, 1 where none is answered."""
    return _given(AnsweredVoice.proposal_id, proposal_ids)


def answered_comments() -> Select[int | None]:
    """The ids of comments with a published answer, to be asked for inside another query."""
    wanted = select(AnsweredVoice.comment_id).join(AnsweredVoice.answer)
    return wanted.where(AnsweredVoice.comment_id.is_not(None), Answer.published_number > 0)


def voices_of(answer: Answer) -> Sequence[AnsweredVoice]:
    """All voices of the group, hidden ones too, with authors: 1 query."""
    wanted = select(AnsweredVoice).where(AnsweredVoice.answer_id == answer.id)
    loaded = (
        joinedload(AnsweredVoice.comment).joinedload(Comment.author),
        joinedload(AnsweredVoice.proposal).joinedload(Proposal.author),
    )
    return db.session.scalars(wanted.options(*loaded).order_by(AnsweredVoice.id)).all()


def voice_or_404(answer: Answer, voice_id: int) -> AnsweredVoice:
    """One voice of the group: 1 query. Raises NotThere."""
    voice = db.session.get(AnsweredVoice, voice_id)
    if voice is None or voice.answer_id != answer.id:
        raise NotThere
    return voice


def public_voices(answer: Answer, after: int | None = None) -> tuple[Sequence[AnsweredVoice], int | None]:
    """The voices that everybody may read, and the cursor of the next: 1 query."""
    wanted = _public_voices().where(AnsweredVoice.answer_id == answer.id)
    if after is not None:
        wanted = wanted.where(AnsweredVoice.id > after)
    wanted = wanted.options(
        contains_eager(AnsweredVoice.comment).joinedload(Comment.author),
        contains_eager(AnsweredVoice.proposal).joinedload(Proposal.author),
    )
    found = db.session.scalars(wanted.order_by(AnsweredVoice.id).limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def public_voice_counts(answer_ids: Sequence[int]) -> dict[int, int]:
    """How many public voices each of these answers is given to: 1 query."""
    wanted = _public_voices(func.count()).add_columns(AnsweredVoice.answer_id)
    rows = db.session.execute(wanted.where(AnsweredVoice.answer_id.in_(answer_ids)).group_by(AnsweredVoice.answer_id))
    return {row[1]: row[0] for row in rows}


def subjects(page: Page, comment_ids: Sequence[int], proposal_ids: Sequence[int]) -> list[Comment | Proposal]:
    """These comments and proposals of the page, as far as they are its own and stand: 2 queries."""
    comments = select(Comment).where(Comment.id.in_(comment_ids), *_standing(page))
    proposals = select(Proposal).where(Proposal.id.in_(proposal_ids), Proposal.page_id == page.id)
    return [
        *db.session.scalars(comments.order_by(Comment.id)),
        *db.session.scalars(proposals.where(Proposal.hidden_at.is_(None)).order_by(Proposal.id)),
    ]


def unanswered(page: Page, limit: int = MOST_WAITING) -> list[Comment | Proposal]:
    """Residents' voices on a page that belong to no answer yet, oldest first, with authors: 2 queries."""
    known = select(AnsweredVoice.id)
    comments = select(Comment).join(Comment.author).options(contains_eager(Comment.author))
    comments = comments.where(*_standing(page), Person.role == Role.RESIDENT)
    comments = comments.where(~known.where(AnsweredVoice.comment_id == Comment.id).exists())
    proposals = select(Proposal).options(joinedload(Proposal.author))
    proposals = proposals.where(Proposal.page_id == page.id, Proposal.hidden_at.is_(None))
    proposals = proposals.where(~known.where(AnsweredVoice.proposal_id == Proposal.id).exists())
    return [
        *db.session.scalars(proposals.order_by(Proposal.id).limit(limit)),
        *db.session.scalars(comments.order_by(Comment.id).limit(limit)),
    ]


def unanswered_counts() -> list[tuple[Page, int]]:
    """Pages with how many residents' comments there belong to no answer yet, the most first: 1 query."""
    known = select(AnsweredVoice.id).where(AnsweredVoice.comment_id == Comment.id)
    wanted = (
        select(Page, func.count(Comment.id).label("waiting"))
        .join(Comment, Comment.page_id == Page.id)
        .join(Comment.author)
        .where(is_public(), Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
        .where(Person.role == Role.RESIDENT, ~known.exists())
        .group_by(Page.id)
        .order_by(func.count(Comment.id).desc(), Page.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted.limit(50))]


def in_work(state: State | None = None, department_id: int | None = None) -> Sequence[Answer]:
    """Answers for the desk: what is due first, then what was changed last: 1 query."""
    wanted = _with_page()
    wanted = wanted.where(Answer.state == state) if state else wanted.where(Answer.state != State.PUBLISHED)
    if department_id is not None:
        wanted = wanted.where(Answer.department_id == department_id)
    order = (Answer.due_on.is_(None), Answer.due_on, Answer.changed_at.desc(), Answer.id)
    return db.session.scalars(wanted.order_by(*order).limit(200)).all()


def work_counts(department_id: int | None = None) -> dict[str, int]:
    """How many answers are in each state, and how many are overdue (`overdue`): 2 queries."""
    own = () if department_id is None else (Answer.department_id == department_id,)
    rows = select(Answer.state, func.count()).where(*own).group_by(Answer.state)
    found: dict[str, int] = {state.value: number for state, number in db.session.execute(rows)}
    late = select(func.count(Answer.id)).where(*own, Answer.due_on < clock.today(), Answer.state != State.PUBLISHED)
    return {**found, "overdue": db.session.scalar(late) or 0}


def to_reflect(page: Page) -> list[tuple[int, str, Category, int]]:
    """Published answers on a page that promise a change, while a standing comment of theirs is in no revision yet.

    Id, summary, category, and how many such comments; the newest answer first: 1 query.
    """
    reflected = select(CommentReflection.comment_id).where(CommentReflection.comment_id == Comment.id)
    wanted = (
        select(Answer.id, Publication.summary, Publication.category, func.count(Comment.id))
        .join(Publication, (Publication.answer_id == Answer.id) & (Publication.number == Answer.published_number))
        .join(AnsweredVoice, AnsweredVoice.answer_id == Answer.id)
        .join(AnsweredVoice.comment)
        .where(Answer.page_id == page.id, Publication.category.in_((Category.REFLECT, Category.PARTLY)))
        .where(*_standing(page), ~reflected.exists())
        .group_by(Answer.id, Publication.summary, Publication.category)
    )
    rows = db.session.execute(wanted.order_by(Answer.id.desc()).limit(PAGE))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def comments_of(page_id: int, answer_ids: Sequence[int]) -> Sequence[int]:
    """The comments to which these answers of the page were given: 1 query."""
    wanted = select(AnsweredVoice.comment_id).join(AnsweredVoice.answer)
    wanted = wanted.where(Answer.id.in_(answer_ids), Answer.page_id == page_id, Answer.published_number > 0)
    return [number for number in db.session.scalars(wanted) if number is not None]


def judgements(answer: Answer) -> Sequence[Approval]:
    """Who approved it or sent it back, oldest first: 1 query."""
    wanted = select(Approval).where(Approval.answer_id == answer.id).options(joinedload(Approval.person))
    return db.session.scalars(wanted.order_by(Approval.id)).all()


def approved_by(answer: Answer) -> set[int]:
    """Who has approved the text that is handed in now: 1 query."""
    wanted = select(Approval.person_id).where(Approval.answer_id == answer.id, Approval.round == answer.round)
    return set(db.session.scalars(wanted.where(Approval.is_approved)))


def count_of_staff() -> int:
    """How many people are on the staff and can approve: 1 query."""
    can = (Person.confirmed_at.is_not(None), Person.suspended_at.is_(None), Person.is_sample.is_(False))
    return db.session.scalar(select(func.count(Person.id)).where(Person.role != Role.RESIDENT, *can)) or 1


def departments() -> Sequence[Department]:
    """All departments by name: 1 query."""
    return db.session.scalars(select(Department).order_by(Department.name)).all()


def untold(answer_id: int, limit: int) -> Sequence[AnsweredVoice]:
    """Answered voices whose authors were not written to yet, with their authors: 1 query."""
    wanted = select(AnsweredVoice).where(
        AnsweredVoice.answer_id == answer_id, AnsweredVoice.told_at.is_(None), AnsweredVoice.answered_at.is_not(None)
    )
    loaded = (
        joinedload(AnsweredVoice.comment).joinedload(Comment.author),
        joinedload(AnsweredVoice.proposal).joinedload(Proposal.author),
    )
    return db.session.scalars(wanted.options(*loaded).order_by(AnsweredVoice.id).limit(limit)).all()


def told_authors(answer_id: int) -> set[int]:
    """Who has been written to about this answer: 1 query."""
    author = func.coalesce(Comment.author_id, Proposal.author_id)
    wanted = select(author).select_from(AnsweredVoice).outerjoin(AnsweredVoice.comment)
    wanted = wanted.outerjoin(AnsweredVoice.proposal)
    return set(
        db.session.scalars(wanted.where(AnsweredVoice.answer_id == answer_id, AnsweredVoice.told_at.is_not(None)))
    )


def _given(column: InstrumentedAttribute[int | None], ids: Sequence[int]) -> dict[int, Published]:
    if not ids:
        return {}
    wanted = _published().join(AnsweredVoice, AnsweredVoice.answer_id == Answer.id).add_columns(column)
    rows = db.session.execute(wanted.where(column.in_(ids))).all()
    if not rows:
        return {}
    counts = public_voice_counts([row[0].id for row in rows])
    return {row[2]: Published(row[0], row[1], counts.get(row[0].id, 0)) for row in rows}


def _published() -> Select[Answer, Publication]:
    newest = (Publication.answer_id == Answer.id) & (Publication.number == Answer.published_number)
    return (
        select(Answer, Publication)
        .join(Publication, newest)
        .join(Answer.page)
        .where(is_public())
        .options(contains_eager(Answer.page))
    )


def _public_voices(what: object = AnsweredVoice) -> Select:  # type: ignore[type-arg]
    shown = or_(
        Comment.id.is_not(None) & Comment.deleted_at.is_(None) & Comment.hidden_at.is_(None),
        Proposal.id.is_not(None) & Proposal.hidden_at.is_(None),
    )
    wanted = select(what).select_from(AnsweredVoice)  # type: ignore[call-overload]
    return wanted.outerjoin(AnsweredVoice.comment).outerjoin(AnsweredVoice.proposal).where(shown)  # type: ignore[no-any-return]


def _standing(page: Page) -> tuple[ColumnElement[bool], ...]:
    return (Comment.page_id == page.id, Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))


def _with_page() -> Select[Answer]:
    return select(Answer).options(joinedload(Answer.page), joinedload(Answer.department), joinedload(Answer.writer))
