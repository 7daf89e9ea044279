"""Links follow a page's names; writers are told what others, or the clock, decided about their pending versions."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.core import mail
from wiki.core.database import db
from wiki.ledger import Event, Kind, recorded
from wiki.pages import links
from wiki.pages.addresses import address_of_submission
from wiki.pages.models import Page, Submission
from wiki.pages.models import SubmissionState as State
from wiki.pages.stages import LABELS

_TOLD = {State.RETURNED, State.SCHEDULED, State.PUBLISHED, State.DRAFT, State.WITHDRAWN}


@recorded.connect
def renew_links(kind: Kind, event: Event) -> None:
    """Look anew where the names of a page lead once it is made, renamed, or anything else but merely revised."""
    if not kind.value.startswith("page.") or event.page_id is None:
        return
    before = [event.facts[name] for name in ("old_slug", "old_title") if name in event.facts]
    if kind is Kind.PAGE_REVISED and not before:
        return
    page = db.session.get(Page, event.page_id)
    now = [page.slug, page.title] if page is not None else []
    links.renew(*before, *now)


@recorded.connect_via(Kind.SUBMISSION_STEPPED)
def tell_writer(kind: Kind, event: Event) -> None:
    """Write to the writer, unless it was their own doing."""
    state, previous = State(event.facts["state"]), event.facts.get("previous")
    if state not in _TOLD or previous in {None, state.value} or event.actor_id == event.person_id:
        return
    submission = db.session.get_one(Submission, event.facts["submission"])
    writer = submission.author
    if writer.is_sample or writer.is_suspended or not writer.is_confirmed:
        return
    with force_locale(writer.language):
        subject = _(
            "%(site)s：「%(title)s」は「%(state)s」になりました",
            site=_site(),
            title=submission.title,
            state=LABELS[state],
        )
        told = {"submission": submission, "state": state.value, "by_itself": event.actor_id is None}
        mail.send(writer.email, subject, "pages/mail/submission", path=address_of_submission(submission), **told)


def _site() -> str:
    return str(current_app.config["SITE_NAME"])
