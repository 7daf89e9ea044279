"""Who may do what with a proposal: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.pages import policy as pages
from wiki.pages.models import Page
from wiki.proposals.models import Ending, Proposal


def may_see(person: Person | None, proposal: Proposal) -> bool:
    """A hidden proposal only staff may read; one of a page that is not public as well."""
    return (not proposal.is_hidden or sees_hidden(person)) and pages.may_read(person, proposal.page)


def sees_hidden(person: Person | None) -> bool:
    """Staff see hidden proposals in lists, too."""
    return person is not None and person.is_staff


def may_take_part(person: Person | None) -> bool:
    """Whoever has confirmed their address and is not suspended proposes and votes."""
    return person is not None and person.is_confirmed and not person.is_suspended


def may_propose(person: Person | None, page: Page) -> bool:
    """Who may take part; on a closed page only staff."""
    if person is None or not may_take_part(person) or not page.is_public:
        return False
    return page.is_open or person.is_staff


def may_vote(person: Person | None, proposal: Proposal) -> bool:
    """Who may take part, until the municipality has decided."""
    return may_take_part(person) and proposal.is_deciding and not proposal.is_hidden


def may_edit(person: Person | None, proposal: Proposal) -> bool:
    """The author, while nothing is decided."""
    return may_take_part(person) and person is not None and proposal.author_id == person.id and proposal.is_deciding


def may_cosign(person: Person | None, proposal: Proposal) -> bool:
    """Who may take part, but for the author, while nothing is decided."""
    if person is None or not may_take_part(person) or proposal.is_hidden:
        return False
    return proposal.author_id != person.id and proposal.is_deciding


def may_reopen(person: Person | None, proposal: Proposal) -> bool:
    """The author, or staff: what was withdrawn or archived."""
    if person is None or not may_take_part(person) or proposal.ending not in {Ending.WITHDRAWN, Ending.ARCHIVED}:
        return False
    return person.is_staff or proposal.author_id == person.id


def may_merge(person: Person | None, proposal: Proposal) -> bool:
    """Staff, while nothing is decided."""
    return person is not None and person.is_staff and may_take_part(person) and proposal.is_deciding


def may_decide(person: Person | None, proposal: Proposal) -> bool:
    """Staff lead a proposal through its stages."""
    return person is not None and person.is_staff and may_take_part(person)
