"""The room's blueprint, and what all its views ask."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.core.web import require
from wiki.pages import policy

bp = Blueprint("pages", __name__)


def writer() -> Person:
    """The person who is signed in, who must be allowed to write."""
    person = current_person()
    require(policy.may_write(person))
    assert person is not None
    return person


def published(address: str, before: int, now: int) -> ResponseReturnValue:
    """On to the page, with a word on whether there is a new revision."""
    if now > before:
        flash(_("第%(number)s版を公開しました。", number=now), "success")
    else:
        flash(_("変更はありませんでした。"), "info")
    return redirect(address, 303)
