"""Reads about the life of proposals beside their stages: versions, co-signers, merges, idleness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.proposals.models import Cosigner, Proposal, ProposalVersion, Vote
from wiki.proposals.queries import with_page, within
from wiki.proposals.stages import OPEN


def made_today(person: Person) -> int:
    """How many proposals this person has made within a day: 1 query."""
    since = clock.now() - timedelta(days=1)
    wanted = select(func.count(Proposal.id)).where(Proposal.author_id == person.id, Proposal.created_at > since)
    return db.session.scalar(wanted) or 0


def versions_of(proposal: Proposal) -> Sequence[ProposalVersion]:
    """What it said before, newest first: 1 query."""
    wanted = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    return db.session.scalars(wanted.order_by(ProposalVersion.number.desc())).all()


def cosigners_of(proposal: Proposal) -> Sequence[Cosigner]:
    """Who stands behind it, in the order they came, with names: 1 query."""
    wanted = select(Cosigner).where(Cosigner.proposal_id == proposal.id).options(joinedload(Cosigner.person))
    return db.session.scalars(wanted.order_by(Cosigner.at, Cosigner.person_id)).all()


def merged_into(proposal: Proposal) -> Sequence[Proposal]:
    """The public proposals that went over into this one, with their authors: 1 query."""
    wanted = with_page().where(Proposal.merged_into_id == proposal.id, Proposal.hidden_at.is_(None))
    return db.session.scalars(wanted.order_by(Proposal.id)).all()


def to_merge_with(proposal: Proposal) -> Sequence[Proposal]:
    """The other open proposals of its page: 1 query."""
    wanted = select(Proposal).where(*within(proposal.page_id, False), Proposal.id != proposal.id)
    wanted = wanted.where(Proposal.stage.in_(OPEN), Proposal.ending.is_(None))
    return db.session.scalars(wanted.order_by(Proposal.id).limit(200)).all()


def backers(proposal: Proposal) -> Sequence[Person]:
    """Who voted on it or stands behind it, but for its author: 1 query."""
    voted = select(Vote.person_id).where(Vote.proposal_id == proposal.id)
    signed = select(Cosigner.person_id).where(Cosigner.proposal_id == proposal.id)
    wanted = select(Person).where(Person.id.in_(voted) | Person.id.in_(signed), Person.id != proposal.author_id)
    return db.session.scalars(wanted.order_by(Person.id)).all()


def idle(until: datetime, *, warned: bool, limit: int, warned_until: datetime | None = None) -> Sequence[Proposal]:
    """Open proposals in which nothing has happened since `until`, with authors: 1 query."""
    is_warned = Proposal.warned_at.is_not(None) if warned else Proposal.warned_at.is_(None)
    wanted = with_page().where(Proposal.stage.in_(OPEN), Proposal.ending.is_(None), Proposal.hidden_at.is_(None))
    wanted = wanted.where(Proposal.active_at <= until, is_warned)
    if warned_until is not None:
        wanted = wanted.where(Proposal.warned_at <= warned_until)
    return db.session.scalars(wanted.order_by(Proposal.active_at).limit(limit)).all()
