"""Who may arrange pages."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.pages import policy as pages


def may_arrange(person: Person | None) -> bool:
    """Whoever may write pages puts them into collections, series and under tags; reading is everybody's."""
    return pages.may_write(person)
