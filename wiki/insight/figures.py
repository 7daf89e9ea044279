"""Every number about participation that is shown, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from wiki.accounts.models import Person
from wiki.comments.models import Channel
from wiki.core.database import db
from wiki.insight.voices import days, month, voices
from wiki.insight.withholding import SMALLEST
from wiki.pages.models import Page

_MONTHS = 24


@dataclass(frozen=True)
class Outcome:
    """What became of the voices on a page, or on all: received = answered + waiting.

    `channels` says how many came which way; `median_days` is the middle time to an answer, None without answers and
    where it was not asked for; `oldest_waiting_at` is when the one that waits longest came.
    """

    received: int
    answered: int
    reflected: int
    channels: dict[str, int]
    median_days: float | None
    oldest_waiting_at: datetime | None

    @property
    def waiting(self) -> int:
        return self.received - self.answered

    @property
    def beside_web(self) -> int:
        return self.received - self.channels.get(Channel.WEB.value, 0)


@dataclass(frozen=True)
class Month:
    """The voices that came in one month (2026-11), and what became of them by now."""

    name: str
    received: int
    beside_web: int
    answered: int
    reflected: int

    @property
    def by_web(self) -> int:
        return self.received - self.beside_web

    @property
    def waiting(self) -> int:
        return self.received - self.answered


@dataclass(frozen=True)
class Concentration:
    """Whether few speak much: the share of voices by the 1 % and 5 % who wrote most; None for too few people."""

    people: int
    top_1: float | None
    top_5: float | None


def outcome(page: Page | None = None, *, timed: bool = True) -> Outcome:
    """The numbers of a page, or of all public pages: 3 queries; 1 where nobody has spoken, or no time is asked for."""
    voice = voices(page.id if page else None)
    columns = voice.c
    oldest = func.min(case((columns.answered_at.is_(None), columns.at)))
    counted = (func.count(), func.count(columns.answered_at), func.sum(columns.reflected), oldest)
    rows = db.session.execute(select(columns.channel, *counted).group_by(columns.channel)).all()
    channels = {str(getattr(row[0], "value", row[0])): int(row[1]) for row in rows}
    done = sum(int(row[2]) for row in rows)
    return Outcome(
        received=sum(channels.values()),
        answered=done,
        reflected=sum(int(row[3]) for row in rows),
        channels=channels,
        median_days=_median_days(voice, done) if done and timed else None,
        oldest_waiting_at=min((row[4] for row in rows if row[4]), default=None),
    )


def monthly() -> Sequence[Month]:
    """The last two years month by month, oldest first, empty months between included: 1 query."""
    voice = voices()
    columns = voice.c
    name = month(columns.at).label("month")
    beside = func.count(case((columns.channel != Channel.WEB.value, 1)))
    counted = (func.count(), beside, func.count(columns.answered_at), func.sum(columns.reflected))
    rows = db.session.execute(select(name, *counted).group_by(name).order_by(name)).all()
    found = {str(row[0]): Month(str(row[0]), *(int(value) for value in row[1:])) for row in rows}
    if not found:
        return []
    names = _months(min(found), max(found))
    return [found.get(each, Month(each, 0, 0, 0, 0)) for each in names][-_MONTHS:]


def concentration(page: Page | None = None) -> Concentration:
    """How much of all is said by those who say most; voices on paper have no author here: 1 query."""
    voice = voices(page.id if page else None)
    columns = voice.c
    counted = select(func.count()).select_from(voice).join(Person, Person.id == columns.author_id)
    rows = db.session.scalars(
        counted.where(Person.email.not_like("%.invalid")).group_by(columns.author_id).order_by(func.count().desc())
    ).all()
    if len(rows) < SMALLEST:
        return Concentration(len(rows), None, None)
    return Concentration(len(rows), _share(rows, 0.01), _share(rows, 0.05))


def _share(counts: Sequence[int], part: float) -> float | None:
    """The share of all voices by this part of the authors; None where that part is less than one person."""
    first = int(len(counts) * part)
    return sum(counts[:first]) / sum(counts) if first else None


def _median_days(voice: Any, answered: int) -> float:
    """The middle time to an answer, by sorting in the database: 1 query, 2 for an even number."""
    time = days(voice.c.at, voice.c.answered_at).label("days")
    wanted = select(time).where(voice.c.answered_at.is_not(None)).order_by(time)
    middle = db.session.scalars(wanted.offset((answered - 1) // 2).limit(2 - answered % 2)).all()
    return max(0.0, sum(float(each) for each in middle) / len(middle))


def _months(first: str, last: str) -> list[str]:
    """All months from the first to the last."""
    year, number = int(first[:4]), int(first[5:])
    names = [first]
    while names[-1] < last:
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
        names.append(f"{year:04}-{number:02}")
    return names
