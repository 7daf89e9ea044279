"""All that one person has contributed: for staff, and for the person themself (docs/decisions/0019)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only

from wiki.accounts.models import Person
from wiki.comments.models import Comment
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Revision
from wiki.pages.policy import may_write
from wiki.proposals.models import Proposal
from wiki.suggestions.models import Suggestion

PAGE = 50


class Sort(enum.StrEnum):
    """編集, コメント, 提案, 修正案."""

    EDITS = "edits"
    COMMENTS = "comments"
    PROPOSALS = "proposals"
    SUGGESTIONS = "suggestions"


LABELS = {
    Sort.EDITS: _l("編集"),
    Sort.COMMENTS: _l("コメント"),
    Sort.PROPOSALS: _l("提案"),
    Sort.SUGGESTIONS: _l("修正案"),
}
_MODELS: dict[Sort, Any] = {
    Sort.EDITS: Revision,
    Sort.COMMENTS: Comment,
    Sort.PROPOSALS: Proposal,
    Sort.SUGGESTIONS: Suggestion,
}
#: What a list shows of each; a page's whole texts stay in the database.
_SHOWN: dict[Sort, tuple[InstrumentedAttribute[Any], ...]] = {
    Sort.EDITS: (Revision.page_id, Revision.number, Revision.title, Revision.summary, Revision.created_at),
    Sort.COMMENTS: (Comment.page_id, Comment.html, Comment.created_at, Comment.hidden_at, Comment.deleted_at),
    Sort.PROPOSALS: (Proposal.page_id, Proposal.title, Proposal.stage, Proposal.created_at, Proposal.hidden_at),
    Sort.SUGGESTIONS: (Suggestion.page_id, Suggestion.reason, Suggestion.state, Suggestion.created_at),
}


@dataclass(frozen=True)
class Contributions:
    """One sort of them, newest first, how many there are of each sort, and the cursor of the next (None: the end)."""

    person: Person
    sort: Sort
    rows: Sequence[Any]
    counts: dict[Sort, int]
    next_cursor: int | None


def may_see(reader: Person, person_id: int) -> bool:
    """Staff see what everybody contributed, hidden posts too; everybody sees their own."""
    return may_write(reader) or reader.id == person_id


def of_person(person_id: int, sort: Sort | None, cursor: int | None, limit: int = PAGE) -> Contributions:
    """What this person contributed before the row `cursor`, first what there is any of: 6 queries. Raises NotThere."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotThere
    counts = {each: _count(each, person_id) for each in Sort}
    sort = sort or next((each for each in Sort if counts[each]), Sort.EDITS)
    model = _MODELS[sort]
    wanted = select(model).where(model.author_id == person_id)
    wanted = wanted.options(load_only(*_SHOWN[sort]), joinedload(model.page))
    if cursor is not None:
        wanted = wanted.where(model.id < cursor)
    found = db.session.scalars(wanted.order_by(model.id.desc()).limit(limit + 1)).all()
    return Contributions(person, sort, found[:limit], counts, found[limit - 1].id if len(found) > limit else None)


def _count(sort: Sort, person_id: int) -> int:
    model = _MODELS[sort]
    return db.session.scalar(select(func.count(model.id)).where(model.author_id == person_id)) or 0
