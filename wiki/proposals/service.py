"""Every change to proposals. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock, limits
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.ledger import Kind
from wiki.pages.models import Page, Revision
from wiki.proposals import life_queries, queries, stages
from wiki.proposals.models import Proposal, Reflection, Stage, Step, Vote
from wiki.text import markdown

#: The column that counts each vote.
_COUNTED = {1: "agrees", -1: "disagrees", 0: "passes"}


class TooManyProposals(Problem):
    """Somebody has made as many proposals as one may in a day."""

    status = 429
    title = _l("今日の提案は、ここまでです")
    advice = _l("書いた文章は手もとに写し、あしたもう一度お送りください。")


class WrongVote(Problem):
    """A vote that is none of 賛成, わからない, 反対."""

    status = 422
    title = _l("投票を受け取れませんでした")
    advice = _l("賛成、わからない、反対のどれかを選んでください。")


class VotingClosed(Problem):
    """The municipality has decided; votes no longer count."""

    status = 409
    title = _l("投票は終わりました")
    advice = _l("この提案は、市の結論が出たか、取り下げ・統合・保管になっています。コメントは引き続き書けます。")


class StageMoved(stages.WrongStage):
    """Another member of staff took a step while this one was being written."""

    title = _l("ほかの職員が先に段階を進めました")
    advice = _l("何も変更していません。書いた文章は残っています。いまの段階を確かめて、もう一度お送りください。")


class NotReflectable(Problem):
    """A revision was said to reflect what was not accepted, or another page's proposal."""

    status = 422
    title = _l("反映した提案を受け取れませんでした")
    advice = _l("選べるのは、このレポートへの提案のうち、採用、一部採用、実施済みのものです。")


@dataclass(frozen=True)
class ProposalDraft:
    """A proposal ready to be written: its text, rendered before the writers' queue, and the form's key."""

    title: str
    body: str
    html: str
    form_key: str = ""

    @classmethod
    def of(cls, title: str, body: str, form_key: str = "") -> ProposalDraft:
        """Render `body`. Raises text.markdown.TooComplex."""
        return cls(title, body, markdown.render_comment(body), form_key)

    def request_key(self, page: Page) -> str | None:
        """What the same form sent twice has in common; None for a form without a key."""
        if not self.form_key:
            return None
        told = f"{self.form_key}\0{page.id}\0{self.title}\0{self.body}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class OfficialText:
    """What the municipality says at a step, rendered before the writers' queue."""

    text: str
    html: str

    @classmethod
    def of(cls, text: str) -> OfficialText:
        """Render `text`. Raises text.markdown.TooComplex."""
        return cls(text, markdown.render_comment(text))


def post(author: Person, page: Page, draft: ProposalDraft, channel: str = "web") -> Proposal:
    """Write a proposal for a page; the same form sent twice gives the same proposal. Raises TooManyProposals."""
    key = draft.request_key(page)
    if key and (before := queries.posted_before(author.id, key)):
        return before
    most = limits.most_a_day("PROPOSALS_PER_DAY")
    if most is not None and not author.is_staff and life_queries.made_today(author) >= most:
        raise TooManyProposals
    proposal = Proposal(
        page_id=page.id,
        author_id=author.id,
        title=draft.title,
        body=draft.body,
        html=draft.html,
        channel=channel,
        request_key=key,
        created_at=clock.now(),
        active_at=clock.now(),
    )
    try:
        with db.session.begin_nested() if key else db.session.no_autoflush:
            db.session.add(proposal)
            db.session.flush()
    except IntegrityError:  # PostgreSQL: the same form won in another transaction
        if key and (before := queries.posted_before(author.id, key)):
            return before
        raise
    _record(Kind.PROPOSAL_POSTED, author, proposal)
    return proposal


def vote(person: Person, proposal: Proposal, value: int | None) -> None:
    """Count this person's vote (1, 0, −1) in place of an earlier one; None withdraws it.

    The proposal's row is held meanwhile, so that votes at one moment are counted one after the other.
    Raises WrongVote, VotingClosed.
    """
    if value is not None and value not in _COUNTED:
        raise WrongVote
    proposal = queries.locked(proposal)
    if not proposal.is_deciding:
        raise VotingClosed
    before = queries.vote_of(person, proposal)
    if value == before:
        return
    _write_vote(person, proposal, before, value)
    for counted, by in ((before, -1), (value, 1)):
        if counted is not None:
            column = _COUNTED[counted]
            setattr(proposal, column, getattr(proposal, column) + by)
    proposal.active_at = clock.now()
    db.session.flush()
    _record(Kind.VOTED, person, proposal)


def decide(
    actor: Person, proposal: Proposal, stage: Stage, official: OfficialText, seen: Stage, *, is_told: bool = True
) -> Step:
    """Take a step in the proposal's life with an official text; `seen` is the stage that the actor saw.

    `is_told` is whether people get a letter: not of a step that another follows at once.

    Raises StageMoved when it is in another by now, stages.WrongStage when `stage` may not follow.
    """
    proposal = queries.locked(proposal)
    if proposal.stage is not seen:
        raise StageMoved
    if proposal.ending is not None:
        raise stages.WrongStage
    proposal.stage = stages.step(seen, stage)
    taken = Step(
        proposal_id=proposal.id,
        stage=stage,
        text=official.text,
        html=official.html,
        author_id=actor.id,
        at=clock.now(),
    )
    db.session.add(taken)
    db.session.flush()
    told = {} if is_told else {"quiet": True}
    _record(Kind.PROPOSAL_STEPPED, actor, proposal, stage=stage.value, previous=seen.value, **told)
    return taken


def reflect(actor: Person, revision: Revision, proposal_ids: Sequence[int]) -> None:
    """Note that a revision carries out these proposals; what is noted already stays as it is.

    Raises NotReflectable when one is not this page's, or was not accepted.
    """
    wanted = set(proposal_ids) - queries.already_reflected(revision.id)
    found = queries.reflectable(revision.page, sorted(wanted))
    if len(found) != len(wanted):
        raise NotReflectable
    for proposal in found:
        db.session.add(Reflection(revision_id=revision.id, proposal_id=proposal.id, at=clock.now()))
    db.session.flush()
    for proposal in found:
        _record(Kind.PROPOSAL_REFLECTED, actor, proposal, number=revision.number, slug=revision.page.slug)


def hide(actor: Person, proposal: Proposal, reason: str) -> None:
    """Put a proposal out of everybody's sight but staff's; `reason` is the code of why."""
    proposal.hidden_at = clock.now()
    _record(Kind.PROPOSAL_HIDDEN, actor, proposal, reason=reason)


def restore(actor: Person, proposal: Proposal, reason: str) -> None:
    """Show a hidden proposal again."""
    proposal.hidden_at = None
    _record(Kind.PROPOSAL_RESTORED, actor, proposal, reason=reason)


def _write_vote(person: Person, proposal: Proposal, before: int | None, value: int | None) -> None:
    if value is None:
        db.session.execute(delete(Vote).where(Vote.proposal_id == proposal.id, Vote.person_id == person.id))
    elif before is None:
        db.session.add(Vote(proposal_id=proposal.id, person_id=person.id, value=value, voted_at=clock.now()))
    else:
        written = db.session.get_one(Vote, (proposal.id, person.id))
        written.value, written.voted_at = value, clock.now()


def _record(kind: Kind, actor: Person, proposal: Proposal, **facts: Any) -> None:
    ledger.record(
        kind,
        actor.id,
        person_id=proposal.author_id,
        page_id=proposal.page_id,
        proposal_id=proposal.id,
        **facts,
    )
