"""What the room's views share."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from wiki.accounts import kept, policy, signin
from wiki.accounts.models import Person
from wiki.core.web import safe_next

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
ME = "/accounts/me"


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """What concerns an account is for one person, and a link with a token for one use."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def enter(person: Person, target: str | None = None, newest_text: bool = False) -> str:
    """Sign a person in within the running transaction; the path to go on to.

    First where they left a text, then `target` when it is a path of this site, then their own page.
    `newest_text` looks beyond this device, for links that are opened on another one.
    """
    if not policy.may_sign_in(person):
        return url_for("accounts.suspended")
    signin.start(person)
    path = kept.claim(person) or (kept.path_for(person) if newest_text else None)
    return safe_next(path or target, ME)
