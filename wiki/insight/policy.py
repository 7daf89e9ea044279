"""Who may do what with opinion maps: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.accounts.policy import is_on_duty
from wiki.insight.models import OpinionMap
from wiki.pages import policy as pages


def may_see(person: Person | None, found: OpinionMap) -> bool:
    """Whoever may read the page."""
    return pages.may_read(person, found.page)


def may_take_part(person: Person | None, found: OpinionMap) -> bool:
    """Confirmed people vote and add statements while the map is open."""
    if person is None or not person.is_confirmed or person.is_suspended:
        return False
    return found.is_open and found.page.is_public


def may_arrange(person: Person | None) -> bool:
    """Staff open and close maps and decide about statements."""
    return is_on_duty(person)
