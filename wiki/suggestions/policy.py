"""Who may do what with suggested edits: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.pages import policy as pages
from wiki.suggestions.models import State, Suggestion


def may_decide(person: Person | None) -> bool:
    """Who may write pages accepts and declines."""
    return pages.may_write(person)


def may_read(person: Person | None, suggestion: Suggestion) -> bool:
    """What was taken over is public; anything else is between its author and staff, and so needs no moderation."""
    if suggestion.state is State.ACCEPTED:
        return True
    return person is not None and (person.is_staff or person.id == suggestion.author_id)


def may_withdraw(person: Person | None, suggestion: Suggestion) -> bool:
    """The author, while it waits."""
    return person is not None and person.id == suggestion.author_id and suggestion.is_waiting
