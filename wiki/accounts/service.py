"""What people change about their own accounts; what administrators change stands in administration.py.

Each takes what was checked, records, and leaves committing to the caller.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from wiki import ledger
from wiki.accounts import attempts, kept, letters, links, policy, queries, signin
from wiki.accounts.addresses import GONE
from wiki.accounts.models import KeptText, MailedLink, Person, Purpose, Role, Signin
from wiki.core import clock, versions
from wiki.core.database import db
from wiki.ledger import Kind
from wiki.text import names

LEFT_NAME = "退会した人"


class NameTaken(Exception):
    """Somebody has this name, or one that looks like it."""


class AddressTaken(Exception):
    """Somebody has an account with this address; told to administrators only."""


class LastAdmin(Exception):
    """Nobody could manage the site any more."""


@dataclass(frozen=True)
class Registration:
    """A checked wish for an account: name and address in the one form that is kept."""

    name: str
    email: str
    password_hash: str | None
    language: str = "ja"
    role: Role = Role.RESIDENT
    consented_at: datetime | None = None
    confirmed_at: datetime | None = None
    department_id: int | None = None


def register(wish: Registration) -> None:
    """Make a resident's account and mail its link; where the address is known, write to its person instead.

    Raises NameTaken, whether or not the address has an account.
    """
    try:
        person = add(wish)
    except AddressTaken:
        owner = queries.person_by_email(wish.email)
        assert owner is not None
        _hold_name(wish)
        if not is_invited(owner):
            letters.already_here(owner)
        return
    kept.hand_over(person)
    letters.confirm(person)
    ledger.record(Kind.PERSON_REGISTERED, person.id, person_id=person.id)


def create(actor: Person | None, wish: Registration) -> Person:
    """Make an account whose address is known to be right. Raises NameTaken, AddressTaken."""
    person = add(wish)
    ledger.record(Kind.PERSON_REGISTERED, actor.id if actor else None, person_id=person.id, role=wish.role.value)
    return person


def add(wish: Registration) -> Person:
    """Insert a person. Raises NameTaken before AddressTaken: a taken name tells nothing of the address."""
    key = names.name_key(wish.name)
    person = Person(
        name=wish.name,
        name_key=key,
        email=wish.email,
        password_hash=wish.password_hash,
        role=wish.role,
        language=wish.language,
        department_id=wish.department_id,
        consented_at=wish.consented_at,
        confirmed_at=wish.confirmed_at,
        created_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
    except IntegrityError:
        raise (NameTaken if queries.name_is_taken(key) else AddressTaken) from None
    return person


def is_invited(person: Person) -> bool:
    """Whether the account waits for its first password."""
    return person.password_hash is None and person.confirmed_at is None


def confirm(person: Person) -> None:
    """The address is this person's: a link in a letter to it was used."""
    links.use_up(person, Purpose.CONFIRM)
    if person.confirmed_at is None:
        person.confirmed_at = clock.now()
        person.version = versions.new_version()
        ledger.record(Kind.PERSON_CONFIRMED, person.id, person_id=person.id)


def confirm_again(person: Person) -> None:
    """Mail the confirming link once more, to who still needs it."""
    if person.confirmed_at is None and not policy.has_left(person):
        _letter_for_unconfirmed(person)


def ask_reset(person: Person) -> None:
    """Mail the link for a new password; an invitation that was not accepted cannot be reset."""
    if not is_invited(person):
        letters.reset(person)


def set_password(person: Person, password_hash: str) -> None:
    """Give a person a new password by a mailed link: all sign-ins end, and the address is confirmed by it."""
    links.use_up(person, Purpose.RESET, Purpose.INVITE)
    confirm(person)
    _change_password(person, password_hash)


def change_password(person: Person, password_hash: str, key_to_keep: str) -> None:
    """Give a person a new password; every sign-in but this one ends, and mailed links are worthless."""
    links.use_up(person, Purpose.RESET, Purpose.INVITE)
    _change_password(person, password_hash)
    this = db.session.get(Signin, key_to_keep)
    if this is not None and this.person_id == person.id:
        this.ended_at = None


def sign_out_everywhere(person: Person) -> None:
    """End every sign-in of a person."""
    signin.end_everywhere(person)
    ledger.record(Kind.SIGNED_OUT_EVERYWHERE, person.id, person_id=person.id)


def end_signin(person: Person, public_id: str) -> bool:
    """End one sign-in of a person; whether there was one of this id."""
    for row in queries.signins_of(person):
        if secrets.compare_digest(queries.public_id(row), public_id):
            row.ended_at = clock.now()
            return True
    return False


def rename(person: Person, name: str) -> None:
    """Give a person another name, everywhere at once. Raises NameTaken."""
    key = names.name_key(name)
    if queries.name_is_taken(key, by_other_than=person.id):
        raise NameTaken
    person.name, person.name_key = name, key
    try:
        db.session.flush()
    except IntegrityError:
        raise NameTaken from None
    _changed(person, "name")
    versions.touch(versions.EVERYTHING)


def ask_new_address(person: Person, email: str) -> None:
    """Mail a link to the new address; it takes effect when the link is used. Nothing goes to an address in use."""
    if queries.person_by_email(email) is None:
        letters.new_address(person, email)


def change_address(person: Person, email: str) -> None:
    """The new address was proved by its link: it replaces the former one, which is told. Raises AddressTaken."""
    former, person.email = person.email, email
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise AddressTaken from None
    links.use_up(person, Purpose.RESET, Purpose.CHANGE, Purpose.CONFIRM)
    attempts.clear(former)
    letters.address_changed(person, former)
    if person.confirmed_at is None:
        person.confirmed_at = clock.now()
    _changed(person, "email")


def choose_language(person: Person, language: str) -> None:
    """The language of letters, and of the site where the device has not chosen."""
    person.language = language
    _changed(person, "language")


def leave(person: Person) -> None:
    """Delete an account: what was said stays under a name that says nobody's. Raises LastAdmin."""
    if person.is_admin and queries.admins_with_password() < 2:
        raise LastAdmin
    attempts.clear(person.email)
    signin.end_everywhere(person)
    for table in (Signin, MailedLink, KeptText):
        db.session.execute(delete(table).where(table.person_id == person.id))
    person.name = f"{LEFT_NAME}{person.id}"
    person.name_key = f"{GONE}{person.id}"
    person.email = f"deleted-{person.id}{GONE}"
    person.password_hash = person.consented_at = person.verified_at = person.department_id = None
    person.role = Role.RESIDENT
    _changed(person, "left")
    versions.touch(versions.EVERYTHING)


def _hold_name(wish: Registration) -> None:
    """Keep the name as an unconfirmed account would, so that trying it again tells nothing of the address.

    Nobody can sign in to such an account, and it goes like other unconfirmed ones.
    """
    add(Registration(wish.name, f"held-{secrets.token_hex(12)}{GONE}", None, consented_at=wish.consented_at))


def _letter_for_unconfirmed(person: Person) -> None:
    if is_invited(person):
        letters.invite(person)
    else:
        letters.confirm(person)


def _change_password(person: Person, password_hash: str) -> None:
    person.password_hash = password_hash
    attempts.clear(person.email)
    signin.end_everywhere(person)
    _changed(person, "password")


def _changed(person: Person, what: str) -> None:
    person.version = versions.new_version()
    ledger.record(Kind.PERSON_CHANGED, person.id, person_id=person.id, what=what)
