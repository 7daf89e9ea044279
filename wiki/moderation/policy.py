"""Who may flag, and who may decide."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.comments import policy as comments
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
    """Whether its address leads anywhere for this reader: on a page or proposal out of sight only for staff."""
    return comments.may_find(person, subject) if isinstance(subject, Comment) else proposals.may_see(person, subject)


def is_public(subject: Subject) -> bool:
    """Whether everybody may read it."""
    return subject.is_public if isinstance(subject, Comment) else not subject.is_hidden
