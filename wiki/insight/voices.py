"""Every voice as one table, to be counted and listed, with its fate: residents' comments, proposals, suggested edits,
and opinions in a public comment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from wiki.accounts.models import Person, Role
from wiki.answers.models import AnsweredVoice, Category
from wiki.comments.models import Channel, Comment, CommentReflection
from wiki.consultations.models import Consultation, GroupedOpinion, Opinion, OpinionGroup, Result, Way
from wiki.core.database import db
from wiki.pages.models import Page
from wiki.pages.queries import is_public
from wiki.proposals.models import Ending, Proposal, Reflection, Step
from wiki.proposals.stages import OPEN
from wiki.suggestions.models import State, Suggestion

_CHANGING = (Category.REFLECT, Category.PARTLY)


def voices(page_id: int | None = None) -> Subquery:
    """Residents' public voices on one page, or on all that everybody may read.

    What its author took back is none any more. Columns: kind (of `SOURCES`), ref_id (its id there), page_id, author_id,
    channel, at, answered_at (by an official answer, a reply of staff, a conclusion or a decision; null while it waits),
    reflected (1: a revision took it up).
    """
    return union_all(*(source(page_id) for source in SOURCES.values())).subquery("voice")


def of_kind(kind: str, page_id: int | None = None) -> Subquery:
    """The same columns of one kind alone."""
    found: Subquery = SOURCES[kind](page_id).subquery("voice")
    return found


def month(at: ColumnElement[Any]) -> ColumnElement[str]:
    """The month in Japan in which a moment lies: 2026-11."""
    if db.engine.name == "sqlite":
        return func.strftime("%Y-%m", at, "+9 hours")
    return func.to_char(func.timezone("Asia/Tokyo", at), "YYYY-MM")


def days(since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
    """The days between two moments."""
    if db.engine.name == "sqlite":
        return func.julianday(until) - func.julianday(since)
    return func.extract("epoch", until - since) / 86_400


def _comments(page_id: int | None) -> Any:
    reply, staff = aliased(Comment), select(Person.id).where(Person.role != Role.RESIDENT)
    replies = (
        select(reply.parent_id.label("comment_id"), func.min(reply.created_at).label("at"))
        .where(reply.author_id.in_(staff), reply.deleted_at.is_(None), reply.hidden_at.is_(None))
        .group_by(reply.parent_id)
        .subquery()
    )
    carried = select(CommentReflection.comment_id).distinct().subquery()
    wanted = (
        select(
            literal("comment").label("kind"),
            Comment.id.label("ref_id"),
            Comment.page_id.label("page_id"),
            Comment.author_id.label("author_id"),
            Comment.channel.label("channel"),
            Comment.created_at.label("at"),
            func.coalesce(AnsweredVoice.answered_at, replies.c.at).label("answered_at"),
            case((carried.c.comment_id.is_not(None), 1), else_=0).label("reflected"),
        )
        .select_from(Comment)
        .outerjoin(AnsweredVoice, AnsweredVoice.comment_id == Comment.id)
        .outerjoin(replies, replies.c.comment_id == Comment.id)
        .outerjoin(carried, carried.c.comment_id == Comment.id)
        .where(Comment.author_id.not_in(staff), Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    )
    return on_page(wanted, Comment.page_id, page_id)


def _proposals(page_id: int | None) -> Any:
    """Proposals that were not taken back; a merged one is answered and taken up with the one it went over into."""
    heir, heirs_answer = _heirs(), aliased(AnsweredVoice)
    concluded = (
        select(Step.proposal_id, func.min(Step.at).label("at"))
        .where(Step.stage.not_in(OPEN))
        .group_by(Step.proposal_id)
        .subquery()
    )
    carried = select(Reflection.proposal_id).distinct().subquery()
    wanted = (
        select(
            literal("proposal").label("kind"),
            Proposal.id.label("ref_id"),
            Proposal.page_id.label("page_id"),
            Proposal.author_id.label("author_id"),
            Proposal.channel.label("channel"),
            Proposal.created_at.label("at"),
            func.coalesce(AnsweredVoice.answered_at, heirs_answer.answered_at, concluded.c.at).label("answered_at"),
            case((carried.c.proposal_id.is_not(None), 1), else_=0).label("reflected"),
        )
        .select_from(Proposal)
        .join(heir, heir.c.id == Proposal.id)
        .outerjoin(AnsweredVoice, AnsweredVoice.proposal_id == Proposal.id)
        .outerjoin(heirs_answer, heirs_answer.proposal_id == heir.c.heir_id)
        .outerjoin(concluded, concluded.c.proposal_id == heir.c.heir_id)
        .outerjoin(carried, carried.c.proposal_id == heir.c.heir_id)
        .where(Proposal.hidden_at.is_(None), Proposal.ending.is_distinct_from(Ending.WITHDRAWN))
    )
    return on_page(wanted, Proposal.page_id, page_id)


def _heirs() -> Any:
    """The proposal under which each one is decided: itself, or where it went over into, through several merges."""
    first = select(Proposal.id.label("id"), Proposal.id.label("heir_id")).where(Proposal.merged_into_id.is_(None))
    heirs = first.cte("heir", recursive=True)
    went_over = select(Proposal.id, heirs.c.heir_id).join(heirs, Proposal.merged_into_id == heirs.c.id)
    return heirs.union_all(went_over)


def _suggestions(page_id: int | None) -> Any:
    wanted = select(
        literal("suggestion").label("kind"),
        Suggestion.id.label("ref_id"),
        Suggestion.page_id.label("page_id"),
        Suggestion.author_id.label("author_id"),
        literal(Channel.WEB.value).label("channel"),
        Suggestion.created_at.label("at"),
        Suggestion.decided_at.label("answered_at"),
        case((Suggestion.revision_id.is_not(None), 1), else_=0).label("reflected"),
    ).where(Suggestion.state != State.WITHDRAWN)
    return on_page(wanted, Suggestion.page_id, page_id)


def _opinions(page_id: int | None) -> Any:
    """Opinions that stand; answered when the first result was published, reflected where it promised a change."""
    first = select(Result.consultation_id, func.min(Result.at).label("at")).group_by(Result.consultation_id).subquery()
    changing = exists().where(
        GroupedOpinion.opinion_id == Opinion.id,
        OpinionGroup.id == GroupedOpinion.group_id,
        OpinionGroup.category.in_(_CHANGING),
    )
    channel = case(
        (Opinion.way == Way.WEB, Channel.WEB.value),
        (Opinion.way == Way.COUNTER, Channel.COUNTER.value),
        (Opinion.way == Way.PHONE, Channel.PHONE.value),
        else_=Channel.PAPER.value,
    )
    wanted = (
        select(
            literal("opinion").label("kind"),
            Opinion.id.label("ref_id"),
            Consultation.page_id.label("page_id"),
            Opinion.author_id.label("author_id"),
            channel.label("channel"),
            Opinion.submitted_at.label("at"),
            first.c.at.label("answered_at"),
            case((first.c.at.is_not(None) & changing, 1), else_=0).label("reflected"),
        )
        .select_from(Opinion)
        .join(Consultation, Consultation.id == Opinion.consultation_id)
        .outerjoin(first, first.c.consultation_id == Consultation.id)
        .where(Opinion.withdrawn_at.is_(None))
    )
    return on_page(wanted, Consultation.page_id, page_id)


def on_page(wanted: Any, column: Any, page_id: int | None) -> Any:
    """Only what belongs to this page; without one, to any that everybody may read."""
    if page_id is not None:
        return wanted.where(column == page_id)
    return wanted.where(column.in_(select(Page.id).where(is_public())))


#: A query for each kind of voice, of one page or of all; in the order in which they are listed.
SOURCES: dict[str, Callable[[int | None], Any]] = {
    "comment": _comments,
    "proposal": _proposals,
    "suggestion": _suggestions,
    "opinion": _opinions,
}
