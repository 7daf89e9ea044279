"""Who may flag, and who may decide."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.proposals import policy as proposals
from wiki.proposals.models import Proposal

Subject = Comment | Proposal


def may_flag(person: Person | None, subject: Subject) -> bool:
    """Every confirmed person may, what they can read in public and did not write themselves."""
    if person is None or person.is_suspended or not person.is_confirmed:
        return False
    return is_public(subject) and subject.author_id != person.id


def may_moderate(person: Person | None) -> bool:
    """Staff hide, restore, keep, and see the queue."""
    return person is not None and person.is_staff and not person.is_suspended


def may_see(person: Person | None, subject: Subject) -> bool:
    """Whether its address leads anywhere for this reader: a hidden proposal and all on it is for staff."""
    proposal = subject.proposal if isinstance(subject, Comment) else subject
    return proposal is None or proposals.may_see(person, proposal)


def is_public(subject: Subject) -> bool:
    """Whether everybody may read it."""
    return subject.is_public if isinstance(subject, Comment) else not subject.is_hidden
