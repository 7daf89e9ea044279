"""Who may put files in, change and delete them; reading is for everybody who has the address."""

from __future__ import annotations

from wiki.accounts.models import Person
from wiki.pages import policy as pages


def may_upload(person: Person | None) -> bool:
    """Whoever may write pages."""
    return pages.may_write(person)
