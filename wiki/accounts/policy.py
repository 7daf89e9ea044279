"""Who may do what with accounts."""

from __future__ import annotations

from wiki.accounts.addresses import GONE
from wiki.accounts.models import Person


def may_sign_in(person: Person) -> bool:
    """Everybody whose account stands; suspended residents too, to read why, but no suspended staff."""
    return not has_left(person) and not (person.is_suspended and person.is_staff)


def is_on_duty(person: Person | None) -> bool:
    """Staff whose address is confirmed and who are not suspended: what only staff may do, they may."""
    return person is not None and person.is_staff and person.is_confirmed and not person.is_suspended


def is_written_to(person: Person) -> bool:
    """Whether letters about what became of their voices go to this person: not to sample people or suspended ones."""
    return person.is_confirmed and not person.is_suspended and not person.is_sample


def may_manage_people(person: Person | None) -> bool:
    """Administrators may."""
    return person is not None and person.is_admin and not person.is_suspended


def may_change(actor: Person | None, person: Person) -> bool:
    """Administrators may give another role to, and suspend, who is neither an administrator nor gone."""
    return may_manage_people(actor) and not person.is_admin and not has_left(person)


def has_left(person: Person) -> bool:
    """Whether the account was deleted by its person."""
    return person.email.endswith(GONE)
