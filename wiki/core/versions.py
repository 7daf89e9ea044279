"""Versions of what is shown: a cached page is right as long as the version of its scope has not changed.

A scope is a name such as `page:3`, `proposal:12`, `site` (lists and the front page) or `settings`
(everything). Whoever changes something touches its scopes in the same transaction; they are written last, in one
order, so that two writers never wait for each other. A version is a random number, not a count, so that a restored
backup cannot meet an answer cached before it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core.database import Base, connection, db
from wiki.core.inserts import upsert

EVERYTHING = "settings"
SITE = "site"
_TOUCHED = "touched scopes"


class CacheVersion(Base):
    """The current version of one scope; a scope without a row has not been touched yet."""

    __tablename__ = "cache_version"
    scope: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]


def new_version() -> int:
    """A number that no earlier state of the scope had (31 bits: it fits INTEGER everywhere)."""
    return secrets.randbelow(2**31 - 1) + 1


def touch(*scopes: str) -> None:
    """Give each scope a new version when the running transaction is committed."""
    connection()  # begun, so that undoing it forgets the scopes as well
    db.session.info.setdefault(_TOUCHED, set()).update(scopes)


@event.listens_for(db.session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction() or not (scopes := session.info.pop(_TOUCHED, None)):
        return
    session.flush()
    rows = [{"scope": scope, "version": new_version()} for scope in sorted(scopes)]
    upsert(CacheVersion, "scope", rows)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_TOUCHED, None)


def read(scope: str) -> tuple[int | None, int | None]:
    """The versions of a scope and of everything; asked before the content, so that content is never older."""
    rows = select(CacheVersion.scope, CacheVersion.version).where(CacheVersion.scope.in_([scope, EVERYTHING]))
    found = dict(db.session.execute(rows).all())
    return found.get(scope), found.get(EVERYTHING)
