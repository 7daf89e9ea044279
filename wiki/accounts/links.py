"""Links that are mailed: good once, for a while; the database keeps only their hashes."""

from __future__ import annotations

import enum
import hashlib
import secrets
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select, update

from wiki.accounts.models import MailedLink, Person, Purpose
from wiki.core import clock
from wiki.core.database import db

LIFETIME = {
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITE: timedelta(days=7),
    Purpose.CHANGE: timedelta(hours=24),
}
_PATHS = {
    Purpose.CONFIRM: "/accounts/confirm/",
    Purpose.RESET: "/accounts/reset/",
    Purpose.INVITE: "/accounts/invite/",
    Purpose.CHANGE: "/accounts/email/",
}
_MOST_AN_HOUR = 5


class State(enum.Enum):
    """What a link is still good for."""

    GOOD = "good"
    EXPIRED = "expired"
    USED = "used"
    UNKNOWN = "unknown"


def make(person: Person, purpose: Purpose, email: str | None = None) -> str:
    """A new link for a person, absolute, within the running transaction; earlier ones stay good.

    `email` is the address that it proves, when that is not the person's already.
    """
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + LIFETIME[purpose]
    link = MailedLink(token_hash=_hash(token), person_id=person.id, purpose=purpose, expires_at=expires_at, email=email)
    db.session.add(link)
    return address(_PATHS[purpose] + token)


def address(path: str) -> str:
    """The absolute address of a path of this site, as it stands in mail."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def may_mail(person: Person, purpose: Purpose) -> bool:
    """Whether fewer than five such links were made within the last hour, against floods: 1 query."""
    since = clock.now() + LIFETIME[purpose] - timedelta(hours=1)
    recent = select(func.count()).where(MailedLink.person_id == person.id, MailedLink.purpose == purpose)
    return (db.session.scalar(recent.where(MailedLink.expires_at > since)) or 0) < _MOST_AN_HOUR


def look(token: str, purpose: Purpose) -> tuple[State, Person | None]:
    """What a link is good for, and whose it is: 1 query."""
    wanted = select(MailedLink, Person).join(Person, Person.id == MailedLink.person_id)
    row = db.session.execute(
        wanted.where(MailedLink.token_hash == _hash(token), MailedLink.purpose == purpose)
    ).one_or_none()
    if row is None:
        return State.UNKNOWN, None
    link, person = row
    if link.used_at is not None:
        return State.USED, person
    return (State.GOOD if clock.now() < link.expires_at else State.EXPIRED), person


def new_address(token: str) -> str | None:
    """The address that a link of Purpose.CHANGE proves: 1 query."""
    wanted = select(MailedLink.email).where(MailedLink.token_hash == _hash(token))
    return db.session.scalar(wanted.where(MailedLink.purpose == Purpose.CHANGE))


def use(token: str, purpose: Purpose) -> Person | None:
    """Use a link up within the running transaction; its person, or None when it is not good any more.

    The row is changed by one statement, so that of two that come at once only one succeeds.
    """
    now = clock.now()
    good = update(MailedLink).where(MailedLink.token_hash == _hash(token), MailedLink.purpose == purpose)
    good = good.where(MailedLink.used_at.is_(None), MailedLink.expires_at > now).values(used_at=now)
    person_id = db.session.scalar(good.returning(MailedLink.person_id))
    return db.session.get(Person, person_id) if person_id is not None else None


def use_up(person: Person, *purposes: Purpose) -> None:
    """Make a person's other links of these purposes worthless."""
    left = update(MailedLink).where(MailedLink.person_id == person.id, MailedLink.purpose.in_(purposes))
    db.session.execute(left.where(MailedLink.used_at.is_(None)).values(used_at=clock.now()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
