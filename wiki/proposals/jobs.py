"""What proposals do by themselves: tell voters of an edit, take turns, warn before archiving, archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts.models import Person
from wiki.accounts.policy import is_written_to
from wiki.core import clock, jobs, mail, versions
from wiki.core.database import db, transaction
from wiki.proposals import life, life_queries, queries
from wiki.proposals.life import TELL_EDIT
from wiki.proposals.models import Proposal

_WARNED_BEFORE = timedelta(days=14)
_AT_ONCE = 100


@jobs.handler(TELL_EDIT)
def tell_edit(proposal_id: int) -> None:
    """Write to whoever voted or co-signed that the proposal says something else now."""
    with transaction():
        proposal = db.session.get(Proposal, proposal_id)
        if proposal is None or not proposal.edit_untold:
            return
        proposal.edit_untold = False
        if not proposal.is_hidden and proposal.ending is None:
            _write_to(life_queries.backers(proposal), proposal, "edited")


@jobs.handler("proposals.archive", every=timedelta(hours=12))
def archive() -> None:
    """Put away open proposals by the rule, after a warning two weeks before."""
    days = current_app.config["PROPOSAL_ARCHIVE_DAYS"]
    if not days:
        return
    until = clock.now() - timedelta(days=days)
    while _warn_some(until + _WARNED_BEFORE):
        pass
    while _archive_some(until):
        pass


@jobs.handler("proposals.rotate", every=timedelta(hours=1))
def rotate() -> None:
    """Let other proposals have their turn where a report shows only some of them: the least shown come first."""
    with transaction():
        for page in queries.crowded_pages():
            queries.count_turn(page)
            versions.touch(f"page:{page.id}")


def _warn_some(until: Any) -> int:
    with transaction():
        found = life_queries.idle(until, warned=False, limit=_AT_ONCE)
        for proposal in found:
            proposal.warned_at = clock.now()
            _write_to([proposal.author], proposal, "idle")
        return len(found)


def _archive_some(until: Any) -> int:
    with transaction():
        found = life_queries.idle(until, warned=True, limit=_AT_ONCE, warned_until=clock.now() - _WARNED_BEFORE)
        for proposal in found:
            life.archive(proposal)
        return len(found)


def _write_to(people: Iterable[Person], proposal: Proposal, letter: str) -> None:
    for person in people:
        if not is_written_to(person):
            continue
        with force_locale(person.language):
            subjects = {
                "edited": _("%(site)s：投票した提案が書き直されました", site=current_app.config["SITE_NAME"]),
                "idle": _("%(site)s：あなたの提案は、もうすぐ保管されます", site=current_app.config["SITE_NAME"]),
            }
            mail.send(person.email, subjects[letter], f"proposals/mail/{letter}", person=person, proposal=proposal)
