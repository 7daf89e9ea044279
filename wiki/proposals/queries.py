"""Every read of proposals, their votes and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, exists, func, select, update
from sqlalchemy.orm import contains_eager, joinedload

from wiki.accounts.models import Person
from wiki.core import clock
from wiki.core.clock import TOKYO
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page, Revision
from wiki.pages.queries import is_public
from wiki.proposals import order as orders
from wiki.proposals.models import Proposal, Reflection, Stage, Step, Vote
from wiki.proposals.stages import OPEN, REFLECTABLE

#: What a reflection shows of its revision; the texts stay in the database.
_REVISION = (Revision.page_id, Revision.number, Revision.summary, Revision.created_at)


#: So many proposals stand in a report.
AT_A_GLANCE = 6


@dataclass(frozen=True)
class Listing:
    """Some proposals in an order, and the cursor of the next ones (None at the end)."""

    proposals: Sequence[Proposal]
    next_cursor: str | None


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits for the municipality, for how many whole days, and whether its due date has passed."""

    proposal: Proposal
    days: int
    is_late: bool


def proposal_or_404(proposal_id: int) -> Proposal:
    """The proposal with its page and author: 1 query. Raises NotThere."""
    proposal = db.session.scalar(with_page().where(Proposal.id == proposal_id))
    if proposal is None:
        raise NotThere
    return proposal


def locked(proposal: Proposal) -> Proposal:
    """The proposal as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Proposal).where(Proposal.id == proposal.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def listed(
    stage: Stage | None = None,
    order: str = orders.RANDOM,
    cursor: str | None = None,
    seed: int = 0,
    page_id: int | None = None,
    limit: int = 20,
    *,
    with_hidden: bool = False,
    ended: bool = False,
) -> Listing:
    """The `limit` proposals after `cursor` in this order, authors and pages loaded: 1 query.

    Those that ended without a conclusion are listed by themselves (`ended`).
    """
    wanted = with_page().where(*within(page_id, with_hidden), _has_ended(ended))
    if stage is not None:
        wanted = wanted.where(Proposal.stage == stage)
    found = db.session.scalars(orders.arrange(wanted, order, seed, cursor).limit(limit + 1)).all()
    shown = found[:limit]
    return Listing(shown, orders.cursor_of(shown[-1], order) if len(found) > limit else None)


def counts_by_stage(page_id: int | None = None, *, with_hidden: bool = False) -> dict[Stage, int]:
    """How many proposals are in each stage, of a page or of all: 1 query."""
    rows = (
        select(Proposal.stage, func.count().label("number"))
        .where(*within(page_id, with_hidden), _has_ended(False))
        .group_by(Proposal.stage)
    )
    return {row.stage: row.number for row in db.session.execute(rows)}


def for_page(page: Page, limit: int = AT_A_GLANCE) -> Sequence[Proposal]:
    """Public proposals of a page: open ones, the least shown first, then decided ones, newest first: 1 query.

    Among those that were shown equally often, the day's order decides.
    """
    is_open = Proposal.stage.in_(OPEN)
    share = case((is_open & (Proposal.turns > 0), Proposal.shown_turns * 1.0 / func.nullif(Proposal.turns, 0)), else_=0)
    place = case((is_open, orders.place_column(orders.daily_seed())), else_=-Proposal.id)
    wanted = with_page().where(*within(page.id, False), _has_ended(False))
    return db.session.scalars(wanted.order_by(case((is_open, 0), else_=1), share, place).limit(limit)).all()


def crowded_pages() -> Sequence[Page]:
    """Pages with more open proposals than they show at once: 1 query."""
    is_open = Proposal.stage.in_(OPEN)
    of_page = select(Proposal.page_id).where(*within(None, False), _has_ended(False), is_open)
    crowded = of_page.group_by(Proposal.page_id).having(func.count() > AT_A_GLANCE)
    return db.session.scalars(select(Page).where(Page.id.in_(crowded)).order_by(Page.id)).all()


def count_turn(page: Page) -> None:
    """Note which open proposals of a page were shown in the turn that ends now, and which were not: 3 queries."""
    shown = [proposal.id for proposal in for_page(page) if proposal.is_deciding]
    here = (Proposal.page_id == page.id, Proposal.stage.in_(OPEN), Proposal.ending.is_(None))
    turn = update(Proposal).where(*here).values(turns=Proposal.turns + 1)
    db.session.execute(turn.execution_options(synchronize_session=False))
    seen = update(Proposal).where(Proposal.id.in_(shown)).values(shown_turns=Proposal.shown_turns + 1)
    db.session.execute(seen.execution_options(synchronize_session=False))
    db.session.expire_all()


def written_by(person_id: int, limit: int = 50) -> Sequence[Proposal]:
    """A person's newest proposals, hidden ones included, with their pages: 1 query."""
    wanted = with_page().where(Proposal.author_id == person_id)
    return db.session.scalars(wanted.order_by(Proposal.id.desc()).limit(limit)).all()


def posted_before(author_id: int, request_key: str) -> Proposal | None:
    """The proposal that this very form made when it was sent the first time: 1 query."""
    wanted = select(Proposal).where(Proposal.author_id == author_id, Proposal.request_key == request_key)
    return db.session.scalar(wanted)


def by_ids(ids: Sequence[int]) -> Sequence[Proposal]:
    """These proposals with pages and authors, in this order: 1 query, none for no id."""
    if not ids:
        return []
    found = {each.id: each for each in db.session.scalars(with_page().where(Proposal.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def steps_of(proposal: Proposal) -> Sequence[Step]:
    """The steps of its life with the official texts and who gave them, oldest first: 1 query."""
    wanted = select(Step).where(Step.proposal_id == proposal.id).options(joinedload(Step.author))
    return db.session.scalars(wanted.order_by(Step.id)).all()


def last_step(proposal: Proposal) -> Step | None:
    """The newest step: 1 query."""
    wanted = select(Step).where(Step.proposal_id == proposal.id)
    return db.session.scalar(wanted.order_by(Step.id.desc()).limit(1))


def vote_of(person: Person, proposal: Proposal) -> int | None:
    """How this person voted on it: 1, 0, −1, or None: 1 query."""
    return db.session.scalar(select(Vote.value).where(Vote.proposal_id == proposal.id, Vote.person_id == person.id))


def votes_of(person: Person, proposal_ids: Sequence[int]) -> dict[int, int]:
    """How this person voted on each of these, where they did: 1 query."""
    rows = select(Vote.proposal_id, Vote.value).where(Vote.person_id == person.id, Vote.proposal_id.in_(proposal_ids))
    return {row.proposal_id: row.value for row in db.session.execute(rows)}


def reflections_of(proposal: Proposal) -> Sequence[Reflection]:
    """The revisions that reflect it, with their pages, oldest first: 1 query."""
    return reflections_by_proposal([proposal.id]).get(proposal.id, [])


def reflections_by_proposal(proposal_ids: Sequence[int]) -> dict[int, list[Reflection]]:
    """The revisions that reflect each of these, with their pages, oldest first: 1 query."""
    revision = joinedload(Reflection.revision)
    options = (revision.load_only(*_REVISION), revision.joinedload(Revision.page))
    wanted = select(Reflection).where(Reflection.proposal_id.in_(proposal_ids)).options(*options)
    rows = db.session.scalars(wanted.order_by(Reflection.revision_id))
    return _grouped((reflection.proposal_id, reflection) for reflection in rows)


def reflected_in(revision_ids: Sequence[int]) -> dict[int, list[Reflection]]:
    """The public proposals that each of these revisions reflects, with their authors: 1 query."""
    wanted = _with_proposal().where(Reflection.revision_id.in_(revision_ids))
    rows = db.session.scalars(wanted.order_by(Reflection.proposal_id))
    return _grouped((reflection.revision_id, reflection) for reflection in rows)


def reflections_on(page: Page) -> Sequence[Reflection]:
    """Every reflection in a page's text, with revision, proposal and its author, oldest first: 1 query."""
    wanted = _with_proposal().join(Reflection.revision).where(Revision.page_id == page.id)
    wanted = wanted.options(contains_eager(Reflection.revision).load_only(*_REVISION))
    return db.session.scalars(wanted.order_by(Revision.number, Reflection.proposal_id)).all()


def reflecting_numbers(page_id: int) -> set[int]:
    """The numbers of a page's revisions that reflect a proposal, hidden ones included: 1 query."""
    wanted = select(Revision.number).join(Reflection, Reflection.revision_id == Revision.id)
    return set(db.session.scalars(wanted.where(Revision.page_id == page_id)))


def answers_to(proposal_ids: Sequence[int]) -> dict[int, Step]:
    """The newest conclusion on each of these proposals, with who gave it: 1 query."""
    wanted = select(Step).where(Step.proposal_id.in_(proposal_ids), Step.stage.in_(REFLECTABLE))
    steps = db.session.scalars(wanted.order_by(Step.id).options(joinedload(Step.author).joinedload(Person.department)))
    return {step.proposal_id: step for step in steps}


def concluded(page: Page) -> Sequence[Proposal]:
    """This page's public proposals with a conclusion, the newest first, with their authors: 1 query."""
    wanted = with_page().where(*within(page.id, False), Proposal.stage.not_in(OPEN))
    return db.session.scalars(wanted.order_by(Proposal.id.desc()).limit(100)).all()


def already_reflected(revision_id: int) -> set[int]:
    """The proposals that this revision reflects, hidden ones included: 1 query."""
    wanted = select(Reflection.proposal_id).where(Reflection.revision_id == revision_id)
    return set(db.session.scalars(wanted))


def reflectable(page: Page, proposal_ids: Sequence[int]) -> Sequence[Proposal]:
    """Those of these proposals that are this page's and accepted, wholly or in part, or done: 1 query."""
    wanted = select(Proposal).where(Proposal.id.in_(proposal_ids), Proposal.page_id == page.id)
    return db.session.scalars(wanted.where(Proposal.stage.in_(REFLECTABLE)).order_by(Proposal.id)).all()


def to_reflect(page: Page) -> Sequence[Proposal]:
    """This page's public, accepted proposals that no revision reflects yet, oldest first: 1 query."""
    known = exists().where(Reflection.proposal_id == Proposal.id)
    wanted = select(Proposal).where(*within(page.id, False), Proposal.stage.in_(REFLECTABLE), ~known)
    return db.session.scalars(wanted.order_by(Proposal.id)).all()


def waiting(limit: int = 50) -> list[Waiting]:
    """Public proposals in 受付 or 検討中, the oldest first, with pages and authors; for staff: 1 query."""
    wanted = with_page().where(*within(None, False), Proposal.stage.in_(OPEN), _has_ended(False))
    wanted = wanted.options(joinedload(Proposal.department))
    now = clock.now()
    found = db.session.scalars(wanted.order_by(Proposal.created_at, Proposal.id).limit(limit))
    today = now.astimezone(TOKYO).date()
    return [
        Waiting(
            proposal,
            max(0, (now - proposal.created_at).days),
            proposal.due_on is not None and proposal.due_on < today,
        )
        for proposal in found
    ]


def with_page() -> Select[Proposal]:
    """A query of proposals with their pages and authors loaded."""
    return select(Proposal).options(joinedload(Proposal.page), joinedload(Proposal.author))


def _with_proposal() -> Select[Reflection]:
    proposal = contains_eager(Reflection.proposal)
    wanted = select(Reflection).join(Reflection.proposal).where(Proposal.hidden_at.is_(None))
    return wanted.options(proposal.joinedload(Proposal.author))


def on_public_page() -> ColumnElement[bool]:
    """The condition that everybody may read the page for which a proposal was made."""
    return Proposal.page.has(is_public())


def within(page_id: int | None, with_hidden: bool) -> list[ColumnElement[bool]]:
    """Proposals of one page, which the caller may read; or of all public pages, for staff of all pages."""
    conditions: list[ColumnElement[bool]] = [] if with_hidden else [Proposal.hidden_at.is_(None)]
    if page_id is not None:
        return [*conditions, Proposal.page_id == page_id]
    return conditions if with_hidden else [*conditions, on_public_page()]


def _has_ended(ended: bool) -> ColumnElement[bool]:
    return Proposal.ending.is_not(None) if ended else Proposal.ending.is_(None)


def _grouped(pairs: Iterable[tuple[int, Reflection]]) -> dict[int, list[Reflection]]:
    groups: dict[int, list[Reflection]] = {}
    for key, reflection in pairs:
        groups.setdefault(key, []).append(reflection)
    return groups
