"""Every read of proposals, their votes and what became of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.proposals.models import Proposal


def proposal_or_404(proposal_id: int) -> Proposal:
    """The proposal with its page and author: 1 query. Raises NotThere."""
    wanted = select(Proposal).where(Proposal.id == proposal_id)
    proposal = db.session.scalar(wanted.options(joinedload(Proposal.page), joinedload(Proposal.author)))
    if proposal is None:
        raise NotThere
    return proposal
