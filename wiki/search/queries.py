"""Looking things up. Only what everybody may read is ever found, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from wiki.accounts.models import Person
from wiki.core.database import db
from wiki.pages.models import Page, PageKind
from wiki.proposals.models import Stage
from wiki.search import snippets
from wiki.search.engines import Wanted, engine, readable
from wiki.search.models import Document, Found, Reading
from wiki.search.query import Query
from wiki.search.snippets import Segment
from wiki.text import japanese

PER_PAGE = 10
#: Hits are counted up to here; beyond, it is “100 or more”.
MOST_COUNTED = 100
MOST_SUGGESTED = 8
_MOST_MEANT = 3
_CURSOR = re.compile(r"([tx])(-?\d{1,19})", re.ASCII)


@dataclass(frozen=True)
class Hit:
    """Something found: where it is, what it is called (marked for pages and proposals), what it says."""

    kind: Found
    href: str
    title: list[Segment]
    snippet: list[Segment]
    about: str
    author: str | None
    stage: Stage | None
    is_help: bool
    at: datetime


@dataclass(frozen=True)
class Answer:
    """Some hits, the best first; how many there are (None behind a cursor), and the cursor of the next ones."""

    hits: list[Hit]
    total: int | None
    is_more: bool
    next_cursor: str | None


def find(wanted: Wanted, cursor: str = "") -> Answer:
    """Hits in titles, the newest first, then all others, the newest first: 3 queries, at most 5.

    A cursor that is none begins at the beginning.
    """
    after = _CURSOR.fullmatch(cursor)
    limit = PER_PAGE if after else MOST_COUNTED
    found = _first(wanted, after, limit + 1)
    shown = found[:PER_PAGE]
    return Answer(
        hits=_hits([found_id for _tier, found_id in shown], wanted.query.words),
        total=None if after else min(len(found), MOST_COUNTED),
        is_more=len(found) > limit,
        next_cursor="{}{}".format(*shown[-1]) if len(found) > PER_PAGE else None,
    )


def titles_like(words: Query) -> list[str]:
    """Titles with these words in them, those that begin with them first: 3 to 5 queries."""
    ids = engine().ids(Wanted(words, in_title=True), 5 * MOST_SUGGESTED)
    rows = db.session.execute(select(Document.title, Document.folded_title).where(Document.id.in_(ids)))
    found = sorted(rows, key=lambda row: (not row.folded_title.startswith(words.words[0]), row.folded_title))
    return list(dict.fromkeys(row.title for row in found))[:MOST_SUGGESTED]


def meant(words: Query) -> list[str]:
    """What may have been meant: the query with a word in its place that is read alike, the likeliest first: 2 queries.

    Compared are readings that stand in the index already; a word in kanji is known by its reading there.
    """
    read = _readings_of(words.words)
    keys = {japanese.sound_key(reading): word for word, reading in read.items() if len(reading) > 1}
    if not keys:
        return []
    alike = (
        select(Reading.word, Reading.key, Reading.reading, func.count().label("often"))
        .join(Document, Document.id == Reading.document_id)
        .where(Reading.key.in_(keys), readable(Document))
        .group_by(Reading.word, Reading.key, Reading.reading)
        .order_by(func.count().desc(), Reading.word)
        .limit(10 * _MOST_MEANT)
    )
    better = [row for row in db.session.execute(alike) if japanese.fold(row.word) not in words.words]
    better.sort(key=lambda row: row.reading != read[keys[row.key]])
    typed = [_with(words, keys[row.key], row.word) for row in better]
    return list(dict.fromkeys(typed))[:_MOST_MEANT]


def words_read_as(start: str) -> list[str]:
    """Words of titles and texts whose reading begins with these kana, the most frequent first: 1 query."""
    key = japanese.sound_key(start)
    found = (
        select(Reading.word, func.count().label("often"))
        .join(Document, Document.id == Reading.document_id)
        .where(Reading.key >= key, Reading.key < key + "\U0010ffff", readable(Document))
    )
    found = found.group_by(Reading.word).order_by(func.count().desc(), Reading.word).limit(MOST_SUGGESTED)
    return [row.word for row in db.session.execute(found)]


def _first(wanted: Wanted, after: re.Match[str] | None, limit: int) -> list[tuple[str, int]]:
    """Tiers and ids in the order of the answer: “t” in the title, “x” elsewhere."""
    if wanted.page_ids == ():
        return []
    tier, below = (after[1], int(after[2])) if after else ("t", None)
    if below is not None and abs(below) >= 2**63:
        tier, below = "t", None
    found: list[tuple[str, int]] = []
    if tier == "t":
        found = [("t", found_id) for found_id in engine().ids(wanted.title_tier(below), limit)]
        below = None
    if len(found) < limit:
        found += [("x", found_id) for found_id in engine().ids(wanted.text_tier(below), limit - len(found))]
    return found


def _hits(ids: Sequence[int], words: Sequence[str]) -> list[Hit]:
    columns = (Document.id, Document.kind, Document.ref_id, Document.title, Document.text, Document.folded)
    rows = db.session.execute(
        select(*columns, Document.shifts, Document.stage, Document.at)
        .add_columns(Page.slug, Page.title.label("about"), Page.kind.label("page_kind"), Person.name.label("author"))
        .join(Page, Page.id == Document.page_id)
        .outerjoin(Person, Person.id == Document.author_id)
        .where(Document.id.in_(ids))
        .order_by(Document.id)
    )
    hits = {row.id: _hit(row, words) for row in rows}
    return [hits[each] for each in ids if each in hits]


def _hit(row: Any, words: Sequence[str]) -> Hit:
    is_help = row.page_kind is PageKind.HELP
    hrefs = {
        Found.PAGE: f"/{'help' if is_help else 'reports'}/{row.slug}",
        Found.PROPOSAL: f"/proposals/{row.ref_id}",
        Found.COMMENT: f"/comments/{row.ref_id}#c{row.ref_id}",
    }
    folded = row.folded.partition("\n")[2]
    return Hit(
        kind=row.kind,
        href=hrefs[row.kind],
        title=snippets.marked(row.title, words),
        snippet=snippets.snippet(row.text, folded, row.shifts, words),
        about=row.about,
        author=row.author,
        stage=Stage(row.stage) if row.stage else None,
        is_help=is_help and row.kind is Found.PAGE,
        at=row.at,
    )


def _readings_of(words: Sequence[str]) -> dict[str, str]:
    """How each of these folded words is read, where kana or the index says so: 1 query, none for kana alone."""
    read = {word: word for word in words if japanese.is_kana(word)}
    others = [word for word in words if word not in read]
    if others:
        rows = db.session.execute(select(Reading.word, Reading.reading).where(Reading.word.in_(others)).distinct())
        read |= {row.word: row.reading for row in rows}
    return read


def _with(words: Query, word: str, instead: str) -> str:
    """The query as one would type it, with one word replaced."""
    typed = [f'"{each}"' if " " in each else each for each in (instead if w == word else w for w in words.words)]
    return " ".join([*typed, *(f'-"{each}"' if " " in each else f"-{each}" for each in words.excluded)])
