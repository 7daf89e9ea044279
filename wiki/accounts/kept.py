"""Texts that visitors wrote before they could post: kept, and given back once they can."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from flask import session
from sqlalchemy import delete, select

from wiki.accounts.models import KeptText, Person
from wiki.core import clock, jobs
from wiki.core.database import db, transaction

_KEPT_DAYS = 7


def keep(body: str, path: str, person: Person | None, fields: dict[str, Any] | None = None) -> None:
    """Keep a text for the page at `path`, with its form's other fields: for a person, or whoever holds this session."""
    token = secrets.token_urlsafe(18)
    person_id = person.id if person else None
    text = KeptText(token_hash=_hash(token), person_id=person_id, path=path, body=body, fields=fields or {})
    db.session.add(text)
    if person is None:
        session["kept"] = token


def claim(person: Person) -> str | None:
    """Make the session's kept text this person's; gives the path it was meant for, to return there."""
    token = session.pop("kept", None)
    if token is None:
        return None
    text = db.session.get(KeptText, _hash(token))
    if text is None or text.person_id not in (None, person.id):
        return None
    text.person_id = person.id
    return text.path


def hand_over(person: Person) -> None:
    """Make the session's kept text this person's already at sign-up; the session still holds it.

    So a sign-up with an address that has an account leaves the same session behind as one with a new address.
    """
    text = db.session.get(KeptText, _hash(session["kept"])) if "kept" in session else None
    if text is not None and text.person_id is None:
        text.person_id = person.id


def text_for(person: Person, path: str) -> KeptText | None:
    """What this person wrote for the page at `path` and has not posted yet: 1 query."""
    wanted = select(KeptText).where(KeptText.person_id == person.id, KeptText.path == path)
    return db.session.scalar(wanted.order_by(KeptText.kept_at.desc()).limit(1))


def path_for(person: Person) -> str | None:
    """The page for which this person's newest kept text is meant: 1 query."""
    wanted = select(KeptText.path).where(KeptText.person_id == person.id)
    return db.session.scalar(wanted.order_by(KeptText.kept_at.desc()).limit(1))


def drop(person: Person, path: str) -> None:
    """Forget the texts for a page once one was posted there."""
    db.session.execute(delete(KeptText).where(KeptText.person_id == person.id, KeptText.path == path))


@jobs.handler("accounts.drop_kept", every=timedelta(hours=6))
def drop_old() -> None:
    """Forget what nobody came back for within a week."""
    with transaction():
        db.session.execute(delete(KeptText).where(KeptText.kept_at < clock.now() - timedelta(days=_KEPT_DAYS)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
