"""What happens to proposals in these tests, each in a transaction of its own."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.core.database import db, transaction
from wiki.pages import queries as pages
from wiki.pages import service as page_service
from wiki.pages.models import Page, Revision
from wiki.pages.service import PageDraft
from wiki.proposals import queries, service
from wiki.proposals.models import Proposal, Stage

#: A way from 受付 to each stage.
WAYS = {
    Stage.RECEIVED: (),
    Stage.CONSIDERING: (Stage.CONSIDERING,),
    Stage.ACCEPTED: (Stage.CONSIDERING, Stage.ACCEPTED),
    Stage.PARTLY_ACCEPTED: (Stage.CONSIDERING, Stage.PARTLY_ACCEPTED),
    Stage.DECLINED: (Stage.CONSIDERING, Stage.DECLINED),
    Stage.DONE: (Stage.CONSIDERING, Stage.ACCEPTED, Stage.DONE),
}


def lead_to(stage: Stage, proposal: Proposal, staff: Person, text: str = "考え方です。") -> None:
    """Take every step to a stage."""
    for step in WAYS[stage]:
        with transaction():
            found = queries.proposal_or_404(proposal.id)
            service.decide(staff, found, step, service.OfficialText.of(text), found.stage)


def cast(person: Person, proposal: Proposal, value: int | None) -> None:
    """One vote."""
    with transaction():
        service.vote(person, proposal, value)


def revise(staff: Person, page: Page, body: str) -> Revision:
    """A new revision of the page."""
    draft = PageDraft.of(page.title, page.slug, body, "直しました")
    with transaction():
        return page_service.revise(staff, page, draft, page.current_number)


def reflect(staff: Person, page: Page, proposal: Proposal, body: str = "直した段落です。") -> Revision:
    """A new revision that carries out the proposal."""
    revision = revise(staff, page, body)
    with transaction():
        service.reflect(staff, pages.current_revision(page), [proposal.id])
    return revision


def counts(proposal: Proposal) -> tuple[int, int, int]:
    """賛成, わからない, 反対, as they stand in the database."""
    db.session.expire_all()
    return proposal.agrees, proposal.passes, proposal.disagrees
