"""Sign-ins: who is asking, as Flask-Login and the views see it.

The signed cookie carries the key of a row in `signin`; a request counts as signed in only while that row has not been
ended, so that signing out, on one device or on all, holds at the very next request.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import bindparam, select, update

from wiki.accounts import devices
from wiki.accounts.models import Person, Signin
from wiki.core import clock, versions
from wiki.core.database import db
from wiki.core.gate import current_gate
from wiki.core.versions import new_version

manager = LoginManager()
manager.session_protection = None
_MOST_REMEMBERED = 1000
_remembered: OrderedDict[str, Person] = OrderedDict()
_BY_SIGNIN = (
    select(Person)
    .join(Signin, Signin.person_id == Person.id)
    .where(Signin.key == bindparam("key"), Signin.ended_at.is_(None))
)


def init_app(app: Flask) -> None:
    """Let Flask-Login find the person of each request."""
    manager.init_app(app)


def current_person() -> Person | None:
    """The person who is signed in, or None for a visitor."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def remembered_person() -> Person | None:
    """As `current_person`, but apart from the session and for reading alone: mostly no query at all."""
    key = session.get("_user_id")
    return _remember(key) if key else None


@manager.user_loader  # type: ignore[untyped-decorator]
def _load(key: str) -> Person | None:
    known = _remember(key)
    if known is None:
        return None
    person = db.session.merge(known, load=False)
    person.signin_key = key
    return person


def _remember(key: str) -> Person | None:
    """The person of a sign-in that has not been ended: one look at the gate, and 1 query for who is new or changed."""
    version = current_gate().look(versions.SITE, key).person
    if version is None:
        return None
    known = _remembered.get(key)
    if known is not None and known.version == version:
        return known
    known = _read(key)
    if known is not None:
        _remembered[key] = known
        if len(_remembered) > _MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return known


def _read(key: str) -> Person | None:
    """The person as the database has them, apart from the session, to be remembered while `version` stays."""
    person = db.session.scalar(_BY_SIGNIN, {"key": key})
    if person is not None:
        db.session.expunge(person)
        if person.department is not None:
            db.session.expunge(person.department)
    return person


def start(person: Person) -> None:
    """Sign a person in on this device, within the running transaction, and out whoever was in here."""
    before = current_person()
    if before is not None:
        db.session.execute(update(Signin).where(Signin.key == before.signin_key).values(ended_at=clock.now()))
    key = secrets.token_urlsafe(18)
    db.session.add(Signin(key=key, person_id=person.id, device=devices.name_of(request.headers.get("User-Agent", ""))))
    db.session.flush()
    kept = session.get("kept")
    session.clear()
    if kept:
        session["kept"] = kept
    person.signin_key = key
    session.permanent = True
    login_user(person)


def end() -> None:
    """Sign out on this device."""
    person = current_person()
    if person is not None:
        ended = update(Signin).where(Signin.key == person.signin_key).values(ended_at=clock.now())
        db.session.execute(ended)
    logout_user()
    session.clear()


def end_everywhere(person: Person) -> None:
    """Sign a person out on every device."""
    waiting = update(Signin).where(Signin.person_id == person.id, Signin.ended_at.is_(None))
    db.session.execute(waiting.values(ended_at=clock.now()))
    person.version = new_version()
