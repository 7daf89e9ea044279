"""Search on SQLite: FTS5 over pairs that the application makes (docs/decisions/0010).

`search_index` has no content of its own: its rowid is the document's id, its columns hold the pairs of title and text,
and words for kind, stage and page. FTS5 gives rows from the highest rowid down without sorting, so a query costs
what it shows. Writing into it takes longer than writing a row, so documents wait as pending, found by looking
through them, until some dozens go in together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Text, column, exists, insert, select, table, update

from wiki.core.database import db
from wiki.search.documents import Row
from wiki.search.engines import Wanted, between, looked_through, readable
from wiki.search.models import Document
from wiki.text import japanese

_INDEX = table(
    "search_index",
    column("rowid", Integer),
    column("title", Text),
    column("text", Text),
    column("facets", Text),
    column("search_index", Text),
)


def prepare(row: Row) -> None:
    """A new row waits outside the full-text table."""
    row["is_pending"] = True


def forget(document: Document) -> None:
    """Tell the full-text table which pairs to take out; it keeps no text to know them by."""
    if not document.is_pending:
        db.session.execute(insert(_INDEX).values(search_index="delete", **_entry(document)))


def settle(most: int) -> int:
    """Put pending documents, oldest first, into the full-text table."""
    columns = (Document.id, Document.folded, Document.kind, Document.page_id, Document.stage)
    waiting = select(*columns).where(Document.is_pending).order_by(Document.id).limit(most)
    documents = db.session.execute(waiting).all()
    if documents:
        db.session.execute(insert(_INDEX), [_entry(document) for document in documents])
        settled = update(Document).where(Document.is_pending, Document.id <= documents[-1].id)
        db.session.execute(settled.values(is_pending=False))
    return len(documents)


def ids(wanted: Wanted, limit: int) -> list[int]:
    """From the full-text table and from what waits, which has no title: 2 queries, 1 for titles."""
    found = select(_INDEX.c.rowid).where(
        _INDEX.c.search_index.op("MATCH")(match(wanted)),
        *between(_INDEX.c.rowid, wanted),
        exists().where(Document.id == _INDEX.c.rowid, readable(Document)),
    )
    settled = db.session.scalars(found.order_by(_INDEX.c.rowid.desc()).limit(limit)).all()
    if wanted.in_title:
        return list(settled)
    waiting = looked_through(wanted, limit, Document.is_pending)
    return sorted([*settled, *waiting], reverse=True)[:limit]


def match(wanted: Wanted) -> str:
    """What is wanted in FTS5's own language. Words are quoted, so nothing in them is taken for an operator."""
    all_words = " AND ".join(_phrase(word) for word in wanted.query.words)
    if wanted.in_title:
        found = f"(title : ({all_words}))"
        excluded = []
    else:
        found = f"({{title text}} : ({all_words}))"
        excluded = [f"(title : ({all_words}))"]
    excluded += [f"({{title text}} : {_phrase(word)})" for word in wanted.query.excluded]
    facets = []
    if wanted.kind is not None:
        facets.append(f'"k{wanted.kind.value}"')
    if wanted.stage is not None:
        facets.append(f'"s{wanted.stage}"')
    if wanted.page_ids is not None:
        facets.append("(" + " OR ".join(f'"p{page_id}"' for page_id in wanted.page_ids) + ")")
    if facets:
        found = f"((facets : ({' AND '.join(facets)})) AND {found})"
    return found + (f" NOT ({' OR '.join(excluded)})" if excluded else "")


def _phrase(word: str) -> str:
    pairs, is_beginning = japanese.phrase(word)
    quoted = " ".join(pairs).replace('"', '""')
    return f'"{quoted}"' + (" *" if is_beginning else "")


def _entry(document: Any) -> Row:
    title, _end, text = document.folded.partition("\n")
    facets = [f"k{document.kind.value}", f"p{document.page_id}"]
    if document.stage:
        facets.append(f"s{document.stage}")
    return {
        "rowid": document.id,
        "title": " ".join(japanese.grams(title)),
        "text": " ".join(japanese.grams(text)),
        "facets": " ".join(facets),
    }
