"""What the room writes to people; each letter in its reader's language, its link first."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts import links
from wiki.accounts.models import Person, Purpose
from wiki.core import mail


def confirm(person: Person) -> None:
    """The link that proves the address; nothing once five went out within an hour."""
    _send(person, Purpose.CONFIRM, "confirm")


def reset(person: Person) -> None:
    """The link by which a forgotten password is replaced."""
    _send(person, Purpose.RESET, "reset")


def already_here(person: Person) -> None:
    """Somebody tried to register with this person's address: the way in, in case it was they."""
    _send(person, Purpose.RESET, "already_here")


def invite(person: Person) -> None:
    """The link with which invited staff set their password."""
    _send(person, Purpose.INVITE, "invite")


def new_address(person: Person, email: str) -> None:
    """To the new address: the link that proves it."""
    _send(person, Purpose.CHANGE, "new_address", email)


def address_changed(person: Person, former: str) -> None:
    """To the former address: that it is this person's no longer, in case it was not they."""
    with force_locale(person.language):
        mail.send(former, _subject("address_changed"), "accounts/mail/address_changed", person=person)


def _send(person: Person, purpose: Purpose, name: str, new_email: str | None = None) -> None:
    if not links.may_mail(person, purpose):
        return
    with force_locale(person.language):
        mail.send(
            new_email or person.email,
            _subject(name),
            f"accounts/mail/{name}",
            person=person,
            link=links.make(person, purpose, new_email),
            login=links.address("/accounts/login"),
        )


def _subject(name: str) -> str:
    return str(_words_of_subject(name))


def _words_of_subject(name: str) -> Any:
    site = current_app.config["SITE_NAME"]
    if name == "confirm":
        return _("【%(site)s】メールアドレスの確認", site=site)
    if name == "reset":
        return _("【%(site)s】パスワードの再設定", site=site)
    if name == "invite":
        return _("【%(site)s】職員としての登録のご案内", site=site)
    if name == "new_address":
        return _("【%(site)s】新しいメールアドレスの確認", site=site)
    if name == "address_changed":
        return _("【%(site)s】メールアドレスを変えました", site=site)
    return _("【%(site)s】登録のお申し込みについて", site=site)
