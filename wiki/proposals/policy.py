"""Who may do what with a proposal: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.pages.models import Page
from wiki.proposals.models import Proposal


def may_see(person: Person | None, proposal: Proposal) -> bool:
    """A hidden proposal only staff may read."""
    return not proposal.is_hidden or (person is not None and person.is_staff)
