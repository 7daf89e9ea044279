"""Search on PostgreSQL: the same pairs as lexemes under a GIN index (docs/decisions/0010).

Lexemes carry no positions (a tsvector knows none past 16,383): they find candidates, and the folded text decides. GIN
gives all that match or nothing, so a common word would read a whole town's comments; a common word, on the other
hand, stands among the newest few. So the newest documents are looked through first, and GIN is asked only for what
is rare there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from wiki.core.database import db
from wiki.pages.models import Page
from wiki.pages.queries import is_public
from wiki.proposals.models import Proposal
from wiki.search.documents import Row
from wiki.search.engines import Wanted, readable, says, within
from wiki.search.models import Document
from wiki.text import japanese

#: How many of the newest documents are looked through before the index is asked.
NEWEST = 2000
_MOST_BYTES = 900_000
_ANYTHING = "*::"


def prepare(row: Row) -> None:
    """The document's characters and pairs, those of its title once more under a mark, and its page, kind and stage."""
    lexemes = _lexemes(row["folded"]) | {f"t::{lexeme}" for lexeme in _lexemes(row["folded_title"])}
    if sum(len(lexeme.encode()) for lexeme in lexemes) > _MOST_BYTES:  # a tsvector holds 1 MB: this one fits any query
        lexemes = {_ANYTHING}
    lexemes |= {f"k::{row['kind'].value}", f"p::{row['page_id']}"}
    if row["stage"]:
        lexemes.add(f"s::{row['stage']}")
    row["lexemes"] = " ".join(map(_quoted, sorted(lexemes)))


def forget(document: Document) -> None:
    """The lexemes go with the row."""


def settle(most: int) -> int:
    """GIN keeps its own list of what waits."""
    return 0


def ids(wanted: Wanted, limit: int) -> list[int]:
    """Among the newest by looking through them, else by the index: 1 or 2 queries."""
    if wanted.stage is None and wanted.page_ids is None:
        found = _among_the_newest(wanted, limit)
        if len(found) == limit:
            return found
    candidates = (
        select(Document.id, Document.page_id, Document.proposal_id)
        .where(Document.lexemes.op("@@")(cast(tsquery(wanted), TSQUERY)), *within(Document, wanted))
        .where(says(Document, wanted))
        .cte("candidates")
        .prefix_with("MATERIALIZED")
    ).c
    return _first(select(candidates.id).where(_readable_by_lookup(candidates)), candidates.id, limit)


def tsquery(wanted: Wanted) -> str:
    """What is wanted in tsquery's own language; a superset where a phrase is, or a word of the title."""
    mark = "t::" if wanted.in_title else ""
    words = {mark + lexeme for word in wanted.query.words for lexeme in _needed(word)}
    found = f"(({' & '.join(map(_quoted, sorted(words)))}) | {_quoted(_ANYTHING)})"
    if wanted.kind is not None:
        found += " & " + _quoted(f"k::{wanted.kind.value}")
    if wanted.stage is not None:
        found += " & " + _quoted(f"s::{wanted.stage}")
    if wanted.page_ids is not None:
        found += " & (" + " | ".join(_quoted(f"p::{page_id}") for page_id in wanted.page_ids) + ")"
    return found


def _among_the_newest(wanted: Wanted, limit: int) -> list[int]:
    newest = select(Document).where(*within(Document, wanted)).order_by(Document.id.desc()).limit(NEWEST)
    if wanted.in_title:
        newest = newest.where(Document.folded_title != "")
    looked_at = aliased(Document, newest.subquery("newest"))
    found = select(looked_at.id).where(says(looked_at, wanted), readable(looked_at))
    return _first(found, looked_at.id, limit)


def _first(found: Select[int], document_id: Any, limit: int) -> list[int]:
    return list(db.session.scalars(found.order_by(document_id.desc()).limit(limit)))


def _readable_by_lookup(candidates: Any) -> ColumnElement[bool]:
    """As `readable`, in a form that PostgreSQL answers from a table of the pages' ids in memory, made once.

    A join it may turn round when it knows nothing of the tables yet: each page against each candidate.
    """
    pages, proposals = select(Page.id).where(is_public()), select(Proposal.id).where(Proposal.hidden_at.is_(None))
    return and_(
        or_(candidates.page_id.in_(pages), candidates.page_id.is_(None)),
        or_(candidates.proposal_id.is_(None), candidates.proposal_id.in_(proposals)),
    )


def _lexemes(folded: str) -> set[str]:
    return {lexeme for pair in japanese.grams(folded) for lexeme in (pair, pair[0])}


def _needed(word: str) -> set[str]:
    """The lexemes that every text with this word has; its last pair may be only the beginning of one."""
    return set(japanese.phrase(word)[0])


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
