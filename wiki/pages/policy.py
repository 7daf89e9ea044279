"""Who may change pages."""

from __future__ import annotations

from wiki.accounts.models import Person


def may_write(person: Person | None) -> bool:
    """Staff write pages, edit them and take them back to earlier revisions; reading is everybody's."""
    return person is not None and person.is_staff and person.is_confirmed and not person.is_suspended
