"""Every read of public comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from wiki.accounts.models import Person
from wiki.consultations.models import Consultation, Extension, GroupedOpinion, Opinion, OpinionGroup, Result
from wiki.core.database import db
from wiki.core.web import NotThere
from wiki.pages.models import Page
from wiki.pages.queries import is_public


def of_page(page: Page) -> Consultation | None:
    """The page's public comment: 1 query."""
    return db.session.scalar(select(Consultation).where(Consultation.page_id == page.id))


def of_page_or_404(page: Page) -> Consultation:
    """As `of_page`. Raises NotThere."""
    found = of_page(page)
    if found is None:
        raise NotThere
    return found


def consultation_or_404(consultation_id: int) -> Consultation:
    """The public comment with its page: 1 query. Raises NotThere."""
    found = db.session.scalar(_with_page().where(Consultation.id == consultation_id))
    if found is None:
        raise NotThere
    return found


def locked(found: Consultation) -> Consultation:
    """The consultation as it is now, its row held until the transaction ends: 1 query."""
    wanted = select(Consultation).where(Consultation.id == found.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def listed() -> Sequence[Consultation]:
    """Public comments of public pages, those that close last first: 1 query."""
    wanted = _with_page().join(Consultation.page).where(is_public())
    return db.session.scalars(wanted.order_by(Consultation.closes_on.desc(), Consultation.id.desc()).limit(100)).all()


def extensions(found: Consultation) -> Sequence[Extension]:
    """How the period was made longer: 1 query."""
    wanted = select(Extension).where(Extension.consultation_id == found.id)
    return db.session.scalars(wanted.order_by(Extension.id)).all()


def last_number(found: Consultation) -> int:
    """The highest number given so far, 0 before the first: 1 query."""
    return db.session.scalar(select(func.max(Opinion.number)).where(Opinion.consultation_id == found.id)) or 0


def sent_before(found: Consultation, key: str) -> Opinion | None:
    """The opinion that this very form made when it was sent the first time: 1 query."""
    wanted = select(Opinion).where(Opinion.consultation_id == found.id, Opinion.request_key == key)
    return db.session.scalar(wanted)


def opinions(found: Consultation) -> Sequence[Opinion]:
    """All opinions by number, with their authors; for staff: 1 query."""
    wanted = select(Opinion).where(Opinion.consultation_id == found.id).options(joinedload(Opinion.author))
    return db.session.scalars(wanted.order_by(Opinion.number)).all()


def opinion_or_404(found: Consultation, number: int) -> Opinion:
    """The opinion with this number: 1 query. Raises NotThere."""
    wanted = select(Opinion).where(Opinion.consultation_id == found.id, Opinion.number == number)
    opinion = db.session.scalar(wanted)
    if opinion is None:
        raise NotThere
    return opinion


def own(person: Person, found: Consultation) -> Sequence[Opinion]:
    """What this person has sent: 1 query."""
    wanted = select(Opinion).where(Opinion.consultation_id == found.id, Opinion.author_id == person.id)
    return db.session.scalars(wanted.order_by(Opinion.number)).all()


def received(found: Consultation) -> int:
    """How many opinions stand: 1 query."""
    wanted = select(func.count(Opinion.id)).where(Opinion.consultation_id == found.id, Opinion.withdrawn_at.is_(None))
    return db.session.scalar(wanted) or 0


def groups(found: Consultation) -> Sequence[OpinionGroup]:
    """The groups with the opinions in them: 2 queries."""
    members = selectinload(OpinionGroup.members).joinedload(GroupedOpinion.opinion)
    wanted = select(OpinionGroup).where(OpinionGroup.consultation_id == found.id).options(members)
    return db.session.scalars(wanted.order_by(OpinionGroup.id)).all()


def group_or_404(found: Consultation, group_id: int) -> OpinionGroup:
    """One group: 1 query. Raises NotThere."""
    group = db.session.get(OpinionGroup, group_id)
    if group is None or group.consultation_id != found.id:
        raise NotThere
    return group


def by_number(found: Consultation, numbers: Sequence[int]) -> dict[int, Opinion]:
    """Those of these numbers that there are and that were not withdrawn: 1 query."""
    wanted = select(Opinion).where(Opinion.consultation_id == found.id, Opinion.number.in_(numbers))
    return {opinion.number: opinion for opinion in db.session.scalars(wanted.where(Opinion.withdrawn_at.is_(None)))}


def newest_result(found: Consultation) -> Result | None:
    """The result that the public reads: 1 query, none before there is one."""
    return db.session.get(Result, (found.id, found.result_number)) if found.result_number else None


def earlier_results(found: Consultation) -> Sequence[Result]:
    """What was published before, newest first: 1 query."""
    wanted = select(Result).where(Result.consultation_id == found.id, Result.number < found.result_number)
    return db.session.scalars(wanted.order_by(Result.number.desc())).all()


def untold(consultation_id: int, limit: int) -> Sequence[Opinion]:
    """Opinions whose authors were not written to about the result: 1 query."""
    wanted = select(Opinion).where(Opinion.consultation_id == consultation_id, Opinion.told_at.is_(None))
    wanted = wanted.where(Opinion.author_id.is_not(None), Opinion.withdrawn_at.is_(None))
    return db.session.scalars(wanted.options(joinedload(Opinion.author)).order_by(Opinion.id).limit(limit)).all()


def told_authors(consultation_id: int) -> set[int | None]:
    """Who has been written to: 1 query."""
    wanted = select(Opinion.author_id).where(Opinion.consultation_id == consultation_id)
    return set(db.session.scalars(wanted.where(Opinion.told_at.is_not(None))))


def _with_page() -> Select[Consultation]:
    return select(Consultation).options(joinedload(Consultation.page))
