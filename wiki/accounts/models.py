"""People and what proves that they are who they say."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.core import clock
from wiki.core.database import Base
from wiki.core.versions import new_version


class Role(enum.StrEnum):
    """住民, 職員, 管理者."""

    RESIDENT = "resident"
    STAFF = "staff"
    ADMIN = "admin"


class Purpose(enum.StrEnum):
    """What a mailed link is for."""

    CONFIRM = "confirm"
    RESET = "reset"
    INVITE = "invite"
    CHANGE = "change"


class Department(Base):
    """担当課: answers proposals."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Person(Base):
    """Somebody with an account, shown by the name they chose.

    `name_key` and `email` are unique after folding (wiki/text/names.py; lower case). `version` changes whenever
    something changes that this person alone sees, so that ready pages made for them are made anew.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    role: Mapped[Role] = mapped_column(default=Role.RESIDENT)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    language: Mapped[str] = mapped_column(default="ja")
    consented_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=new_version)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    department: Mapped[Department | None] = relationship(lazy="joined")

    #: The sign-in through which this request came; set by `accounts.signin`, not stored here.
    signin_key: str = ""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie: the key of the sign-in, which the server can end."""
        return self.signin_key

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_verified(self) -> bool:
        """住民確認済み: the municipality knows that this person lives here."""
        return self.verified_at is not None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def is_staff(self) -> bool:
        return self.role in {Role.STAFF, Role.ADMIN}

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@event.listens_for(Person, "before_update")
def _renew(mapper: object, connection: object, person: Person) -> None:
    """Whatever changes about a person, what was remembered of them is made anew."""
    person.version = new_version()


class Signin(Base):
    """One sign-in on one device; ended at once by setting `ended_at`."""

    __tablename__ = "signin"
    key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    device: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class MailedLink(Base):
    """A link that was mailed, good for one use until it expires; only its hash is kept.

    `email` is the new address that a link of Purpose.CHANGE proves.
    """

    __tablename__ = "mailed_link"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose]
    email: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FailedSignin(Base):
    """A failure to sign in, counted by the e-mail that was tried (hashed) and by the address it came from."""

    __tablename__ = "failed_signin"
    __table_args__ = (
        Index("ix_failed_signin_account_at", "account_hash", "at"),
        Index("ix_failed_signin_address_at", "address", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class KeptText(Base):
    """What a visitor wrote before having an account; given back on the page it was meant for.

    `fields` are the form's other fields: the comment replied to, the passage spoken of.
    """

    __tablename__ = "kept_text"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    path: Mapped[str]
    body: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kept_at: Mapped[datetime] = mapped_column(default=clock.now)
