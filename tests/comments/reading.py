"""What the tests of comments ask of the database and of an answer."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from wiki.accounts.models import Person
from wiki.comments import service
from wiki.comments.models import Comment
from wiki.core.database import db, transaction


def written() -> list[Comment]:
    """All comments, in the order in which they were written."""
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def how_many() -> int:
    """How many comments there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count(Comment.id))) or 0


def voice(answer: TestResponse, comment: Comment) -> Tag:
    """Where a comment stands on a page."""
    found = BeautifulSoup(answer.text, "html.parser").find(id=f"c{comment.id}")
    assert isinstance(found, Tag), f"c{comment.id} is not on the page"
    return found


def composer(answer: TestResponse, id: str = "compose") -> dict[str, str]:
    """The fields of a composer as a browser would send them."""
    form = BeautifulSoup(answer.text, "html.parser").find("form", id=id)
    assert isinstance(form, Tag), f"no form {id} on the page"
    fields = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
    area = form.select_one("textarea")
    assert area is not None
    return fields | {str(area["name"]): area.get_text().removeprefix("\n")}


def hide(staff: Person, comment: Comment) -> None:
    """Put a comment out of sight."""
    with transaction():
        service.hide(staff, comment, "personal")
