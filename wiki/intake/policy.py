"""Who may do what with sheets: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.intake.models import Sheet


def may_enter(person: Person | None) -> bool:
    """Staff enter what came on paper; a page need not be open any more: paper may have come in time."""
    return person is not None and person.is_staff and not person.is_suspended


def may_correct(person: Person | None, sheet: Sheet) -> bool:
    """Staff, until somebody has taken the voice over: then it is theirs."""
    return may_enter(person) and sheet.claimed_at is None


def may_claim(person: Person | None, sheet: Sheet) -> bool:
    """Whoever knows the number and has a confirmed account, once."""
    return person is not None and person.is_confirmed and not person.is_suspended and sheet.claimed_at is None
