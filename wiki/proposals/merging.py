"""Proposals that say the same are merged: votes and names are joined, each person counted once; and parted again.

The votes of the merged proposal stay with it. What came over is noted (`MergedVote`), so that parting restores what was
before, but for people who have voted anew since.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.proposals import life, queries
from wiki.proposals.models import Cosigner, Ending, MergedVote, Proposal, Vote


class CannotMerge(Problem):
    """The two cannot be one: the same one, another page's, decided, or ended already."""

    status = 409
    title = _l("この二つは統合できません")
    advice = _l("統合できるのは、同じレポートへの、まだ結論の出ていない別々の提案です。番号を確かめてください。")


def merge(actor: Person, source: Proposal, target: Proposal) -> None:
    """Let `source` go over into `target`. The newer of a person's two votes counts. Raises CannotMerge."""
    source, target = _both_locked(source, target)
    if source.id == target.id or source.page_id != target.page_id:
        raise CannotMerge
    if not (source.is_deciding and target.is_deciding):
        raise CannotMerge
    life.end(actor, source, Ending.MERGED, merged_into_id=target.id)
    there = {vote.person_id: vote for vote in _votes(target)}
    for vote in _votes(source):
        _carry(vote, there.get(vote.person_id), source, target)
    known = set(db.session.scalars(select(Cosigner.person_id).where(Cosigner.proposal_id == target.id)))
    names = list(db.session.scalars(select(Cosigner.person_id).where(Cosigner.proposal_id == source.id)))
    for person_id in dict.fromkeys([source.author_id, *names]):
        if person_id != target.author_id and person_id not in known:
            db.session.add(Cosigner(proposal_id=target.id, person_id=person_id, source_id=source.id, at=clock.now()))
    target.active_at = clock.now()
    _count(target)


def part(actor: Person, source: Proposal) -> None:
    """Take a merge back. Raises CannotMerge."""
    if source.merged_into_id is None or source.ending is not Ending.MERGED:
        raise CannotMerge
    source, target = _both_locked(source, db.session.get_one(Proposal, source.merged_into_id))
    if not target.is_deciding:
        raise CannotMerge
    came = select(MergedVote).where(MergedVote.proposal_id == target.id, MergedVote.source_id == source.id)
    for merged in db.session.scalars(came):
        _give_back(merged, target)
    db.session.execute(delete(MergedVote).where(MergedVote.proposal_id == target.id, MergedVote.source_id == source.id))
    db.session.execute(delete(Cosigner).where(Cosigner.proposal_id == target.id, Cosigner.source_id == source.id))
    source.ending = source.ended_at = source.merged_into_id = None
    source.active_at = clock.now()
    _count(target)
    about = {"person_id": source.author_id, "page_id": source.page_id, "proposal_id": source.id}
    ledger.record(Kind.PROPOSAL_REOPENED, actor.id, **about)


def _both_locked(source: Proposal, target: Proposal) -> tuple[Proposal, Proposal]:
    """Both rows held, always the lower id first, so that two merges never wait for each other."""
    held = {one.id: queries.locked(one) for one in sorted((source, target), key=lambda one: one.id)}
    return held[source.id], held[target.id]


def _votes(proposal: Proposal) -> list[Vote]:
    wanted = select(Vote).where(Vote.proposal_id == proposal.id).execution_options(populate_existing=True)
    return list(db.session.scalars(wanted))


def _carry(vote: Vote, there: Vote | None, source: Proposal, target: Proposal) -> None:
    """Bring one vote over, unless the person's own vote there is the newer one."""
    if there is not None and there.voted_at >= vote.voted_at:
        return
    note = {"proposal_id": target.id, "source_id": source.id, "person_id": vote.person_id, "value": vote.value}
    before, before_at = (there.value, there.voted_at) if there else (None, None)
    db.session.add(MergedVote(before=before, before_at=before_at, at=clock.now(), **note))
    if there is None:
        db.session.add(Vote(proposal_id=target.id, person_id=vote.person_id, value=vote.value, voted_at=vote.voted_at))
    else:
        there.value, there.voted_at = vote.value, vote.voted_at


def _give_back(merged: MergedVote, target: Proposal) -> None:
    """Undo what a vote that came over changed, unless its person has voted since."""
    vote = db.session.get(Vote, (target.id, merged.person_id), populate_existing=True)
    if vote is None or vote.voted_at > merged.at:
        return
    if merged.before is None:
        db.session.delete(vote)
    else:
        vote.value, vote.voted_at = merged.before, merged.before_at or merged.at


def _count(proposal: Proposal) -> None:
    """Count the votes anew, while the proposal's row is held."""
    db.session.flush()
    rows = select(Vote.value, func.count()).where(Vote.proposal_id == proposal.id).group_by(Vote.value)
    counts = dict(db.session.execute(rows).all())
    proposal.agrees, proposal.disagrees, proposal.passes = (counts.get(value, 0) for value in (1, -1, 0))
    db.session.flush()
