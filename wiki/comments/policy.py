"""Who may do what with comments."""

from __future__ import annotations

from datetime import datetime

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.pages import policy as pages
from wiki.pages.models import Page
from wiki.proposals import policy as proposals


def may_comment(person: Person | None, page: Page) -> bool:
    """Confirmed residents may; on a closed page only staff."""
    if person is None or person.is_suspended or not person.is_confirmed:
        return False
    return page.is_public and (page.is_open or person.is_staff)


def may_find(person: Person | None, comment: Comment) -> bool:
    """Whether its address leads anywhere for this reader: what it is about must be theirs to read."""
    if comment.proposal is not None:
        return proposals.may_see(person, comment.proposal)
    return pages.may_read(person, comment.page)


def may_edit(person: Person | None, comment: Comment, now: datetime, seconds: int) -> bool:
    """The author may, for `seconds` after posting, while it stands."""
    if person is None or comment.author_id != person.id or person.is_suspended:
        return False
    return comment.is_public and now < comment.editable_until(seconds)


def may_delete(person: Person | None, comment: Comment) -> bool:
    """The author may, at any time, while it stands."""
    return person is not None and comment.author_id == person.id and comment.deleted_at is None


def may_read_earlier(person: Person | None) -> bool:
    """What a comment said before its edits only staff read."""
    return person is not None and person.is_staff


def may_read(person: Person | None, comment: Comment) -> bool:
    """Everybody reads what is public; what was hidden or deleted only staff."""
    return comment.is_public or (person is not None and person.is_staff)
