"""Where the pairs of characters stand and how they are looked up: SQLite's FTS5, or a tsvector under PostgreSQL's GIN.

Both hold the same pairs (text.japanese) and give the same ids in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from wiki.core.database import db
from wiki.pages.models import Page
from wiki.pages.queries import is_public
from wiki.proposals.models import Proposal
from wiki.search.documents import Row
from wiki.search.models import Document, Found
from wiki.search.query import Query


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and where: ids from `lowest` and below `below`; None sets no bound.

    `in_title`: all words stand in the title; else somewhere, but not all in the title.
    `page_ids`: only what belongs to these pages.
    """

    query: Query
    in_title: bool = False
    kind: Found | None = None
    stage: str | None = None
    page_ids: tuple[int, ...] | None = None
    lowest: int | None = None
    below: int | None = None

    def title_tier(self, below: int | None = None) -> Wanted:
        return replace(self, in_title=True, below=_lower(self.below, below))

    def text_tier(self, below: int | None = None) -> Wanted:
        return replace(self, in_title=False, below=_lower(self.below, below))


class Engine(Protocol):
    """What the two databases do differently."""

    def prepare(self, row: Row) -> None:
        """Fill what this database needs in a row that is about to be written."""

    def forget(self, document: Document) -> None:
        """Take a document's pairs out, before its row is changed or deleted."""

    def settle(self, most: int) -> int:
        """Bring up to `most` pending documents to where they are looked up fastest; gives how many."""

    def ids(self, wanted: Wanted, limit: int) -> list[int]:
        """The first `limit` ids of what everybody may read, highest first: 1 or 2 queries."""


def engine() -> Engine:
    """The engine of the application's database."""
    from wiki.search import postgres, sqlite

    return postgres if db.engine.dialect.name == "postgresql" else sqlite


def readable(document: Any) -> ColumnElement[bool]:
    """Everybody may read it: its page is public, and the proposal to which it belongs is not hidden."""
    page = exists().where(Page.id == document.page_id, is_public())
    shown = exists().where(Proposal.id == document.proposal_id, Proposal.hidden_at.is_(None))
    return and_(page, or_(document.proposal_id.is_(None), shown))


def says(document: Any, wanted: Wanted) -> ColumnElement[bool]:
    """The document's folded text says what is wanted, looked through character by character."""
    words, excluded = wanted.query.words, wanted.query.excluded
    in_title = and_(*(_contains(document.folded_title, word) for word in words))
    anywhere = and_(*(_contains(document.folded, word) for word in words), not_(in_title))
    there = in_title if wanted.in_title else anywhere
    return and_(there, *(not_(_contains(document.folded, word)) for word in excluded))


def within(document: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions of the filters."""
    conditions: list[ColumnElement[bool]] = list(between(document.id, wanted))
    if wanted.kind is not None:
        conditions.append(document.kind == wanted.kind)
    if wanted.stage is not None:
        conditions.append(document.stage == wanted.stage)
    if wanted.page_ids is not None:
        conditions.append(document.page_id.in_(wanted.page_ids))
    return conditions


def between(id_column: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions of time and cursor on ids."""
    conditions = []
    if wanted.lowest is not None:
        conditions.append(id_column >= wanted.lowest)
    if wanted.below is not None:
        conditions.append(id_column < wanted.below)
    return conditions


def looked_through(wanted: Wanted, limit: int, *conditions: Any) -> list[int]:
    """The ids found by looking through the rows under `conditions`: 1 query."""
    found = select(Document.id).where(*conditions, *within(Document, wanted), says(Document, wanted))
    return list(db.session.scalars(found.where(readable(Document)).order_by(Document.id.desc()).limit(limit)))


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    name = "strpos" if db.engine.dialect.name == "postgresql" else "instr"
    found: ColumnElement[bool] = getattr(func, name)(column, word) > 0
    return found


def _lower(one: int | None, other: int | None) -> int | None:
    bounds = [bound for bound in (one, other) if bound is not None]
    return min(bounds) if bounds else None
