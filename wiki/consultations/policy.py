"""Who may do what with a public comment: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.accounts.policy import is_on_duty
from wiki.consultations.models import Consultation, Opinion, Phase


def may_run(person: Person | None) -> bool:
    """Staff set it up, enter opinions, group and answer them, and publish the result."""
    return is_on_duty(person)


def may_submit(person: Person | None, found: Consultation) -> bool:
    """Confirmed people, while it is open."""
    if person is None or not person.is_confirmed or person.is_suspended:
        return False
    return found.phase is Phase.OPEN and found.page.is_public


def may_withdraw(person: Person | None, found: Consultation, opinion: Opinion) -> bool:
    """The author, until it closes."""
    if person is None or opinion.author_id != person.id or opinion.withdrawn_at is not None:
        return False
    return found.phase is Phase.OPEN


def may_enter(person: Person | None, found: Consultation) -> bool:
    """Staff enter what came by other ways, also after the end: it may have come in time. Not once the result is out."""
    return may_run(person) and found.phase in {Phase.OPEN, Phase.CLOSED}
