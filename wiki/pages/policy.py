"""Who may read and change pages: pure answers."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.accounts.policy import is_on_duty
from wiki.pages.models import Page, Protection


def may_write(person: Person | None) -> bool:
    """Staff write pages, edit them and take them back to earlier revisions."""
    return is_on_duty(person)


def may_read(person: Person | None, page: Page) -> bool:
    """What is public everybody reads; a page that is not published, or is deleted, only staff."""
    return page.is_public or may_write(person)


def may_edit(person: Person | None, page: Page) -> bool:
    """Whoever may write; a locked page only administrators."""
    if person is None or not may_write(person):
        return False
    return page.protection is not Protection.LOCKED or person.is_admin


def may_suggest(person: Person | None, page: Page) -> bool:
    """Confirmed residents may suggest an edit where the page is open to suggestions and still asks for opinions."""
    if person is None or not person.is_confirmed or person.is_suspended or not page.is_public:
        return False
    return page.takes_suggestions or (person.is_staff and page.protection is Protection.OPEN)


def may_protect(person: Person | None, page: Page, wanted: Protection) -> bool:
    """Whoever may edit chooses between open and staff; to lock and to unlock is for administrators."""
    if person is None or not may_edit(person, page):
        return False
    return person.is_admin or Protection.LOCKED not in {page.protection, wanted}


def may_waive_review(person: Person | None) -> bool:
    """Anybody who edits may ask for a second pair of eyes; only administrators stop asking for it."""
    return person is not None and may_write(person) and person.is_admin
