"""Every change to opinion maps. Each takes the actor, records, and leaves committing to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki import ledger
from wiki.accounts.models import Person
from wiki.core import clock, jobs
from wiki.core.database import db
from wiki.core.web import Problem
from wiki.insight import queries
from wiki.insight.models import OpinionMap, Statement, StatementState, StatementVote
from wiki.ledger import Kind
from wiki.pages.models import Page

COMPUTE = "insight.compute"
#: Statements that a person may add to one map within a day.
MOST_A_DAY = 5
_WAIT = timedelta(seconds=20)


class MapClosed(Problem):
    """The map takes no more votes."""

    status = 409
    title = _l("この地図は締め切りました")
    advice = _l("投票はもう変えられません。結果は、これからも見られます。")


class TooManyStatements(Problem):
    """Somebody has added as many statements as one may in a day."""

    status = 429
    title = _l("今日はここまでです")
    advice = _l("意見は、一日に5つまで加えられます。書いた文章は手もとに写し、あしたもう一度お送りください。")


class WrongVote(Problem):
    """A vote that is none of 賛成, わからない, 反対."""

    status = 422
    title = _l("投票を受け取れませんでした")
    advice = _l("賛成、わからない、反対のどれかを選んでください。")


def begin(actor: Person, page: Page, question: str, lead: str, statements: Sequence[str]) -> OpinionMap:
    """Open a map on a page with its first statements."""
    found = OpinionMap(page_id=page.id, question=question, lead=lead, opened_by_id=actor.id)
    db.session.add(found)
    db.session.flush()
    for text in statements:
        _add(actor, found, text, StatementState.SHOWN)
    db.session.flush()
    _record(Kind.MAP_OPENED, actor, found)
    return found


def vote(person: Person, statement: Statement, value: int) -> None:
    """Count this person's vote on a statement in place of an earlier one. Raises WrongVote, MapClosed.

    The statement's row is held meanwhile, so that one person's two clicks are counted one after the other.
    """
    if value not in {-1, 0, 1}:
        raise WrongVote
    if not statement.map.is_open or statement.state is not StatementState.SHOWN:
        raise MapClosed
    queries.lock(statement)
    cast = queries.vote_of(person, statement)
    if cast is None:
        cast = StatementVote(statement_id=statement.id, person_id=person.id)
        db.session.add(cast)
    cast.value, cast.voted_at = value, clock.now()
    db.session.flush()
    _record(Kind.MAP_VOTED, person, statement.map, statement=statement.id)
    want(statement.map)


def add(person: Person, found: OpinionMap, text: str) -> Statement:
    """Add a statement; staff's is shown at once, others' wait for staff. The same text sent twice is one.

    Raises MapClosed, TooManyStatements.
    """
    if not found.is_open:
        raise MapClosed
    if before := next((one for one in queries.own_statements(person, found) if one.text == text), None):
        return before
    if not person.is_staff and queries.added_today(person, found) >= MOST_A_DAY:
        raise TooManyStatements
    statement = _add(person, found, text, StatementState.SHOWN if person.is_staff else StatementState.WAITING)
    db.session.flush()
    _record(Kind.STATEMENT_ADDED, person, found, statement=statement.id)
    return statement


def decide(actor: Person, statement: Statement, state: StatementState, reason: str | None = None) -> None:
    """Show a statement, or decline it with a reason for its author."""
    statement.state, statement.decided_by_id = state, actor.id
    statement.reason = reason if state is StatementState.DECLINED else None
    _record(Kind.STATEMENT_DECIDED, actor, statement.map, statement=statement.id, state=state.value)
    want(statement.map)


def close(actor: Person, found: OpinionMap) -> None:
    """Take no more votes; the results stay."""
    found = queries.locked(found)
    if found.is_open:
        found.closed_at = clock.now()
        _record(Kind.MAP_CLOSED, actor, found)
        want(found, timedelta(0))


def open_again(actor: Person, found: OpinionMap) -> None:
    """Take votes again."""
    found = queries.locked(found)
    if not found.is_open:
        found.closed_at = None
        _record(Kind.MAP_OPENED, actor, found)


def want(found: OpinionMap, wait: timedelta = _WAIT) -> None:
    """Have the map computed anew soon; what is on its way already is enough."""
    if not found.is_due:
        found.is_due = True
        jobs.enqueue(COMPUTE, wait, map_id=found.id)


def _add(author: Person, found: OpinionMap, text: str, state: StatementState) -> Statement:
    statement = Statement(map_id=found.id, text=text, author_id=author.id, state=state)
    db.session.add(statement)
    return statement


def _record(kind: Kind, actor: Person, found: OpinionMap, **facts: Any) -> None:
    ledger.record(kind, actor.id, page_id=found.page_id, map=found.id, **facts)
