"""Reading people and their sign-ins."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select

from wiki.accounts.addresses import GONE
from wiki.accounts.models import Department, Person, Role, Signin
from wiki.core.database import db
from wiki.core.web import NotThere


def person_or_404(person_id: int) -> Person:
    """The person with their department: 1 query. Raises NotThere."""
    person = db.session.get(Person, person_id)
    if person is None or person.email.endswith(GONE):
        raise NotThere
    return person


def person_by_email(email: str) -> Person | None:
    """The person with this address, in the form that `addresses` gives it: 1 query."""
    return db.session.scalar(select(Person).where(Person.email == email))


def name_is_taken(name_key: str, by_other_than: int | None = None) -> bool:
    """Whether somebody has a name that looks like this one: 1 query."""
    wanted = select(Person.id).where(Person.name_key == name_key, Person.id != (by_other_than or 0))
    return db.session.scalar(wanted) is not None


def names_taken(name_keys: Iterable[str]) -> set[str]:
    """Those of the folded names that somebody bears: 1 query for each 500."""
    wanted, found = sorted(set(name_keys)), set[str]()
    for at in range(0, len(wanted), 500):
        found |= set(db.session.scalars(select(Person.name_key).where(Person.name_key.in_(wanted[at : at + 500]))))
    return found


def an_admin(with_password: bool) -> Person | None:
    """The first administrator who has set a password, or the first who has not: 1 query."""
    has = Person.password_hash.is_not(None) if with_password else Person.password_hash.is_(None)
    wanted = select(Person).where(Person.role == Role.ADMIN, has, Person.suspended_at.is_(None))
    return db.session.scalar(wanted.order_by(Person.id).limit(1))


def admins_with_password() -> int:
    """How many administrators can sign in: 1 query."""
    wanted = select(func.count()).where(Person.role == Role.ADMIN, Person.password_hash.is_not(None))
    return db.session.scalar(wanted.where(Person.suspended_at.is_(None))) or 0


def people_named(words: str, limit: int = 100) -> Sequence[Person]:
    """Staff when nothing is searched for; else everybody whose name or address holds `words`: 1 query."""
    wanted = select(Person).where(~Person.email.endswith(GONE)).order_by(Person.role, Person.name).limit(limit)
    words = unicodedata.normalize("NFKC", words.strip())[:100]
    if not words:
        return db.session.scalars(wanted.where(Person.role != Role.RESIDENT)).all()
    fits = or_(Person.name.icontains(words, autoescape=True), Person.email.icontains(words, autoescape=True))
    return db.session.scalars(wanted.where(fits)).all()


def departments() -> Sequence[Department]:
    """All departments by name: 1 query."""
    return db.session.scalars(select(Department).order_by(Department.name)).all()


def department(department_id: int) -> Department | None:
    """The department of this id: 1 query."""
    return db.session.get(Department, department_id)


def department_or_404(department_id: int) -> Department:
    """The department of this id: 1 query. Raises NotThere."""
    found = department(department_id)
    if found is None:
        raise NotThere
    return found


def staff_by_department() -> dict[int, int]:
    """How many people belong to each department: 1 query."""
    counted = select(Person.department_id, func.count()).where(Person.department_id.is_not(None))
    return {found: number for found, number in db.session.execute(counted.group_by(Person.department_id)) if found}


def signins_of(person: Person) -> Sequence[Signin]:
    """A person's sign-ins that were not ended, newest first: 1 query."""
    wanted = select(Signin).where(Signin.person_id == person.id, Signin.ended_at.is_(None))
    return db.session.scalars(wanted.order_by(Signin.created_at.desc()).limit(50)).all()


def public_id(signin: Signin) -> str:
    """What a sign-in is called on screens, where its key must not stand."""
    return hashlib.sha256(signin.key.encode()).hexdigest()[:16]
