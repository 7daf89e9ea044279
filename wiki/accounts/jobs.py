"""What the room does by itself: forgetting."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, or_

from wiki.accounts import attempts
from wiki.accounts.models import MailedLink, Person, Role, Signin
from wiki.core import clock, jobs
from wiki.core.database import db, transaction

_UNCONFIRMED_DAYS = 7
_ENDED_DAYS = 30


@jobs.handler("accounts.forget", every=timedelta(hours=1))
def forget() -> None:
    """Drop old failures, links and sign-ins, and sign-ups that nobody confirmed within a week."""
    now = clock.now()
    longest = timedelta(days=current_app.config["SESSION_DAYS"])
    with transaction():
        attempts.drop_before(now - 4 * attempts.WINDOW)
        db.session.execute(delete(MailedLink).where(MailedLink.expires_at < now - timedelta(days=_ENDED_DAYS)))
        ended = Signin.ended_at < now - timedelta(days=_ENDED_DAYS)
        db.session.execute(delete(Signin).where(or_(ended, Signin.created_at < now - longest)))
        unconfirmed = (
            Person.confirmed_at.is_(None),
            Person.consented_at.is_not(None),
            Person.role == Role.RESIDENT,
            Person.is_sample.is_(False),
            Person.created_at < now - timedelta(days=_UNCONFIRMED_DAYS),
        )
        db.session.execute(delete(Person).where(*unconfirmed))
