"""Every read of opinion maps, their statements and votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.insight.models import OpinionMap, Statement, StatementState, StatementVote
from wiki.insight.withholding import ENOUGH_PEOPLE, withheld
from wiki.pages.models import Page
from wiki.pages.queries import is_public


@dataclass(frozen=True)
class Told:
    """What is told of the votes on a statement; None for what fewer than five people voted, or could be worked out."""

    agrees: int | None
    passes: int | None
    disagrees: int | None


@dataclass(frozen=True)
class Standing:
    """How the votes on a statement stand: agreed, disagreed, passed; `seen` is all of them."""

    agrees: int = 0
    disagrees: int = 0
    passes: int = 0

    @property
    def seen(self) -> int:
        return self.agrees + self.disagrees + self.passes


def map_or_404(map_id: int) -> OpinionMap:
    """The map with its page: 1 query. Raises NotThere."""
    found = db.session.scalar(_with_page().where(OpinionMap.id == map_id))
    if found is None:
        raise NotThere
    return found


def locked(found: OpinionMap) -> OpinionMap:
    """The map as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(OpinionMap).where(OpinionMap.id == found.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def listed() -> Sequence[OpinionMap]:
    """Maps of public pages, open ones first, then the newest: 1 query."""
    wanted = _with_page().join(OpinionMap.page).where(is_public())
    order = (OpinionMap.closed_at.is_not(None), OpinionMap.id.desc())
    return db.session.scalars(wanted.order_by(*order).limit(100)).all()


def of_page(page: Page) -> Sequence[OpinionMap]:
    """The maps of a page, the newest first: 1 query."""
    wanted = select(OpinionMap).where(OpinionMap.page_id == page.id)
    return db.session.scalars(wanted.order_by(OpinionMap.id.desc())).all()


def statement_or_404(found: OpinionMap, statement_id: int) -> Statement:
    """One statement of the map: 1 query. Raises NotThere."""
    statement = db.session.get(Statement, statement_id)
    if statement is None or statement.map_id != found.id:
        raise NotThere
    return statement


def lock(statement: Statement) -> None:
    """Hold the statement's row until the transaction ends: 1 query."""
    db.session.execute(select(Statement.id).where(Statement.id == statement.id).with_for_update())


def shown(found: OpinionMap) -> Sequence[Statement]:
    """The statements that people vote on, oldest first: 1 query."""
    wanted = select(Statement).where(Statement.map_id == found.id, Statement.state == StatementState.SHOWN)
    return db.session.scalars(wanted.order_by(Statement.id)).all()


def all_statements(found: OpinionMap) -> Sequence[Statement]:
    """All statements for staff, waiting ones first, with their authors: 1 query."""
    waiting = case((Statement.state == StatementState.WAITING, 0), else_=1)
    wanted = select(Statement).where(Statement.map_id == found.id).options(joinedload(Statement.author))
    return db.session.scalars(wanted.order_by(waiting, Statement.id)).all()


def own_statements(person: Person, found: OpinionMap) -> Sequence[Statement]:
    """What this person has added to a map, newest first: 1 query."""
    wanted = select(Statement).where(Statement.map_id == found.id, Statement.author_id == person.id)
    return db.session.scalars(wanted.order_by(Statement.id.desc())).all()


def added_today(person: Person, found: OpinionMap) -> int:
    """How many statements this person has added within a day: 1 query."""
    since = clock.now() - timedelta(days=1)
    wanted = select(func.count(Statement.id)).where(Statement.map_id == found.id, Statement.author_id == person.id)
    return db.session.scalar(wanted.where(Statement.created_at > since)) or 0


def waiting_count() -> int:
    """Statements that wait for staff: 1 query."""
    return db.session.scalar(select(func.count()).where(Statement.state == StatementState.WAITING)) or 0


def standings(found: OpinionMap) -> dict[int, Standing]:
    """How the votes stand on each shown statement that has any: 1 query."""
    said = [func.count(case((StatementVote.value == value, 1))) for value in (1, -1, 0)]
    wanted = _votes(found).with_only_columns(StatementVote.statement_id, *said).group_by(StatementVote.statement_id)
    return {row[0]: Standing(row[1], row[2], row[3]) for row in db.session.execute(wanted)}


def told(standings: Mapping[int, Standing]) -> dict[int, Told]:
    """The counts that may leave the house: of statements ten people have voted on, and no cell below five."""
    return {number: _told(stands) for number, stands in standings.items() if stands.seen >= ENOUGH_PEOPLE}


def votes(found: OpinionMap) -> Sequence[tuple[int, int, int]]:
    """Every (person, statement, value) on shown statements: 1 query."""
    wanted = _votes(found).with_only_columns(StatementVote.person_id, StatementVote.statement_id, StatementVote.value)
    return [(row[0], row[1], row[2]) for row in db.session.execute(wanted.order_by(StatementVote.person_id))]


def votes_of(person: Person, found: OpinionMap) -> dict[int, int]:
    """How this person voted, by statement: 1 query."""
    wanted = _votes(found).with_only_columns(StatementVote.statement_id, StatementVote.value)
    rows = db.session.execute(wanted.where(StatementVote.person_id == person.id))
    return {row[0]: row[1] for row in rows}


def vote_of(person: Person, statement: Statement) -> StatementVote | None:
    """This person's vote on one statement: 1 query."""
    return db.session.get(StatementVote, (statement.id, person.id))


def _told(stands: Standing) -> Told:
    counts = {"agrees": stands.agrees, "passes": stands.passes, "disagrees": stands.disagrees}
    return Told(**withheld(counts, nought_tells=True))


def _votes(found: OpinionMap) -> Select[StatementVote]:
    wanted = select(StatementVote).join(Statement, Statement.id == StatementVote.statement_id)
    return wanted.where(Statement.map_id == found.id, Statement.state == StatementState.SHOWN)


def _with_page() -> Select[OpinionMap]:
    return select(OpinionMap).options(joinedload(OpinionMap.page))
