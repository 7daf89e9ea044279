"""Who takes part, against who lives here. No number from 1 to 4 leaves this module, nor one that gives it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.database import db
from wiki.insight.models import CensusCell, PersonFacts
from wiki.insight.voices import voices
from wiki.insight.withholding import SMALLEST, withheld
from wiki.intake.models import AgeBand, Sheet
from wiki.pages.models import Page

AGE, DISTRICT = "age", "district"
#: Shares are compared from so many people on; a group is heard little below half its share, much above twice.
ENOUGH = 20
_LITTLE, _MUCH = 0.5, 2.0
#: A group with too few people to be told of is heard little when at least so many would be its share.
_EXPECTED = 10


@dataclass(frozen=True)
class Cell:
    """A group: how many took part (None: too few to tell), its share of them, of the city, and whether that is little.

    `is_little` and `is_much` are None where it cannot be said.
    """

    name: str
    people: int | None
    share: float | None
    lives: float | None
    is_little: bool = False
    is_much: bool = False


@dataclass(frozen=True)
class Heard:
    """One table: the groups in the census's order, and of how many people it knows."""

    cells: Sequence[Cell]
    known: int
    has_census: bool


def heard(kind: str, page: Page | None = None) -> Heard:
    """Who took part by age band or district, on a page or on all: 3 queries."""
    lives = dict(db.session.execute(_census(kind)).all())
    counts = dict.fromkeys(lives, 0) | _counts(kind, page)
    if kind == AGE:
        counts = {band.value: counts.get(band.value, 0) for band in AgeBand}
    known, city = sum(counts.values()), sum(lives.values())
    told = withheld(counts)
    cells = [_cell(name, told[name], known, lives.get(name, 0) / city if city else None) for name in counts]
    return Heard(cells if known >= SMALLEST else [], known if known >= SMALLEST else 0, bool(city))


def first_timers(page: Page | None = None) -> tuple[int, int] | None:
    """How many of those who said so take part for the first time, and of how many; None: too few to tell. 1 query."""
    author = select(voices(page.id if page else None).c.author_id)
    wanted = select(PersonFacts.is_first_time, func.count()).where(
        PersonFacts.person_id.in_(author), PersonFacts.is_first_time.is_not(None)
    )
    found = dict(db.session.execute(wanted.group_by(PersonFacts.is_first_time)).all())
    first, again = found.get(True, 0), found.get(False, 0)
    told = withheld({"first": first, "again": again})
    return None if None in told.values() or not first + again else (first, first + again)


def facts_of(person: Person) -> PersonFacts | None:
    """What this person has said of themselves: 1 query."""
    return db.session.get(PersonFacts, person.id)


def give(person: Person, age_band: AgeBand | None, district: str | None, is_first_time: bool | None) -> None:
    """Keep what somebody says of themselves in place of what they said before; nothing said is nothing kept."""
    db.session.execute(delete(PersonFacts).where(PersonFacts.person_id == person.id))
    if age_band or district or is_first_time is not None:
        said = {"age_band": age_band, "district": district, "is_first_time": is_first_time}
        db.session.add(PersonFacts(person_id=person.id, given_at=clock.now(), **said))


def replace_census(cells: Sequence[tuple[str, str, int]]) -> None:
    """Put the uploaded table in place of the one before: (kind, name, people) each."""
    db.session.execute(delete(CensusCell))
    for place, (kind, name, people) in enumerate(cells):
        db.session.add(CensusCell(kind=kind, name=name, people=people, place=place))


def census() -> Sequence[CensusCell]:
    """The table as it was uploaded: 1 query."""
    return db.session.scalars(select(CensusCell).order_by(CensusCell.place)).all()


def districts() -> list[str]:
    """The districts of the census, in its order: 1 query."""
    wanted = select(CensusCell.name).where(CensusCell.kind == DISTRICT)
    return list(db.session.scalars(wanted.order_by(CensusCell.place)))


def _cell(name: str, people: int | None, known: int, lives: float | None) -> Cell:
    share = people / known if people is not None and known else None
    if lives is None or known < ENOUGH:
        return Cell(name, people, share, lives)
    if share is None:
        return Cell(name, people, share, lives, is_little=lives * known >= _EXPECTED)
    return Cell(name, people, share, lives, share < _LITTLE * lives, lives > 0 and share > _MUCH * lives)


def _counts(kind: str, page: Page | None) -> dict[str, int]:
    """People who spoke and said so, and sheets that were not taken over, each counted as one person."""
    column = PersonFacts.age_band if kind == AGE else PersonFacts.district
    sheet = Sheet.age_band if kind == AGE else Sheet.district
    author = select(voices(page.id if page else None).c.author_id)
    people = select(column, func.count()).where(PersonFacts.person_id.in_(author), column.is_not(None))
    papers = select(sheet, func.count()).where(sheet.is_not(None), Sheet.claimed_at.is_(None))
    if page is not None:
        papers = papers.where(Sheet.page_id == page.id)
    counts: dict[str, int] = {}
    for rows in (people.group_by(column), papers.group_by(sheet)):
        for name, count in db.session.execute(rows):
            counts[str(name)] = counts.get(str(name), 0) + count
    return counts


def _census(kind: str) -> Select[str, int]:
    return select(CensusCell.name, CensusCell.people).where(CensusCell.kind == kind).order_by(CensusCell.place)
