"""What changed in the whole wiki, or on one page: the ledger's lines, with what their revisions say of themselves."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from wiki.accounts.models import Person
from wiki.collections import queries as collections
from wiki.core.clock import TOKYO
from wiki.core.database import db
from wiki.front import record
from wiki.front.record import Entry
from wiki.ledger import Event, Kind
from wiki.pages import patrol
from wiki.pages.models import Page, Patrol, Revision
from wiki.pages.queries import is_public
from wiki.proposals.models import Proposal
from wiki.search.forms import read_day
from wiki.text import names

PAGE = 50
_FIELDS = ("kind", "collection", "person", "since", "unseen")


class Topic(enum.StrEnum):
    """本文, 提案, 判断."""

    TEXT = "text"
    PROPOSALS = "proposals"
    DECISIONS = "decisions"


LABELS = {Topic.TEXT: _l("本文の編集"), Topic.PROPOSALS: _l("提案の動き"), Topic.DECISIONS: _l("表示についての判断")}
EDITS = (Kind.PAGE_CREATED, Kind.PAGE_REVISED)
KINDS: dict[Topic, tuple[Kind, ...]] = {
    Topic.TEXT: (*EDITS, Kind.SUGGESTION_ACCEPTED, Kind.COMMENT_REFLECTED),
    Topic.PROPOSALS: (Kind.PROPOSAL_POSTED, Kind.PROPOSAL_STEPPED, Kind.PROPOSAL_REFLECTED),
    Topic.DECISIONS: (
        Kind.COMMENT_HIDDEN,
        Kind.COMMENT_RESTORED,
        Kind.PROPOSAL_HIDDEN,
        Kind.PROPOSAL_RESTORED,
        Kind.FLAGS_DISMISSED,
    ),
}
_ALL = tuple(kind for kinds in KINDS.values() for kind in kinds)


@dataclass(frozen=True)
class Filters:
    """What was chosen. `typed` holds it as it came, to be shown again; `errors` what is wrong, by field."""

    topic: Topic | None = None
    since: date | None = None
    unseen: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Filters:
        """From the query of an address. A kind that there is not is left out."""
        typed = {name: value for name in _FIELDS if (value := sent.get(name, "").replace("\0", "").strip()[:100])}
        errors: dict[str, str] = {}
        since = read_day("since", typed, errors)
        kind = typed.get("kind")
        topic = Topic(kind) if kind in set(Topic) else None
        return cls(topic, since, "unseen" in typed, typed, errors)


@dataclass(frozen=True)
class Line:
    """A line of the record with more about it, where it is an edit.

    `by` is the shown name of whose work it is, and `leads_on` whether the filter by that name finds this line;
    `gained` is how many characters longer the text became (None: it is the first), `patrol` whether staff have looked
    at it, for those who may say so.
    """

    entry: Entry
    by: str = ""
    leads_on: bool = False
    summary: str = ""
    gained: int | None = None
    patrol: Patrol | None = None


@dataclass(frozen=True)
class Lines:
    """Some lines, newest first, and the cursor of the next (None: the end)."""

    lines: Sequence[Line]
    next_cursor: int | None


def recent(filters: Filters, reader: Person | None, cursor: int | None, limit: int = PAGE) -> Lines:
    """What changed on public pages before the event `cursor`: at most 8 queries.

    Nothing of hidden proposals but that they were hidden. Of a person only edits of pages and suggestions of theirs
    that were taken over (docs/decisions/0019).
    """
    # subqueries rather than joins: SQLite would join all events of these kinds before it sorts them
    on_public_page = Event.page_id.in_(select(Page.id).where(is_public()))
    wanted = select(Event).where(on_public_page, shows_hidden_only_as_decisions(), *_narrowed(filters))
    if filters.unseen and patrol.may_patrol(reader, None):
        assert reader is not None
        wanted = wanted.where(*_unseen_by(reader))
    if cursor is not None:
        wanted = wanted.where(Event.id < cursor)
    events = db.session.scalars(wanted.order_by(Event.id.desc()).limit(limit + 1)).all()
    return Lines(lines_of(events[:limit], reader), events[limit - 1].id if len(events) > limit else None)


def lines_of(events: Sequence[Event], reader: Person | None) -> list[Line]:
    """These events as lines: 4 queries, for staff 5."""
    people = _names({_whose(event) for event in events})
    edits = _edits([event for event in events if event.kind in EDITS])
    ids = [edit.id for edit in edits.values() if patrol.may_patrol(reader, edit.author_id)]
    patrols = patrol.of(ids) if ids else {}
    return [
        _line(event, entry, people.get(_whose(event), ""), edits.get(_key(event)), patrols)
        for event, entry in zip(events, record.entries(events), strict=True)
    ]


def by_day(lines: Sequence[Line]) -> list[tuple[date, list[Line]]]:
    """The lines under their days in Japan, both in the order in which they came."""
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(day_of(line.entry.at), []).append(line)
    return list(days.items())


def day_of(moment: datetime) -> date:
    """The day in Japan."""
    return moment.astimezone(TOKYO).date()


def shows_hidden_only_as_decisions() -> ColumnElement[bool]:
    """The condition that leaves of a hidden proposal nothing but that it was hidden."""
    is_shown = Event.proposal_id.not_in(select(Proposal.id).where(Proposal.hidden_at.is_not(None)))
    return or_(Event.proposal_id.is_(None), is_shown, Event.kind.in_(KINDS[Topic.DECISIONS]))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions that the filters make: 1 query where there is a collection."""
    found: list[ColumnElement[bool]] = [Event.kind.in_(KINDS[filters.topic] if filters.topic else _ALL)]
    if "collection" in filters.typed:
        found.append(Event.page_id.in_(collections.page_ids_of(filters.typed["collection"])))
    if "person" in filters.typed:
        named = select(Person.id).where(Person.name_key == names.name_key(filters.typed["person"])).scalar_subquery()
        own_edit = Event.kind.in_(EDITS) & (Event.actor_id == named)
        taken_over = (Event.kind == Kind.SUGGESTION_ACCEPTED) & (Event.person_id == named)
        found.append(own_edit | taken_over)
    if filters.since is not None:
        found.append(Event.at >= datetime.combine(filters.since, time(), TOKYO))
    return found


def _unseen_by(reader: Person) -> list[ColumnElement[bool]]:
    """The conditions that an event is an edit which waits for this member of staff."""
    waiting = select(Revision.page_id).join(Patrol, Patrol.revision_id == Revision.id).where(patrol.waits_for(reader))
    number = Event.facts["number"].as_integer()
    is_it = waiting.where(Revision.page_id == Event.page_id, Revision.number == number)
    return [Event.kind.in_(EDITS), Event.page_id.in_(waiting), is_it.correlate(Event).exists()]


def _whose(event: Event) -> int | None:
    """Whose name stands at this line: that of who edited, suggested or proposed. Decisions are the city's."""
    if event.kind is Kind.SUGGESTION_ACCEPTED:
        return event.person_id
    return event.actor_id if event.kind in {*EDITS, Kind.PROPOSAL_POSTED} else None


def _names(ids: Collection[int | None]) -> dict[int | None, str]:
    wanted = select(Person.id, Person.name).where(Person.id.in_({number for number in ids if number is not None}))
    return {row.id: row.name for row in db.session.execute(wanted)}


def _key(event: Event) -> tuple[int | None, Any]:
    """Page and number, by which an edit's event and its revision know each other."""
    return (event.page_id, event.facts.get("number") if event.kind in EDITS else None)


def _edits(events: Sequence[Event]) -> dict[tuple[int | None, Any], Row[Any]]:
    """Id, author, summary and gained characters of the revisions that these events made: 1 query."""
    if not events:
        return {}
    before = aliased(Revision)
    gained = (func.length(Revision.body) - func.length(before.body)).label("gained")
    told = (Revision.page_id, Revision.number, Revision.id, Revision.author_id, Revision.summary, gained)
    one_before = and_(before.page_id == Revision.page_id, before.number == Revision.number - 1)
    wanted = select(*told).outerjoin(before, one_before)
    wanted = wanted.where(tuple_(Revision.page_id, Revision.number).in_([_key(event) for event in events]))
    return {(row.page_id, row.number): row for row in db.session.execute(wanted)}


def _line(event: Event, entry: Entry, by: str, edit: Row[Any] | None, patrols: Mapping[int, Patrol]) -> Line:
    leads_on = event.kind in KINDS[Topic.TEXT]
    if edit is None:
        return Line(entry, by, leads_on)
    return Line(entry, by, leads_on, edit.summary, edit.gained, patrols.get(edit.id))
