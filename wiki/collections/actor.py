"""Who acts, for the room's views."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.collections import policy
from wiki.core.web import require


def arranger() -> Person:
    """The person who is signed in, who must be allowed to arrange pages."""
    person = current_person()
    require(policy.may_arrange(person))
    assert person is not None
    return person
