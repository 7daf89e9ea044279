"""What becomes of a proposal beside its stages: edits, co-signers, withdrawal, archiving, reopening.

Each takes the actor, records, and leaves committing to the caller. Merging is in merging.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock, jobs
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.proposals import queries
from wiki.proposals.models import Cosigner, Ending, Proposal, ProposalVersion, Why
from wiki.proposals.service import ProposalDraft

TELL_EDIT = "proposals.tell_edit"
#: Voters are told of edits so long after the first, of all edits meanwhile at once.
_TELL_AFTER = timedelta(hours=1)


class NotOpen(Problem):
    """A decision was taken, or the proposal has ended."""

    status = 409
    title = _l("この提案は、もう変えられません")
    advice = _l("市の結論が出たか、提案が取り下げ・統合・保管になっています。書いた文章は写しておけます。")


class EditedMeanwhile(Problem):
    """The proposal says something else by now than when the form was opened."""

    status = 409
    title = _l("書いている間に、提案が書き直されました")
    advice = _l("何も変更していません。いまの文章を確かめてから、もう一度お送りください。")


class OwnProposal(Problem):
    """Who made a proposal stands behind it already."""

    status = 409
    title = _l("自分の提案です")
    advice = _l("提案した人の名前は、はじめから表示されています。")


def edit(author: Person, proposal: Proposal, draft: ProposalDraft, note: str, seen: int) -> None:
    """Give the proposal another text and keep the earlier one; `seen` is the version the author saw.

    Whoever has voted or co-signed is told within the hour. Raises NotOpen, EditedMeanwhile.
    """
    proposal = queries.locked(proposal)
    if not proposal.is_deciding:
        raise NotOpen
    if proposal.version != seen:
        raise EditedMeanwhile
    if (draft.title, draft.body) == (proposal.title, proposal.body):
        return
    kept = {"title": proposal.title, "body": proposal.body, "note": note, "replaced_at": clock.now()}
    db.session.add(ProposalVersion(proposal_id=proposal.id, number=proposal.version, **kept))
    proposal.title, proposal.body, proposal.html = draft.title, draft.body, draft.html
    proposal.version, proposal.edited_at, proposal.active_at = proposal.version + 1, clock.now(), clock.now()
    if not proposal.edit_untold:
        proposal.edit_untold = True
        jobs.enqueue(TELL_EDIT, _TELL_AFTER, proposal_id=proposal.id)
    db.session.flush()
    _record(Kind.PROPOSAL_EDITED, author, proposal, version=proposal.version)


def cosign(person: Person, proposal: Proposal, stands: bool) -> None:
    """Stand behind a proposal by name, or no more. Raises NotOpen, OwnProposal."""
    proposal = queries.locked(proposal)
    if not proposal.is_deciding:
        raise NotOpen
    if proposal.author_id == person.id:
        raise OwnProposal
    known = db.session.get(Cosigner, (proposal.id, person.id))
    if stands and known is None:
        db.session.add(Cosigner(proposal_id=proposal.id, person_id=person.id, at=clock.now()))
        proposal.active_at = clock.now()
    elif not stands and known is not None:
        db.session.execute(delete(Cosigner).where(Cosigner.proposal_id == proposal.id, Cosigner.person_id == person.id))
    else:
        return
    db.session.flush()
    _record(Kind.COSIGNED, person, proposal)


def assign(actor: Person, proposal: Proposal, department_id: int | None, due_on: date | None) -> None:
    """Say which department answers, and by when; residents see both."""
    if (proposal.department_id, proposal.due_on) == (department_id, due_on):
        return
    proposal.department_id, proposal.due_on = department_id, due_on
    _record(Kind.PROPOSAL_ASSIGNED, actor, proposal)


def withdraw(author: Person, proposal: Proposal, why: Why, note: str) -> None:
    """The author takes the proposal back; it stays to be read. Raises NotOpen."""
    proposal = queries.locked(proposal)
    if not proposal.is_deciding:
        raise NotOpen
    end(author, proposal, Ending.WITHDRAWN, why_ended=why, ended_note=note)


def archive(proposal: Proposal) -> None:
    """Put away a proposal in which nothing has happened for long; a job does, by the rule."""
    end(None, proposal, Ending.ARCHIVED)


def reopen(actor: Person, proposal: Proposal) -> None:
    """Open a withdrawn or archived proposal again. Raises NotOpen."""
    proposal = queries.locked(proposal)
    if proposal.ending not in {Ending.WITHDRAWN, Ending.ARCHIVED}:
        raise NotOpen
    proposal.ending = proposal.ended_at = proposal.why_ended = proposal.ended_note = proposal.warned_at = None
    proposal.active_at = clock.now()
    _record(Kind.PROPOSAL_REOPENED, actor, proposal)


def end(actor: Person | None, proposal: Proposal, ending: Ending, **columns: Any) -> None:
    """Note how a proposal ended without a conclusion."""
    proposal.ending, proposal.ended_at = ending, clock.now()
    for name, value in columns.items():
        setattr(proposal, name, value)
    db.session.flush()
    _record(Kind.PROPOSAL_ENDED, actor, proposal, ending=ending.value)


def _record(kind: Kind, actor: Person | None, proposal: Proposal, **facts: Any) -> None:
    about = {"person_id": proposal.author_id, "page_id": proposal.page_id, "proposal_id": proposal.id}
    ledger.record(kind, actor.id if actor else None, **about, **facts)
