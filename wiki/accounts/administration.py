"""What administrators change about accounts: roles, departments, 住民確認, suspension, the first administrator.

Each takes what was checked, records, and leaves committing to the caller.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

from wiki import ledger
from wiki.accounts import letters, links, queries, signin
from wiki.accounts.models import Department, Person, Purpose, Role
from wiki.accounts.service import AddressTaken, Registration, add, create, is_invited
from wiki.core import clock, versions
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.text import names

_ADMIN_NAME = "管理者"


def invite(actor: Person | None, email: str, name: str, role: Role, department_id: int | None = None) -> Person:
    """Make an account without a password and mail a link that sets it; again, while it was not accepted.

    Raises NameTaken, AddressTaken (an account with a password has this address).
    """
    person = queries.person_by_email(email)
    if person is not None and not is_invited(person):
        raise AddressTaken
    if person is None:
        person = add(Registration(name, email, None, role=role, department_id=department_id))
    letters.invite(person)
    ledger.record(Kind.PERSON_INVITED, actor.id if actor else None, person_id=person.id, role=role.value)
    return person


def change_role(actor: Person, person: Person, role: Role) -> None:
    """Make a resident staff, or the other way round; the badge beside their name changes everywhere."""
    person.role = role
    person.version = versions.new_version()
    ledger.record(Kind.ROLE_CHANGED, actor.id, person_id=person.id, role=role.value)
    versions.touch(versions.EVERYTHING)


def verify(actor: Person, person: Person, is_verified: bool) -> None:
    """住民確認: the municipality looked at a proof that this person lives here; how is not kept."""
    person.verified_at = clock.now() if is_verified else None
    person.version = versions.new_version()
    what = "verified" if is_verified else "unverified"
    ledger.record(Kind.PERSON_CHANGED, actor.id, person_id=person.id, what=what)
    versions.touch(versions.EVERYTHING)


def assign(actor: Person, person: Person, department_id: int | None) -> None:
    """Put a member of staff into a department, or into none."""
    person.department_id = department_id
    person.version = versions.new_version()
    ledger.record(Kind.PERSON_CHANGED, actor.id, person_id=person.id, what="department")
    versions.touch(versions.EVERYTHING)


def name_department(actor: Person, department: Department | None, name: str) -> None:
    """Add a department (None), or give one another name, which stands beside all that it answered.

    Raises sqlalchemy.exc.IntegrityError for a name that another has.
    """
    if department is None:
        department = Department(name=name)
        db.session.add(department)
    else:
        department.name = name
    db.session.flush()
    ledger.record(Kind.DEPARTMENT_NAMED, actor.id, department=department.id, name=name)
    versions.touch(versions.EVERYTHING)


def suspend(actor: Person, person: Person) -> None:
    """Take the right to write from a person, for now; their sign-ins end."""
    person.suspended_at = clock.now()
    signin.end_everywhere(person)
    ledger.record(Kind.PERSON_CHANGED, actor.id, person_id=person.id, what="suspended")


def unsuspend(actor: Person, person: Person) -> None:
    """Give the right to write back."""
    person.suspended_at = None
    person.version = versions.new_version()
    ledger.record(Kind.PERSON_CHANGED, actor.id, person_id=person.id, what="unsuspended")


def first_admin_link() -> str | None:
    """A fresh link with which the first administrator sets a password; None once an administrator has one."""
    if queries.an_admin(with_password=True) is not None:
        return None
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    admin = queries.an_admin(with_password=False)
    if admin is None:
        admin = create(None, Registration(_free_name(), f"admin@{host}", None, role=Role.ADMIN))
    links.use_up(admin, Purpose.INVITE)
    return links.make(admin, Purpose.INVITE)


def _free_name() -> str:
    number = 1
    while queries.name_is_taken(names.name_key(name := _ADMIN_NAME + (str(number) if number > 1 else ""))):
        number += 1
    return name
